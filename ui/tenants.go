package ui

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
)

// tenantsPage is the table of all tenants.
type tenantsPage struct {
	roster[entra.Tenant]
	question latest
	sorting  table.Sorting
}

func newTenantsPage(d *desk) *tenantsPage {
	p := &tenantsPage{}
	p.roster = roster[entra.Tenant]{desk: d, sum: sumTenants, hint: lang.L("Enter opens, F5 syncs all tenants now"),
		texts: func(t entra.Tenant) []string {
			return []string{t.Name, t.DisplayName, t.Profile, statusWord(t.LastSyncStatus)}
		}}
	p.grid = table.New(func(t entra.Tenant) string { return strconv.FormatInt(t.Key, 10) }, p.columns()...)
	p.grid.OnOpen = func(t entra.Tenant) { d.open(tenantNode(t.Key)) }
	p.grid.OnSort = func(s table.Sorting) { p.sorting = s; p.refresh() }
	p.grid.SetSorting(table.Sorting{Key: "name"})
	rememberWidths(d, "tenants", p.grid)
	return p
}

func (p *tenantsPage) content() fyne.CanvasObject {
	defer p.refresh()
	return p.build(lang.L("Entra ID Sync"), newButton(lang.L("Add a tenant"), func() { p.desk.add(entraIDSync) }))
}

// sumTenants counts the tenants in a line.
func sumTenants(tenants []entra.Tenant) string {
	var failing, disabled int64
	for _, t := range tenants {
		switch rank(t) {
		case 0:
			failing++
		case 2:
			disabled++
		}
	}
	return lang.L("Tenants: {{.Count}} · need attention: {{.Failing}} · disabled: {{.Disabled}}", map[string]any{
		"Count": phrase.Number(int64(len(tenants))), "Failing": phrase.Number(failing), "Disabled": phrase.Number(disabled)})
}

func (p *tenantsPage) refresh() {
	keepUp(p.desk.crew, &p.question, p.desk.listTenants, p.list)
}

func (p *tenantsPage) leave() { p.question.drop() }

// tenantLists are the tenants, and whether there is a profile to add one with.
type tenantLists struct {
	tenants  []entra.Tenant
	profiles []entra.Profile
}

func (d *desk) listTenants(ctx context.Context) (tenantLists, error) {
	tenants, err := d.store.Tenants(ctx)
	if err != nil {
		return tenantLists{}, err
	}
	profiles, err := d.store.Profiles(ctx)
	return tenantLists{tenants, profiles}, err
}

func (p *tenantsPage) list(l tenantLists, err error) {
	switch {
	case err != nil:
		p.say(troubleState(err, p.refresh))
	case len(l.tenants) == 0:
		p.say(p.desk.firstStep(len(l.profiles) > 0))
	default:
		slices.SortStableFunc(l.tenants, p.order)
		p.show(l.tenants)
	}
}

// firstStep says what to do first: a profile, then a tenant.
func (d *desk) firstStep(hasProfile bool) table.State {
	if hasProfile {
		return table.State{Icon: signs().sync, Title: lang.L("No tenants yet"), Text: lang.L("Add the first Entra ID tenant to keep a local copy of it."),
			Action: lang.L("Add a tenant"), Do: func() { d.add(entraIDSync) }}
	}
	return table.State{Icon: signs().key, Title: lang.L("No tenants yet"),
		Text:   lang.L("A tenant is read with a credential profile. Add one first, then the tenant."),
		Action: lang.L("Add a credential profile"), Do: func() { d.add(credentialProfile) }}
}

// order compares two tenants by the column that the table is sorted by.
func (p *tenantsPage) order(a, b entra.Tenant) int {
	n := 0
	switch p.sorting.Key {
	case "enabled":
		n = cmp.Compare(strconv.FormatBool(b.Enabled), strconv.FormatBool(a.Enabled))
	case "profile":
		n = strings.Compare(strings.ToLower(a.Profile), strings.ToLower(b.Profile))
	case "start":
		n = b.LastSyncStart.Compare(a.LastSyncStart)
	case "status":
		n = strings.Compare(statusWord(a.LastSyncStatus), statusWord(b.LastSyncStatus))
	}
	if n == 0 {
		n = strings.Compare(a.Name, b.Name)
	}
	if p.sorting.Descending {
		return -n
	}
	return n
}

func (p *tenantsPage) columns() []table.Column[entra.Tenant] {
	return []table.Column[entra.Tenant]{
		{Key: "name", Title: lang.L("Name"), Width: 230, Grow: true, Sort: true, Text: func(t entra.Tenant) string { return t.Name }},
		{Key: "enabled", Title: lang.L("Enabled"), Width: 90, Sort: true, Text: enabledWord, Icon: enabledSign},
		{Key: "profile", Title: lang.L("Profile"), Width: 160, Grow: true, Sort: true, Text: func(t entra.Tenant) string { return t.Profile }},
		{Key: "start", Title: lang.L("Last Sync Start"), Width: 140, Sort: true,
			Text: func(t entra.Tenant) string { return phrase.Ago(t.LastSyncStart, p.desk.now()) }},
		{Key: "status", Title: lang.L("Last Sync Status"), Width: 170, Grow: true, Sort: true,
			Text: func(t entra.Tenant) string { return statusWord(t.LastSyncStatus) },
			Icon: func(t entra.Tenant) fyne.Resource { return statusSign(t.LastSyncStatus) }},
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
		return signs().good
	}
	return signs().off
}
