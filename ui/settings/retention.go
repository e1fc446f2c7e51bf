package settings

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
)

// retentionSection chooses for how long what is past is kept. Before something is
// taken away for it, it says what, and asks.
type retentionSection struct {
	host     *host.Host
	kept     store.Retention // as stored
	fields   []*kit.SelectField
	state    *widget.Label
	pruned   func() // what was taken away is gone
	filling  bool
	busy     bool // it counts, asks or takes away
	question tasks.Latest
}

// spans are for how many days things can be kept; 0: for ever.
var spans = []int{30, 90, 180, 365, 2 * 365, 5 * 365, 10 * 365, 0}

func newRetentionSection(h *host.Host, pruned func()) *retentionSection {
	s := &retentionSection{host: h, pruned: pruned, state: kit.Muted("")}
	s.state.Wrapping = fyne.TextWrapWord
	for range 3 {
		f := kit.NewSelectField(nil, 0, s.choose)
		kit.Enable(false, f)
		s.fields = append(s.fields, f)
	}
	return s
}

// content is the section; what is stored comes into it by refresh.
func (s *retentionSection) content() fyne.CanvasObject {
	return kit.Fields(lang.L("Changes"), kit.Narrow(s.fields[0]), lang.L("History"), kit.Narrow(s.fields[1]),
		lang.L("Deleted objects"), kit.Narrow(s.fields[2]), "", s.state)
}

// days are the parts of a retention in the order of the fields.
func days(r *store.Retention) []*int { return []*int{&r.Changes, &r.History, &r.Deleted} }

// offered are the spans to choose from: the one that is stored is among them.
func offered(stored int) []int {
	if slices.Contains(spans, stored) {
		return spans
	}
	i := slices.IndexFunc(spans, func(n int) bool { return n > stored || n == 0 })
	return slices.Insert(slices.Clone(spans), i, stored)
}

// spanText is a number of days for people.
func spanText(days int) string {
	switch {
	case days == 0:
		return lang.L("For ever")
	case days == 365:
		return lang.L("1 year")
	case days%365 == 0:
		return lang.L("{{.Years}} years", map[string]any{"Years": phrase.Number(int64(days / 365))})
	case days == 1:
		return lang.L("1 day")
	}
	return lang.L(`{{.Days.Of "day" "days"}}`, map[string]any{"Days": phrase.Count(days)})
}

// refresh asks what is stored.
func (s *retentionSection) refresh() {
	if s.busy {
		return
	}
	tasks.KeepUp(s.host.Group, &s.question, s.host.Store.Retention, func(r store.Retention, err error) {
		if err != nil {
			kit.SetText(s.state, lang.L("For how long things are kept can't be told."))
			return
		}
		if r != s.kept || s.fields[0].Disabled() { // a drop-down that is open stays so
			s.show(r)
		}
	})
}

// show shows what is stored.
func (s *retentionSection) show(r store.Retention) {
	s.kept, s.filling, s.busy = r, true, false
	for i, stored := range days(&r) {
		texts := []string{}
		for _, n := range offered(*stored) {
			texts = append(texts, spanText(n))
		}
		s.fields[i].SetOptions(texts)
		s.fields[i].SetSelectedIndex(slices.Index(offered(*stored), *stored))
		kit.Enable(s.host.Store.Writable() == nil, s.fields[i])
	}
	s.filling = false
	kit.SetText(s.state, lang.L("Changes tell how far back the past can be shown, too. Of a deleted object its id is kept for as long as a change names it."))
}

// choose takes what is chosen, or asks first where something would be taken away.
func (s *retentionSection) choose() {
	if s.filling {
		return
	}
	s.busy = true
	wanted, stored := store.Retention{}, s.kept
	for i, n := range days(&wanted) {
		*n = offered(*days(&stored)[i])[s.fields[i].SelectedIndex()]
		kit.Enable(false, s.fields[i])
	}
	kit.SetText(s.state, lang.L("Counting what would be taken away …"))
	tasks.Ask(s.host.Group, &s.question, func(ctx context.Context) (store.Overdue, error) { return s.host.Store.Overdue(ctx, wanted) }, func(o store.Overdue, err error) {
		switch {
		case err != nil:
			s.host.Failed(err)
			s.show(stored)
		case o.Any():
			s.ask(wanted, o)
		default:
			s.set(wanted)
		}
	})
}

// ask says what would be taken away.
func (s *retentionSection) ask(wanted store.Retention, o store.Overdue) {
	text := lang.L(`This takes away {{.Changes.Of "change or link that ended" "changes and links that ended"}}, {{.Rows.Of "row" "rows"}} of the sync history, and what {{.Objects.Of "deleted object was" "deleted objects were"}} like.`,
		map[string]any{"Changes": phrase.Count(o.Changes), "Rows": phrase.Count(o.History), "Objects": phrase.Count(o.Deleted)})
	text += "\n\n" + lang.L("It can't be brought back. It goes in short turns, beside syncs.")
	kit.AskUser(s.host.Window, lang.L("Keep less of the past"), kit.Paragraph(text),
		kit.Choice{Text: lang.L("Take it away"), Rank: widget.DangerImportance, Do: func() { s.set(wanted) }},
		kit.Choice{Text: lang.L("Cancel"), Do: func() { s.show(s.kept) }})
}

// set stores what is wanted, and takes away what is past its time.
func (s *retentionSection) set(wanted store.Retention) {
	kit.SetText(s.state, lang.L("Taking away what is past its time …"))
	s.host.Act(func(ctx context.Context) error {
		if err := s.host.Store.SetRetention(ctx, wanted); err != nil {
			return err
		}
		tenants, err := s.host.Store.Tenants(ctx)
		for _, t := range tenants {
			if err == nil {
				err = s.host.Store.Prune(ctx, t.Key)
			}
		}
		return err
	}, func(err error) {
		if err != nil {
			s.host.Failed(err)
		}
		s.busy = false
		s.refresh()
		s.pruned()
	})
}

func (s *retentionSection) leave() { s.question.Drop() }
