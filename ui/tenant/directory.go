package tenant

import (
	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/directory"
	"github.com/entraidsync/entraidsync/ui/host"
)

// directoryTab is the tab Directory of a tenant.
type directoryTab struct {
	plainTab
	*directory.Directory
}

func newDirectory(p *Page, stand host.Stand) directoryTab {
	d := directory.New(p.host, p.tenant, stand, p.stands)
	d.Configure = p.configure
	return directoryTab{Directory: d}
}

// configure leads to the configuration, and there to an object class.
func (p *Page) configure(class string) {
	p.bar.SelectIndex(0)
	p.host.Post(func() {
		p.host.Post(func() { // furnishSoon has made it by now
			if c, made := p.tabs[0].(*configuration); made && !p.left && p.bar.SelectedIndex() == 0 {
				c.showClass(class)
			}
		})
	})
}

func (d directoryTab) key() string                { return host.DirectoryTab }
func (d directoryTab) content() fyne.CanvasObject { return d.Content() }
func (d directoryTab) stand() host.Stand          { return d.Stand() }
func (d directoryTab) refresh()                   { d.Refresh() }
func (d directoryTab) stored(t entra.Tenant)      { d.Stored(t) }
func (d directoryTab) leave()                     { d.Leave() }
func (d directoryTab) search() fyne.Focusable     { return d.Search() }
