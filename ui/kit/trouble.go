package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/table"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
	"github.com/entraidsync/entraidsync/ui/toast"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// TellTrouble tells an error in a toast; all of it is a click away.
func TellTrouble(toasts *toast.Layer, w fyne.Window, err error) {
	e := entra.AsError(err)
	toasts.Show(toast.Toast{Kind: toast.Trouble, Title: wording.Sentence(e.What), Text: wording.Sentences(e.Why, e.Remedy),
		Action: lang.L("Details"), Do: func() { ShowTrouble(w, e) }, About: e.What.String()})
}

// TroubleState tells an error in place of a table's rows.
func TroubleState(err error, retry func()) table.State {
	e := entra.AsError(err)
	return table.State{Icon: apptheme.Signs().Bad, Title: wording.Sentence(e.What), Text: wording.Sentences(e.Why, e.Remedy), Action: lang.L("Try again"), Do: retry}
}

// ShowTrouble shows an error in its three parts, with the technical text ready
// to copy.
func ShowTrouble(w fyne.Window, e *entra.Error) {
	AskUser(w, wording.Sentence(e.What), TroubleParts(e),
		Choice{Text: lang.L("Copy"), Do: func() { fyne.CurrentApp().Clipboard().SetContent(TroubleText(e)) }},
		Choice{Text: lang.L("Close"), Rank: widget.HighImportance})
}

// TroubleParts is an error in its three parts, and the technical text.
func TroubleParts(e *entra.Error) fyne.CanvasObject {
	box := container.NewVBox()
	add := func(heading, text string) {
		if text == "" {
			return
		}
		box.Add(widget.NewLabelWithStyle(heading, fyne.TextAlignLeading, fyne.TextStyle{Bold: true}))
		box.Add(Paragraph(wording.Capital(text)))
	}
	add(lang.L("Why"), wording.Say(e.Why))
	add(lang.L("What to do"), wording.Say(e.Remedy))
	add(lang.L("Technical text"), e.Detail)
	return box
}

// TroubleText is an error to copy: in core's own English, because it goes to
// whoever helps.
func TroubleText(e *entra.Error) string {
	text := e.Error()
	if e.Detail != "" {
		text += "\n" + e.Detail
	}
	return text
}
