package overview

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/views"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// sharpest are the ready views of which few answers are good news.
var sharpest = []string{"credentials-ended", "credentials-ending", "risky-users", "privileged-members-new", "privileged-members", "disabled-licensed", "groups-without-owners", "apps-without-owners"}

// Bounds of what is counted: rows of one view of one tenant, and how often.
const (
	mostCounted = 1000
	lookAgain   = time.Minute
)

// finding is what one of the sharpest views has to show, over all tenants.
type finding struct {
	view  views.View
	n     int
	more  bool  // than could be counted
	where int64 // the tenant that has most of it
}

// worthALook tells what the sharpest views have to show. Each line leads to its view.
type worthALook struct {
	host     *host.Host
	lines    *fyne.Container
	room     *fyne.Container // of the panel; empty where there is nothing to tell
	resized  func()          // it takes more room now, or less
	found    []finding
	counted  time.Time // zero: never
	question tasks.Latest
}

func newWorthALook(h *host.Host) *worthALook {
	return &worthALook{host: h, lines: container.New(kit.TightLines{}), room: container.NewStack()}
}

// look counts on the side: with many objects that takes a while.
func (w *worthALook) look(tenants []entra.Tenant) {
	now := w.host.Now()
	if !w.counted.IsZero() && now.Sub(w.counted) < lookAgain {
		return
	}
	w.counted = now
	tasks.KeepUp(w.host.Group, &w.question, func(ctx context.Context) ([]finding, error) {
		return find(ctx, w.host, tenants)
	}, func(found []finding, err error) {
		if err == nil { // the table of tenants tells trouble
			w.show(found)
		}
	})
}

// find asks the sharpest views of all tenants. What can't be answered is left out: its
// view says why.
func find(ctx context.Context, h *host.Host, tenants []entra.Tenant) (out []finding, err error) {
	for _, name := range sharpest {
		v, _ := views.Named(name)
		f := finding{view: v}
		most := 0
		for _, t := range tenants {
			q := views.Question{Ctx: ctx, Store: h.Store, Tenant: t, Now: h.Now()}
			_, none, err := v.Missing(q)
			if err != nil {
				return nil, err
			}
			if none {
				continue
			}
			n, err := count(v, q)
			if err != nil {
				return nil, err
			}
			f.n, f.more = f.n+n, f.more || n == mostCounted
			if n > most {
				most, f.where = n, t.Key
			}
		}
		if f.n > 0 {
			out = append(out, f)
		}
	}
	return out, nil
}

// count counts the rows of a view, up to the bound.
func count(v views.View, q views.Question) (n int, err error) {
	for _, err := range v.Rows(q) {
		if err != nil {
			return n, err
		}
		if n++; n == mostCounted {
			break
		}
	}
	return n, nil
}

// show takes what was found.
func (w *worthALook) show(found []finding) {
	w.found = found
	w.lines.Objects = nil
	for _, f := range found {
		line := kit.NewButton(wording.Sentence(f.view.Title), func() { w.host.Open(host.ToView(f.where, f.view.Name)) }).Important(widget.LowImportance)
		line.Alignment, line.Tip, line.Tips = widget.ButtonAlignLeading, wording.Sentence(f.view.Meaning), w.host.Tips
		number := phrase.Number(int64(f.n))
		if f.more {
			number += "+"
		}
		w.lines.Add(container.NewBorder(nil, nil, nil, widget.NewLabel(number), line))
	}
	w.room.Objects = nil
	if len(found) > 0 {
		w.room.Objects = []fyne.CanvasObject{panel(lang.L("Worth a look"), w.lines)}
	}
	w.room.Refresh()
	w.resized()
}

func (w *worthALook) leave() { w.question.Drop() }
