package directory

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
)

// conditions reads those that a list stands under; what can't be read is none of ours.
func conditions(s host.Stand) (out []entra.Condition) {
	for line := range strings.Lines(s.Filter) {
		if c, err := entra.ParseCondition(strings.TrimSpace(line)); err == nil {
			out = append(out, c)
		}
	}
	return out
}

// written is how a list stands under conditions.
func written(conditions []entra.Condition) string {
	lines := make([]string, len(conditions))
	for i, c := range conditions {
		lines[i] = c.Written()
	}
	return strings.Join(lines, "\n")
}

// filterBar shows the conditions of a list as chips, under its tools.
type filterBar struct {
	directory *Directory
	button    *kit.Button // offers another one
	chips     *fyne.Container
	row       fyne.CanvasObject
}

func newFilterBar(d *Directory) *filterBar {
	b := &filterBar{directory: d, chips: container.NewHBox()}
	b.button = kit.NewButton(lang.L("Filter"), b.offer)
	b.button.Icon = theme.ContentAddIcon()
	b.row = container.NewHScroll(b.chips)
	return b
}

// show brings the chips up to date.
func (b *filterBar) show() {
	b.chips.Objects = nil
	class := b.directory.class()
	for i, c := range conditions(b.directory.list.Stand) {
		chip := kit.NewButton(labels.Condition(class.Name, c), func() { b.edit(i, c) })
		chip.Tip, chip.Tips = lang.L("Changes this filter"), b.directory.host.Tips
		away := kit.NewButton("", func() { b.remove(i) })
		away.Icon, away.Tip, away.Tips = theme.CancelIcon(), lang.L("Takes this filter away"), b.directory.host.Tips
		b.chips.Add(container.New(kit.Joined{}, chip, away))
	}
	kit.Reveal(len(b.chips.Objects) > 0, b.row)
	b.chips.Refresh()
}

// put takes other conditions, and asks anew.
func (b *filterBar) put(all []entra.Condition) {
	d := b.directory
	d.list.Stand.Filter = written(all)
	d.list.Empty = d.empty()
	b.show()
	d.list.Rewind()
}

func (b *filterBar) add(c entra.Condition) {
	all := conditions(b.directory.list.Stand)
	if !slices.Contains(all, c) {
		all = append(all, c)
	}
	b.put(all)
}

func (b *filterBar) remove(at int) {
	b.put(slices.Delete(conditions(b.directory.list.Stand), at, at+1))
}

// edit lets a person change a condition.
func (b *filterBar) edit(at int, c entra.Condition) {
	newFilterForm(b.directory, c, func(c entra.Condition) {
		all := conditions(b.directory.list.Stand)
		all[at] = c
		b.put(all)
	}).open()
}

// offer lists the filters that are often asked for, and the way to any other.
func (b *filterBar) offer() {
	var items []*fyne.MenuItem
	for _, text := range frequent[b.directory.class().Name] {
		if c, err := entra.ParseCondition(text); err == nil {
			items = append(items, fyne.NewMenuItem(labels.Condition(b.directory.class().Name, c), func() { b.add(c) }))
		}
	}
	if len(items) > 0 {
		items = append(items, fyne.NewMenuItemSeparator())
	}
	items = append(items, fyne.NewMenuItem(lang.L("By another property…"), func() { newFilterForm(b.directory, entra.Condition{Op: entra.OpEquals}, b.add).open() }))
	items = append(append(items, fyne.NewMenuItemSeparator()), b.offerOwn()...)
	widget.ShowPopUpMenuAtRelativePosition(fyne.NewMenu("", items...), b.directory.host.Window.Canvas(), fyne.NewPos(0, b.button.Size().Height), b.button)
}

// frequent are the filters that admins ask for most, by class.
var frequent = map[string][]string{
	"users": {`userType equals "Guest"`, `accountEnabled equals "false"`, `accountEnabled equals "true"`, `onPremisesSyncEnabled equals "true"`,
		`onPremisesSyncEnabled not equals "true"`, `assignedLicenses has value`, `createdDateTime after "-30d"`},
	"groups": {`groupTypes equals "Unified"`, `securityEnabled equals "true"`, `groupTypes equals "DynamicMembership"`, `isAssignableToRole equals "true"`,
		`onPremisesSyncEnabled equals "true"`},
	"devices":      {`isCompliant equals "false"`, `isManaged not equals "true"`, `accountEnabled equals "false"`, `approximateLastSignInDateTime before "-90d"`},
	"applications": {`signInAudience not equals "AzureADMyOrg"`, `passwordCredentials has value`, `keyCredentials has value`},
	"servicePrincipals": {`accountEnabled equals "false"`, `servicePrincipalType equals "Application"`, `servicePrincipalType equals "ManagedIdentity"`,
		`appRoleAssignmentRequired equals "true"`},
	"oauth2PermissionGrants":    {`consentType equals "AllPrincipals"`},
	"conditionalAccessPolicies": {`state equals "enabled"`, `state not equals "enabled"`},
	"riskyUsers":                {`riskState equals "atRisk"`, `riskLevel equals "high"`},
}
