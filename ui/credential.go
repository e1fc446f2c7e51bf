package ui

import (
	"io"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
)

// kinds of credentials that can be added here.
var kinds = []entra.Kind{entra.ClientSecret, entra.Certificate, entra.ManagedIdentity, entra.WorkloadIdentity, entra.AzureCLI, entra.DeviceCode, entra.InteractiveBrowser}

func kindLabel(k entra.Kind) string {
	switch k {
	case entra.ClientSecret:
		return lang.L("Client secret")
	case entra.Certificate:
		return lang.L("Certificate")
	case entra.ManagedIdentity:
		return lang.L("Managed identity")
	case entra.WorkloadIdentity:
		return lang.L("Workload identity")
	case entra.AzureCLI:
		return lang.L("Azure CLI")
	case entra.DeviceCode:
		return lang.L("Device code")
	case entra.InteractiveBrowser:
		return lang.L("Interactive browser")
	}
	return string(k)
}

// certificateFiles are the endings of what holds a certificate with its key.
var certificateFiles = []string{".pem", ".pfx", ".p12", ".crt", ".cer", ".key"}

// certificateLimit bounds a certificate's file; real ones hold a few KB.
const certificateLimit = 1 << 20

// credentialForm takes one credential.
type credentialForm struct {
	window   fyne.Window
	onChange func()

	kind        *selectField
	client      *textField
	wrongClient *widget.Label
	secret      *textField
	wrongSecret *widget.Label
	password    *textField
	file        *button
	fileName    *widget.Label

	certificate []byte
	box         *fyne.Container
}

func newCredentialForm(w fyne.Window, onChange func()) *credentialForm {
	f := &credentialForm{window: w, onChange: onChange, box: container.New(layout.NewFormLayout()), fileName: muted(lang.L("PEM or PFX")),
		wrongClient: newComplaint(), wrongSecret: newComplaint()}
	f.client = newTextField("", "00000000-0000-0000-0000-000000000000")
	f.secret, f.password = newPasswordField(), newPasswordField()
	f.password.SetPlaceHolder(lang.L("if the file has one"))
	for _, e := range []*textField{f.client, f.secret, f.password} {
		e.OnChanged = func(string) { f.tell() }
	}
	f.file = newButton(lang.L("Choose a file…"), f.chooseFile)
	labels := make([]string, len(kinds))
	for i, k := range kinds {
		labels[i] = kindLabel(k)
	}
	f.kind = newSelectField(labels, 0, f.show)
	f.show()
	return f
}

// replacing fills in what may be known of the credential to be replaced.
func (f *credentialForm) replacing(c entra.Credential) {
	f.client.SetText(c.ClientID)
	f.kind.SetSelectedIndex(max(slices.Index(kinds, c.Kind), 0))
}

func (f *credentialForm) content() fyne.CanvasObject { return f.box }

func (f *credentialForm) chosen() entra.Kind { return kinds[max(f.kind.SelectedIndex(), 0)] }

// show lays out the fields that the kind has.
func (f *credentialForm) show() {
	f.box.Objects = nil
	add := func(name string, field ...fyne.CanvasObject) {
		f.box.Add(fieldName(name))
		f.box.Add(container.NewVBox(field...))
	}
	add(lang.L("Kind"), f.kind)
	switch f.chosen() {
	case entra.ClientSecret:
		add(lang.L("Application (client) ID"), f.client, f.wrongClient)
		add(lang.L("Client secret"), f.secret, f.wrongSecret)
	case entra.Certificate:
		add(lang.L("Application (client) ID"), f.client, f.wrongClient)
		add(lang.L("Certificate"), container.NewBorder(nil, nil, f.file, nil, cut(f.fileName)))
		add(lang.L("Password"), f.password)
	case entra.ManagedIdentity, entra.WorkloadIdentity:
		add(lang.L("Application (client) ID"), f.client, muted(lang.L("empty: the identity of this machine")), f.wrongClient)
	case entra.DeviceCode, entra.InteractiveBrowser:
		add(lang.L("Application (client) ID"), f.client, f.wrongClient)
		add("", wide(muted(lang.L("You are asked to sign in when a tenant first uses it. The sign-in is kept sealed in the vault.")), 28*theme.TextSize()))
	}
	f.box.Refresh()
	f.tell()
}

func (f *credentialForm) tell() {
	complain(f.wrongClient, f.clientProblem())
	complain(f.wrongSecret, f.secretProblem())
	f.onChange()
}

func (f *credentialForm) clientProblem() string {
	if id := f.clientID(); id != "" && !entra.IsGUID(id) {
		return lang.L("An application (client) ID looks like the one in grey.")
	}
	return ""
}

// secretProblem knows the usual slip: Entra shows a secret's id beside its value.
func (f *credentialForm) secretProblem() string {
	if entra.IsGUID(strings.ToLower(strings.TrimSpace(f.secret.Text))) {
		return lang.L("This is the secret's ID. Paste its value.")
	}
	return ""
}

// complete tells whether there is enough to try.
func (f *credentialForm) complete() bool {
	known := f.clientID() != "" && f.clientProblem() == ""
	switch f.chosen() {
	case entra.ClientSecret:
		return known && strings.TrimSpace(f.secret.Text) != "" && f.secretProblem() == ""
	case entra.Certificate:
		return known && len(f.certificate) > 0
	case entra.AzureCLI:
		return true
	case entra.DeviceCode, entra.InteractiveBrowser:
		return known
	}
	return f.clientProblem() == ""
}

func (f *credentialForm) clientID() string { return strings.ToLower(strings.TrimSpace(f.client.Text)) }

// material takes the credential from the form.
func (f *credentialForm) material() signin.Material {
	m := signin.Material{Kind: f.chosen(), ClientID: f.clientID()}
	switch m.Kind {
	case entra.ClientSecret:
		m.Secret = vault.NewSecret([]byte(strings.TrimSpace(f.secret.Text)))
	case entra.Certificate:
		m.Certificate, m.Password = slices.Clone(f.certificate), vault.NewSecret([]byte(f.password.Text))
	case entra.AzureCLI:
		m.ClientID = ""
	}
	return m
}

func (f *credentialForm) chooseFile() {
	unreadable := func(err error) {
		showTrouble(f.window, entra.Invalid("the certificate can't be read", err.Error(), "choose another file"))
	}
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		switch {
		case err != nil:
			unreadable(err)
			return
		case file == nil: // cancelled
			return
		}
		defer file.Close()
		content, err := io.ReadAll(io.LimitReader(file, certificateLimit))
		if err != nil {
			unreadable(err)
			return
		}
		f.certificate = content
		f.fileName.SetText(file.URI().Name())
		f.tell()
	}, f.window)
	d.SetTitleText(lang.L("Choose a certificate"))
	d.SetFilter(storage.NewExtensionFileFilter(certificateFiles))
	showFileDialog(d, f.window)
}
