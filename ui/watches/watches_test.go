package watches

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/watch"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
)

func all(f *hosttest.Fixture) []watch.Watch {
	f.Helper()
	out, err := watch.All(f.T.Context(), f.Store)
	f.Must(err)
	return out
}

func button(f *hosttest.Fixture, text string) *kit.Button {
	f.Helper()
	for _, b := range hosttest.All[*kit.Button](f.Window.Content()) {
		if b.Text == text {
			return b
		}
	}
	f.Fatalf("there is no button %q", text)
	return nil
}

// TestReadyOnesTakeOneClick offers each ready watch until it is watched, and nothing can be
// done with none that is selected.
func TestReadyOnesTakeOneClick(t *testing.T) {
	f := hosttest.New(t)
	p := hosttest.Show(f, New(f.Host))
	for _, b := range []*kit.Button{p.test, p.toggle, p.edit, p.remove} {
		if !b.Disabled() {
			t.Errorf("%s is enabled", b.Text)
		}
	}
	for i, r := range watch.ReadyOnes() {
		test.Tap(button(f, readyTitle(r.Name)))
		if w := all(f); len(w) != i+1 || w[i].Ready != r.Name || !w[i].Desktop || w[i].Tenant != 0 {
			t.Fatalf("%+v", w)
		}
	}
	if p.ready.Visible() || len(p.grid.Rows()) != 6 || p.test.Disabled() {
		t.Errorf("ready ones offered: %v, rows %d", p.ready.Visible(), len(p.grid.Rows()))
	}
}

// TestWatchIsAddedChangedAndRemoved by the forms; what is signed by is shown once.
func TestWatchIsAddedChangedAndRemoved(t *testing.T) {
	f := hosttest.New(t)
	p := hosttest.Show(f, New(f.Host))
	test.Tap(button(f, "Add a watch"))
	f.Hinted(f.Top(), "Its name").SetText("titles")
	f.Hinted(f.Top(), "any, or a name such as jobTitle").SetText("jobTitle")
	f.Hinted(f.Top(), "https://…").SetText("http://hooks.contoso.com/x")
	f.Press("Add")
	if len(all(f)) != 0 || !strings.Contains(strings.Join(hosttest.Texts(f.Top()), " "), "no https address") {
		t.Fatal("an address that is not https was taken, or nobody said why not")
	}
	f.Filled("http://hooks.contoso.com/x").SetText("https://hooks.contoso.com/x?token=1")
	f.Press("Add")
	if f.Top() == nil || !hosttest.Says(f.Top(), "Shown once") {
		t.Fatal("the secret is not shown")
	}
	secret := f.Copied("Copy")
	f.Press("Close")
	w := all(f)
	if len(w) != 1 || w[0].Name != "titles" || w[0].Filter.Property != "jobTitle" || w[0].Secret == nil || strings.Contains(string(w[0].Secret), secret) || len(secret) < 40 {
		t.Fatalf("%+v, secret %d", w, len(secret))
	}
	if row := strings.Join(hosttest.Texts(f.Window.Content()), " "); strings.Contains(row, "token=1") || !strings.Contains(row, "hooks.conto") || strings.Contains(row, secret) {
		t.Errorf("the row says %s", row)
	}
	test.Tap(p.edit)
	f.Filled("titles").SetText("job titles")
	f.Press("Save")
	if now := all(f); f.Top() != nil || now[0].Name != "job titles" || string(now[0].Secret) != string(w[0].Secret) {
		t.Errorf("%+v", now)
	}
	test.Tap(p.toggle)
	if !all(f)[0].Off || p.toggle.Text != "Switch on" {
		t.Error("it is not off")
	}
	test.Tap(p.remove)
	f.Press("Remove")
	if len(all(f)) != 0 || !p.test.Disabled() {
		t.Error("it is still there")
	}
}

// TestViewIsChosen in the form, in place of a filter.
func TestViewIsChosen(t *testing.T) {
	f := hosttest.New(t)
	hosttest.Show(f, New(f.Host))
	test.Tap(button(f, "Add a watch"))
	f.Hinted(f.Top(), "Its name").SetText("who is a guest")
	for _, s := range hosttest.All[*kit.SelectField](f.Top()) {
		if at := len(s.Options) - 1; s.Options[at] == "What comes into a view, or leaves it" {
			s.SetSelectedIndex(at)
		}
	}
	for _, s := range hosttest.All[*kit.SelectField](f.Top()) {
		if s.Options[0] == "Guest users" {
			s.SetSelectedIndex(0)
		}
	}
	f.Press("Add")
	if w := all(f); f.Top() != nil || len(w) != 1 || w[0].View != "guests" || w[0].Ready != "" || what(w[0]) != "View: Guest users" {
		t.Errorf("%+v", w)
	}
}

// TestWhatWasToldLeadsToItsChange lists notices, of one watch where it is selected, and
// goes to what they are about; trouble stands in the watch's row.
func TestWhatWasToldLeadsToItsChange(t *testing.T) {
	f := hosttest.New(t)
	alpha := f.Tenant("alpha")
	f.AddRuns("alpha", 1, nil)
	var shown []watch.Sum
	f.Watches.ShowBy(func(_ context.Context, s watch.Sum) error { shown = append(shown, s); return nil })
	f.Watches.Now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	silent, err := watch.Put(t.Context(), f.Store, watch.Watch{Name: "silence", Ready: watch.SyncFailing, Desktop: true})
	f.Must(err)
	_, err = watch.Put(t.Context(), f.Store, watch.Watch{Name: "other", Webhook: "https://127.0.0.1:1/x", Ready: watch.SyncFailing})
	f.Must(err)
	f.Must(f.Watches.Once(t.Context()))
	p := hosttest.Show(f, New(f.Host))
	if len(shown) != 1 || len(p.told.Rows()) != 2 {
		t.Fatalf("%d shown, %d listed", len(shown), len(p.told.Rows()))
	}
	for _, s := range p.grid.Rows() {
		if text := trouble(s, time.Now()); (text == "") != (s.Name == "silence") {
			t.Errorf("%s: %q", s.Name, text)
		}
	}
	p.grid.Select(0)
	if p.chosen != silent.ID || len(p.told.Rows()) != 1 || state(p.told.Rows()[0].Notice) != "told" {
		t.Errorf("%+v", p.told.Rows())
	}
	p.told.OnOpen(p.told.Rows()[0])
	if f.At != host.ToTenant(alpha.Key) {
		t.Errorf("it leads to %v", f.At)
	}
	if p.Escape(); len(p.told.Rows()) != 2 {
		t.Error("Escape does not show all")
	}
	change := watch.Subject{Tenant: alpha, Change: &entra.Change{Key: 7, Class: "users", ID: "u", Kind: entra.Updated, DisplayName: "Anna", Before: []byte(`{"city":"Kiel"}`), After: []byte(`{"city":"Ulm"}`)}}
	if to := route(change); to.Object.ID != "u" || to.Tab != host.ChangesTab || to.Row != "7" {
		t.Errorf("a change leads to %+v", to)
	}
	if title, text := Notice(watch.Sum{Watch: silent, Only: &change, Count: 1}, nil, time.Now()); !strings.Contains(title, "alpha") || !strings.Contains(text, "Kiel → Ulm") {
		t.Errorf("%q %q", title, text)
	}
}

// TestWatchesInGerman shows the page and its form in German, with rows.
func TestWatchesInGerman(t *testing.T) {
	f := hosttest.New(t)
	f.InGerman()
	for _, r := range watch.ReadyOnes()[:4] {
		_, err := watch.Put(t.Context(), f.Store, watch.Watch{Name: readyTitle(r.Name), Ready: r.Name, Desktop: true, Webhook: "https://127.0.0.1:1/x"})
		f.Must(err)
	}
	f.Host.Preferences.Quiet = true
	p := hosttest.Show(f, New(f.Host))
	f.ExpectGerman("the page", f.Window.Content())
	p.grid.Select(0)
	test.Tap(p.edit)
	f.ExpectGerman("the form", f.Top(), "jobTitle")
	f.Window.Resize(fyne.NewSize(800, 600))
	f.ExpectGerman("the narrow page", f.Window.Content())
}

// Each half has what it needs, in whatever height: the one over the other was drawn into it.
func TestHalvesDoNotOverlap(t *testing.T) {
	upper, lower := canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	upper.SetMinSize(fyne.NewSize(10, 300))
	lower.SetMinSize(fyne.NewSize(10, 100))
	for height, want := range map[float32]float32{400: 300, 500: 300, 1000: 540} {
		halves{}.Layout([]fyne.CanvasObject{upper, lower}, fyne.NewSize(100, height))
		if upper.Size().Height != want || lower.Position().Y != want || lower.Size().Height != height-want {
			t.Errorf("of %v the upper one has %v, the lower one %v at %v", height, upper.Size().Height, lower.Size().Height, lower.Position().Y)
		}
	}
}
