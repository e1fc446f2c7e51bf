package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// foldedTree is the navigation in a narrow window: the places that are always
// there, as icons.
type foldedTree struct {
	places map[host.Place]*kit.Button
	box    *fyne.Container
}

func newFoldedTree(h *host.Host, add, find func()) *foldedTree {
	f := &foldedTree{places: map[host.Place]*kit.Button{}, box: container.NewVBox()}
	sign := func(icon fyne.Resource, says string, tapped func()) *kit.Button {
		b := kit.NewButton("", tapped).Important(widget.LowImportance)
		b.Icon, b.Tip, b.Tips = icon, says, h.Tips
		f.box.Add(b)
		return b
	}
	place := func(p host.Place, icon fyne.Resource, says string) {
		f.places[p] = sign(icon, says, func() { h.Open(host.To(p)) })
	}
	place(host.Overview, apptheme.Signs().Overview, lang.L("Integrations"))
	sign(theme.ContentAddIcon(), lang.L("Add New Integration"), add).Important(widget.MediumImportance)
	sign(theme.SearchIcon(), lang.L("Search everywhere"), find)
	f.box.Add(kit.Gap(2))
	place(host.Tenants, apptheme.Signs().Sync, lang.L("Entra ID Sync"))
	place(host.Profiles, apptheme.Signs().Key, lang.L("Credential Profiles"))
	place(host.Watches, apptheme.Signs().Watch, lang.L("Watches"))
	place(host.Settings, apptheme.Signs().Settings, lang.L("Settings"))
	place(host.Help, apptheme.Signs().Help, lang.L("Help"))
	return f
}

// mark shows the place whose page, or whose child's, is in front.
func (f *foldedTree) mark(at host.Route) {
	for place, b := range f.places {
		rank := widget.LowImportance
		if place == at.Parent().Place {
			rank = widget.MediumImportance
		}
		if b.Importance != rank {
			b.Important(rank).Refresh()
		}
	}
}
