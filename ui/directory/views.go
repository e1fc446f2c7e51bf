package directory

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/views"
	"github.com/entraidsync/entraidsync/core/watch"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// viewOf is the ready view that stands for a class; false where a class does.
func viewOf(class string) (views.View, bool) {
	name, is := strings.CutPrefix(class, host.ViewPrefix)
	if !is {
		return views.View{}, false
	}
	return views.Named(name)
}

// viewList is the answer to a ready view, under the sentence that says what it means.
type viewList struct {
	directory *Directory
	view      views.View
	list      *lists.Paged[views.Row]
	missing   *widget.Label
	asking    tasks.Latest
	asked     time.Time // when the answer was asked for last by an event
	unheld    bool      // nothing of it is held: to ask again costs nothing
}

// calm is how long an answer stays before an event asks for it again: some views go
// through a whole class.
const calm = 30 * time.Second

// refresh asks again, after a while.
func (l *viewList) refresh() {
	if now := l.directory.host.Now(); l.unheld || now.Sub(l.asked) >= calm {
		l.asked = now
		l.list.Refresh()
	}
}

func newViewList(d *Directory, v views.View) *viewList {
	l := &viewList{directory: d, view: v, missing: kit.Muted(""), asked: d.host.Now()}
	l.missing.Wrapping = fyne.TextWrapWord
	l.missing.Importance = widget.WarningImportance
	l.missing.Hide()
	meaning := kit.Muted(wording.Sentence(v.Meaning))
	meaning.Wrapping = fyne.TextWrapWord
	grid := table.New(func(r views.Row) string { return r.ID + keyOf(r) }, l.columns()...)
	grid.Twice = true
	grid.OnOpen = func(r views.Row) {
		d.host.Open(host.ToObject(d.tenant().Key, r.Class, r.ID).AsOf(l.list.Stand.Moment()))
	}
	l.list = &lists.Paged[views.Row]{Host: d.host, Grid: grid, Stand: d.stand, OnStand: d.onStand, Fetch: lists.WalkOf(l.rows), Count: lists.CountOf(l.rows),
		Tools: []fyne.CanvasObject{d.moment.Button, lists.NewWatchButton(d.host, func() watch.Watch { return d.watchOf(v.Name, wording.Sentence(v.Title)) })}, Export: l.exportCSV, Lines: l.exportLines, Named: l.fileName, Under: container.NewVBox(meaning, l.missing), Empty: l.none()}
	l.list.Fails = l.fails
	lists.RememberColumns(d.host, "view "+v.Name, grid)
	return l
}

// keyOf tells the rows of one object apart.
func keyOf(r views.Row) string {
	text, _ := json.Marshal(r.Values) // what export takes
	return string(text)
}

func (l *viewList) build() fyne.CanvasObject {
	l.tellMissing()
	return l.list.Build()
}

func (l *viewList) question(ctx context.Context, s host.Stand) views.Question {
	return views.Question{Ctx: ctx, Store: l.directory.host.Store, Tenant: l.directory.tenant(), Now: l.directory.host.Now(), At: s.Moment(), Called: entra.Class.Noun}
}

// tellMissing says what the answer may lack.
func (l *viewList) tellMissing() {
	q := l.question(l.directory.host.Context, l.list.Stand)
	tasks.Ask(l.directory.host.Group, &l.asking, func(ctx context.Context) ([]say.Sentence, error) {
		q.Ctx = ctx
		told, none, err := l.view.Missing(q)
		if none {
			return nil, err // the list says it
		}
		return told, err
	}, func(told []say.Sentence, err error) {
		kit.SetText(l.missing, wording.Sentences(told...))
		kit.Reveal(err == nil && len(told) > 0, l.missing)
		l.empty(!q.At.IsZero(), len(told) > 0)
	})
}

// empty says that there are none, of then or of now, or that more may be there than the answer knows of.
func (l *viewList) empty(then, lacks bool) {
	was := l.list.Empty.Title
	l.list.Empty = l.none()
	if then || lacks {
		l.list.Empty = table.State{Icon: apptheme.Signs().Fresh, Title: lang.L("There are none"), Text: lang.L("As far as the copy knows; what it can't know is said above.")}
	}
	if then {
		l.list.Empty.Title = lang.L("There were none then")
	}
	if s := l.list.Grid.State(); s != nil && s.Title == was {
		l.list.Grid.SetState(l.list.Empty)
	}
}

func (l *viewList) none() table.State {
	return table.State{Icon: apptheme.Signs().Good, Title: lang.L("There are none"), Text: wording.Sentence(l.view.Meaning)}
}

func (l *viewList) columns() []table.Column[views.Row] {
	now := l.directory.host.Now
	out := []table.Column[views.Row]{{Key: "name", Title: lang.L("Name"), Width: 200, Grow: true, Text: func(r views.Row) string { return cmp.Or(r.Name, r.ID) },
		Icon: func(views.Row) fyne.Resource { return apptheme.Signs().Link }}}
	if l.view.Mixed() {
		out = append(out, table.Column[views.Row]{Key: "class", Title: lang.L("Kind"), Width: 130, Text: func(r views.Row) string { return labels.Class(r.Class) },
			Quiet: func(views.Row) bool { return true }})
	}
	for _, c := range l.view.Shown() {
		out = append(out, table.Column[views.Row]{Key: c.Key, Title: labels.ViewColumn(l.view.Classes[0], c.Key), Width: 150, Grow: true,
			Text: func(r views.Row) string { return cellText(c.Key, c.Value(r), now()) }})
	}
	return out
}

// cellText is a cell of a view for people.
func cellText(name string, value any, now time.Time) string {
	switch v := value.(type) {
	case string:
		return labels.ViewWord(name, labels.Text(name, v, now))
	case json.RawMessage:
		return labels.Value(name, jsontext.Value(v), now)
	case time.Time:
		return phrase.Stamp(v, now)
	}
	return ""
}

// rows gives those that match the search, or why there is no answer.
func (l *viewList) rows(ctx context.Context, w lists.Wanted) iter.Seq2[views.Row, error] {
	q, search := l.question(ctx, w.Stand), strings.ToLower(strings.TrimSpace(w.Search))
	return func(yield func(views.Row, error) bool) {
		told, none, err := l.view.Missing(q)
		if err == nil && none {
			err = &entra.Error{Code: notHeld, What: say.With("the view %s can't be answered", wording.Sentence(l.view.Title)), Why: say.Join("; ", told...)}
		}
		if err != nil {
			yield(views.Row{}, err)
			return
		}
		for r, err := range l.view.Rows(q) {
			if err == nil && search != "" && !strings.Contains(l.text(r), search) {
				continue
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// notHeld is the code of an error that says that nothing of a view is held.
const notHeld entra.Code = "not_held"

// fails says why there is no answer, with the button that helps: to try again helps nobody
// to whom nothing of it is synced.
func (l *viewList) fails(err error) table.State {
	d, t := l.directory, l.directory.tenant()
	if l.unheld = entra.CodeOf(err) == notHeld; !l.unheld {
		return kit.TroubleState(err, l.list.Reload)
	}
	e, lacks := *entra.AsError(err), l.lacks(t)
	state := func(action string, do func()) table.State {
		return table.State{Icon: apptheme.Signs().Off, Title: wording.Sentence(e.What), Text: wording.Sentences(e.Why, e.Remedy), Action: action, Do: do}
	}
	switch {
	case l.list.Stand.At != 0:
		e.Remedy = "name a later moment; switch on what is not synced at all"
		return state(lang.L("Back to now"), func() { d.moment.Set(time.Time{}); d.travel(time.Time{}) })
	case lacks != "" && slices.Contains(t.Classes, lacks): // why says what it takes
		return state(lang.L("Open the configuration"), func() { d.Configure(lacks) })
	case lacks != "":
		e.Remedy = "switch the classes on in the tenant's configuration, grant what is missing, and sync"
		return state(lang.L("Open the configuration"), func() { d.Configure(lacks) })
	case t.Enabled:
		return state(lang.L("Sync now"), func() { access.SyncNow(d.host, t.Key) })
	}
	return access.DisabledState(d.host, t)
}

// lacks is the first class of the view that no sync brings by itself: it is to be switched on,
// or something is to be granted, before. "": there is none.
func (l *viewList) lacks(t entra.Tenant) string {
	for _, name := range l.view.Classes {
		if !slices.Contains(t.Classes, name) || l.directory.states[name].Blocked != "" {
			return name
		}
	}
	return ""
}

// text is what a row is sought by.
func (l *viewList) text(r views.Row) string { return lists.Sought(r.ID, r, l.list.Grid) }

func (l *viewList) exportCSV(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.CSV(w, l.view.Exported(), l.rows(ctx, q))
}

func (l *viewList) exportLines(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.JSONLines(w, l.view.Exported(), l.rows(ctx, q))
}

func (l *viewList) fileName(s host.Stand) string {
	parts := []string{l.directory.tenant().Name, l.view.Name, s.Search}
	if at := s.Moment(); !at.IsZero() {
		parts = append(parts, "as of "+at.Local().Format("2006-01-02 1504"))
	}
	return strings.Join(parts, " ")
}
