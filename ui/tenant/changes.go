package tenant

import (
	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/ui/changes"
	"github.com/entraidsync/entraidsync/ui/host"
)

// changesTab is the tab Changes of a tenant.
type changesTab struct {
	plainTab
	*changes.Changes
}

func newChanges(p *Page, stand host.Stand) changesTab {
	return changesTab{Changes: changes.New(p.host, p.tenant, stand, p.stands)}
}

func (c changesTab) key() string                { return host.ChangesTab }
func (c changesTab) content() fyne.CanvasObject { return c.Content() }
func (c changesTab) stand() host.Stand          { return c.Stand() }
func (c changesTab) refresh()                   { c.Refresh() }
func (c changesTab) leave()                     { c.Leave() }
func (c changesTab) search() fyne.Focusable     { return c.Search() }
func (c changesTab) escape()                    { c.Escape() }
