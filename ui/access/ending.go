package access

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// newEndField takes the date on which a secret ends.
func newEndField() *kit.TextField {
	return kit.NewTextField("", lang.L("a date, such as {{.Date}}", map[string]any{"Date": exampleEnd}))
}

// endTyped is when a secret ends, as it was typed: the end of that day, here. Zero
// where nothing is typed; false where it is no date.
func endTyped(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{time.DateOnly, "2.1.2006", "1/2/2006", "2 Jan 2006"} {
		if day, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return day.AddDate(0, 0, 1).Add(-time.Second), true
		}
	}
	return time.Time{}, false
}

func endProblem(text string) string {
	if _, ok := endTyped(text); !ok {
		return lang.L("Give the date on which the secret ends, such as {{.Date}}, or nothing.", map[string]any{"Date": exampleEnd})
	}
	return ""
}

// tellEnd says under the field what is wrong with the end of a secret, or that it is over:
// that may be wanted, as the profile tells of it.
func tellEnd(label *widget.Label, text string) {
	label.Importance = widget.DangerImportance
	said := endProblem(text)
	if end, _ := endTyped(text); said == "" && !end.IsZero() && end.Before(time.Now()) {
		label.Importance, said = widget.WarningImportance, lang.L("This day is over: nothing can sign in with the secret any more.")
	}
	kit.Complain(label, said)
}

// AskEnd takes the date on which the secret of a stored credential ends, where Entra
// does not tell it. What Entra tells later counts instead.
func AskEnd(h *host.Host, c entra.Credential) {
	field, wrong := newEndField(), kit.NewComplaint()
	if !c.Expires.IsZero() {
		field.Text = c.Expires.Local().Format(time.DateOnly)
	}
	f := &kit.FormDialog{Light: true, Title: lang.L("When the secret ends"), Submit: lang.L("Save"), Done: h.Changed}
	f.Fields = container.NewVBox(kit.Paragraph(lang.L("Entra shows it beside the secret. Where the app may read it, what Entra tells counts instead.")),
		kit.Fields(lang.L("Ends on"), container.NewVBox(field, wrong)))
	f.Valid = func() bool {
		end, ok := endTyped(field.Text)
		return ok && !end.IsZero()
	}
	field.OnChanged = func(text string) {
		tellEnd(wrong, text)
		f.Check()
	}
	f.Work = func(ctx context.Context) error {
		end, _ := endTyped(field.Text)
		return h.Store.SetExpiry(ctx, c.ID, end)
	}
	f.Open(h.Window, h.Group)
}
