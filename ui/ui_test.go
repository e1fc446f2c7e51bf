package ui

import (
	"context"
	"errors"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
)

// clock lets a test say when time has passed.
type clock struct{ waiting []*func() }

func (c *clock) after(_ time.Duration, f func()) (stop func()) {
	entry := &f
	c.waiting = append(c.waiting, entry)
	return func() { *entry = nil }
}

func (c *clock) pass() {
	due := c.waiting
	c.waiting = nil
	for _, f := range due {
		if *f != nil {
			(*f)()
		}
	}
}

// inline is a crew that does all work at once.
func inline(t *testing.T) *crew {
	run := func(f func()) { f() }
	return &crew{ctx: t.Context(), cancel: func() {}, start: run, post: run, wait: func() {}}
}

// fixture is a window on a store with two profiles and two tenants.
type fixture struct {
	*testing.T
	*Window
	clock *clock
	store *store.Store
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	test.NewTempApp(t)
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	f := &fixture{T: t, clock: &clock{}, store: st}
	for _, name := range []string{"alpha", "beta"} {
		f.must(st.AddProfile(t.Context(), name, ""))
		_, err := st.AddTenant(t.Context(), entra.Tenant{Name: name + ".onmicrosoft.com", Cloud: "public", Profile: name, Enabled: true})
		f.must(err)
	}
	keeper := signin.MemoryVaultAccess()
	d := &desk{crew: inline(t), store: st, engine: syncer.New(syncer.Options{Store: st, Vault: keeper}), keeper: keeper,
		after: f.clock.after, now: time.Now}
	f.Window, err = newWindow(d, "test")
	f.must(err)
	f.desk.window.Resize(fyne.NewSize(1280, 800))
	t.Cleanup(f.desk.window.Close)
	return f
}

func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// tenant is one of the two tenants.
func (f *fixture) tenant(name string) entra.Tenant {
	f.Helper()
	t, err := f.store.Tenant(f.Context(), name+".onmicrosoft.com")
	f.must(err)
	return t
}

// openTenant puts a tenant's page in front.
func (f *fixture) openTenant(name string) *tenantPage {
	f.Helper()
	f.open(tenantNode(f.tenant(name).Key))
	p, ok := f.screen.(*tenantPage)
	if !ok {
		f.Fatalf("the page in front is %T", f.screen)
	}
	return p
}

// openForm puts a tenant's configuration in front.
func (f *fixture) openForm(name string) *configuration {
	f.Helper()
	p := f.openTenant(name)
	p.tabs.SelectIndex(0)
	return p.configuration
}

// history adds runs of users to a tenant's history; the last one fails with err.
func (f *fixture) history(name string, runs int, err error) {
	f.Helper()
	key := f.tenant(name).Key
	for i := range runs {
		run, e := f.store.BeginRun(f.Context(), key)
		f.must(e)
		row, e := f.store.BeginClass(f.Context(), run, key, "users")
		f.must(e)
		end := store.ClassEnd{Status: entra.Succeeded, Requests: 1}
		if err != nil && i == runs-1 {
			end.Status, end.Err = entra.Failed, err
		}
		_, e = f.store.EndClass(f.Context(), row, end)
		f.must(e)
		f.must(f.store.EndRun(f.Context(), run, store.RunEnd{Status: end.Status}))
	}
}

// press presses the button of a text in the dialog on top.
func (f *fixture) press(text string) {
	f.Helper()
	top := f.desk.window.Canvas().Overlays().Top()
	if top == nil {
		f.Fatalf("no dialog to press %q in", text)
	}
	for _, o := range test.LaidOutObjects(top) {
		if b, ok := o.(*button); ok && b.Text == text {
			b.OnTapped()
			return
		}
	}
	f.Fatalf("the dialog has no button %q", text)
}

// says tells whether a text stands anywhere in an object.
func says(o fyne.CanvasObject, text string) bool {
	found := false
	for _, o := range test.LaidOutObjects(o) {
		if l, ok := o.(interface{ String() string }); ok && l.String() == text {
			found = true
		}
		found = found || textOf(o) == text
	}
	return found
}

func TestAskDropsLateAnswers(t *testing.T) {
	var pending []func()
	c := inline(t)
	c.start = func(f func()) { pending = append(pending, f) }
	var l latest
	var shown []int
	for n := range 3 {
		ask(c, &l, func(context.Context) (int, error) { return n, nil }, func(n int, _ error) { shown = append(shown, n) })
	}
	for i := len(pending) - 1; i >= 0; i-- { // the oldest question is answered last
		pending[i]()
	}
	if len(shown) != 1 || shown[0] != 2 {
		t.Errorf("shown %v, want only the newest answer, 2", shown)
	}
}

func TestAskCancelsTheOlderQuestion(t *testing.T) {
	var pending []func()
	c := inline(t)
	c.start = func(f func()) { pending = append(pending, f) }
	var l latest
	var first error
	ask(c, &l, func(ctx context.Context) (int, error) { first = ctx.Err(); return 0, nil }, func(int, error) {})
	ask(c, &l, func(context.Context) (int, error) { return 0, nil }, func(int, error) {})
	pending[0]()
	if !errors.Is(first, context.Canceled) {
		t.Errorf("the older question's context: %v, want it cancelled", first)
	}
}

func TestCrewIsWaitedFor(t *testing.T) {
	c := newCrew(t.Context())
	ended := false
	c.start(func() { <-c.ctx.Done(); ended = true })
	c.dismiss()
	if !ended {
		t.Error("dismiss did not wait for the work to end")
	}
}

func TestKeepUpAsksOnceMoreAfterTheAnswer(t *testing.T) {
	var pending []func()
	c := inline(t)
	c.start = func(f func()) { pending = append(pending, f) }
	var l latest
	shown := 0
	refresh := func() {
		keepUp(c, &l, func(context.Context) (int, error) { return 0, nil }, func(int, error) { shown++ })
	}
	for range 5 { // faster than the answers
		refresh()
	}
	for len(pending) > 0 {
		next := pending[0]
		pending = pending[1:]
		next()
	}
	if shown != 2 {
		t.Errorf("%d answers were shown, want the first and one more for all the others", shown)
	}
}
