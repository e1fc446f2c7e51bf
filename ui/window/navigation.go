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
	"github.com/entraidsync/entraidsync/ui/phrase"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// navigation is the left side: the header, the button, the tree.
type navigation struct {
	header *kit.Button
	add    *kit.Button
	find   *kit.Button
	filter *kit.SearchEntry // of the tenants
	tree   *tree
	folded *foldedTree

	tenants  []entra.Tenant
	found    int // tenants that the filter leaves
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
	n.filter = kit.NewSearchEntry(lang.L("Filter the tenants"), func(string) { n.sift() })
	n.filter.OnDown = n.tree.enter
	n.filter.OnSubmitted = func(string) { n.submit() }
	n.filter.Hide()
	return n
}

func (n *navigation) content() fyne.CanvasObject {
	return container.NewBorder(container.NewVBox(n.header, n.add, n.find, kit.Gap(2), n.filter), nil, nil, nil, n.tree)
}

// as shows what another navigation did, as it stood.
func (n *navigation) as(was navigation) {
	for i, b := range was.tree.branches {
		n.tree.branches[i].closed = b.closed
	}
	n.filter.Begin(was.filter.Text)
	kit.Reveal(was.filter.Visible(), n.filter)
	n.show(was.tenants, was.profiles)
}

// few tenants need no filter: they are seen at a glance.
const few = 8

// sift leaves those tenants in the tree that the filter finds, by what the tree or the
// overview tells of them.
func (n *navigation) sift() {
	var tenants, profiles []host.Route
	for _, t := range n.tenants {
		if labels.Found(n.filter.Text, t.Name, t.DisplayName, labels.TenantState(t, n.activity(t.Key))) {
			tenants = append(tenants, host.ToTenant(t.Key))
		}
	}
	for _, p := range n.profiles {
		profiles = append(profiles, host.ToProfile(p.ID))
	}
	n.found = len(tenants)
	if len(n.tenants) > few {
		n.filter.Show()
	}
	n.tree.take(tenants, profiles)
}

// submit is Enter in the filter: it opens the one that was found; where there are
// several, the keys go to them.
func (n *navigation) submit() {
	if tenants := n.tree.branches[0].routes; len(tenants) == 1 {
		n.tree.choose(tenants[0])
		return
	}
	n.tree.enter()
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
	n.sift()
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

// mark shows which page is in front. An object's is its tenant's.
func (n *navigation) mark(at host.Route) {
	n.current = at
	n.header.Importance = widget.LowImportance
	if at.Place == host.Overview {
		n.header.Importance = widget.MediumImportance
		n.tree.mark(host.Route{})
	} else {
		n.tree.mark(at.Branch())
	}
	n.header.Refresh()
	n.folded.mark(at)
}

// label is what a line shows.
func (n *navigation) label(r host.Route) (icon fyne.Resource, text string) {
	switch r.Place {
	case host.Tenants:
		if n.found < len(n.tenants) {
			return apptheme.Signs().Sync, lang.L("Entra ID Sync") + " (" + phrase.Number(int64(n.found)) + " / " + phrase.Number(int64(len(n.tenants))) + ")"
		}
		return apptheme.Signs().Sync, lang.L("Entra ID Sync")
	case host.Profiles:
		return apptheme.Signs().Key, lang.L("Credential Profiles")
	case host.Watches:
		return apptheme.Signs().Watch, lang.L("Watches")
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
