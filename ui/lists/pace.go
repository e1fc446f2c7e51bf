package lists

import "time"

// Pace keeps what takes long from being done at each event again: a group of 200,000
// members is counted in a second.
type Pace struct {
	Ended time.Time // when it was done last
	Took  time.Duration
}

// rest is how many times as long as it took it rests.
const rest = 20

// Soon tells whether it is too soon to do it again.
func (p Pace) Soon(now time.Time) bool { return now.Sub(p.Ended) < rest*p.Took }

// Wait is how long it is until it may be done again.
func (p Pace) Wait(now time.Time) time.Duration { return max(p.Ended.Add(rest*p.Took).Sub(now), 0) }
