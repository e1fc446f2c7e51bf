package syncer

import (
	"slices"
	"sync"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
)

// EventKind says what happened.
type EventKind int

// The kinds of events.
const (
	RunStarted EventKind = iota
	Progress
	RunEnded
	Changed  // tenants, profiles or settings, here or in another process
	Expiring // a credential's end came within a threshold: see [Engine.NewlyExpiring]
)

// Event says that something of a tenant is new; who wants to know what reads
// the store and [Engine.Activity]. Tenant 0 concerns all.
type Event struct {
	Tenant int64
	Kind   EventKind
}

// Phase is what the engine does with a tenant.
type Phase int

// The phases of a tenant.
const (
	Idle      Phase = iota // the loop does not run
	Waiting                // until Next
	Queued                 // due, but others go first
	SigningIn              //
	Syncing                //
	Throttled              // Graph asked for a pause, until Until
	Disabled               //
	Paused                 // until somebody does what Trouble asks for
)

// Activity is what the engine does with a tenant at this moment.
type Activity struct {
	Phase   Phase
	Next    time.Time    // when the next sync is due
	Until   time.Time    // end of the pause
	Why     say.Sentence // of the pause
	Since   time.Time    // start of the run
	Trouble *entra.Error // why it is paused: [entra.CodeVaultLocked] or [entra.CodeSignInAgain]
	Classes []ClassActivity
	ends    int       // runs that ended
	failed  bool      // the last of them
	renewed time.Time // when it was last given something else to sign in with
}

// ClassActivity is how far one class has come in the run.
type ClassActivity struct {
	Class     string
	Objects   int64 // read in this run
	PerSecond float64
	Full      bool
	Done      bool
	since     time.Time
}

// progressEvery bounds how often progress is told of a tenant.
const progressEvery = 200 * time.Millisecond

// watchers tells subscribers what happens and keeps what they ask for.
type watchers struct {
	mu         sync.Mutex
	subscribed map[chan Event]struct{}
	tenants    map[int64]*Activity
	told       map[int64]time.Time
	resumed    time.Time // when somebody last came whom tenants may have waited for
}

// Subscribe gives what happens from now on. The channel is buffered and never
// holds the engine up: who is too slow misses events, and looks again at those
// still before it. cancel ends it and closes the channel.
func (e *Engine) Subscribe() (events <-chan Event, cancel func()) {
	w := &e.watch
	ch := make(chan Event, 256)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.subscribed == nil {
		w.subscribed = map[chan Event]struct{}{}
	}
	w.subscribed[ch] = struct{}{}
	return ch, sync.OnceFunc(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.subscribed, ch)
		close(ch)
	})
}

// Activity tells what the engine does with a tenant at this moment.
func (e *Engine) Activity(tenant int64) Activity {
	w := &e.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	a := *w.of(tenant)
	a.Classes = slices.Clone(a.Classes)
	if a.Phase == Throttled && !time.Now().Before(a.Until) {
		a.Phase = Syncing
	}
	return a
}

func (w *watchers) of(tenant int64) *Activity {
	if w.tenants == nil {
		w.tenants, w.told = map[int64]*Activity{}, map[int64]time.Time{}
	}
	a := w.tenants[tenant]
	if a == nil {
		a = &Activity{}
		w.tenants[tenant] = a
	}
	return a
}

// tell hands an event to all. Where a buffer is full, its reader has a refresh
// of everything before it anyway.
func (w *watchers) tell(e Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.send(e)
}

func (w *watchers) send(e Event) {
	for ch := range w.subscribed {
		select {
		case ch <- e:
		default:
		}
	}
}

// update changes a tenant's activity and tells it.
func (w *watchers) update(tenant int64, kind EventKind, change func(*Activity)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(w.of(tenant))
	if kind == Progress {
		now := time.Now()
		if now.Sub(w.told[tenant]) < progressEvery {
			return
		}
		w.told[tenant] = now
	}
	w.send(Event{Tenant: tenant, Kind: kind})
}

func (w *watchers) begin(tenant int64) {
	w.update(tenant, RunStarted, func(a *Activity) {
		*a = Activity{Phase: SigningIn, Next: a.Next, Since: time.Now(), ends: a.ends, renewed: a.renewed}
	})
}

func (w *watchers) end(tenant int64, err error) {
	trouble := signin.WaitsForSomebody(err)
	w.update(tenant, RunEnded, func(a *Activity) {
		*a = Activity{Phase: Idle, Next: a.Next, Trouble: trouble, ends: a.ends + 1, failed: err != nil, renewed: a.renewed}
		if trouble != nil {
			a.Phase = Paused
		}
	})
}

func (w *watchers) phase(tenant int64, p Phase) {
	w.update(tenant, Progress, func(a *Activity) { a.Phase = p })
}

// ends counts the runs of a tenant that have ended.
func (w *watchers) ends(tenant int64) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.of(tenant).ends
}

// plan keeps when a tenant is due. While it runs its phase stays.
func (w *watchers) plan(tenant int64, p Phase, next time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.of(tenant)
	if p == Waiting && a.Trouble != nil {
		p = Paused
	}
	if a.Next.Equal(next) && a.Phase == p {
		return
	}
	a.Next = next
	if p == Disabled {
		a.Trouble = nil
	}
	if a.Phase != SigningIn && a.Phase != Syncing && a.Phase != Throttled {
		a.Phase = p
	}
	w.send(Event{Tenant: tenant, Kind: Progress})
}

func (w *watchers) wait(tenant int64, until time.Time, why say.Sentence) {
	w.update(tenant, RunStarted, func(a *Activity) {
		if a.Since.IsZero() {
			return // Test Connection waits, no run
		}
		a.Phase, a.Until, a.Why = Throttled, until, why
		if until.IsZero() {
			a.Phase, a.Why = Syncing, ""
		}
	})
}

func (w *watchers) class(tenant int64, class string, full bool) {
	w.update(tenant, Progress, func(a *Activity) {
		a.Classes = append(a.Classes, ClassActivity{Class: class, Full: full, since: time.Now()})
	})
}

func (w *watchers) progress(tenant int64, class string, objects int64, full bool) {
	w.update(tenant, Progress, func(a *Activity) {
		for i := range a.Classes {
			if c := &a.Classes[i]; c.Class == class {
				c.Objects, c.Full = c.Objects+objects, full
				c.PerSecond = float64(c.Objects) / max(time.Since(c.since).Seconds(), 0.001)
			}
		}
	})
}

func (w *watchers) classDone(tenant int64, class string) {
	w.update(tenant, Progress, func(a *Activity) {
		for i := range a.Classes {
			if a.Classes[i].Class == class {
				a.Classes[i].Done = true
			}
		}
	})
}
