// Package pace tells how fast something comes, lately.
package pace

import (
	"slices"
	"time"
)

// Pace is how many objects came when, lately.
type Pace struct{ marks []mark }

type mark struct {
	at      time.Time
	objects int64
}

// A pace looks so far back, at marks that are so far apart. So a change of pace shows
// soon, and one slow page does not.
const (
	span  = 20 * time.Second
	step  = 500 * time.Millisecond
	least = 3 * time.Second // of marks before a rest is told
)

// Add gives the pace with what has come by now.
func (p Pace) Add(now time.Time, objects int64) Pace {
	if n := len(p.marks); n > 0 && now.Sub(p.marks[n-1].at) < step {
		return p
	}
	marks := append(slices.Clone(p.marks), mark{now, objects})
	for len(marks) > 2 && now.Sub(marks[1].at) > span {
		marks = marks[1:]
	}
	return Pace{marks}
}

// Rate is objects a second.
func (p Pace) Rate(now time.Time, objects int64) float64 {
	if len(p.marks) == 0 {
		return 0
	}
	return float64(objects-p.marks[0].objects) / max(now.Sub(p.marks[0].at).Seconds(), 0.001)
}

// Begun tells whether it is known since when something comes.
func (p Pace) Begun() bool { return len(p.marks) > 0 }

// Steady tells whether a rest may be told by it.
func (p Pace) Steady() bool {
	n := len(p.marks)
	return n > 0 && p.marks[n-1].at.Sub(p.marks[0].at) >= least
}

// Still tells whether nothing has come for as long as a rest takes to be told.
func (p Pace) Still(now time.Time) bool {
	n := len(p.marks)
	return n > 0 && now.Sub(p.marks[n-1].at) >= least
}
