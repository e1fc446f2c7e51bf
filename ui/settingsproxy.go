package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
)

// proxyModes are in the order of the field that offers them.
var proxyModes = []syncer.ProxyMode{syncer.SystemProxy, syncer.NoProxy, syncer.ManualProxy}

// proxySection chooses the proxy. A manual address holds once it is one and
// typing has rested.
type proxySection struct {
	desk    *desk
	mode    *selectField
	address *textField
	wrong   *widget.Label
	typed   func() // stops the wait for the end of typing; nil: none runs
}

func newProxySection(d *desk) *proxySection {
	s := &proxySection{desk: d, wrong: cut(widget.NewLabel(""))}
	s.wrong.Importance = widget.DangerImportance
	s.wrong.Hide()
	now := syncer.ProxyChoice{Mode: syncer.SystemProxy}
	if d.options.Proxy != nil {
		now = d.options.Proxy.Choice()
	}
	s.mode = newSelectField([]string{lang.L("As the system has it"), lang.L("None"), lang.L("Manual")}, slices.Index(proxyModes, now.Mode), s.apply)
	s.address = newTextField(now.Address, "proxy.contoso.com:8080")
	s.address.OnChanged = func(string) {
		s.leave()
		s.typed = d.after(pause, s.apply)
	}
	enable(d.options.Proxy != nil, s.mode)
	enable(d.options.Proxy != nil && now.Mode == syncer.ManualProxy, s.address)
	return s
}

func (s *proxySection) content() fyne.CanvasObject {
	form := container.New(layout.NewFormLayout(), fieldName(lang.L("Proxy")), narrow(s.mode),
		fieldName(lang.L("Proxy address")), container.NewVBox(narrow(s.address), s.wrong))
	if s.desk.options.Proxy == nil {
		return container.NewVBox(form, muted(lang.L("The demo uses no proxy.")))
	}
	return form
}

// apply takes the proxy as it stands on the page, if it can be used.
func (s *proxySection) apply() {
	s.typed = nil
	c := syncer.ProxyChoice{Mode: proxyModes[s.mode.SelectedIndex()], Address: s.address.Text}
	enable(c.Mode == syncer.ManualProxy, s.address)
	err := s.desk.options.Proxy.Choose(c)
	s.wrong.Hide()
	if err != nil && c.Address != "" {
		e := entra.AsError(err)
		s.wrong.SetText(sentences(e.Why, e.Remedy))
		s.wrong.Show()
	}
	if err == nil {
		s.desk.keep(syncer.ProxySetting, c)
	}
}

// leave forgets what is being typed.
func (s *proxySection) leave() {
	if s.typed != nil {
		s.typed()
		s.typed = nil
	}
}
