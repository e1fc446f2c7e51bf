package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/toast"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// sentence says a text of core in the language of the window, as a sentence of
// its own. Inside of a longer one it is [wording.Say].
func sentence(text string) string {
	return capital(wording.Say(text))
}

// capital begins a text with a capital letter.
func capital(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	if n == 0 {
		return text
	}
	return string(unicode.ToUpper(r)) + text[n:]
}

// sentences says texts of core one after the other, leaving empty ones out.
func sentences(texts ...string) string {
	var said []string
	for _, text := range texts {
		if text != "" {
			said = append(said, strings.TrimSuffix(sentence(text), ".")+".")
		}
	}
	return strings.Join(said, " ")
}

// tellTrouble tells an error in a toast; all of it is a click away.
func tellTrouble(toasts *toast.Layer, w fyne.Window, err error) {
	e := entra.AsError(err)
	toasts.Show(toast.Toast{Kind: toast.Trouble, Title: sentence(e.What), Text: sentences(e.Why, e.Remedy),
		Action: lang.L("Details"), Do: func() { showTrouble(w, e) }})
}

// troubleState tells an error in place of a table's rows.
func troubleState(err error, retry func()) table.State {
	e := entra.AsError(err)
	return table.State{Icon: signs().bad, Title: sentence(e.What), Text: sentences(e.Why, e.Remedy), Action: lang.L("Try again"), Do: retry}
}

// showTrouble shows an error in its three parts, with the technical text ready
// to copy.
func showTrouble(w fyne.Window, e *entra.Error) {
	askUser(w, sentence(e.What), troubleParts(e),
		choice{text: lang.L("Copy"), do: func() { fyne.CurrentApp().Clipboard().SetContent(troubleText(e)) }},
		choice{text: lang.L("Close"), rank: widget.HighImportance})
}

func troubleParts(e *entra.Error) fyne.CanvasObject {
	box := container.NewVBox()
	add := func(heading, text string) {
		if text == "" {
			return
		}
		box.Add(widget.NewLabelWithStyle(heading, fyne.TextAlignLeading, fyne.TextStyle{Bold: true}))
		box.Add(paragraph(sentence(text)))
	}
	add(lang.L("Why"), e.Why)
	add(lang.L("What to do"), e.Remedy)
	add(lang.L("Technical text"), e.Detail)
	return box
}

// troubleText is an error to copy: in core's own English, because it goes to
// whoever helps.
func troubleText(e *entra.Error) string {
	text := e.Error()
	if e.Detail != "" {
		text += "\n" + e.Detail
	}
	return text
}
