package object

import (
	"cmp"
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// Page is one object: its name and state on top, at the left the parts of it, at the
// right the part in front.
type Page struct {
	host.Plain
	host   *host.Host
	tenant entra.Tenant
	class  entra.Class // zero but for its name where the table does not know it
	at     host.Route
	found  found

	back, forward, out, copy, up *kit.Button
	made                         *kit.Button // leads to what it changed, where it did
	name                         *widget.RichText
	facts                        *widget.Label
	sign                         *widget.Icon
	moment                       *kit.Moment
	side                         *lists.SideList
	room                         *fyne.Container
	part                         part

	question, counting, doubting tasks.Latest
	making                       tasks.Latest
	pace                         lists.Pace // of counting
}

// part is what of an object is in front.
type part interface {
	content() fyne.CanvasObject
	show(found)             // what is known of the object
	refresh()               // what it shows may have changed
	leave()                 // it goes out of sight for good
	search() fyne.Focusable // what Ctrl+F goes to; nil: there is no search
	escape()
	stand() host.Stand
}

// found is what the copy knows of an object.
type found struct {
	entra.StoredObject
	known  bool
	name   string // of now, or its last one
	counts []relationCount
	ends   map[string]entra.LinkEnd // by relation: what its references lead to

	licences map[string]entra.LinkEnd // by skuId
}

// The parts that every object has.
const (
	propertiesPart = "properties"
	changesPart    = "changes"
	jsonPart       = "json"
)

// New makes the page of an object of a tenant, as a route has it stand.
func New(h *host.Host, t entra.Tenant, at host.Route) *Page {
	class, known := entra.ClassNamed(at.Object.Class)
	if !known {
		class = entra.Class{Name: at.Object.Class}
	}
	at.Tab = cmp.Or(at.Tab, propertiesPart)
	p := &Page{host: h, tenant: t, class: class, at: at, name: kit.Heading(at.Object.ID), facts: kit.Cut(kit.Muted("")), sign: widget.NewIcon(nil), room: container.NewStack()}
	p.back, p.forward = p.step(theme.NavigateBackIcon(), lang.L("Back"), -1), p.step(theme.NavigateNextIcon(), lang.L("Forward"), 1)
	p.up = kit.NewButton(labels.Class(class.Name), func() { h.Open(host.ToDirectory(t.Key, class.Name).AsOf(p.at.Moment())) }).Important(widget.LowImportance)
	p.copy = kit.NewButton(lang.L("Copy"), p.offerCopies)
	p.copy.Icon = theme.ContentCopyIcon()
	p.out = kit.NewButton(lang.L("Open in Entra"), p.openOutside)
	p.out.Icon = theme.ComputerIcon()
	p.out.Tip, p.out.Tips = lang.L("Opens the page of this object in the Entra admin center"), h.Tips
	p.made = kit.NewButton("", p.openMade).Important(widget.LowImportance)
	p.made.Hide()
	p.moment = kit.NewMoment(h.Window, h.Group, h.Now, p.travel)
	p.moment.Set(at.Moment())
	p.side = lists.NewSideList(p.choose)
	p.side.Mark(at.Tab)
	p.showParts()
	p.open()
	p.read()
	return p
}

func (p *Page) step(icon fyne.Resource, says string, by int) *kit.Button {
	b := kit.NewButton("", func() { p.host.Step(by) }).Important(widget.LowImportance)
	b.Icon, b.Tip, b.Tips = icon, says, p.host.Tips
	kit.Enable(p.host.Steps(by), b)
	return b
}

// Content is the box with the name over the parts.
func (p *Page) Content() fyne.CanvasObject {
	buttons := container.NewHBox(p.moment.Button, p.copy, p.out)
	top := container.NewBorder(nil, nil, container.NewHBox(p.back, p.forward), buttons, p.name)
	bottom := container.NewBorder(nil, nil, container.NewHBox(p.up, p.sign), p.made, p.facts)
	head := container.NewVBox(kit.Card(container.NewVBox(top, bottom)), kit.Gap(1), p.moment.Past)
	side := container.NewHBox(container.New(lists.SideWidth(180), p.side.Object()), widget.NewSeparator(), kit.Gap(1))
	return container.NewBorder(head, nil, nil, nil, kit.UnderHead(container.NewBorder(nil, nil, side, nil, p.room)))
}

// read reads the object, then what it is linked with.
func (p *Page) read() {
	tasks.KeepUp(p.host.Group, &p.question, p.find, func(f found, err error) {
		if err != nil {
			p.room.Objects = []fyne.CanvasObject{kit.TroubleState(err, p.read).View()}
			p.room.Refresh()
			return
		}
		f.counts = p.found.counts
		p.show(f)
		p.count()
		p.countMade()
	})
	p.doubt()
}

// find reads the object, and its name where it is gone.
func (p *Page) find(ctx context.Context) (found, error) {
	f := found{StoredObject: entra.StoredObject{ID: p.at.Object.ID, Class: p.class.Name}, ends: map[string]entra.LinkEnd{}}
	q := store.ObjectQuery{Class: p.class.Name, ID: p.at.Object.ID, Deleted: true, Filtered: true, At: p.at.Moment(), Range: store.Range{Limit: 1}}
	for o, err := range p.host.Store.Objects(ctx, p.tenant.Key, q) {
		if err != nil {
			return f, err
		}
		f.StoredObject, f.known = o, true
	}
	if len(p.class.References) > 0 {
		ends, err := p.host.Store.Ends(ctx, p.tenant.Key, p.class.Name, []string{p.at.Object.ID}, p.at.Moment())
		if err != nil {
			return f, err
		}
		if of := ends[entra.CanonicalID(p.at.Object.ID)]; of != nil {
			f.ends = of
		}
	}
	if len(entra.LicenceIDs(f.Properties)) > 0 {
		licences, err := p.host.Store.Licences(ctx, p.tenant.Key, p.at.Moment())
		if err != nil {
			return f, err
		}
		f.licences = licences
	}
	if f.name = p.nameOf(f); f.name == "" && !q.At.IsZero() { // then it may have been unknown; now it has a name
		q.At = time.Time{}
		for o, err := range p.host.Store.Objects(ctx, p.tenant.Key, q) {
			if err != nil {
				return f, err
			}
			f.name = p.nameOf(found{StoredObject: o})
		}
	}
	if f.name != "" {
		return f, nil
	}
	for c, err := range p.host.Store.Changes(ctx, p.tenant.Key, store.ChangeQuery{Class: p.class.Name, ID: p.at.Object.ID, NewestFirst: true, Range: store.Range{Limit: 1}}) {
		if err != nil {
			return f, err
		}
		f.name = c.DisplayName
	}
	return f, nil
}

// nameOf is what an object is called: by its name, else by what it leads to.
func (p *Page) nameOf(f found) string {
	for _, name := range []string{"displayName", "userDisplayName"} {
		if text := f.Properties.Text(name); text != "" {
			return text
		}
	}
	role, who := f.ends["roleDefinition"].Name, f.ends["principal"].Name
	if role != "" && who != "" {
		return lang.L("{{.Role}} for {{.Name}}", map[string]any{"Role": role, "Name": who})
	}
	client, resource := f.ends["client"].Name, f.ends["resource"].Name
	if client != "" && resource != "" {
		return lang.L("{{.Client}} may use {{.Resource}}", map[string]any{"Client": client, "Resource": resource})
	}
	return ""
}

// show brings the page up to date.
func (p *Page) show(f found) {
	p.found = f
	kit.SetHeading(p.name, cmp.Or(f.name, p.at.Object.ID))
	text := f.ID
	if word := p.stateWord(); word != "" {
		text = word + " · " + text
	}
	kit.SetText(p.facts, text)
	p.sign.SetResource(p.stateSign())
	kit.Reveal(p.sign.Resource != nil, p.sign)
	_, reason := p.adminCenter()
	kit.Reveal(reason == "", p.out)
	p.part.show(f)
}

// stateWord says what is unusual about how the copy holds the object.
func (p *Page) stateWord() string {
	f := p.found
	switch {
	case !f.known && p.at.At != 0:
		return lang.L("not known to have been there then")
	case !f.known && f.name == "":
		return lang.L("never read")
	case !f.known:
		return lang.L("gone from Entra ID")
	case f.State == entra.Deleted:
		return lang.L("deleted, restorable for 30 days after its deletion")
	case f.State == entra.Filtered:
		return lang.L("left out by the tenant's filter: only its id is kept")
	case string(f.Properties.Value("accountEnabled")) == "false":
		return lang.L("disabled")
	}
	return ""
}

func (p *Page) stateSign() fyne.Resource {
	switch {
	case !p.found.known, p.found.State == entra.Deleted:
		return apptheme.Signs().Removed
	case p.found.State == entra.Filtered, string(p.found.Properties.Value("accountEnabled")) == "false":
		return apptheme.Signs().Off
	}
	return nil
}

// travel shows another moment.
func (p *Page) travel(at time.Time) {
	stand := p.part.stand()
	stand.Tab = p.at.Tab
	p.at.Stand = stand
	p.at = p.at.AsOf(at)
	p.moment.Set(at)
	p.found.counts = nil
	p.showParts()
	p.open()
	p.read()
	p.stands()
}

// doubt says what can't be known of the moment; now, that the object's class is switched off.
func (p *Page) doubt() {
	at, classes := p.at.Moment(), []string{p.class.Name}
	if p.at.Tab == holdersPart {
		classes = append(classes, p.rolesSynced()...)
	}
	tasks.Ask(p.host.Group, &p.doubting, func(ctx context.Context) ([]entra.Doubt, error) {
		return p.host.Store.Doubts(ctx, p.tenant, at, store.DoubtQuery{Classes: classes, Values: p.at.Tab == propertiesPart || p.at.Tab == jsonPart})
	}, func(doubts []entra.Doubt, err error) {
		if err == nil { // the parts tell trouble
			p.moment.Doubt(labels.Doubts(doubts, p.host.Now()))
		}
	})
}

// choose puts another part in front.
func (p *Page) choose(key string) {
	p.at.Stand = host.Stand{Tab: key, At: p.at.At}
	p.open()
	p.part.show(p.found)
	p.doubt()
	p.stands()
}

// open makes the part in front.
func (p *Page) open() {
	if p.part != nil {
		p.part.leave()
	}
	p.part = p.newPart()
	p.room.Objects = []fyne.CanvasObject{p.part.content()}
	p.room.Refresh()
}

// stands tells how the page stands now, for Back.
func (p *Page) stands() {
	at := p.at
	if p.part != nil {
		stand := p.part.stand()
		stand.Tab, stand.At = at.Tab, at.At
		at.Stand = stand
	}
	p.host.Stands(at)
}

// Refresh reads the object anew.
func (p *Page) Refresh() {
	if p.at.At == 0 {
		p.read()
		p.part.refresh()
	}
}

// Leave forgets what is being asked.
func (p *Page) Leave() {
	p.question.Drop()
	p.counting.Drop()
	p.making.Drop()
	p.doubting.Drop()
	p.part.leave()
}

// FocusSearch goes to the search of the part in front, where it has one.
func (p *Page) FocusSearch() {
	if s := p.part.search(); s != nil {
		p.host.Window.Canvas().Focus(s)
	}
}

// SyncNow starts a sync of the tenant.
func (p *Page) SyncNow() {
	if p.tenant.Enabled {
		access.SyncNow(p.host, p.tenant.Key)
	}
}

// Escape closes what is open in the part in front.
func (p *Page) Escape() { p.part.escape() }

// noPart is embedded by parts that have no search and nothing to close.
type noPart struct{}

func (noPart) refresh()               {}
func (noPart) leave()                 {}
func (noPart) search() fyne.Focusable { return nil }
func (noPart) escape()                {}
func (noPart) stand() host.Stand      { return host.Stand{} }

// goToObject opens the page of what a link leads to.
func (p *Page) goToObject(end entra.LinkEnd) {
	p.host.Open(host.ToObject(p.tenant.Key, end.Class, end.ID).AsOf(p.at.Moment()))
}
