package ui

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
)

// node names a place in the tree and its page.
type node string

// The nodes that are always there.
const (
	overviewNode node = "overview"
	tenantsNode  node = "tenants"
	profilesNode node = "profiles"
	settingsNode node = "settings"
)

func tenantNode(key int64) node  { return node("tenant/" + strconv.FormatInt(key, 10)) }
func profileNode(id string) node { return node("profile/" + id) }
func (n node) profileID() string { id, _ := strings.CutPrefix(string(n), "profile/"); return id }

func (n node) isTenant() bool  { return strings.HasPrefix(string(n), "tenant/") }
func (n node) isProfile() bool { return strings.HasPrefix(string(n), "profile/") }

// navigation is the left side: the header, the button, the tree.
type navigation struct {
	header *button
	add    *button
	tree   *tree
	rail   *rail

	tenants  []entra.Tenant
	profiles []entra.Profile
	activity func(tenant int64) syncer.Activity
	current  node
	onOpen   func(node)
}

func newNavigation(d *desk, open func(node), add func()) *navigation {
	n := &navigation{activity: d.engine.Activity, onOpen: open}
	n.header = newButton(lang.L("Integrations"), func() { open(overviewNode) })
	n.header.Icon, n.header.Alignment, n.header.Importance = signs().overview, widget.ButtonAlignLeading, widget.LowImportance
	n.add = newButton(lang.L("Add New Integration"), add)
	n.add.Icon = theme.ContentAddIcon()
	n.rail = newRail(d.tips, open, add)
	n.tree = newTree(n, d.tips)
	n.tree.OpenBranch(string(tenantsNode))
	n.tree.OpenBranch(string(profilesNode))
	return n
}

func (n *navigation) content() fyne.CanvasObject {
	return container.NewBorder(container.NewVBox(n.header, n.add, gap(2)), nil, nil, nil, n.tree)
}

// show takes what the store holds now.
func (n *navigation) show(tenants []entra.Tenant, profiles []entra.Profile) {
	n.tenants, n.profiles = tenants, profiles
	n.tree.Refresh()
}

// has tells whether a node is still there.
func (n *navigation) has(at node) bool {
	switch {
	case at.isTenant():
		_, ok := n.tenant(at)
		return ok
	case at.isProfile():
		_, ok := n.profile(at)
		return ok
	}
	return true
}

func (n *navigation) tenant(at node) (entra.Tenant, bool) {
	for _, t := range n.tenants {
		if tenantNode(t.Key) == at {
			return t, true
		}
	}
	return entra.Tenant{}, false
}

func (n *navigation) profile(at node) (entra.Profile, bool) {
	for _, p := range n.profiles {
		if p.ID == at.profileID() {
			return p, true
		}
	}
	return entra.Profile{}, false
}

// mark shows a node as the one whose page is in front.
func (n *navigation) mark(at node) {
	n.current = at
	n.header.Importance = widget.LowImportance
	if at == overviewNode {
		n.header.Importance = widget.MediumImportance
		n.tree.UnselectAll()
	} else {
		n.tree.Select(string(at))
	}
	n.header.Refresh()
	n.rail.mark(at)
}

func (n *navigation) children(at string) []string {
	var out []string
	switch node(at) {
	case "":
		out = []string{string(tenantsNode), string(profilesNode), string(settingsNode)}
	case tenantsNode:
		for _, t := range n.tenants {
			out = append(out, string(tenantNode(t.Key)))
		}
	case profilesNode:
		for _, p := range n.profiles {
			out = append(out, string(profileNode(p.ID)))
		}
	}
	return out
}

// label is what a node shows in the tree.
func (n *navigation) label(at node) (icon fyne.Resource, text string) {
	switch at {
	case tenantsNode:
		return signs().sync, lang.L("Entra ID Sync")
	case profilesNode:
		return signs().key, lang.L("Credential Profiles")
	case settingsNode:
		return signs().settings, lang.L("Settings")
	}
	if t, ok := n.tenant(at); ok {
		return tenantSign(t, n.activity(t.Key)), t.Name
	}
	p, _ := n.profile(at)
	return signs().account, p.Name
}

// tree is Fyne's tree, opened by Enter, too.
type tree struct{ widget.Tree }

func newTree(n *navigation, tips *tips) *tree {
	t := &tree{}
	t.HideSeparators = true
	t.ChildUIDs = n.children
	t.IsBranch = func(at string) bool { return at == "" || node(at) == tenantsNode || node(at) == profilesNode }
	t.CreateNode = func(bool) fyne.CanvasObject { return newTreeLine(t, tips) }
	t.UpdateNode = func(at string, _ bool, o fyne.CanvasObject) { o.(*treeLine).show(n.label(node(at))) }
	t.OnSelected = func(at string) {
		if node(at) != n.current {
			n.onOpen(node(at))
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
	passKey(t, e)
}

// gap is empty room of so many paddings.
func gap(n float32) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(n*theme.Padding(), 0, 0, 0))
}
