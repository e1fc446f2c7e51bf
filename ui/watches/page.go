package watches

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/watch"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// Page has all watches, the ready ones a click away, and what was told.
type Page struct {
	host.Plain
	host     *host.Host
	question tasks.Latest
	known    known
	chosen   string // the id of the watch that is selected; "": none

	grid                       *table.Grid[watch.Standing]
	told                       *table.Grid[watch.Entry]
	test, toggle, edit, remove *kit.Button // of the watch that is selected
	ready                      *fyne.Container
	readyNow                   string        // the names of those that it offers
	quiet                      *widget.Label // says that the desktop tells nothing
	of                         *widget.Label // whose notices are listed
}

// known is what the page shows.
type known struct {
	watches []watch.Standing
	entries []watch.Entry
	tenants []entra.Tenant
}

// mostEntries is how many notices are listed.
const mostEntries = 300

// New makes the page.
func New(h *host.Host) *Page {
	p := &Page{host: h, ready: kit.Flow(), quiet: kit.Cut(kit.Muted("")), of: kit.Cut(kit.Muted(""))}
	p.test = kit.NewButton(lang.L("Test"), p.testChosen)
	p.toggle = kit.NewButton(lang.L("Switch off"), p.switchOver)
	p.edit = kit.NewButton(lang.L("Edit"), func() { p.withChosen(func(w watch.Standing) { p.ask(w.Watch) }) })
	p.remove = kit.NewButton(lang.L("Remove"), p.askRemove)
	p.grid, p.told = p.watchTable(), p.toldTable()
	return p
}

func (p *Page) watchTable() *table.Grid[watch.Standing] {
	now := p.host.Now
	text := func(of func(watch.Watch) string) func(watch.Standing) string {
		return func(s watch.Standing) string { return of(s.Watch) }
	}
	grid := table.New(func(s watch.Standing) string { return s.ID },
		table.Column[watch.Standing]{Key: "on", Title: lang.L("Watching"), Width: 100, Text: onText, Icon: onSign},
		table.Column[watch.Standing]{Key: "name", Title: lang.L("Name"), Width: 130, Grow: true, Fit: true, Text: text(func(w watch.Watch) string { return w.Name })},
		table.Column[watch.Standing]{Key: "what", Title: lang.L("What"), Width: 180, Grow: true, Fit: true, Text: text(what)},
		table.Column[watch.Standing]{Key: "tenant", Title: lang.L("Tenant"), Width: 120, Grow: true, Fit: true, Text: func(s watch.Standing) string { return p.tenantName(s.Tenant) }},
		table.Column[watch.Standing]{Key: "tells", Title: lang.L("Tells"), Width: 150, Grow: true, Text: text(tells)},
		table.Column[watch.Standing]{Key: "last", Title: lang.L("Told last"), Width: 130, Text: func(s watch.Standing) string {
			if s.LastTold.IsZero() {
				return "–"
			}
			return phrase.Stamp(s.LastTold, now())
		}},
		table.Column[watch.Standing]{Key: "trouble", Title: lang.L("Trouble"), Width: 140, Grow: true, Text: func(s watch.Standing) string { return trouble(s, now()) },
			Icon: func(s watch.Standing) fyne.Resource {
				if s.Trouble == "" {
					return nil
				}
				return apptheme.Signs().Warning
			}})
	lists.RememberColumns(p.host, "watches", grid)
	grid.OnOpen = func(s watch.Standing) { p.ask(s.Watch) }
	grid.OnSelect = func(s watch.Standing) {
		if p.chosen != s.ID {
			p.chosen = s.ID
			p.show(p.known, nil)
		}
	}
	return grid
}

func onText(s watch.Standing) string {
	if s.Off {
		return lang.L("Off")
	}
	return lang.L("On")
}

func onSign(s watch.Standing) fyne.Resource {
	if s.Off {
		return apptheme.Signs().Off
	}
	return apptheme.Signs().Good
}

func (p *Page) toldTable() *table.Grid[watch.Entry] {
	now := p.host.Now
	grid := table.New(func(e watch.Entry) string {
		return e.Watch.ID + by(e.Notice) + strconv.FormatInt(e.Notice.Change, 10) + " " + strconv.FormatInt(e.Notice.Tenant, 10) + " " + strconv.FormatInt(e.Notice.Run, 10) + e.Notice.Object + strconv.FormatInt(e.Notice.Look, 10)
	},
		table.Column[watch.Entry]{Key: "when", Title: lang.L("Time"), Width: 120, Firm: true, Text: func(e watch.Entry) string { return phrase.Stamp(e.Made, now()) }},
		table.Column[watch.Entry]{Key: "watch", Title: lang.L("Watch"), Width: 130, Grow: true, Fit: true, Text: func(e watch.Entry) string { return e.Watch.Name }},
		table.Column[watch.Entry]{Key: "tenant", Title: lang.L("Tenant"), Width: 140, Fit: true, Text: func(e watch.Entry) string { return p.tenantName(e.Notice.Tenant) }},
		table.Column[watch.Entry]{Key: "what", Title: lang.L("What happened"), Width: 330, Grow: true, Fit: true, Text: func(e watch.Entry) string { return happened(e.Subject, now()) }},
		table.Column[watch.Entry]{Key: "by", Title: lang.L("Told by"), Width: 86, Text: func(e watch.Entry) string { return by(e.Notice) }},
		table.Column[watch.Entry]{Key: "status", Title: lang.L("Status"), Width: 130, Grow: true, Text: func(e watch.Entry) string { return state(e.Notice) },
			Icon: func(e watch.Entry) fyne.Resource { return stateSign(e.Notice) }})
	lists.RememberColumns(p.host, "told", grid)
	grid.OnOpen = func(e watch.Entry) { p.host.Open(route(e.Subject)) }
	return grid
}

// tenantName is the tenant that a watch is of.
func (p *Page) tenantName(key int64) string {
	if key == 0 {
		return lang.L("All tenants")
	}
	for _, t := range p.known.tenants {
		if t.Key == key {
			return t.Name
		}
	}
	return lang.L("removed")
}

// Content is the table of watches over the list of what was told.
func (p *Page) Content() fyne.CanvasObject {
	defer p.Refresh()
	add := kit.NewButton(lang.L("Add a watch"), func() { p.ask(watch.Watch{Desktop: true, More: 500}) })
	add.Icon = theme.ContentAddIcon()
	title := kit.PageTitle(lang.L("Watches"), p.test, p.toggle, p.edit, p.remove, add)
	p.grid.SetState(table.State{Title: lang.L("Loading…")})
	p.told.SetState(table.State{Title: lang.L("Loading…")})
	head := kit.Beside(container.NewBorder(nil, nil, kit.Subheading(lang.L("What was told")), nil, p.of), kit.Muted(lang.L("Enter leads to the change")))
	upper := container.NewBorder(container.NewVBox(title, p.ready, p.quiet), nil, nil, nil, p.grid)
	return container.New(halves{}, upper, container.NewBorder(container.NewVBox(widget.NewSeparator(), head), nil, nil, nil, p.told))
}

// halves puts one object over the other: the upper one, which has more beside its table,
// takes a little more.
type halves struct{}

// MinSize is that of both.
func (halves) MinSize(objects []fyne.CanvasObject) fyne.Size {
	upper, lower := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(max(upper.Width, lower.Width), upper.Height+lower.Height)
}

// Layout shares the height; neither gets less than it needs.
func (halves) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	upper := max(min(float32(int(size.Height*0.54)), size.Height-objects[1].MinSize().Height), objects[0].MinSize().Height)
	objects[0].Resize(fyne.NewSize(size.Width, upper))
	objects[1].Move(fyne.NewPos(0, upper))
	objects[1].Resize(fyne.NewSize(size.Width, size.Height-upper))
}

// Refresh reads the watches anew.
func (p *Page) Refresh() {
	tasks.KeepUp(p.host.Group, &p.question, p.read, p.show)
}

func (p *Page) read(ctx context.Context) (k known, err error) {
	if k.watches, err = watch.Standings(ctx, p.host.Store); err != nil {
		return k, err
	}
	all := make([]watch.Watch, len(k.watches))
	for i, s := range k.watches {
		all[i] = s.Watch
	}
	if k.entries, err = p.host.Watches.Entries(ctx, all, mostEntries); err != nil {
		return k, err
	}
	k.tenants, err = p.host.Store.Tenants(ctx)
	return k, err
}

// Leave forgets what is being asked.
func (p *Page) Leave() { p.question.Drop() }

// Escape lists what all watches told.
func (p *Page) Escape() {
	p.chosen = ""
	p.show(p.known, nil)
}

func (p *Page) show(k known, err error) {
	if err != nil {
		p.grid.SetState(kit.TroubleState(err, p.Refresh))
		return
	}
	p.known = k
	if len(k.watches) == 0 {
		p.grid.SetState(table.State{Icon: apptheme.Signs().Watch, Title: lang.L("Nothing is watched yet"),
			Text: lang.L("A watch tells by the desktop or a webhook when something changes. The ready ones above take one click."), Action: lang.L("Add a watch"),
			Do: func() { p.ask(watch.Watch{Desktop: true, More: 500}) }})
	} else {
		p.grid.SetRows(k.watches)
	}
	chosen, some := p.selected()
	if !some {
		p.chosen = ""
	}
	p.showTold(chosen, some)
	p.offer(chosen, some)
	p.offerReady()
	text := ""
	if p.host.Preferences.Quiet && slices.ContainsFunc(k.watches, func(s watch.Standing) bool { return s.Desktop }) {
		text = lang.L("Notifications are switched off in Settings: the desktop tells nothing.")
	}
	kit.SetText(p.quiet, text)
	kit.Reveal(text != "", p.quiet)
}

func (p *Page) showTold(chosen watch.Standing, some bool) {
	entries, of := p.known.entries, lang.L("by all watches")
	if some {
		of = lang.L("by {{.Watch}} · Escape shows all", map[string]any{"Watch": chosen.Name})
		entries = nil
		for _, e := range p.known.entries {
			if e.Watch.ID == chosen.ID {
				entries = append(entries, e)
			}
		}
	}
	kit.SetText(p.of, of)
	if len(entries) == 0 {
		p.told.SetState(table.State{Icon: apptheme.Signs().Fresh, Title: lang.L("Nothing was told yet"), Text: lang.L("What changes from when a watch was added on is told, once each.")})
		return
	}
	p.told.SetRows(entries)
}

// selected is the watch that is selected.
func (p *Page) selected() (watch.Standing, bool) {
	for _, s := range p.known.watches {
		if s.ID == p.chosen {
			return s, true
		}
	}
	return watch.Standing{}, false
}

func (p *Page) withChosen(do func(watch.Standing)) {
	if s, ok := p.selected(); ok {
		do(s)
	}
}

// offer enables what can be done with the watch that is selected.
func (p *Page) offer(s watch.Standing, some bool) {
	for _, b := range []*kit.Button{p.test, p.toggle, p.edit, p.remove} {
		kit.Enable(some, b)
	}
	text := lang.L("Switch off")
	if some && s.Off {
		text = lang.L("Switch on")
	}
	if p.toggle.Text != text {
		p.toggle.SetText(text)
	}
}

// offerReady offers the ready watches that are not watched yet, a button each.
func (p *Page) offerReady() {
	var missing []watch.Ready
	for _, r := range watch.ReadyOnes() {
		if !slices.ContainsFunc(p.known.watches, func(s watch.Standing) bool { return s.Ready == r.Name }) {
			missing = append(missing, r)
		}
	}
	var names []string
	for _, r := range missing {
		names = append(names, r.Name)
	}
	key := strings.Join(names, " ")
	if p.readyNow == key && len(p.ready.Objects) > 0 {
		return
	}
	p.readyNow = key
	p.ready.Objects = nil
	if len(missing) > 0 {
		p.ready.Add(kit.Muted(lang.L("One click:")))
	}
	for _, r := range missing {
		p.ready.Add(p.readyButton(r))
	}
	kit.Reveal(len(missing) > 0, p.ready)
	p.ready.Refresh()
}
