package syncer

import (
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer/pace"
)

// Over a recorded first sync of 50,000 users with every class, a rest is told nearly all the
// time: it holds within a fifth, or is told as the least.
func TestRestHoldsOverARecordedSync(t *testing.T) {
	raw, err := os.ReadFile("testdata/first-sync.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")[1:]
	began, end := time.Unix(0, 0), seconds(t, lines[len(lines)-1])
	a := Activity{Ahead: len(streamsOf(lines))}
	looks, told, exact := 0, 0, 0
	for i, line := range lines[:len(lines)-1] {
		at := seconds(t, line)
		a.replay(t, began.Add(at), strings.Split(line, "\t")[1:])
		if seconds(t, lines[i+1]) == at {
			continue // more came by then
		}
		looks++
		rest, atLeast, known := a.Rest(began.Add(at))
		if !known {
			continue
		}
		told++
		if !atLeast {
			exact++
		}
		left := end - at
		if most := left + left/5 + time.Second; rest > most || !atLeast && rest < left-left/5-time.Second {
			t.Errorf("after %v: %v left (at least: %v), in truth %v", at, rest, atLeast, left)
		}
	}
	if told < looks*8/10 || exact < looks/4 {
		t.Errorf("of %d looks a rest was told at %d, and not as the least at %d", looks, told, exact)
	}
}

func seconds(t *testing.T, line string) time.Duration {
	t.Helper()
	at, _, _ := strings.Cut(line, "\t")
	f, err := strconv.ParseFloat(at, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(f * float64(time.Second))
}

func streamsOf(lines []string) map[string]bool {
	out := map[string]bool{}
	for _, line := range lines[:len(lines)-1] {
		out[strings.Split(line, "\t")[1]] = true
	}
	return out
}

// replay takes a line of a recording: stream, objects, objects whose links were read, how
// many there are, and letters (F full, A links apart, D done).
func (a *Activity) replay(t *testing.T, now time.Time, line []string) {
	t.Helper()
	var n [3]int64
	for i := range n {
		var err error
		if n[i], err = strconv.ParseInt(line[1+i], 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	var c *ClassActivity
	for i := range a.Classes {
		if a.Classes[i].Class == line[0] {
			c = &a.Classes[i]
		}
	}
	if c == nil {
		a.Classes, a.Ahead = append(a.Classes, ClassActivity{Class: line[0]}), a.Ahead-1
		c = &a.Classes[len(a.Classes)-1]
	}
	if c.Full = strings.Contains(line[4], "F"); c.Full && !c.stood() {
		c.pace = pace.Pace{}.Add(now, 0)
	}
	c.Apart, c.Done, c.known = strings.Contains(line[4], "A"), strings.Contains(line[4], "D"), n[2]
	c.came(now, store.Applied{News: n[0] - c.Objects, Linked: n[1] - c.Linked})
	c.known = n[2] // came takes the list for all there are where links come
	c.grow()
}

// What has yet to begin, and what is read without an end, makes the rest the least; what is
// little and brings nothing any more waits for the others.
func TestRestOfARun(t *testing.T) {
	began := time.Unix(0, 0)
	now := began.Add(10 * time.Second)
	steady := func(objects, of int64) ClassActivity {
		return ClassActivity{Class: "users", Full: true, Objects: objects, Of: of, PerSecond: 100, pace: pace.Pace{}.Add(began, 0).Add(now, objects)}
	}
	begun := func(objects int64, last time.Duration) ClassActivity {
		return ClassActivity{Class: "domains", Full: true, Objects: objects, pace: pace.Pace{}.Add(began, 0).Add(began.Add(last), objects)}
	}
	done, changes := begun(5, time.Second), begun(0, time.Second)
	done.Done, changes.Full = true, false
	for what, c := range map[string]struct {
		a       Activity
		atLeast bool
		known   bool
	}{
		"alone":                      {Activity{Classes: []ClassActivity{steady(1000, 6000)}}, false, true},
		"one is to come":             {Activity{Ahead: 1, Classes: []ClassActivity{steady(1000, 6000)}}, true, true},
		"a little one waits":         {Activity{Classes: []ClassActivity{steady(1000, 6000), begun(5, time.Second)}}, false, true},
		"a little one is still read": {Activity{Classes: []ClassActivity{steady(1000, 6000), begun(5, 9*time.Second)}}, true, true},
		"a large one waits":          {Activity{Classes: []ClassActivity{steady(1000, 6000), begun(500, time.Second)}}, true, true},
		"one has told nothing":       {Activity{Classes: []ClassActivity{steady(1000, 6000), begun(0, 0)}}, true, true},
		"one has not stood yet":      {Activity{Classes: []ClassActivity{steady(1000, 6000), {Class: "groups"}}}, true, true},
		"one has brought all":        {Activity{Classes: []ClassActivity{steady(1000, 6000), steady(20, 20)}}, false, true},
		"one is done":                {Activity{Classes: []ClassActivity{steady(1000, 6000), done}}, false, true},
		"changes alone":              {Activity{Classes: []ClassActivity{steady(1000, 6000), changes}}, false, true},
		"none has an end":            {Activity{Classes: []ClassActivity{begun(500, 9*time.Second)}}, true, false},
	} {
		rest, atLeast, known := c.a.Rest(now)
		if known != c.known || known && (atLeast != c.atLeast || rest != 50*time.Second) {
			t.Errorf("%s: %v, at least %v, known %v", what, rest, atLeast, known)
		}
	}
}

// A run knows how many of its streams have yet to begin, those it leaves out counted off.
func TestARunTellsHowManyStreamsAreAhead(t *testing.T) {
	w := newWorld(t, small)
	if err := w.store.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Permitted: true}); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var most, last int
	w.engine = New(Options{Store: w.store, Vault: w.engine.Vault, Logger: slog.New(lookout(func() {
		mu.Lock()
		defer mu.Unlock()
		if a := w.engine.Activity(w.tenant.Key); a.Phase == Syncing {
			most, last = max(most, a.Ahead), a.Ahead
		}
	}))})
	r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{})
	if err != nil || len(r.Classes) == len(entra.Choices()) {
		t.Fatalf("%d classes: %v", len(r.Classes), err)
	}
	if most == 0 || last != 0 {
		t.Errorf("at most %d streams were ahead, %d at the end", most, last)
	}
}
