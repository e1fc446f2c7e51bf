package access

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
)

// kinds of credentials that can be added here.
var kinds = []entra.Kind{entra.ClientSecret, entra.Certificate, entra.ManagedIdentity, entra.WorkloadIdentity, entra.AzureCLI, entra.DeviceCode, entra.InteractiveBrowser}

// Examples stand in grey in empty fields, and in what is said of a wrong one.
const (
	exampleID  = "00000000-0000-0000-0000-000000000000"
	exampleEnd = "2027-05-31"
)

// CredentialForm takes one credential.
type CredentialForm struct {
	window   fyne.Window
	onChange func()

	kind        *kit.SelectField
	client      *kit.TextField
	wrongClient *widget.Label
	secret      *kit.TextField
	wrongSecret *widget.Label
	password    *kit.TextField
	ends        *kit.TextField // when the secret ends, where somebody knows
	wrongEnd    *widget.Label
	certificate *chosenFile
	box         *fyne.Container
}

// NewCredentialForm makes an empty form. onChange is called when a field changes.
func NewCredentialForm(w fyne.Window, onChange func()) *CredentialForm {
	f := &CredentialForm{window: w, onChange: onChange, box: container.New(layout.NewFormLayout()),
		wrongClient: kit.NewComplaint(), wrongSecret: kit.NewComplaint(), wrongEnd: kit.NewComplaint()}
	f.client = kit.NewTextField("", exampleID)
	f.secret, f.password = kit.NewPasswordField(), kit.NewPasswordField()
	f.password.SetPlaceHolder(lang.L("if the file has one"))
	f.ends = newEndField()
	for _, e := range []*kit.TextField{f.client, f.secret, f.password, f.ends} {
		e.OnChanged = func(string) { f.tell() }
	}
	f.certificate = newChosenFile(w, lang.L("Choose a certificate"), lang.L("PEM or PFX"), f.tell)
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = labels.Kind(k)
	}
	f.kind = kit.NewSelectField(names, 0, f.show)
	f.show()
	return f
}

// Replacing fills in what may be known of the credential to be replaced.
func (f *CredentialForm) Replacing(c entra.Credential) {
	f.client.SetText(c.ClientID)
	f.kind.SetSelectedIndex(max(slices.Index(kinds, c.Kind), 0))
}

// Content is the fields.
func (f *CredentialForm) Content() fyne.CanvasObject { return f.box }

// Chosen is the kind that is chosen.
func (f *CredentialForm) Chosen() entra.Kind { return kinds[max(f.kind.SelectedIndex(), 0)] }

// show lays out the fields that the kind has.
func (f *CredentialForm) show() {
	f.box.Objects = nil
	add := func(name string, field ...fyne.CanvasObject) {
		f.box.Add(kit.FieldName(name))
		f.box.Add(container.NewVBox(field...))
	}
	add(lang.L("Kind"), f.kind)
	switch f.Chosen() {
	case entra.ClientSecret:
		add(lang.L("Application (client) ID"), f.client, f.wrongClient)
		add(lang.L("Client secret"), f.secret, f.wrongSecret)
		add(lang.L("Ends on"), f.ends, f.wrongEnd)
	case entra.Certificate:
		add(lang.L("Application (client) ID"), f.client, f.wrongClient)
		add(lang.L("Certificate"), f.certificate.line)
		add(lang.L("Password"), f.password)
	case entra.ManagedIdentity, entra.WorkloadIdentity:
		add(lang.L("Application (client) ID"), f.client, kit.Muted(lang.L("empty: the identity of this machine")), f.wrongClient)
	case entra.DeviceCode, entra.InteractiveBrowser:
		add(lang.L("Application (client) ID"), f.client, f.wrongClient)
		add("", kit.Wide(kit.Muted(lang.L("You are asked to sign in when a tenant first uses it. The sign-in is kept sealed in the vault.")), 28*theme.TextSize()))
	}
	f.box.Refresh()
	f.tell()
}

func (f *CredentialForm) tell() {
	kit.Complain(f.wrongClient, f.clientProblem())
	kit.Complain(f.wrongSecret, f.secretProblem())
	tellEnd(f.wrongEnd, f.ends.Text)
	f.onChange()
}

func (f *CredentialForm) clientProblem() string {
	if id := f.clientID(); id != "" && !entra.IsGUID(id) {
		return lang.L("An application (client) ID looks like {{.ID}}.", map[string]any{"ID": exampleID})
	}
	return ""
}

// secretProblem knows the usual slip: Entra shows a secret's id beside its value.
func (f *CredentialForm) secretProblem() string {
	if entra.IsGUID(strings.ToLower(strings.TrimSpace(f.secret.Text))) {
		return lang.L("This is the secret's ID. Paste its value.")
	}
	return ""
}

// secretField is where a new secret is put in; nil: the kind has none.
func (f *CredentialForm) secretField() fyne.Focusable {
	switch f.Chosen() {
	case entra.ClientSecret:
		return f.secret
	case entra.Certificate:
		return f.certificate.choose
	}
	return nil
}

// Empty tells whether nothing has been put in.
func (f *CredentialForm) Empty() bool {
	return f.client.Text == "" && f.secret.Text == "" && f.password.Text == "" && f.ends.Text == "" && len(f.certificate.content) == 0
}

// Complete tells whether there is enough to try.
func (f *CredentialForm) Complete() bool {
	known := f.clientID() != "" && f.clientProblem() == ""
	switch f.Chosen() {
	case entra.ClientSecret:
		return known && strings.TrimSpace(f.secret.Text) != "" && f.secretProblem() == "" && endProblem(f.ends.Text) == ""
	case entra.Certificate:
		return known && len(f.certificate.content) > 0
	case entra.AzureCLI:
		return true
	case entra.DeviceCode, entra.InteractiveBrowser:
		return known
	}
	return f.clientProblem() == ""
}

func (f *CredentialForm) clientID() string { return strings.ToLower(strings.TrimSpace(f.client.Text)) }

// Material takes the credential from the form.
func (f *CredentialForm) Material() signin.Material {
	m := signin.Material{Kind: f.Chosen(), ClientID: f.clientID()}
	switch m.Kind {
	case entra.ClientSecret:
		m.Secret = vault.NewSecret([]byte(strings.TrimSpace(f.secret.Text)))
		m.Expires, _ = endTyped(f.ends.Text)
	case entra.Certificate:
		m.Certificate, m.Password = slices.Clone(f.certificate.content), vault.NewSecret([]byte(f.password.Text))
	case entra.AzureCLI:
		m.ClientID = ""
	}
	return m
}
