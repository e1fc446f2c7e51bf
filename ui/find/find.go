package find

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// Box is the search, over the window. What it finds comes as it is found.
type Box struct {
	host     *host.Host
	field    *kit.SearchEntry
	grid     *table.Grid[hit]
	dialog   *kit.Dialog
	question tasks.Latest
	typed    func() // stops the wait for the end of typing; nil: none runs
	turn     int    // of the search whose hits are shown
	hits     []hit
	entering bool // Enter waits for the best hit
}

// Bounds of what is shown: a search that finds more wants more words.
const (
	mostOfClass = 8
	mostHits    = 100
)

// Open shows the search.
func Open(h *host.Host) *Box {
	b := &Box{host: h}
	b.field = kit.NewSearchEntry(lang.L("Name, user principal name, mail, object ID or application ID"), func(string) { b.wait() })
	b.grid = table.New(func(x hit) string { return x.route.String() }, b.columns()...)
	b.grid.OnOpen = b.open
	b.field.OnSubmitted = func(string) { b.first() }
	b.field.OnEscape = b.close
	b.field.OnDown = func() { h.Window.Canvas().Focus(b.grid) }
	b.grid.SetState(b.hint())
	closing := kit.NewButton(lang.L("Close"), b.close)
	closing.OnEscape = b.close
	size := h.Window.Canvas().Size()
	room := fyne.NewSize(min(760*theme.TextSize()/13, size.Width-80), min(460*theme.TextSize()/13, size.Height-160))
	b.dialog = kit.NewDialog(h.Window, lang.L("Search everywhere"), container.NewGridWrap(room, container.NewBorder(b.field, nil, nil, nil, b.grid)), closing)
	b.dialog.Show()
	h.Window.Canvas().Focus(b.field)
	return b
}

func (b *Box) hint() table.State {
	return table.State{Icon: theme.SearchIcon(), Title: lang.L("All tenants and object classes"), Text: lang.L("Type or paste what you have of an object. Deleted ones are found, too.")}
}

func (b *Box) columns() []table.Column[hit] {
	quiet := func(hit) bool { return true }
	return []table.Column[hit]{
		{Key: "name", Title: lang.L("Name"), Width: 200, Grow: true, Text: func(x hit) string { return x.name }, Quiet: func(x hit) bool { return x.deleted },
			Icon: func(x hit) fyne.Resource {
				if x.deleted {
					return apptheme.Signs().Removed
				}
				return apptheme.Signs().Link
			}},
		{Key: "known", Title: lang.L("Known as"), Width: 230, Grow: true, Text: func(x hit) string { return x.known }},
		{Key: "kind", Title: lang.L("Kind"), Width: 130, Text: func(x hit) string { return labels.Class(x.route.Object.Class) }, Quiet: quiet},
		{Key: "tenant", Title: lang.L("Tenant"), Width: 130, Text: func(x hit) string { return x.tenant }, Quiet: quiet},
	}
}

// wait searches once typing rests.
func (b *Box) wait() {
	if b.typed != nil {
		b.typed()
	}
	b.typed = b.host.After(kit.TypingRest, func() {
		b.typed = nil
		b.search()
	})
}

// search looks for what is typed; an older search is cancelled.
func (b *Box) search() {
	words := strings.TrimSpace(b.field.Text)
	b.hits, b.entering = nil, false
	b.turn++
	turn := b.turn
	if words == "" {
		b.question.Drop()
		b.grid.SetState(b.hint())
		return
	}
	b.grid.SetState(table.State{Title: lang.L("Searching…")})
	tasks.Ask(b.host.Group, &b.question, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, b.look(ctx, words, turn)
	}, func(_ struct{}, err error) {
		switch {
		case err != nil:
			b.entering = false
			b.grid.SetState(kit.TroubleState(err, b.search))
		case b.entering && len(b.hits) > 0:
			b.open(b.hits[0])
		case len(b.hits) == 0:
			b.grid.SetState(table.State{Icon: theme.SearchIcon(), Title: lang.L("Nothing matches"), Text: lang.L("Nothing here matches “{{.Text}}”.", map[string]any{"Text": words})})
		}
	})
}

// look goes through the tenants class by class, and shows what each has as it is found; then
// through what is gone.
func (b *Box) look(ctx context.Context, words string, turn int) error {
	tenants, err := b.host.Store.Tenants(ctx)
	if err != nil {
		return err
	}
	called := map[int64]string{}
	for _, t := range tenants {
		called[t.Key] = t.Among(tenants)
	}
	left := mostHits
	tell := func(found []hit, err error) (more bool, _ error) {
		for i := range found {
			found[i].tenant = called[found[i].route.Tenant]
		}
		if len(found) > 0 {
			b.host.Post(func() {
				if turn == b.turn { // nobody searches for something else by now
					b.show(found)
				}
			})
		}
		left -= len(found)
		return err == nil && left > 0, err
	}
	for _, class := range entra.Classes() {
		for _, t := range tenants {
			if more, err := tell(b.hitsOf(ctx, t, class, words)); !more {
				return err
			}
		}
	}
	for _, t := range tenants {
		if more, err := tell(b.gone(ctx, t, words)); !more {
			return err
		}
	}
	return nil
}

func (b *Box) hitsOf(ctx context.Context, t entra.Tenant, class entra.Class, words string) (out []hit, err error) {
	q := store.ObjectQuery{Class: class.Name, Search: words, Deleted: true, Range: store.Range{Limit: mostOfClass}}
	for o, err := range b.host.Store.Objects(ctx, t.Key, q) {
		if err != nil {
			return nil, err
		}
		out = append(out, newHit(t, o, words))
	}
	return out, nil
}

// show puts more hits on screen, the best ones first.
func (b *Box) show(more []hit) {
	b.hits = ranked(append(b.hits, more...))
	b.grid.SetRows(b.hits)
}

// first opens the best hit of what is typed, as soon as it is found.
func (b *Box) first() {
	if b.typed != nil {
		b.typed()
		b.typed = nil
		b.search()
	}
	if b.entering = len(b.hits) == 0; !b.entering {
		b.open(b.hits[0])
	}
}

func (b *Box) open(x hit) {
	b.close()
	b.host.Open(x.route)
}

func (b *Box) close() {
	b.question.Drop()
	b.turn++
	if b.typed != nil {
		b.typed()
	}
	b.dialog.Hide()
}
