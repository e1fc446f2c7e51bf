package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// rail is the folded navigation: the places that are always there, as icons.
type rail struct {
	places map[node]*button
	box    *fyne.Container
}

func newRail(tips *tips, open func(node), add func()) *rail {
	r := &rail{places: map[node]*button{}, box: container.NewVBox()}
	sign := func(icon fyne.Resource, says string, tapped func()) *button {
		b := newButton("", tapped).important(widget.LowImportance)
		b.Icon, b.tip, b.tips = icon, says, tips
		r.box.Add(b)
		return b
	}
	place := func(at node, icon fyne.Resource, says string) { r.places[at] = sign(icon, says, func() { open(at) }) }
	place(overviewNode, signs().overview, lang.L("Integrations"))
	sign(theme.ContentAddIcon(), lang.L("Add New Integration"), add).important(widget.MediumImportance)
	r.box.Add(gap(2))
	place(tenantsNode, signs().sync, lang.L("Entra ID Sync"))
	place(profilesNode, signs().key, lang.L("Credential Profiles"))
	place(settingsNode, signs().settings, lang.L("Settings"))
	return r
}

// mark shows the place whose page, or whose child's, is in front.
func (r *rail) mark(at node) {
	if at.isTenant() || at.isProfile() {
		at = parent(at)
	}
	for place, b := range r.places {
		rank := widget.LowImportance
		if place == at {
			rank = widget.MediumImportance
		}
		if b.Importance != rank {
			b.important(rank).Refresh()
		}
	}
}
