package tenant

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// List is the table of all tenants.
type List struct {
	lists.Filtered[entra.Tenant]
	question tasks.Latest
	sorting  table.Sorting
	why      map[int64]string // why a tenant's last sync did not end well
	together *bulk
}

// NewList makes the table.
func NewList(h *host.Host) *List {
	p := &List{}
	p.Filtered = lists.Filtered[entra.Tenant]{Host: h, Sum: sumTenants, Hint: lang.L("Enter opens, Space marks, F5 syncs all tenants now"),
		Texts: func(t entra.Tenant) []string {
			return []string{t.Name, t.DisplayName, t.Profile, p.status(t), labels.TenantState(t, h.Engine.Activity(t.Key))}
		}}
	p.Grid = table.New(func(t entra.Tenant) string { return strconv.FormatInt(t.Key, 10) }, p.columns()...)
	p.Grid.OnOpen = func(t entra.Tenant) { h.Open(host.ToTenant(t.Key)) }
	p.together = newBulk(h, p.Grid.Marked, func() { p.Grid.MarkAll(false) })
	p.Grid.OfferMarks(p.together.tell)
	p.Grid.OnSort = func(s table.Sorting) { p.sorting = s; p.Refresh() }
	p.Grid.SetSorting(table.Sorting{Key: "name"})
	lists.RememberColumns(h, "tenants", p.Grid)
	return p
}

// Content is the table under its title.
func (p *List) Content() fyne.CanvasObject {
	defer p.Refresh()
	list := p.Build(lang.L("Entra ID Sync"), kit.NewButton(lang.L("Add a tenant"), func() { p.Host.Add(host.EntraIDSync) }))
	return container.NewBorder(nil, p.together.bar, nil, nil, list)
}

// sumTenants counts the tenants in a line.
func sumTenants(tenants []entra.Tenant) string {
	var failing, disabled int64
	for _, t := range tenants {
		switch labels.Rank(t) {
		case labels.RankFailed, labels.RankWarning:
			failing++
		case labels.RankOff:
			disabled++
		}
	}
	return lang.L("Tenants: {{.Count}} · need attention: {{.Failing}} · disabled: {{.Disabled}}", map[string]any{
		"Count": phrase.Number(int64(len(tenants))), "Failing": phrase.Number(failing), "Disabled": phrase.Number(disabled)})
}

// Refresh reads the tenants anew.
func (p *List) Refresh() {
	tasks.KeepUp(p.Host.Group, &p.question, p.read, p.list)
}

// told are all tenants, and why some of them need attention.
type told struct {
	host.Lists
	why map[int64]string
}

func (p *List) read(ctx context.Context) (out told, err error) {
	if out.Lists, err = p.Host.Lists(ctx); err != nil {
		return out, err
	}
	out.why = map[int64]string{}
	for _, t := range out.Tenants {
		if labels.Rank(t) > labels.RankWarning {
			continue
		}
		if e := p.Host.Engine.Activity(t.Key).Untold; e != nil {
			out.why[t.Key] = labels.Brief(e)
			continue
		}
		newest, err := access.Newest(ctx, p.Host, t.Key)
		if err != nil {
			return out, err
		}
		out.why[t.Key] = labels.Briefly(labels.Causes(t, newest))
	}
	return out, nil
}

// status is how a tenant's last sync ended, and why it did not end well.
func (p *List) status(t entra.Tenant) string {
	if why := p.why[t.Key]; why != "" {
		return labels.Status(t.LastSyncStatus) + ": " + why
	}
	return labels.Status(t.LastSyncStatus)
}

// Leave forgets what is being asked.
func (p *List) Leave() { p.question.Drop() }

// Escape takes all marks away.
func (p *List) Escape() { p.Grid.MarkAll(false) }

// SyncNow syncs all tenants.
func (p *List) SyncNow() { p.Host.SyncAll() }

func (p *List) list(l told, err error) {
	p.why = l.why
	switch {
	case err != nil:
		p.Say(kit.TroubleState(err, p.Refresh))
	case len(l.Tenants) == 0:
		p.Say(firstStep(p.Host, len(l.Profiles) > 0))
	default:
		slices.SortStableFunc(l.Tenants, p.order)
		p.Show(l.Tenants)
	}
}

// firstStep says what to do first: a profile, then a tenant.
func firstStep(h *host.Host, hasProfile bool) table.State {
	if hasProfile {
		return table.State{Icon: apptheme.Signs().Sync, Title: lang.L("No tenants yet"), Text: lang.L("Add the first Entra ID tenant to keep a local copy of it."),
			Action: lang.L("Add a tenant"), Do: func() { h.Add(host.EntraIDSync) }}
	}
	return table.State{Icon: apptheme.Signs().Key, Title: lang.L("No tenants yet"),
		Text:   lang.L("A tenant is read with a credential profile. Add one first, then the tenant."),
		Action: lang.L("Add a credential profile"), Do: func() { h.Add(host.CredentialProfile) }}
}

// order compares two tenants by the column that the table is sorted by.
func (p *List) order(a, b entra.Tenant) int {
	n := 0
	switch p.sorting.Key {
	case "enabled":
		n = cmp.Compare(strconv.FormatBool(b.Enabled), strconv.FormatBool(a.Enabled))
	case "profile":
		n = entra.Natural(a.Profile, b.Profile)
	case "start":
		n = b.LastSyncStart.Compare(a.LastSyncStart)
	case "status":
		n = strings.Compare(labels.Status(a.LastSyncStatus), labels.Status(b.LastSyncStatus))
	}
	if n == 0 {
		n = entra.Natural(a.Name, b.Name)
	}
	if p.sorting.Descending {
		return -n
	}
	return n
}

func (p *List) columns() []table.Column[entra.Tenant] {
	return []table.Column[entra.Tenant]{
		table.MarkColumn(func() *table.Grid[entra.Tenant] { return p.Grid }),
		{Key: "name", Title: lang.L("Name"), Width: 230, Grow: true, Sort: true, Text: func(t entra.Tenant) string { return t.Name }},
		{Key: "enabled", Title: lang.L("Enabled"), Width: 90, Sort: true, Text: enabledWord, Icon: enabledSign},
		{Key: "profile", Title: lang.L("Profile"), Width: 160, Grow: true, Sort: true, Text: func(t entra.Tenant) string { return t.Profile }},
		{Key: "start", Title: lang.L("Last Sync Start"), Width: 140, Sort: true,
			Text: func(t entra.Tenant) string { return phrase.Ago(t.LastSyncStart, p.Host.Now()) }},
		{Key: "status", Keep: true, Title: lang.L("Last Sync Status"), Width: 170, Grow: true, Fit: true, Sort: true, Text: p.status,
			Icon: func(t entra.Tenant) fyne.Resource { return labels.StatusSign(t.LastSyncStatus) }},
	}
}

func enabledWord(t entra.Tenant) string {
	if t.Enabled {
		return lang.L("Yes")
	}
	return lang.L("No")
}

func enabledSign(t entra.Tenant) fyne.Resource {
	if t.Enabled {
		return apptheme.Signs().Good
	}
	return apptheme.Signs().Off
}
