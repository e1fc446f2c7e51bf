package access

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// Outcome is the result of the last test in the form itself, with the buttons that
// help. It is in sight while the form has what was tested.
type Outcome struct {
	test   *ConnectionTest
	box    *fyne.Container
	tested string // the settings that were; "": nothing was yet
}

func newOutcome(t *ConnectionTest) *Outcome {
	o := &Outcome{test: t, box: container.NewVBox()}
	o.box.Hide()
	return o
}

// Content is the result.
func (o *Outcome) Content() fyne.CanvasObject { return o.box }

// show takes the result of a test.
func (o *Outcome) show(t entra.Tenant, found signin.Diagnosis, told toast.Toast) {
	sign := map[toast.Kind]fyne.Resource{toast.Success: apptheme.Signs().Good, toast.Warning: apptheme.Signs().Warning, toast.Trouble: apptheme.Signs().Bad}[told.Kind]
	title := widget.NewLabelWithStyle(told.Title, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	title.Wrapping = fyne.TextWrapWord
	text := widget.NewLabel(told.Text)
	text.Wrapping, text.Selectable = fyne.TextWrapWord, true
	buttons := kit.ButtonBar()
	for _, b := range o.ways(t, found) {
		buttons.Add(b)
	}
	buttons.Add(kit.NewButton(told.Action, told.Do))
	icon := container.NewVBox(container.NewGridWrap(fyne.NewSize(theme.IconInlineSize(), title.MinSize().Height), widget.NewIcon(sign)))
	says := container.NewVBox(container.New(kit.TightLines{}, title, text), buttons)
	o.tested = identity(t)
	o.box.Objects = []fyne.CanvasObject{kit.Card(container.NewBorder(nil, nil, icon, nil, says)), kit.Gap(1)}
	o.Compare()
	o.box.Refresh()
}

// Compare shows the result only while the form has the settings that were tested.
func (o *Outcome) Compare() {
	same := o.tested == identity(o.test.form())
	if o.tested != "" && !same && o.box.Visible() {
		o.test.Leave() // it tells of other settings now
	}
	kit.Reveal(o.tested != "" && same, o.box)
}

// ways are the buttons that help against what a test found.
func (o *Outcome) ways(t entra.Tenant, found signin.Diagnosis) (out []*kit.Button) {
	h, again := o.test.host, func() {
		if o.test.box == nil {
			o.test.press()
		}
	}
	if e := found.Error; e != nil && !found.OK {
		switch e.Code {
		case entra.CodeVaultLocked:
			out = append(out, kit.NewButton(lang.L("Unlock the vault"), func() { openVault(h, nil, again, func() {}) }))
		case entra.CodeSignIn:
			out = append(out, kit.NewButton(lang.L("Replace the secret…"), func() { ReplaceSecret(h, t.Profile, again) }))
		}
	}
	if link := consentLink(found.Notes...); link != "" {
		out = append(out, kit.NewButton(lang.L("Open the consent page"), func() { h.OpenOutside(link) }))
	}
	if len(out) > 0 {
		out[0].Important(widget.HighImportance)
	}
	return out
}

// ReplaceSecret asks for another secret, or another certificate, of a profile: of
// the first of its credentials that has one. The field for it has the focus.
func ReplaceSecret(h *host.Host, profile string, then func()) {
	var p entra.Profile
	h.Act(func(ctx context.Context) (err error) {
		p, err = h.Store.Profile(ctx, profile)
		return err
	}, func(err error) {
		if err != nil {
			h.Failed(err)
			return
		}
		i := slices.IndexFunc(p.Credentials, func(c entra.Credential) bool { return c.Kind == entra.ClientSecret || c.Kind == entra.Certificate })
		if i < 0 {
			h.Open(host.ToProfile(p.ID))
			return
		}
		AskReplace(h, p, p.Credentials[i], then)
	})
}

// AskReplace takes a new secret, or another credential, in the place of one of a
// profile's. The field for the secret has the focus.
func AskReplace(h *host.Host, p entra.Profile, old entra.Credential, then func()) {
	f := &kit.FormDialog{Title: lang.L("Replace the credential") + " · " + strings.TrimSpace(p.Name), Submit: lang.L("Replace"), Act: SealingHere(h)}
	form := NewCredentialForm(h.Window, f.Check)
	form.Replacing(old)
	f.Fields, f.Valid = form.Content(), form.Complete
	place := signin.Place{Profile: p.ID, Credential: old.ID}
	f.Work = func(ctx context.Context) error { return h.Engine.ReplaceCredential(ctx, place, form.Material()) }
	f.Done = func() {
		h.Changed()
		then()
	}
	f.Open(h.Window, h.Group)
	if first := form.secretField(); first != nil {
		h.Window.Canvas().Focus(first)
	}
}
