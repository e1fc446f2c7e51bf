package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// rail is the folded navigation: the places that are always there, as icons.
type rail struct {
	places map[node]*button
	box    *fyne.Container
}

func newRail(open func(node), add func()) *rail {
	r := &rail{places: map[node]*button{}, box: container.NewVBox()}
	place := func(at node, icon fyne.Resource) {
		b := newButton("", func() { open(at) }).important(widget.LowImportance)
		b.Icon = icon
		r.places[at] = b
		r.box.Add(b)
	}
	place(overviewNode, signs().overview)
	plus := newButton("", add)
	plus.Icon = theme.ContentAddIcon()
	r.box.Add(plus)
	r.box.Add(gap(2))
	place(tenantsNode, signs().sync)
	place(profilesNode, signs().key)
	place(settingsNode, signs().settings)
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
