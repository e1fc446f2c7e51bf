package settings

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// proxyModes are in the order of the field that offers them.
var proxyModes = []syncer.ProxyMode{syncer.SystemProxy, syncer.NoProxy, syncer.ManualProxy}

// proxySection chooses the proxy. A manual address holds once it is one and
// typing has rested.
type proxySection struct {
	host    *host.Host
	mode    *kit.SelectField
	address *kit.TextField
	wrong   *widget.Label
	refused error  // why the address on the page is not the one that is used; nil: it is
	typed   func() // stops the wait for the end of typing; nil: none runs
}

func newProxySection(h *host.Host) *proxySection {
	s := &proxySection{host: h, wrong: kit.NewComplaint()}
	now := syncer.ProxyChoice{Mode: syncer.SystemProxy}
	if h.Proxy != nil {
		now = h.Proxy.Choice()
	}
	s.mode = kit.NewSelectField([]string{lang.L("Match system"), lang.L("None"), lang.L("Manual")}, slices.Index(proxyModes, now.Mode), s.apply)
	s.address = kit.NewTextField(now.Address, "proxy.contoso.com:8080")
	s.address.OnChanged = func(string) {
		s.rest()
		s.typed = h.After(kit.TypingRest, s.apply)
	}
	kit.Enable(h.Proxy != nil, s.mode)
	kit.Enable(h.Proxy != nil && now.Mode == syncer.ManualProxy, s.address)
	return s
}

func (s *proxySection) content() fyne.CanvasObject {
	form := kit.FormRows(kit.FieldName(lang.L("Proxy")), kit.Narrow(s.mode),
		kit.FieldName(lang.L("Proxy address")), container.NewVBox(kit.Narrow(s.address), s.wrong))
	if s.host.Proxy == nil {
		return container.NewVBox(form, kit.Muted(lang.L("The demo uses no proxy.")))
	}
	return form
}

// apply takes the proxy as it stands on the page, if it can be used.
func (s *proxySection) apply() {
	s.typed = nil
	c := syncer.ProxyChoice{Mode: proxyModes[s.mode.SelectedIndex()], Address: s.address.Text}
	kit.Enable(c.Mode == syncer.ManualProxy, s.address)
	err, said := s.host.Proxy.Choose(c), ""
	if s.refused = nil; err != nil && c.Address != "" {
		e := entra.AsError(err)
		s.refused, said = err, wording.Sentences(e.Why, e.Remedy)
	}
	kit.Complain(s.wrong, said)
	if err == nil {
		s.host.Keep(syncer.ProxySetting, c)
	}
}

// leave takes what is being typed, and says so where an address is not taken along: it would be gone
// without a word.
func (s *proxySection) leave() {
	if s.typed != nil {
		s.rest()
		s.apply()
	}
	if s.refused != nil {
		s.host.Failed(s.refused)
	}
}

// rest stops the wait for the end of typing.
func (s *proxySection) rest() {
	if s.typed != nil {
		s.typed()
		s.typed = nil
	}
}
