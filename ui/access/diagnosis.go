package access

import (
	"regexp"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// verdict is how good one finding is.
type verdict int

const (
	sound verdict = iota
	doubtful
	broken
	aside // it does no harm
)

// finding is one line of a diagnosis: what was looked at and what was found,
// with the next step where there is one.
type finding struct {
	verdict verdict
	about   string
	text    string
}

// findings is a diagnosis in the order in which it was made.
func findings(t entra.Tenant, d signin.Diagnosis) []finding {
	out := []finding{signInFinding(t, d)}
	if d.OK {
		out = append(out, organizationFinding(t, d))
	} else if d.Credential > 0 {
		out = append(out, finding{broken, lang.L("Organization"), troubleLine(d.Error)})
	}
	for _, p := range d.Permissions {
		out = append(out, permissionFinding(p))
	}
	if len(d.Taken) > 0 {
		out = append(out, finding{sound, lang.L("From now on synced"), classNames(d.Taken)})
	}
	for _, note := range d.Notes {
		about := lang.L("Note")
		if consentLink(note) != "" {
			about = lang.L("Admin consent")
		}
		out = append(out, finding{doubtful, about, wording.Sentence(note)})
	}
	return out
}

// classNames are classes in a sentence.
func classNames(names []string) string {
	var out []string
	for _, name := range names {
		out = append(out, labels.Class(name))
	}
	return strings.Join(out, ", ")
}

func signInFinding(t entra.Tenant, d signin.Diagnosis) finding {
	if d.Credential == 0 {
		return finding{broken, lang.L("Sign-in"), troubleLine(d.Error)}
	}
	return finding{sound, lang.L("Sign-in"), lang.L("works, with credential {{.Number}} of {{.Profile}}", map[string]any{"Number": d.Credential, "Profile": t.Profile})}
}

func organizationFinding(t entra.Tenant, d signin.Diagnosis) finding {
	if d.DisplayName == t.Name {
		return finding{sound, lang.L("Organization"), lang.L("{{.ID}}; its name may not be read, which does no harm", map[string]any{"ID": d.TenantID})}
	}
	return finding{sound, lang.L("Organization"), d.DisplayName + " (" + d.TenantID + ")"}
}

func permissionFinding(p entra.Permission) finding {
	if p.Granted {
		return finding{sound, labels.Class(p.Class), lang.L("can be read ({{.Permission}})", map[string]any{"Permission": p.Permission})}
	}
	if p.Unchosen {
		return finding{aside, labels.Class(p.Class), lang.L("is not synced: {{.Reason}}", map[string]any{"Reason": unreadFor(p)})}
	}
	return finding{doubtful, labels.Class(p.Class), unreadFor(p)}
}

// unreadFor says why a class can't be read. The permission is named, once, where the
// want of it is why.
func unreadFor(p entra.Permission) string {
	why := wording.Say(p.Reason)
	if p.Code != "" && p.Code != entra.CodePermission || strings.Contains(why, p.Permission) {
		return why
	}
	return p.Permission + ": " + why
}

// troubleLine tells trouble in a line: why and what to do.
func troubleLine(e *entra.Trouble) string {
	if e == nil {
		return ""
	}
	text := wording.Sentences(e.Message, e.Remedy)
	if e.Detail != "" {
		text += "\n" + e.Detail
	}
	return text
}

var consent = regexp.MustCompile(`https?://\S+/adminconsent\?\S+`)

// consentLink finds the page where an admin consents; "" if no note names it.
func consentLink(notes ...say.Sentence) string {
	return consent.FindString(say.Join("\n", notes...).String())
}

// diagnosisText is a diagnosis to paste into a mail or a ticket.
func diagnosisText(t entra.Tenant, d signin.Diagnosis) string {
	signs := map[verdict]string{sound: "[ok]  ", doubtful: "[!]   ", broken: "[fail]", aside: "[-]   "}
	lines := []string{t.Name}
	for _, f := range findings(t, d) {
		lines = append(lines, signs[f.verdict]+" "+f.about+": "+strings.ReplaceAll(f.text, "\n", "\n       "))
	}
	return strings.Join(lines, "\n")
}

// showDiagnosis shows what Test Connection found out, class by class, to read
// and to copy.
func showDiagnosis(h *host.Host, t entra.Tenant, d signin.Diagnosis) {
	rows := container.NewVBox()
	for _, f := range findings(t, d) {
		rows.Add(findingRow(f))
	}
	copied := func(text string) func() { return func() { fyne.CurrentApp().Clipboard().SetContent(text) } }
	choices := []kit.Choice{{Text: lang.L("Copy as text"), Do: copied(diagnosisText(t, d))}, {Text: lang.L("Close"), Rank: widget.HighImportance}}
	if link := consentLink(d.Notes...); link != "" {
		choices = slices.Insert(choices, 0, kit.Choice{Text: lang.L("Copy the consent link"), Do: copied(link)},
			kit.Choice{Text: lang.L("Open the consent page"), Do: func() { h.OpenOutside(link) }})
	}
	kit.AskUser(h.Window, lang.L("Test Connection: {{.Name}}", map[string]any{"Name": t.Name}), rows, choices...)
}

func findingRow(f finding) fyne.CanvasObject {
	icon := map[verdict]fyne.Resource{sound: apptheme.Signs().Good, doubtful: apptheme.Signs().Warning, broken: apptheme.Signs().Bad}[f.verdict]
	about := widget.NewLabelWithStyle(f.about, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	text := widget.NewLabel(f.text)
	text.Selectable = true
	unit := theme.TextSize()
	sign := container.NewGridWrap(fyne.NewSize(theme.IconInlineSize(), about.MinSize().Height), widget.NewIcon(icon))
	return container.NewHBox(sign, container.NewVBox(kit.Wide(about, 15*unit)), kit.Wide(text, 32*unit))
}
