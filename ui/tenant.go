package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/phrase"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// tenantPage is one tenant: the box with its name, below it the tabs.
type tenantPage struct {
	desk     *desk
	tenant   entra.Tenant
	question latest

	title    *widget.RichText
	where    *widget.Label
	activity *widget.Label
	syncNow  *button
	help     *button // the way out where the tenant waits for somebody
	delete   *button

	tabs          *container.AppTabs
	form          *fyne.Container // of the configuration; empty until its tab is opened
	configuration *configuration
	history       *history
}

func newTenantPage(d *desk, t entra.Tenant) *tenantPage {
	p := &tenantPage{desk: d, tenant: t, configuration: newConfiguration(d, t), history: newHistory(d, t)}
	p.title, p.where = heading(t.Label()), cut(muted(""))
	p.activity = cut(muted(""))
	p.activity.Alignment = fyne.TextAlignTrailing
	p.syncNow = newButton(lang.L("Sync now"), p.sync)
	p.syncNow.Icon = apptheme.SyncIcon
	p.help = newButton("", func() {
		if _, do := d.wayOut(p.tenant); do != nil {
			do()
		}
	}).important(widget.HighImportance)
	p.delete = newButton(lang.L("Delete"), p.askDelete)
	p.delete.Icon = theme.DeleteIcon()
	p.form = container.NewStack()
	p.tabs = container.NewAppTabs(
		container.NewTabItem(lang.L("Tenant Configuration"), p.form),
		container.NewTabItem(lang.L("Sync History"), container.NewPadded(p.history.content())))
	p.tabs.SelectIndex(1)
	p.tabs.OnSelected = p.guardTab
	p.head()
	return p
}

func (p *tenantPage) content() fyne.CanvasObject {
	buttons := container.NewHBox(p.help, p.syncNow, p.delete)
	top := container.NewBorder(nil, nil, nil, buttons, p.title)
	bottom := container.NewGridWithColumns(2, p.where, p.activity)
	return container.NewBorder(container.NewVBox(card(container.NewVBox(top, bottom)), gap(1)), nil, nil, nil, p.tabs)
}

// guardTab goes back to the form while it has unsaved changes, and asks. The
// form is built when it is first opened: its many fields would hold up every
// tenant's page.
func (p *tenantPage) guardTab(*container.TabItem) {
	wanted := p.tabs.SelectedIndex()
	if wanted == 0 && len(p.form.Objects) == 0 {
		p.form.Add(p.configuration.content())
	}
	if wanted != 0 && p.configuration.dirty() {
		p.tabs.SelectIndex(0)
		p.configuration.guard(func() { p.tabs.SelectIndex(wanted) })
	}
}

// head brings the box up to date.
func (p *tenantPage) head() {
	t := p.tenant
	setHeading(p.title, t.Label())
	setText(p.where, t.Name+" · "+p.desk.cloudLabel(t.Cloud))
	a := p.desk.engine.Activity(t.Key)
	text := activityText(a, p.desk.now())
	if !t.Enabled {
		text = lang.L("disabled")
	}
	setText(p.activity, text)
	enable(t.Enabled && !running(a), p.syncNow)
	way, _ := p.desk.wayOut(t)
	if reveal(way != "", p.help); p.help.Text != way {
		p.help.SetText(way)
	}
}

// setText avoids a repaint where nothing changed.
func setText(label *widget.Label, text string) {
	if label.Text != text {
		label.SetText(text)
	}
}

func (p *tenantPage) refresh() {
	p.head()
	p.history.refresh()
	ask(p.desk.crew, &p.question, func(ctx context.Context) (entra.Tenant, error) {
		return p.desk.store.TenantByKey(ctx, p.tenant.Key)
	}, func(t entra.Tenant, err error) {
		if err != nil {
			return // it is being removed; the tree leads away
		}
		p.tenant = t
		p.configuration.stored(t)
		p.head()
	})
}

func (p *tenantPage) leave() {
	p.question.drop()
	p.configuration.leave()
	p.history.leave()
}

// sync starts a sync at once.
func (p *tenantPage) sync() {
	if !p.syncNow.Disabled() {
		p.desk.engine.SyncNow(p.tenant.Key)
	}
}

// focusSearch goes to the search of the history.
func (p *tenantPage) focusSearch() {
	p.tabs.SelectIndex(1)
	if p.tabs.SelectedIndex() == 1 {
		p.desk.window.Canvas().Focus(p.history.list.search)
	}
}

// unsaved is the form, if it differs from what is stored.
func (p *tenantPage) unsaved() *configuration {
	if p.configuration.dirty() {
		return p.configuration
	}
	return nil
}

// askDelete counts what would go, then asks.
func (p *tenantPage) askDelete() {
	enable(false, p.delete)
	var size store.TenantSize
	p.desk.act(func(ctx context.Context) (err error) {
		size, err = p.desk.store.Size(ctx, p.tenant.Key)
		return err
	}, func(err error) {
		enable(true, p.delete)
		if err != nil {
			p.desk.failed(err)
			return
		}
		p.confirmDelete(size)
	})
}

func (p *tenantPage) confirmDelete(size store.TenantSize) {
	text := lang.L("Delete {{.Tenant}}? This removes from this computer: {{.Objects}} objects, {{.Changes}} changes and {{.Rows}} rows of sync history. Nothing changes in Entra ID.",
		map[string]any{"Tenant": p.tenant.Name, "Objects": phrase.Number(size.Objects), "Changes": phrase.Number(size.Changes), "Rows": phrase.Number(size.HistoryRows)})
	askUser(p.desk.window, lang.L("Delete Domain"), paragraph(text),
		choice{text: lang.L("Delete"), rank: widget.DangerImportance, do: func() { p.remove(size) }},
		choice{text: lang.L("Cancel")})
}

func (p *tenantPage) remove(size store.TenantSize) {
	p.configuration.discard()
	p.desk.open(tenantsNode)
	(&removal{desk: p.desk, tenant: p.tenant, size: size}).begin()
}
