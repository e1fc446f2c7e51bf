package lists_test

import (
	"context"
	"testing"

	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/table"
)

// TestLateRowsAreSaidToBe, and can be stopped and asked for again; what happens meanwhile
// does not ask again by itself.
func TestLateRowsAreSaidToBe(t *testing.T) {
	f := hosttest.New(t)
	grid := table.New(func(s string) string { return s }, table.Column[string]{Key: "name", Title: "Name", Width: 100, Text: func(s string) string { return s }})
	var asked []context.Context
	l := &lists.Paged[string]{Host: f.Host, Grid: grid, Fetch: func(ctx context.Context, _ lists.Wanted) (lists.Batch[string], error) {
		asked = append(asked, ctx)
		return lists.Batch[string]{Rows: []string{"a"}, Total: 1}, nil
	}}
	f.Display(l.Build())
	run := f.Later()
	l.Reload()
	f.Clock.Pass()
	state := grid.State()
	if state == nil || state.Title != "Looking through everything there is…" || state.Action != "Stop" {
		t.Fatalf("it says %+v", state)
	}
	state.Do()
	if state = grid.State(); state.Title != "Stopped" || state.Action != "Go on" {
		t.Fatalf("stopped, it says %+v", state)
	}
	run()
	l.Refresh()
	if grid.State() == nil || len(asked) != 1 || asked[0].Err() == nil {
		t.Errorf("stopped, it went on: %d questions", len(asked))
	}
	state.Do()
	run()
	f.Clock.Pass() // in time
	if grid.State() != nil {
		t.Errorf("it goes on and says %+v", grid.State())
	}
}

// TestLateRowsSayWhatTheyWaitFor where their list knows.
func TestLateRowsSayWhatTheyWaitFor(t *testing.T) {
	f := hosttest.New(t)
	grid := table.New(func(s string) string { return s }, table.Column[string]{Key: "name", Title: "Name", Width: 100, Text: func(s string) string { return s }})
	waits := "for an index"
	l := &lists.Paged[string]{Host: f.Host, Grid: grid, Late: func() (string, string) { return waits, "once" }, Fetch: func(context.Context, lists.Wanted) (lists.Batch[string], error) { return lists.Batch[string]{}, nil }}
	f.Display(l.Build())
	f.Later()
	l.Reload()
	if f.Clock.Pass(); grid.State().Title != waits || grid.State().Text != "once" || grid.State().Action != "Stop" {
		t.Errorf("it says %+v", grid.State())
	}
	waits = ""
	l.Reload()
	if f.Clock.Pass(); grid.State().Title != "Looking through everything there is…" {
		t.Errorf("where it waits for nothing else, it says %+v", grid.State())
	}
}
