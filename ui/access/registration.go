package access

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// RegistrationHelp is what somebody needs to know of the app registration who fills
// in a credential: the steps, the permissions, and the guide.
type RegistrationHelp struct{ content fyne.CanvasObject }

// NewRegistrationHelp makes the help, for the classes that a new tenant has.
func NewRegistrationHelp(h *host.Host) *RegistrationHelp {
	list := needs(entra.DefaultClasses())
	box := container.NewVBox(kit.Subheading(lang.L("The app registration")))
	for _, step := range []string{
		lang.L("1. In Entra, register an app: its application (client) ID goes into the form."),
		lang.L("2. Give it these application permissions of Microsoft Graph. They only read."),
	} {
		box.Add(wrapped(step))
	}
	permissions := widget.NewLabelWithStyle(names(list), fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	permissions.Selectable = true
	box.Add(permissions)
	box.Add(wrapped(lang.L("3. Let an admin consent to them.")))
	box.Add(wrapped(lang.L("4. Make a client secret, or upload a certificate. Of a secret its value goes into the form, and not its ID.")))
	guide := kit.NewButton(lang.L("How to register the app"), func() { h.ReadRegistration() })
	guide.Icon = theme.HelpIcon()
	copyAll := kit.NewButton(lang.L("Copy the permissions"), func() { fyne.CurrentApp().Clipboard().SetContent(names(list)) })
	copyAll.Icon = theme.ContentCopyIcon()
	box.Add(guide)
	box.Add(copyAll)
	return &RegistrationHelp{kit.Card(box)}
}

// Content is the help.
func (r *RegistrationHelp) Content() fyne.CanvasObject { return r.content }

func wrapped(text string) fyne.CanvasObject {
	return kit.Wide(widget.NewLabel(text), 20*theme.TextSize())
}

// ConsentButton opens the page on which an admin consents to what the app of a form
// requests, as the form stands. It is of use once the form names a tenant and a
// profile.
func ConsentButton(h *host.Host, form func() entra.Tenant) *kit.Button {
	b := kit.NewButton(lang.L("Open the consent page"), func() { openConsent(h, form()) })
	b.Icon = theme.LoginIcon()
	return b
}

// ConsentHelp says what happens to a tenant that is added, and leads to the page
// where its admin consents.
func ConsentHelp(h *host.Host, consent *kit.Button) fyne.CanvasObject {
	guide := kit.NewButton(lang.L("How to register the app"), func() { h.ReadRegistration() })
	guide.Icon = theme.HelpIcon()
	return kit.Card(container.NewVBox(kit.Subheading(lang.L("The tenant")),
		wrapped(lang.L("Give one of its domains, or its tenant ID: both stand on the overview page of Entra.")),
		wrapped(lang.L("An admin of the tenant consents once to what the app reads.")), consent,
		wrapped(lang.L("Test Connection says whether the sign-in works and what may be read. Nothing is ever written to the tenant.")), guide))
}
