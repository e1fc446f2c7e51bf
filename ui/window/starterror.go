package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/kit"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// ShowStartError shows, in place of the main window, why the app can't start.
func ShowStartError(title string, err error) {
	main := fyne.CurrentApp().NewWindow(title)
	fyne.CurrentApp().Settings().SetTheme(apptheme.Compact{})
	e := entra.AsError(err)
	quit := kit.NewButton(lang.L("Close"), main.Close).Important(widget.HighImportance)
	copyText := kit.NewButton(lang.L("Copy"), func() { fyne.CurrentApp().Clipboard().SetContent(kit.TroubleText(e)) })
	buttons := container.NewHBox(copyText, quit)
	main.SetContent(container.NewPadded(container.NewBorder(kit.Heading(wording.Sentence(e.What)), container.NewBorder(nil, nil, nil, buttons), nil, nil, kit.TroubleParts(e))))
	main.Resize(fyne.NewSize(560, 300))
	main.CenterOnScreen()
	main.Show()
}
