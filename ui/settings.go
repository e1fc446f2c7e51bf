package ui

import (
	"fmt"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// settingsPage is the page Settings.
type settingsPage struct {
	desk *desk
	mode *widget.Select
	zoom *widget.Select
}

func newSettingsPage(d *desk) *settingsPage {
	p := &settingsPage{desk: d}
	look := d.look()
	p.mode = widget.NewSelect([]string{lang.L("As the desktop has it"), lang.L("Light"), lang.L("Dark")}, nil)
	p.mode.SetSelectedIndex(max(slices.Index(modes, look.Mode), 0))
	names := make([]string, len(zooms))
	for i, z := range zooms {
		names[i] = fmt.Sprintf("%d %%", z)
	}
	p.zoom = widget.NewSelect(names, nil)
	p.zoom.SetSelectedIndex(max(slices.Index(zooms, look.Zoom), 0))
	p.mode.OnChanged = func(string) { p.apply() }
	p.zoom.OnChanged = func(string) { p.apply() }
	return p
}

func (p *settingsPage) apply() {
	p.desk.show(appearance{Mode: modes[p.mode.SelectedIndex()], Zoom: zooms[p.zoom.SelectedIndex()]})
}

func (p *settingsPage) content() fyne.CanvasObject {
	folder := widget.NewLabel(p.desk.store.Dir())
	folder.Selectable = true
	form := container.New(layout.NewFormLayout(),
		fieldName(lang.L("Theme")), narrow(p.mode),
		fieldName(lang.L("Zoom")), narrow(p.zoom),
		fieldName(lang.L("Data folder")), folder)
	return container.NewBorder(heading(lang.L("Settings")), nil, nil, nil, container.NewVBox(container.NewPadded(form)))
}

func (p *settingsPage) refresh() {}
func (p *settingsPage) leave()   {}
