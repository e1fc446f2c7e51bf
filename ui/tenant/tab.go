package tenant

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/ui/host"
)

// tab is a part of a tenant's page.
type tab interface {
	key() string                // in routes
	stand() host.Stand          // how it stands, beside its key
	content() fyne.CanvasObject // is asked for once, when the tab is first opened
	refresh()                   // what it shows may have changed
	told()                      // the box above tells something else of what goes on
	stored(entra.Tenant)        // the tenant as the store holds it now
	leave()                     // the page goes out of sight for good

	search() fyne.Focusable // what Ctrl+F goes to; nil: there is no search
	save()                  // Ctrl+S
	escape()

	// unsaved tells whether the tab holds what the user has not saved. guard then
	// asks what to do with it, and leaves as the user says; discard forgets it.
	unsaved() bool
	guard(leave func())
	discard()
}

// plainTab is embedded by tabs that have no search, nothing to save and nothing
// to close.
type plainTab struct{}

func (plainTab) stand() host.Stand      { return host.Stand{} }
func (plainTab) refresh()               {}
func (plainTab) told()                  {}
func (plainTab) leave()                 {}
func (plainTab) stored(entra.Tenant)    {}
func (plainTab) search() fyne.Focusable { return nil }
func (plainTab) save()                  {}
func (plainTab) escape()                {}
func (plainTab) unsaved() bool          { return false }
func (plainTab) guard(leave func())     { leave() }
func (plainTab) discard()               {}

// unopenedTab stands for a tab that was not opened yet: it has a name, and how it is to stand.
type unopenedTab struct {
	plainTab
	name, route string
	how         host.Stand
	open        func() tab
}

func (u unopenedTab) key() string                { return u.route }
func (u unopenedTab) stand() host.Stand          { return u.how }
func (u unopenedTab) content() fyne.CanvasObject { return nil } // open gives the tab that has one

// unopenedTabs are those of a page that is to stand as its route has it.
func unopenedTabs(p *Page, at host.Route) []unopenedTab {
	return []unopenedTab{
		{name: lang.L("Tenant Configuration"), route: configurationTab, open: func() tab { return newConfiguration(p.host, p.tenant) }},
		{name: lang.L("Sync History"), route: historyTab, open: func() tab { return newHistory(p.host, p.tenant, func() syncer.Activity { return p.doing }) }},
		{name: lang.L("Directory"), route: host.DirectoryTab, how: at.Stand, open: func() tab { return newDirectory(p, at.Stand) }},
		{name: lang.L("Changes"), route: host.ChangesTab, how: at.Stand, open: func() tab { return newChanges(p, at.Stand) }},
	}
}

// Keys of tabs that only this page leads to.
const (
	configurationTab = "configuration"
	historyTab       = "history"
)

// aside sets a line at the left beside one at the right. Where there is no room for both,
// the left one gives way first: the right one tells what is going on.
type aside struct{}

// MinSize is that of lines that may be cut.
func (aside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().Max(objects[1].MinSize())
}

// Layout gives the right line what it needs, but for a quarter of the room.
func (aside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left, right := objects[0].(*widget.Label), objects[1].(*widget.Label)
	wide := func(l *widget.Label) float32 {
		return fyne.MeasureText(l.Text, theme.TextSize(), l.TextStyle).Width + 2*theme.InnerPadding() + 2
	}
	told := min(wide(right), size.Width-min(wide(left), size.Width/4))
	right.Resize(fyne.NewSize(told, size.Height))
	right.Move(fyne.NewPos(size.Width-told, 0))
	left.Resize(fyne.NewSize(size.Width-told, size.Height))
	left.Move(fyne.Position{})
}
