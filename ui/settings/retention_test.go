package settings

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// aged puts rows of the history that are two years old into the fixture's store.
func aged(f *hosttest.Fixture) {
	f.Helper()
	tenant, err := f.Store.Tenant(f.Context(), "alpha.onmicrosoft.com")
	f.Must(err)
	old, err := store.Open(f.Context(), f.Store.Dir(), store.Options{Now: func() time.Time { return time.Now().AddDate(-2, 0, 0) }})
	f.Must(err)
	defer old.Close()
	for range 3 {
		run, err := old.BeginRun(f.Context(), tenant.Key)
		f.Must(err)
		row, err := old.BeginClass(f.Context(), run, tenant.Key, "users")
		f.Must(err)
		_, err = old.EndClass(f.Context(), row, store.ClassEnd{Status: entra.Failed, Err: &entra.Error{What: "it failed"}})
		f.Must(err)
		f.Must(old.EndRun(f.Context(), run, store.RunEnd{Status: entra.Failed}))
	}
}

// TestRetentionIsChosen: what is kept longer is stored at once; what would be taken away
// is told first, and stays where the answer is no.
func TestRetentionIsChosen(t *testing.T) {
	f := hosttest.New(t)
	f.Must(f.Store.SetRetention(f.Context(), store.Retention{Changes: 400, History: 0, Deleted: 90}))
	aged(f)
	s := hosttest.Show(f, New(f.Host)).keep
	rows := func() int {
		n, err := f.Store.HistoryCount(f.Context(), 1, "")
		f.Must(err)
		return n
	}
	if s.fields[0].Selected != "400 days" || s.fields[1].Selected != "For ever" || s.fields[2].Selected != "90 days" {
		t.Fatalf("it shows %q, %q, %q", s.fields[0].Selected, s.fields[1].Selected, s.fields[2].Selected)
	}
	s.fields[0].SetSelected("2 years")
	if r, err := f.Store.Retention(f.Context()); r.Changes != 730 || err != nil || f.Top() != nil {
		t.Errorf("nothing would go, and it asks; stored %+v, %v", r, err)
	}
	s.fields[1].SetSelected("1 year")
	if !hosttest.Says(f.Top(), "This takes away 0 changes and links that ended, 3 rows of the sync history, and what 0 deleted objects were like.\n\nIt can't be brought back. It goes in short turns, beside syncs.") {
		t.Fatalf("it does not say what would go: %q", hosttest.Texts(f.Top()))
	}
	f.Press("Cancel")
	if s.fields[1].Selected != "For ever" || rows() != 3 {
		t.Errorf("after Cancel it shows %q, %d rows are left", s.fields[1].Selected, rows())
	}
	s.fields[1].SetSelected("1 year")
	f.Press("Take it away")
	if r, err := f.Store.Retention(f.Context()); r != (store.Retention{Changes: 730, History: 365, Deleted: 90}) || err != nil || rows() != 0 || s.fields[1].Disabled() {
		t.Errorf("stored %+v, %v; %d rows are left", r, err, rows())
	}
}

// TestStorageIsTold, part by part, and given back.
func TestStorageIsTold(t *testing.T) {
	f := hosttest.New(t)
	s := hosttest.Show(f, New(f.Host)).room
	if !strings.HasSuffix(s.total.Text, "KB in all") || len(s.parts.Objects) != 3*9 || !s.compact.Disabled() {
		t.Fatalf("it says %q, %d texts; can be compacted: %v", s.total.Text, len(s.parts.Objects), !s.compact.Disabled())
	}
	s.show(weights{[]store.Weight{{Part: "objects", Rows: 1_200_000, Bytes: 812_000_000}, {Part: "free", Bytes: 4096}}, 1_250_000_000})
	if texts := strings.Join(slices.Compact(hosttest.Texts(s.parts)), "|"); texts != "Objects|812 MB|1,200,000 rows|Free, to be given back|4.1 KB" || s.total.Text != "1.2 GB in all" {
		t.Errorf("it says %q, %q", s.total.Text, texts)
	}
	test.Tap(s.compact)
	if s.stop != nil || s.bar.Visible() || !s.compact.Disabled() { // all was given back
		t.Error("it still compacts")
	}
	s.far(0, 0)
	if s.bar.TextFormatter == nil {
		t.Error("a copy's part can't be told, and is")
	}
	if s.far(1, 4); s.bar.Value != 0.25 {
		t.Errorf("a quarter is shown as %v", s.bar.Value)
	}
}

// TestCompactingIsStopped by Cancel, without a word.
func TestCompactingIsStopped(t *testing.T) {
	f := hosttest.New(t)
	s := hosttest.Show(f, New(f.Host)).room
	var work []func()
	f.Group.Start = func(w func()) { work = append(work, w) }
	s.squeeze()
	if !s.cancel.Visible() || !s.bar.Visible() {
		t.Fatal("it can't be stopped")
	}
	test.Tap(s.cancel)
	for len(work) > 0 {
		next := work[0]
		work = work[1:]
		next()
	}
	if s.cancel.Visible() || f.Toasted() != "" {
		t.Errorf("afterwards: %q", f.Toasted())
	}
}

// In German, too, the fields of a section begin where those of the others do.
func TestFieldsBeginAtOneEdge(t *testing.T) {
	f := hosttest.New(t)
	f.InGerman()
	p := hosttest.Show(f, New(f.Host))
	f.Window.Resize(fyne.NewSize(1280, 2000))
	left := func(o fyne.CanvasObject) float32 { return fyne.CurrentApp().Driver().AbsolutePositionForObject(o).X }
	first := left(hosttest.All[*kit.SelectField](f.Window.Content())[0])
	for _, field := range p.keep.fields {
		if left(field) != first {
			t.Errorf("a field begins at %v, those of the first section at %v", left(field), first)
		}
	}
}
