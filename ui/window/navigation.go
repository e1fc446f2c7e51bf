package window

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// navigation is the left side: the header, the button, the tree.
type navigation struct {
	header *kit.Button
	add    *kit.Button
	find   *kit.Button
	tree   *tree
	folded *foldedTree

	tenants  []entra.Tenant
	profiles []entra.Profile
	longest  string // name in the common domain
	activity func(tenant int64) syncer.Activity
	current  host.Route
	open     func(host.Route)
}

func newNavigation(h *host.Host, add, find func()) *navigation {
	n := &navigation{activity: h.Engine.Activity, open: h.Open}
	n.header = kit.NewButton(lang.L("Integrations"), func() { h.Open(host.To(host.Overview)) })
	n.header.Icon, n.header.Alignment, n.header.Importance = apptheme.Signs().Overview, widget.ButtonAlignLeading, widget.LowImportance
	n.add = kit.NewButton(lang.L("Add New Integration"), add)
	n.add.Icon = theme.ContentAddIcon()
	n.find = kit.NewButton(lang.L("Search everywhere"), find).Important(widget.LowImportance)
	n.find.Icon, n.find.Alignment = apptheme.Signs().Find, widget.ButtonAlignLeading
	n.find.Tip, n.find.Tips = lang.L("Finds an object in all tenants (Ctrl+K)"), h.Tips
	n.folded = newFoldedTree(h, add, find)
	n.tree = newTree(n, h.Tips)
	n.tree.OpenBranch(host.To(host.Tenants).String())
	n.tree.OpenBranch(host.To(host.Profiles).String())
	return n
}

func (n *navigation) content() fyne.CanvasObject {
	return container.NewBorder(container.NewVBox(n.header, n.add, n.find, kit.Gap(2)), nil, nil, nil, n.tree)
}

// show takes what the store holds now.
func (n *navigation) show(tenants []entra.Tenant, profiles []entra.Profile) {
	n.tenants, n.profiles = tenants, profiles
	n.longest = ""
	for _, t := range tenants { // of hundreds only one is measured
		if strings.HasSuffix(t.Name, common) && len(t.Name) > len(n.longest) {
			n.longest = t.Name
		}
	}
	n.tree.Refresh()
}

// has tells whether what a page is of is still there.
func (n *navigation) has(r host.Route) bool {
	switch r.Place {
	case host.Tenant, host.Object:
		_, ok := n.tenant(r)
		return ok
	case host.Profile:
		_, ok := n.profile(r)
		return ok
	}
	return true
}

func (n *navigation) tenant(r host.Route) (entra.Tenant, bool) {
	for _, t := range n.tenants {
		if t.Key == r.Tenant {
			return t, true
		}
	}
	return entra.Tenant{}, false
}

func (n *navigation) profile(r host.Route) (entra.Profile, bool) {
	for _, p := range n.profiles {
		if p.ID == r.Profile {
			return p, true
		}
	}
	return entra.Profile{}, false
}

// mark shows which page is in front.
func (n *navigation) mark(at host.Route) {
	n.current = at
	n.header.Importance = widget.LowImportance
	switch at.Place {
	case host.Overview:
		n.header.Importance = widget.MediumImportance
		n.tree.UnselectAll()
	case host.Object: // its tenant's line is marked, but not selected: Fyne does not tell when it is chosen again
		n.tree.UnselectAll()
		n.tree.Refresh()
	default:
		n.tree.Select(at.Branch().String())
	}
	n.header.Refresh()
	n.folded.mark(at)
}

// root is the tree's own name for what all lines hang on.
const root = ""

// children are the lines under a line of the tree, by their routes.
func (n *navigation) children(of string) []string {
	var out []string
	if of == root {
		return []string{host.To(host.Tenants).String(), host.To(host.Profiles).String(), host.To(host.Settings).String(), host.To(host.Help).String()}
	}
	switch host.ParseRoute(of).Place {
	case host.Tenants:
		for _, t := range n.tenants {
			out = append(out, host.ToTenant(t.Key).String())
		}
	case host.Profiles:
		for _, p := range n.profiles {
			out = append(out, host.ToProfile(p.ID).String())
		}
	}
	return out
}

// label is what a line shows.
func (n *navigation) label(r host.Route) (icon fyne.Resource, text string) {
	switch r.Place {
	case host.Tenants:
		return apptheme.Signs().Sync, lang.L("Entra ID Sync")
	case host.Profiles:
		return apptheme.Signs().Key, lang.L("Credential Profiles")
	case host.Settings:
		return apptheme.Signs().Settings, lang.L("Settings")
	case host.Help:
		return apptheme.Signs().Help, lang.L("Help")
	case host.Tenant:
		t, _ := n.tenant(r)
		return labels.TenantSign(t, n.activity(t.Key)), t.Name
	}
	p, _ := n.profile(r)
	return apptheme.Signs().Account, p.Name
}

// tree is Fyne's tree, opened by Enter, too.
type tree struct {
	widget.Tree
	of *navigation
}

// widest is the room that the longest name with the common domain takes.
func (t *tree) widest() float32 {
	return fyne.MeasureText(t.of.longest, theme.TextSize(), fyne.TextStyle{}).Width
}

func newTree(n *navigation, tips *kit.Tips) *tree {
	t := &tree{of: n}
	t.HideSeparators = true
	t.ChildUIDs = n.children
	t.IsBranch = func(of string) bool {
		r := host.ParseRoute(of)
		return of == root || r.Place == host.Tenants || r.Place == host.Profiles
	}
	t.CreateNode = func(bool) fyne.CanvasObject { return newTreeRow(t, tips) }
	t.UpdateNode = func(of string, _ bool, o fyne.CanvasObject) {
		r, row := host.ParseRoute(of), o.(*treeRow)
		row.mark(n.current.Place == host.Object && r == n.current.Branch())
		row.show(n.label(r))
	}
	t.OnSelected = func(of string) {
		if r := host.ParseRoute(of); r != n.current.Branch() || n.current.Place == host.Object {
			n.open(r)
		}
	}
	t.ExtendBaseWidget(t)
	return t
}

// TypedKey opens the focused node on Enter.
func (t *tree) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter {
		e = &fyne.KeyEvent{Name: fyne.KeySpace}
	}
	t.Tree.TypedKey(e)
	kit.PassKey(t, e)
}
