package tenant

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
	"github.com/entraidsync/entraidsync/ui/verification"
)

// Page is one tenant: the box with its name, below it the tabs.
type Page struct {
	host     *host.Host
	tenant   entra.Tenant
	question tasks.Latest

	name     *widget.RichText
	where    *widget.Label
	activity *widget.Label
	line     *fyne.Container // of both; nil until the page is asked for
	doing    syncer.Activity // as the box tells it; the history's rows tell the same
	done     *kit.Progress   // of what is read whole, where it is known how much that is
	syncNow  *kit.Button
	help     *kit.Button // the way out where the tenant waits for somebody
	verify   *kit.Button
	delete   *kit.Button
	held     *heldBar
	trouble  *troubleBar
	whole    *fyne.Container            // the page; nil until it is asked for
	verified func(now time.Time) string // what the last verification told

	tabs  []tab
	left  bool              // the page is out of sight for good
	rooms []*fyne.Container // of the tabs; each is empty until its tab is first opened
	bar   *container.AppTabs
}

// firstTab is the tab that is open when the page is, unless its route says else: the
// history.
const firstTab = 1

// New makes the page of a tenant, as a route has it stand.
func New(h *host.Host, t entra.Tenant, at host.Route) *Page {
	p := &Page{host: h, tenant: t, name: kit.Heading(t.Label()), where: kit.Cut(kit.Muted("")), activity: kit.Cut(kit.Muted(""))}
	p.activity.Alignment = fyne.TextAlignTrailing
	p.syncNow = kit.NewButton(lang.L("Sync now"), p.SyncNow)
	p.syncNow.Icon = apptheme.SyncIcon
	p.help = kit.NewButton("", func() {
		if _, do := access.WayOut(h, p.tenant); do != nil {
			do()
		}
	}).Important(widget.HighImportance)
	p.verify = kit.NewButton(lang.L("Verify…"), func() { verification.Show(h, p.tenant) })
	p.verify.Icon = theme.ConfirmIcon()
	p.delete = kit.NewButton(lang.L("Delete"), p.askDelete)
	p.delete.Icon = theme.DeleteIcon()
	p.done, p.trouble = kit.NewProgress(), newTroubleBar(h, p.resized)
	p.held = newHeldBar(func() { access.ShowHeld(h, p.tenant) })
	var items []*container.TabItem
	for _, tab := range unopenedTabs(p, at) {
		room := container.NewStack()
		p.tabs, p.rooms = append(p.tabs, tab), append(p.rooms, room)
		items = append(items, container.NewTabItem(tab.name, room))
	}
	p.bar = container.NewAppTabs(items...)
	first := slices.IndexFunc(p.tabs, func(t tab) bool { return t.key() == at.Tab })
	if first < 0 {
		first = firstTab
	}
	p.bar.SelectIndex(first)
	p.furnishSoon(first)
	p.bar.OnSelected = p.guardTab
	p.head()
	p.reread()
	return p
}

// Content is the box over the tabs.
func (p *Page) Content() fyne.CanvasObject {
	top := kit.Beside(p.name, kit.Flow(p.help, p.syncNow, p.verify, p.delete))
	p.line = container.New(aside{}, p.where, p.activity)
	p.whole = container.NewBorder(container.NewVBox(kit.Card(container.NewVBox(top, p.line, p.done, p.trouble.box)), kit.Gap(1), p.held.box), nil, nil, nil, p.bar)
	return p.whole
}

// furnish makes a tab when it is first opened: the many fields of a form would
// hold up every tenant's page.
func (p *Page) furnish(at int) {
	if u, unopened := p.tabs[at].(unopenedTab); unopened {
		p.tabs[at] = u.open()
	}
	if room := p.rooms[at]; len(room.Objects) == 0 {
		room.Add(p.tabs[at].content())
		room.Refresh() // it may be in sight already
		p.host.Toasts.Place()
	}
}

// furnishSoon is furnish in turns of their own: the box above is in sight before, and no
// turn takes longer than a frame.
func (p *Page) furnishSoon(at int) {
	p.host.Post(func() {
		if u, unopened := p.tabs[at].(unopenedTab); unopened && !p.left {
			p.tabs[at] = u.open()
		}
		p.host.Post(func() {
			if !p.left {
				p.furnish(at)
			}
		})
	})
}

// guardTab goes back to a tab that has unsaved changes, and asks.
func (p *Page) guardTab(*container.TabItem) {
	wanted := p.bar.SelectedIndex()
	p.furnishSoon(wanted)
	if at := p.unsavedTab(); at >= 0 && at != wanted {
		p.bar.SelectIndex(at)
		p.tabs[at].guard(func() { p.bar.SelectIndex(wanted) })
		return
	}
	p.host.Toasts.Place()
	p.stands()
}

// stands tells how the page stands now, for Back.
func (p *Page) stands() {
	front := p.tabs[p.bar.SelectedIndex()]
	to := host.ToTenant(p.tenant.Key)
	to.Stand = front.stand()
	to.Tab = front.key()
	p.host.Stands(to)
}

// unsavedTab is the tab that has unsaved changes; -1: none has.
func (p *Page) unsavedTab() int { return slices.IndexFunc(p.tabs, tab.unsaved) }

// Unsaved tells whether a tab has unsaved changes.
func (p *Page) Unsaved() bool { return p.unsavedTab() >= 0 }

// Guard asks what to do with unsaved changes, then leaves as the user says.
func (p *Page) Guard(leave func()) {
	if at := p.unsavedTab(); at >= 0 {
		p.tabs[at].guard(leave)
		return
	}
	leave()
}

// head brings the box up to date.
func (p *Page) head() {
	t := p.tenant
	kit.SetHeading(p.name, t.Label())
	where := t.Name + " · " + p.host.CloudLabel(t.Cloud)
	if p.verified != nil {
		if told := p.verified(p.host.Now()); told != "" {
			where += " · " + told
		}
	}
	a := p.host.Engine.Activity(t.Key)
	p.doing = a
	share, known := labels.Share(a)
	p.done.Tell(share, known && labels.Running(a))
	for _, tab := range p.tabs {
		tab.told()
	}
	text := labels.Activity(a, p.host.Now())
	if !t.Enabled {
		text = lang.L("disabled")
	}
	p.tell(where, text)
	kit.Enable(t.Enabled && !labels.Running(a), p.syncNow)
	way, _ := access.WayOut(p.host, t)
	if kit.Reveal(way != "", p.help); p.help.Text != way {
		p.help.SetText(way)
	}
}

// tell writes the line under the name. A text that may be cut needs no other room by itself
// when it gets longer, so the line is laid out for it.
func (p *Page) tell(where, doing string) {
	changed := p.where.Text != where || p.activity.Text != doing
	kit.SetText(p.where, where)
	kit.SetText(p.activity, doing)
	if changed && p.line != nil {
		p.line.Refresh()
	}
}

// Refresh reads the tenant anew.
func (p *Page) Refresh() {
	p.head()
	for i, tab := range p.tabs {
		if len(p.rooms[i].Objects) > 0 { // else it reads when it is first opened
			tab.refresh()
		}
	}
	p.reread()
}

// reread brings up to date what the store says of the tenant.
func (p *Page) reread() {
	key := p.tenant.Key
	tasks.Ask(p.host.Group, &p.question, func(ctx context.Context) (found, error) { return p.read(ctx, key) }, func(f found, err error) {
		if err != nil {
			return // it is being removed; the tree leads away
		}
		p.tenant = f.tenant
		p.verified = f.verified
		p.held.show(f.held)
		if p.trouble.show(f.tenant, f.causes) {
			p.resized()
		}
		for _, tab := range p.tabs {
			tab.stored(f.tenant)
		}
		p.head()
	})
}

// resized lays the page out anew: its box is higher now, or lower.
func (p *Page) resized() {
	if p.whole != nil {
		p.whole.Refresh()
		p.host.Toasts.Place()
	}
}

// found is what the page shows of a tenant beside its tabs.
type found struct {
	tenant entra.Tenant
	held   map[string]int64 // deletions that the loss guard holds, by class
	causes []labels.Cause   // why it needs attention

	verified func(now time.Time) string
}

func (p *Page) read(ctx context.Context, key int64) (f found, err error) {
	if f.tenant, err = p.host.Store.TenantByKey(ctx, key); err != nil {
		return f, err
	}
	if f.held, err = p.host.Store.HeldCounts(ctx, key); err != nil {
		return f, err
	}
	if f.verified, err = verification.Text(ctx, p.host, key); err != nil {
		return f, err
	}
	newest, err := access.Newest(ctx, p.host, key)
	f.causes = access.Causes(p.host, f.tenant, newest)
	return f, err
}

// Leave forgets what is being asked.
func (p *Page) Leave() {
	p.left = true
	p.question.Drop()
	for _, tab := range p.tabs {
		tab.leave()
	}
}

// SyncNow starts a sync at once.
func (p *Page) SyncNow() {
	if !p.syncNow.Disabled() {
		access.SyncNow(p.host, p.tenant.Key)
	}
}

// FocusSearch goes to the search of the tab in front, else to that of the first
// tab that has one.
func (p *Page) FocusSearch() {
	if search := p.tabs[p.bar.SelectedIndex()].search(); search != nil {
		p.host.Window.Canvas().Focus(search)
		return
	}
	for i := range p.tabs {
		p.furnish(i)
		if search := p.tabs[i].search(); search != nil {
			p.bar.SelectIndex(i)
			if p.bar.SelectedIndex() == i { // nothing unsaved keeps the user
				p.host.Window.Canvas().Focus(search)
			}
			return
		}
	}
}

// TurnTab goes to the next tab, or to the one before, and to its search: the keyboard is not
// left in a tab that is out of sight.
func (p *Page) TurnTab(by int) {
	wanted := (p.bar.SelectedIndex() + by + len(p.tabs)) % len(p.tabs)
	p.bar.SelectIndex(wanted)
	p.host.Post(func() {
		p.host.Post(func() { // furnishSoon has made it by now
			if p.left || p.bar.SelectedIndex() != wanted {
				return // what is not saved kept the user
			}
			c := p.host.Window.Canvas()
			if search := p.tabs[wanted].search(); search != nil {
				c.Focus(search)
				return
			}
			c.Unfocus()
		})
	})
}

// Save saves what the tabs hold.
func (p *Page) Save() {
	for _, tab := range p.tabs {
		tab.save()
	}
}

// Escape closes what is open in the tabs.
func (p *Page) Escape() {
	for _, tab := range p.tabs {
		tab.escape()
	}
}

// askDelete counts what would go, then asks.
func (p *Page) askDelete() {
	kit.Enable(false, p.delete)
	key, size := p.tenant.Key, store.TenantSize{}
	p.host.Act(func(ctx context.Context) (err error) {
		size, err = p.host.Store.Size(ctx, key)
		return err
	}, func(err error) {
		kit.Enable(true, p.delete)
		if err != nil {
			p.host.Failed(err)
			return
		}
		p.confirmDelete(size)
	})
}

func (p *Page) confirmDelete(size store.TenantSize) {
	text := lang.L(`This removes from this computer: {{.Objects.Of "object" "objects"}}, {{.Changes.Of "change" "changes"}} and {{.Rows.Of "row" "rows"}} of sync history. Nothing changes in Entra ID.`,
		map[string]any{"Objects": phrase.Count(size.Shown), "Changes": phrase.Count(size.Changes), "Rows": phrase.Count(size.HistoryRows)})
	kit.AskUser(p.host.Window, lang.L("Delete Domain"), kit.Question(lang.L("Delete {{.Tenant}}?", map[string]any{"Tenant": p.tenant.Name}), text),
		kit.Choice{Text: lang.L("Delete"), Rank: widget.DangerImportance, Do: func() { p.remove(size) }},
		kit.Choice{Text: lang.L("Cancel")})
}

func (p *Page) remove(size store.TenantSize) {
	for _, tab := range p.tabs {
		tab.discard()
	}
	p.host.Open(host.To(host.Tenants))
	(&removal{host: p.host, tenant: p.tenant, size: size}).begin()
}
