package lists

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/watch"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
)

// A button watches what a list shows, by the desktop, under a name that is free, and the
// toast leads to the watches.
func TestWhatAListShowsIsWatched(t *testing.T) {
	f := hosttest.New(t)
	b := NewWatchButton(f.Host, func() watch.Watch {
		return watch.Watch{Name: "Guest users", View: "guests", Tenant: f.Tenant("alpha").Key}
	})
	test.Tap(b)
	test.Tap(b)
	all, err := watch.All(t.Context(), f.Store)
	f.Must(err)
	if len(all) != 2 || !all[0].Desktop || all[1].Name != "Guest users (2)" || all[0].View != "guests" {
		t.Errorf("%+v", all)
	}
	f.PressToast("Show")
	if f.At != host.To(host.Watches) || !strings.Contains(f.Toasted(), "is watched") {
		t.Errorf("it leads to %v, says %s", f.At, f.Toasted())
	}
}
