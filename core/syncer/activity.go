package syncer

import (
	"slices"
	"sync"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer/pace"
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
	Heard   time.Time    // when something of it was last new
	Trouble *entra.Error // why it is paused: [entra.CodeVaultLocked] or [entra.CodeSignInAgain]
	Untold  *entra.Error // why the last run failed, where the history could not be told of it; until the next begins
	Classes []ClassActivity
	Ahead   int       // streams of the run that begin once others are through
	ends    int       // runs that ended
	failed  bool      // the last of them
	renewed time.Time // when it was last given something else to sign in with
}

// ClassActivity is how far one class has come in the run.
type ClassActivity struct {
	Class     string
	Objects   int64   // told by the round, each once
	Filtered  int64   // of them those that the filter leaves out, where First
	Of        int64   // how many there are; 0: not known
	PerSecond float64 // lately
	Full      bool
	First     bool  // nothing was held before: what the row counts is what was told
	Apart     bool  // the objects' links are read after all of them, by themselves
	Linked    int64 // objects whose links have been read, where Apart
	Done      bool
	known     int64 // how many there were when that was asked
	pace      pace.Pace
}

// grow keeps how many there are from falling behind what came: some are made while a class
// is read. By many more than were known, nobody knows how many there are.
func (c *ClassActivity) grow() {
	if c.Of = max(c.known, c.Objects); c.known == 0 || c.Objects > c.known+c.known/20+10 {
		c.Of = 0
	}
}

// Rest is how long the class will take yet; false where that is not known. Where links are
// read by themselves, nobody knows before they come: they take most of the time.
func (c ClassActivity) Rest() (time.Duration, bool) {
	left := c.Of - c.Objects
	if c.Apart {
		left = c.Objects - c.Filtered - c.Linked
	}
	if c.Done || left <= 0 || c.Apart && c.Linked == 0 || c.PerSecond <= 0 || !c.pace.Steady() {
		return 0, false
	}
	return time.Duration(float64(left) / c.PerSecond * float64(time.Second)), true
}

// little is the part of what is known, the whole by it, that classes may be whose end is
// not known, and of which nothing comes any more: they wait for others.
const little = 20

// Rest is how long the run takes yet: as long as the class that takes longest. Where the
// end of others is not known, or some have yet to begin, it takes at least that long.
func (a Activity) Rest(now time.Time) (rest time.Duration, atLeast, known bool) {
	var read, unknown int64
	atLeast = a.Ahead > 0
	for _, c := range a.Classes {
		left, counted := c.Rest()
		switch {
		case c.Done || c.stood() && !c.Full: // only what changed is little
			read += c.Objects
		case counted:
			rest, known = max(rest, left), true
			read += c.Of
		case c.through():
			read += c.Of
		case c.Of == 0 && c.Objects > 0 && c.pace.Still(now):
			unknown += c.Objects
		default:
			atLeast = true
		}
	}
	return rest, atLeast || unknown*little > read, known
}

// stood tells whether it is known how far the class had come.
func (c ClassActivity) stood() bool { return c.pace.Begun() }

// through tells whether all that is known to come has come.
func (c ClassActivity) through() bool {
	return c.Of > 0 && c.Objects >= c.Of && (!c.Apart || c.Linked+c.Filtered >= c.Objects)
}

// came counts what a page brought. The links that are read by themselves have a pace of
// their own.
func (c *ClassActivity) came(now time.Time, page store.Applied) {
	c.Objects, c.Filtered = c.Objects+page.News, c.Filtered+page.Filtered
	if page.Linked > 0 && c.Linked == 0 {
		c.pace = pace.Pace{}
		c.known = c.Objects // the list has told them all
	}
	c.Linked += page.Linked
	read := c.Objects
	if c.Linked > 0 {
		read = c.Linked
	}
	c.PerSecond = c.pace.Rate(now, read)
	c.pace = c.pace.Add(now, read)
	c.grow()
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

// Follow calls each with what happens from now on, one after the other, until stop is
// called, which waits for the last.
func (e *Engine) Follow(each func(Event)) (stop func()) {
	events, cancel := e.Subscribe()
	var following sync.WaitGroup
	following.Go(func() {
		for event := range events {
			each(event)
		}
	})
	return func() {
		cancel()
		following.Wait()
	}
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
	a := w.of(tenant)
	change(a)
	a.Heard = time.Now()
	if kind == Progress {
		now := time.Now()
		if now.Sub(w.told[tenant]) < progressEvery {
			return
		}
		w.told[tenant] = now
	}
	w.send(Event{Tenant: tenant, Kind: kind})
}

// begin tells of a run of so many streams.
func (w *watchers) begin(tenant int64, streams int) {
	w.update(tenant, RunStarted, func(a *Activity) {
		*a = Activity{Phase: SigningIn, Next: a.Next, Since: time.Now(), Ahead: streams, ends: a.ends, renewed: a.renewed}
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

// untold keeps why a run failed that the history could not be told of.
func (w *watchers) untold(tenant int64, why error) {
	w.update(tenant, RunEnded, func(a *Activity) { a.Untold = entra.AsError(why) })
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

func (w *watchers) class(tenant int64, class string) {
	w.update(tenant, Progress, func(a *Activity) {
		a.Classes = append(a.Classes, ClassActivity{Class: class})
		a.Ahead--
	})
}

// left takes a stream that is not begun.
func (w *watchers) left(tenant int64) {
	w.update(tenant, Progress, func(a *Activity) { a.Ahead-- })
}

// change changes what is told of a class of a tenant's run.
func (w *watchers) change(tenant int64, class string, change func(*ClassActivity)) {
	w.update(tenant, Progress, func(a *Activity) {
		for i := range a.Classes {
			if a.Classes[i].Class == class {
				change(&a.Classes[i])
			}
		}
	})
}

// stands takes how far a round had come before.
func (w *watchers) stands(tenant int64, class string, full bool, at store.Standing) {
	read := at.Told
	if at.Linked > 0 {
		read = at.Linked
	}
	w.change(tenant, class, func(c *ClassActivity) {
		*c = ClassActivity{Class: class, Full: full, First: at.First, Apart: at.Apart, Objects: at.Told, Filtered: at.Filtered, Of: at.Held, known: at.Held,
			Linked: at.Linked, pace: pace.Pace{}.Add(time.Now(), read)}
	})
}

func (w *watchers) progress(tenant int64, class string, page store.Applied) {
	w.change(tenant, class, func(c *ClassActivity) { c.came(time.Now(), page) })
}

// thereAre takes how many objects Graph counts.
func (w *watchers) thereAre(tenant int64, class string, n int64) {
	w.change(tenant, class, func(c *ClassActivity) {
		c.known = n
		c.grow()
	})
}

func (w *watchers) classDone(tenant int64, class string) {
	w.change(tenant, class, func(c *ClassActivity) { c.Done = true })
}
