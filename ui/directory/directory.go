package directory

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/views"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// Directory shows the objects of a tenant: at the left the classes with their counts,
// at the right the objects of one of them.
type Directory struct {
	Configure func(class string) // leads to where the object classes are chosen, and to one of them

	host    *host.Host
	stored  atomic.Pointer[entra.Tenant] // what works on the side asks it, too
	stand   host.Stand
	onStand func()

	classes *lists.SideList
	states  map[string]store.ClassState // nil: not read yet
	deleted *kit.CheckField
	moment  *kit.Moment
	list    *lists.Paged[row] // of a class; nil: a view is in front
	view    *viewList         // nil: a class is
	filters *filterBar
	room    *fyne.Container // of the list
	left    bool            // out of sight for good

	counting, doubting tasks.Latest
	slow               time.Duration // how long a page may take before an index is worth its room
	preparing          atomic.Int32  // pages that are looked for in an order that has no index yet
	making             atomic.Bool   // an index is being made on the side
}

// New makes the directory of a tenant as it is to stand. stands is told when it
// stands in another way.
func New(h *host.Host, t entra.Tenant, stand host.Stand, stands func()) *Directory {
	_, class := entra.ClassNamed(stand.Class)
	if _, view := viewOf(stand.Class); !class && !view {
		stand.Class = firstClass(t)
	}
	d := &Directory{host: h, stand: stand, onStand: stands, room: container.NewStack(), slow: time.Second}
	d.stored.Store(&t)
	d.classes = lists.NewSideList(d.choose)
	d.classes.Mark(stand.Class)
	d.deleted = kit.NewCheckField(lang.L("Deleted ones, too"), stand.Deleted, d.withDeleted)
	d.moment = kit.NewMoment(h.Window, h.Group, h.Now, d.travel)
	d.moment.Set(stand.Moment())
	return d
}

// firstClass is the class that a tenant's directory begins with.
func firstClass(t entra.Tenant) string {
	if classes := t.ObjectClasses(); len(classes) > 0 {
		return classes[0]
	}
	return entra.DefaultClasses()[0]
}

// Content is the classes beside the objects.
func (d *Directory) Content() fyne.CanvasObject {
	d.inTurn(d.open)
	d.inTurn(func() {
		d.showClasses()
		d.classes.Reveal()
		d.count()
		d.doubt()
	})
	side := container.New(lists.SideWidth(196), d.classes.Object())
	right := container.NewBorder(d.moment.Past, nil, nil, nil, d.room)
	return kit.UnderHead(container.NewBorder(nil, nil, container.NewHBox(side, widget.NewSeparator(), kit.Gap(1)), nil, right))
}

// inTurn does a part of what is shown in a turn of its own: no turn is to take longer
// than a frame.
func (d *Directory) inTurn(part func()) {
	d.host.Post(func() {
		if !d.left {
			part()
		}
	})
}

// Stand is how the directory stands now.
func (d *Directory) Stand() host.Stand {
	switch {
	case d.list != nil:
		d.stand = d.list.Stand
	case d.view != nil:
		d.stand = d.view.list.Stand
	}
	return d.stand
}

// open makes the list of the class or view in front.
func (d *Directory) open() {
	d.leaveList()
	if v, is := viewOf(d.stand.Class); is {
		d.view = newViewList(d, v)
		d.room.Objects = []fyne.CanvasObject{d.view.build()}
		d.room.Refresh()
		d.view.list.Reload()
		return
	}
	d.list = d.newList()
	d.filters.show()
	d.room.Objects = []fyne.CanvasObject{d.list.Build()}
	d.room.Refresh()
	d.list.Reload()
}

// leaveList leaves what is in front.
func (d *Directory) leaveList() {
	if d.list != nil {
		d.list.Leave()
	}
	if d.view != nil {
		d.view.list.Leave()
	}
	d.list, d.view = nil, nil
}

// choose shows another class or view, from its first row on, at the moment that is shown.
func (d *Directory) choose(class string) {
	before := d.Stand()
	if name, own := strings.CutPrefix(class, ownPrefix); own {
		d.showOwn(name, before.At)
		return
	}
	d.stand = host.Stand{Tab: host.DirectoryTab, Class: class, At: before.At}
	if _, view := viewOf(class); !view {
		d.stand.Deleted = before.Deleted
	}
	d.moment.Set(d.stand.Moment())
	d.open()
	d.doubt()
}

// withDeleted shows deleted ones, too, or leaves them out.
func (d *Directory) withDeleted(on bool) {
	d.list.Stand.Deleted = on
	d.list.Rewind()
}

// travel shows another moment.
func (d *Directory) travel(at time.Time) {
	ms := int64(0)
	if !at.IsZero() {
		ms = at.UnixMilli()
	}
	if d.view != nil {
		d.view.list.Stand.At = ms
		d.view.list.Rewind()
		d.view.tellMissing()
	} else {
		d.list.Stand.At = ms
		d.list.Rewind()
	}
	d.showClasses()
	d.doubt()
}

// doubt says what can't be known of the moment; now, that the class is switched off.
func (d *Directory) doubt() {
	at, class := d.Stand().Moment(), d.stand.Class
	d.doubting.Drop()
	tasks.Ask(d.host.Group, &d.doubting, func(ctx context.Context) ([]entra.Doubt, error) {
		if v, view := viewOf(class); view {
			return v.Doubts(views.Question{Ctx: ctx, Store: d.host.Store, Tenant: d.tenant(), Now: d.host.Now(), At: at})
		}
		return d.host.Store.Doubts(ctx, d.tenant(), at, store.DoubtQuery{Classes: []string{class}, Values: true})
	}, func(doubts []entra.Doubt, err error) {
		if err == nil { // the list tells trouble
			d.moment.Doubt(labels.Doubts(doubts, d.host.Now()))
		}
	})
}

// count reads how many objects each class has.
func (d *Directory) count() {
	tasks.KeepUp(d.host.Group, &d.counting, func(ctx context.Context) (map[string]store.ClassState, error) {
		states := map[string]store.ClassState{}
		for _, c := range entra.Classes() {
			s, err := d.host.Store.ClassState(ctx, d.tenant().Key, c.Name)
			if err != nil {
				return nil, err
			}
			states[c.Name] = s
		}
		return states, nil
	}, func(states map[string]store.ClassState, err error) {
		if err != nil {
			return // the list tells it
		}
		d.states = states
		d.showClasses()
		if d.view != nil && d.view.unheld {
			d.view.refresh() // what it lacks may be another now
		}
		if d.list == nil {
			return
		}
		d.list.Empty = d.empty()
		if d.list.Grid.State() != nil {
			d.list.Refresh()
		}
	})
}

// showClasses brings the classes at the left up to date.
func (d *Directory) showClasses() { d.classes.SetEntries(d.entries()) }

func (d *Directory) entries() (entries []lists.Entry) {
	for _, g := range entra.Groups() {
		entries = append(entries, lists.Entry{Text: lang.L(string(g))})
		for _, c := range entra.Classes() {
			if c.Group == g {
				entries = append(entries, d.entry(c.Name))
			}
		}
	}
	entries = append(entries, d.ownEntries()...)
	entries = append(entries, lists.Entry{Text: lang.L("Views")})
	for _, v := range views.All() {
		entries = append(entries, lists.Entry{Key: host.ViewPrefix + v.Name, Text: wording.Sentence(v.Title)})
	}
	return entries
}

func (d *Directory) entry(class string) lists.Entry {
	e := lists.Entry{Key: class, Text: labels.Class(class)}
	n := d.states[class].Total
	e.Quiet = n == 0 && !slices.Contains(d.tenant().Classes, class)
	if !e.Quiet && d.states != nil && d.Stand().At == 0 { // how many there were takes reading them all
		e.Count = phrase.Number(n)
	}
	return e
}

// tenant is whose directory it is, as the store held it last.
func (d *Directory) tenant() entra.Tenant { return *d.stored.Load() }

// Stored takes the tenant as the store holds it now.
func (d *Directory) Stored(t entra.Tenant) {
	d.stored.Store(&t)
	d.showClasses()
}

// Refresh asks again for what is shown.
func (d *Directory) Refresh() {
	if d.list == nil && d.view == nil {
		return // the tab was never opened
	}
	d.count()
	switch {
	case d.Stand().At != 0:
	case d.view != nil:
		d.view.refresh()
	default:
		d.list.Refresh()
	}
}

// Leave forgets what is being asked.
func (d *Directory) Leave() {
	d.left = true
	d.counting.Drop()
	d.doubting.Drop()
	if d.list != nil {
		d.list.Leave()
	}
	if d.view != nil {
		d.view.list.Leave()
	}
}

// Search is what Ctrl+F goes to.
func (d *Directory) Search() fyne.Focusable {
	switch {
	case d.list != nil:
		return d.list.Search
	case d.view != nil:
		return d.view.list.Search
	}
	return nil
}
