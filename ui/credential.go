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
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
)

// kinds of credentials that can be added here.
var kinds = []entra.Kind{entra.ClientSecret, entra.Certificate}

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

// certificateLimit bounds a certificate's file; real ones hold a few KB.
const certificateLimit = 1 << 20

// credentialForm takes one credential.
type credentialForm struct {
	window   fyne.Window
	onChange func() // nil: nobody asks

	kind     *widget.Select
	client   *widget.Entry
	secret   *widget.Entry
	password *widget.Entry
	file     *button
	fileName *widget.Label

	certificate []byte
	box         *fyne.Container
}

func newCredentialForm(w fyne.Window, onChange func()) *credentialForm {
	f := &credentialForm{window: w, onChange: onChange, box: container.New(layout.NewFormLayout()), fileName: muted(lang.L("PEM or PFX"))}
	f.client, f.secret, f.password = widget.NewEntry(), widget.NewPasswordEntry(), widget.NewPasswordEntry()
	f.client.SetPlaceHolder("00000000-0000-0000-0000-000000000000")
	f.password.SetPlaceHolder(lang.L("if the file has one"))
	for _, e := range []*widget.Entry{f.client, f.secret, f.password} {
		e.OnChanged = func(string) { f.tell() }
	}
	f.file = newButton(lang.L("Choose a file…"), f.chooseFile)
	labels := make([]string, len(kinds))
	for i, k := range kinds {
		labels[i] = kindLabel(k)
	}
	f.kind = widget.NewSelect(labels, func(string) { f.show() })
	f.kind.SetSelectedIndex(0)
	return f
}

func (f *credentialForm) content() fyne.CanvasObject { return f.box }

func (f *credentialForm) chosen() entra.Kind { return kinds[max(f.kind.SelectedIndex(), 0)] }

// show lays out the fields that the kind has.
func (f *credentialForm) show() {
	f.box.Objects = nil
	add := func(name string, field fyne.CanvasObject) {
		f.box.Add(fieldName(name))
		f.box.Add(field)
	}
	add(lang.L("Kind"), f.kind)
	add(lang.L("Application (client) ID"), f.client)
	if f.chosen() == entra.ClientSecret {
		add(lang.L("Client secret"), f.secret)
	} else {
		add(lang.L("Certificate"), container.NewBorder(nil, nil, f.file, nil, f.fileName))
		add(lang.L("Password"), f.password)
	}
	f.box.Refresh()
	f.tell()
}

func (f *credentialForm) tell() {
	if f.onChange != nil {
		f.onChange()
	}
}

// complete tells whether there is enough to try.
func (f *credentialForm) complete() bool {
	if !entra.IsGUID(f.clientID()) {
		return false
	}
	if f.chosen() == entra.ClientSecret {
		return f.secret.Text != ""
	}
	return len(f.certificate) > 0
}

func (f *credentialForm) clientID() string { return strings.ToLower(strings.TrimSpace(f.client.Text)) }

// material takes the credential from the form.
func (f *credentialForm) material() syncer.Material {
	m := syncer.Material{Kind: f.chosen(), ClientID: f.clientID()}
	if m.Kind == entra.ClientSecret {
		m.Secret = vault.NewSecret([]byte(strings.TrimSpace(f.secret.Text)))
	} else {
		m.Certificate, m.Password = slices.Clone(f.certificate), vault.NewSecret([]byte(f.password.Text))
	}
	return m
}

func (f *credentialForm) chooseFile() {
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if file == nil {
			return
		}
		defer file.Close()
		content, err := io.ReadAll(io.LimitReader(file, certificateLimit))
		if err != nil {
			showTrouble(f.window, entra.Invalid("the certificate can't be read", err.Error(), "choose another file"))
			return
		}
		f.certificate = content
		f.fileName.SetText(file.URI().Name())
		f.tell()
	}, f.window)
	size := f.window.Canvas().Size()
	d.Resize(fyne.NewSize(size.Width*0.9, size.Height*0.9))
	d.Show()
}
