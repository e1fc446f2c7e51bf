package access

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// signInBox asks a person to sign in: by a code on a page of Entra's, or in the
// browser that was opened. It comes up when it has something to ask, and stays
// until the sign-in ends or is cancelled. It belongs to the UI thread.
type signInBox struct {
	host   *host.Host
	cancel func() // the sign-in
	says   *fyne.Container
	dialog *kit.Dialog // nil: not shown yet
	leave  *kit.Button
	over   bool
}

func newSignInBox(h *host.Host, cancel func()) *signInBox {
	b := &signInBox{host: h, cancel: cancel, says: container.NewVBox(kit.Paragraph(lang.L("Asking Entra for the sign-in…")))}
	b.leave = kit.NewButton(lang.L("Cancel"), func() { b.end(); b.cancel() })
	b.leave.OnEscape = b.leave.OnTapped
	return b
}

func (b *signInBox) open() {
	b.dialog = kit.NewDialog(b.host.Window, lang.L("Sign in"), b.says, b.leave)
	b.dialog.Show()
	b.host.Window.Canvas().Focus(b.leave)
}

// end closes the box for good.
func (b *signInBox) end() {
	b.over = true
	if b.dialog != nil {
		b.dialog.Hide()
	}
}

// prompt asks from any goroutine.
func (b *signInBox) prompt(p entra.Prompt) {
	b.host.Post(func() {
		if b.over {
			return
		}
		if b.dialog == nil {
			b.open()
		}
		b.ask(p)
	})
}

// ask shows what is asked of the person.
func (b *signInBox) ask(p entra.Prompt) {
	open := kit.NewButton(lang.L("Open the page"), func() { b.host.OpenOutside(p.URL) }).Important(widget.HighImportance)
	copyPage := kit.NewButton(lang.L("Copy the link"), func() { fyne.CurrentApp().Clipboard().SetContent(p.URL) })
	open.OnEscape, copyPage.OnEscape = b.leave.OnTapped, b.leave.OnTapped
	buttons, says := container.NewHBox(open, copyPage), lang.L("Sign in in the browser that has been opened. If none has, open the page here.")
	b.says.Objects = nil
	if p.Code != "" {
		copyCode := kit.NewButton(lang.L("Copy the code"), func() { fyne.CurrentApp().Clipboard().SetContent(p.Code) })
		copyCode.OnEscape = b.leave.OnTapped
		buttons = container.NewHBox(copyCode, open, copyPage)
		says = lang.L("Open the page, type this code and sign in there. This may happen on another device.")
		b.says.Add(largeCode(p.Code))
	}
	b.says.Objects = append([]fyne.CanvasObject{kit.Paragraph(says)}, b.says.Objects...)
	page := widget.NewLabel(p.URL)
	page.Selectable, page.Truncation = true, fyne.TextTruncateEllipsis
	b.says.Add(page)
	b.says.Add(container.NewCenter(buttons))
	b.says.Add(container.NewCenter(kit.Muted(lang.L("Waiting for the sign-in…"))))
	b.says.Refresh()
	b.dialog.Fit()
	b.host.Window.Canvas().Focus(buttons.Objects[0].(*kit.Button))
}

// largeCode is a code to be read and typed elsewhere.
func largeCode(code string) fyne.CanvasObject {
	text := widget.NewRichText(&widget.TextSegment{Text: code, Style: widget.RichTextStyle{Alignment: fyne.TextAlignCenter,
		SizeName: apptheme.SizeNameCode, ColorName: theme.ColorNamePrimary, TextStyle: fyne.TextStyle{Monospace: true, Bold: true}}})
	return container.NewCenter(text)
}

// syncNow starts a sync of a tenant, by its name: a form knows no more of it.
// It may have failed for want of the sign-in without waiting for it.
func syncNow(h *host.Host, t entra.Tenant) {
	h.Act(func(ctx context.Context) (err error) {
		t, err = h.Store.Tenant(ctx, t.Name)
		return err
	}, func(err error) {
		if err == nil && t.Enabled { // the form's tenant may not be stored yet
			h.Engine.SyncNow(t.Key)
		}
	})
}

// SignIn signs a person in for a tenant, with one of its profile's credentials;
// "": the first that takes a person.
func SignIn(h *host.Host, t entra.Tenant, credential string) {
	ctx, cancel := context.WithCancel(h.Context)
	box := newSignInBox(h, cancel)
	box.open()
	h.Act(func(context.Context) error { return h.Engine.SignIn(ctx, t, credential, box.prompt) }, func(err error) {
		cancelled := box.over
		cancel()
		box.end()
		switch {
		case cancelled:
		case entra.CodeOf(err) == entra.CodeVaultLocked:
			openVault(h, err, func() { SignIn(h, t, credential) }, func() {})
		case err != nil:
			h.Failed(err)
		default:
			h.Succeeded(lang.L("Signed in to {{.Name}}", map[string]any{"Name": t.Name}), lang.L("Tenants that waited for it sync now."))
			syncNow(h, t)
			h.Changed()
		}
	})
}
