package object

import (
	"context"
	"slices"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
)

// doers are the classes of those who change a directory.
var doers = []string{"users", "servicePrincipals", "applications"}

// doer is what the log of audits may know the object by: its id, and an app's.
func (p *Page) doer() []string {
	ids := []string{p.at.Object.ID}
	if app := p.found.Properties.Text("appId"); app != "" {
		ids = append(ids, app)
	}
	return ids
}

// countMade counts what the object changed in the tenant.
func (p *Page) countMade() {
	if !p.tenant.Audited() || !slices.Contains(doers, p.class.Name) {
		return
	}
	ids := p.doer()
	tasks.Ask(p.host.Group, &p.making, func(ctx context.Context) (n int64, err error) {
		made, maybe, err := p.host.Store.Audits(p.tenant.Key).Count(ctx, ids...)
		return made + maybe, err
	}, func(n int64, err error) {
		if err != nil { // the parts tell trouble
			return
		}
		text := lang.L("Changed by this person: {{.Count}}", map[string]any{"Count": phrase.Count(n)})
		if p.class.Name != "users" {
			text = lang.L("Changed by this app: {{.Count}}", map[string]any{"Count": phrase.Count(n)})
		}
		p.made.SetText(text)
		kit.Reveal(n > 0, p.made)
	})
}

// openMade leads to what that is.
func (p *Page) openMade() { p.host.Open(host.ToChangesBy(p.tenant.Key, p.doer()...)) }
