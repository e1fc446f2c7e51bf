package wire

import (
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"time"
)

// Fault makes chosen requests fail, at the sign-in host or at Graph.
type Fault struct {
	Kind Kind

	// Match is a regular expression over "GET /v1.0/users/delta?$skiptoken=…": method, path and decoded query.
	// Empty matches every request to Graph.
	Match string
	Skip  int // matching requests that go through first
	Every int // afterwards strike only every so manieth; 0 and 1: each
	Times int // how often to strike; 0: once; -1: until the fault is lifted

	RetryAfter string        // of Throttle, Unavailable and the other 5xx; empty: no such header
	Status     int           // of Custom
	Body       string        // of Custom, HTMLPage and BrokenJSON, where the usual one won't do
	Pause      time.Duration // of SlowBody, between sixteen pieces; 0: 100 ms
	Location   string        // of Redirect and ForeignGone; empty: the foreign host

	Ask    func(r *http.Request) *http.Request             // of Odd: the request that is answered in place of the one that came; nil: it is
	Tamper func(r *http.Request, body []byte) (odd []byte) // of Odd: what is sent in place of the body; nil: it is
}

// Faults are those of a server, in the order they were made; the first that matches strikes.
type Faults struct {
	mu     sync.Mutex
	active []*armed
}

// armed is a fault that waits for its requests.
type armed struct {
	Fault
	match         *regexp.Regexp
	seen, strikes int
}

// Arm arms a fault and answers how to lift it. A Match that is no regular expression panics: it is a mistake of the
// caller.
func (l *Faults) Arm(f Fault) (lift func()) {
	if f.Match == "" {
		f.Match = "^[A-Z]+ /v1.0/"
	}
	if f.Times == 0 {
		f.Times = 1
	}
	a := &armed{Fault: f, match: regexp.MustCompile(f.Match)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.active = append(l.active, a)
	return func() { l.lift(a) }
}

// Clear lifts every fault.
func (l *Faults) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.active = nil
}

func (l *Faults) lift(gone *armed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, a := range l.active {
		if a == gone {
			l.active = append(l.active[:i:i], l.active[i+1:]...)
			return
		}
	}
}

// Match finds the fault that strikes this request; nil if none does.
func (l *Faults) Match(r *http.Request) *armed {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.active) == 0 {
		return nil
	}
	line := fmt.Sprintf("%s %s?%s", r.Method, r.URL.Path, decodedQuery(r))
	for _, a := range l.active {
		if a.match.MatchString(line) && a.due() {
			return a
		}
	}
	return nil
}

// due counts a matching request, and tells whether it is one to strike.
func (a *armed) due() bool {
	a.seen++
	n := a.seen - a.Skip
	switch {
	case n <= 0, a.Times >= 0 && a.strikes >= a.Times:
		return false
	case a.Every > 1 && n%a.Every != 0:
		return false
	}
	a.strikes++
	return true
}

// Struck is what goes wrong; 0: nothing does.
func (a *armed) Struck() Kind {
	if a == nil {
		return 0
	}
	return a.Kind
}

// Spoil is the struck answer: one of the fault's own, or what honest answers with something broken.
func (a *armed) Spoil(hosts *Hosts, r *http.Request, honest func(*http.Request) *Reply) *Reply {
	if a == nil {
		return honest(r)
	}
	if rep := a.instead(hosts, r); rep != nil {
		return rep
	}
	if a.Kind == Odd && a.Ask != nil {
		r = a.Ask(r)
	}
	rep := honest(r)
	a.breakReply(hosts, r, rep)
	return rep
}
