package changes

import (
	"cmp"
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
)

// period is a time that a person names, as it is typed.
type period struct{ from, until string }

// read gives the moments: of a date that it begins with its beginning, of one that it ends
// with its end; without an end it goes on. Wrong says what is wrong with it; "": nothing.
func (p period) read(now time.Time) (since, until time.Time, wrong string) {
	if wrong = cmp.Or(kit.NoMoment(p.from, now), kit.NoMoment(p.until, now)); wrong != "" {
		return since, until, wrong
	}
	since, _, _ = entra.ParseMoment(p.from)
	if until, _ = entra.ParsePast(p.until, now); !until.IsZero() && until.Before(since) {
		wrong = lang.L("It ends before it begins.")
	}
	return since, until, wrong
}

// askPeriod lets a person name a period of their own.
func (c *Changes) askPeriod() {
	typed := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Local().Format("2006-01-02 15:04")
	}
	from, until := kit.NewTextField(typed(c.filter.since), "2026-05-01"), kit.NewTextField(typed(c.filter.until), "2026-05-31 14:30")
	wrong := kit.NewComplaint()
	hint := kit.Muted(lang.L("Dates and times by this computer's clock. A date alone means its beginning where the period begins, and its end where it ends; without an end it goes on."))
	hint.Wrapping = fyne.TextWrapWord
	named := func() (time.Time, time.Time, string) { return period{from.Text, until.Text}.read(c.host.Now()) }
	form := &kit.FormDialog{Title: lang.L("Changes of a period"), Submit: lang.L("Show"), Left: c.showPeriod,
		Fields: container.NewVBox(kit.Fields(lang.L("From"), from, lang.L("Until"), until), wrong, hint, kit.Gap(2)),
		Valid: func() bool {
			since, _, text := named()
			kit.Complain(wrong, text)
			return text == "" && !since.IsZero()
		},
		Work: func(context.Context) error { return nil },
		Done: func() {
			c.filter.days = 0
			c.filter.since, c.filter.until, _ = named()
			c.showPeriod()
			c.filtered()
		}}
	from.OnChanged = func(string) { form.Check() }
	until.OnChanged = from.OnChanged
	form.Open(c.host.Window, c.host.Group)
}

// recorded is what is known of how far back changes are recorded.
type recorded struct {
	since  time.Time // zero: nothing is
	pruned bool      // there was more
}

// lookBack reads how far back changes of what is asked for are recorded, and says what can't be
// known of the time that is asked for.
func (c *Changes) lookBack() {
	class := c.list.Stand.Class
	tasks.Ask(c.host.Group, &c.looking, func(ctx context.Context) (r recorded, err error) {
		t, err := c.host.Store.TenantByKey(ctx, c.tenant)
		if err != nil {
			return r, err
		}
		classes := []string{class}
		if class == "" {
			classes = nil
			for _, k := range entra.Classes() { // those that were switched off have changes, too
				classes = append(classes, k.Name)
			}
		}
		doubts, err := c.host.Store.Doubts(ctx, t, entra.Beginning, store.DoubtQuery{Classes: classes})
		r.since, r.pruned = entra.RecordedSince(doubts)
		return r, err
	}, func(r recorded, err error) {
		if err != nil {
			return // the list tells trouble
		}
		c.recorded = r
		text := c.unrecorded()
		kit.SetText(c.unknown, text)
		kit.Reveal(text != "", c.unknown)
		if c.list.Empty = c.empty(); c.list.Grid.State() != nil {
			c.list.Refresh()
		}
	})
}

// unrecorded says what can't be known of the time that is asked for; "": all of it is recorded.
func (c *Changes) unrecorded() string {
	asked := c.filter.ask(c.host.Now()).Since
	at := map[string]any{"Time": phrase.Stamp(entra.WholeSecond(c.recorded.since), c.host.Now())}
	switch {
	case c.recorded.since.IsZero() || !asked.Before(c.recorded.since):
		return ""
	case c.recorded.pruned:
		return lang.L("What changed before {{.Time}} is no longer kept.", at)
	case c.filter.between():
		return lang.L("Changes are recorded from {{.Time}} on: what was before is not known.", at)
	}
	return ""
}
