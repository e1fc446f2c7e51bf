package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// ShowStartError shows, in place of the main window, why the app can't start.
func ShowStartError(title string, err error) {
	main := fyne.CurrentApp().NewWindow(title)
	fyne.CurrentApp().Settings().SetTheme(apptheme.Compact{})
	e := entra.AsError(err)
	quit := newButton(lang.L("Close"), main.Close).important(widget.HighImportance)
	copyText := newButton(lang.L("Copy"), func() { fyne.CurrentApp().Clipboard().SetContent(troubleText(e)) })
	buttons := container.NewHBox(copyText, quit)
	main.SetContent(container.NewPadded(container.NewBorder(heading(sentence(e.What)), container.NewBorder(nil, nil, nil, buttons), nil, nil, troubleParts(e))))
	main.Resize(fyne.NewSize(560, 300))
	main.CenterOnScreen()
	main.Show()
}
