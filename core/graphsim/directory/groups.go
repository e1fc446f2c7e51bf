package directory

import (
	"bytes"
	"sync"
)

// The sorts of group.
const (
	unified      = iota // Microsoft 365
	security            // the only sort that comes from on-premises and that can be nested
	mailSecurity        // mail-enabled security
	distribution
)

var groupThemes = []string{"Project Aurora", "All Hands", "VPN Users", "Finance Approvers", "Büro Köln", "Équipe Ventes",
	"Отдел продаж", "فريق المبيعات", "研发部", "Kiosk Devices", "Break Glass", "Licence E5", "Café & Lunch ☕️", "MFA Pilot", "Printers 2nd floor"}

func sketchGroup(b *born) {
	switch d := b.dice(1, 100); {
	case d < 40:
		b.kind = unified
	case d < 82:
		b.kind = security
	case d < 88:
		b.kind = mailSecurity
	default:
		b.kind = distribution
	}
	b.synced = b.kind == security && b.dice(2, 5) == 0
	b.hired = b.dice(3, 3800)
}

// isUnified tells whether a group is a Microsoft 365 group, the only sort that Entra soft-deletes.
func (t *Tenant) isUnified(index int) bool {
	var v View
	v.Open(t, Groups, index)
	return bytes.Contains(v.Value("groupTypes"), []byte(`"Unified"`))
}

func isDynamicGroup(b *born) bool  { return b.kind < mailSecurity && !b.synced && b.dice(4, 10) == 0 }
func isMailGroup(b *born) bool     { return b.kind != security }
func isSecurityGroup(b *born) bool { return b.kind == security || b.kind == mailSecurity }
func isHiddenGroup(b *born) bool   { return b.kind == unified && b.dice(5, 60) == 0 }

// mayHoldRoles tells whether a group was made so that it may hold roles: neither from on-premises nor dynamic.
func mayHoldRoles(b *born) bool {
	return b.kind == security && !b.synced && !isDynamicGroup(b) && b.dice(17, 6) == 0
}

// roleGroups are the first generated groups that may hold roles: no other holds one.
type roleGroups struct {
	once   sync.Once
	groups []int
}

// RoleGroup is the generated group that holds the n-th role, by itself or eligible; false: there is none.
func (t *Tenant) RoleGroup(n int) (index int, ok bool) {
	t.roleGroups.once.Do(func() {
		b := born{t: t, class: Groups}
		for b.index = range t.cfg.Groups {
			b.hash = t.Hash(Groups, b.index)
			if sketchGroup(&b); mayHoldRoles(&b) && len(t.roleGroups.groups) < len(RoleTemplates) {
				t.roleGroups.groups = append(t.roleGroups.groups, b.index)
			}
		}
	})
	if len(t.roleGroups.groups) == 0 {
		return 0, false
	}
	return t.roleGroups.groups[n%len(t.roleGroups.groups)], true
}

var groupProperties = []property{
	{Name: "classification", value: when(func(b *born) bool { return b.kind == unified && b.dice(10, 10) == 0 }, constant(`"Confidential"`))},
	{Name: "createdDateTime", value: func(d []byte, b *born) []byte { return appendTime(d, b.hired, b.dice(11, 86400)) }},
	{Name: "deletedDateTime", value: unset},
	{Name: "description", value: when(func(b *born) bool { return b.dice(12, 3) > 0 }, func(d []byte, b *born) []byte {
		return appendText(d, "Everybody of \"", pick(b, 13, groupThemes), "\"\nand ", pick(b, 14, departments))
	})},
	{Name: "displayName", value: func(d []byte, b *born) []byte {
		return append(AppendInt(append(append(append(d, '"'), pick(b, 13, groupThemes)...), ' '), b.index/4), '"')
	}},
	{Name: "expirationDateTime", value: when(func(b *born) bool { return b.kind == unified && b.dice(15, 4) == 0 }, func(d []byte, b *born) []byte { return appendTime(d, b.t.today()+1+b.dice(16, 180), 0) })},
	{Name: "groupTypes", many: true, value: groupTypes},
	{Name: "isAssignableToRole", value: when(mayHoldRoles, constant("true"))},
	{Name: "mail", value: when(isMailGroup, func(d []byte, b *born) []byte { return groupMail(append(d, '"'), b) })},
	{Name: "mailEnabled", value: func(d []byte, b *born) []byte { return appendBool(d, isMailGroup(b)) }},
	{Name: "mailNickname", value: func(d []byte, b *born) []byte { return append(AppendInt(append(d, `"grp`...), b.index), '"') }},
	{Name: "membershipRule", value: when(isDynamicGroup, func(d []byte, b *born) []byte {
		return appendText(d, "(user.department -eq \"", pick(b, 14, departments), "\") -and (user.accountEnabled -eq true)")
	})},
	{Name: "membershipRuleProcessingState", value: when(isDynamicGroup, constant(`"On"`))},
	{Name: "onPremisesLastSyncDateTime", value: when(isSynced, func(d []byte, b *born) []byte { return appendTime(d, 3900, b.dice(18, 86400)) })},
	{Name: "onPremisesSamAccountName", value: when(isSynced, func(d []byte, b *born) []byte { return append(AppendInt(append(d, `"GRP_`...), b.index), '"') })},
	{Name: "onPremisesSecurityIdentifier", value: when(isSynced, func(d []byte, b *born) []byte { return appendSID(d, "S-1-5-21", b.hash>>32, 500000+b.index) })},
	{Name: "onPremisesSyncEnabled", value: when(isSynced, constant("true"))},
	{Name: "preferredLanguage", value: when(func(b *born) bool { return b.dice(19, 50) == 0 }, constant(`"de-DE"`))},
	{Name: "proxyAddresses", many: true, value: when(isMailGroup, func(d []byte, b *born) []byte { return append(groupMail(append(d, `["SMTP:`...), b), ']') })},
	{Name: "renewedDateTime", value: func(d []byte, b *born) []byte { return appendTime(d, b.hired+b.dice(20, 90), 0) }},
	{Name: "resourceProvisioningOptions", many: true, value: when(func(b *born) bool { return b.kind == unified && b.dice(21, 2) == 0 }, constant(`["Team"]`))},
	{Name: "securityEnabled", value: func(d []byte, b *born) []byte { return appendBool(d, isSecurityGroup(b)) }},
	{Name: "securityIdentifier", value: func(d []byte, b *born) []byte { return appendSID(d, "S-1-12-1", b.hash, b.index) }},
	{Name: "theme", value: when(func(b *born) bool { return b.kind == unified && b.dice(22, 10) == 0 }, constant(`"Teal"`))},
	{Name: "visibility", value: groupVisibility},
	{Name: "assignedLabels", many: true, value: when(func(b *born) bool { return b.kind == unified && b.dice(23, 8) == 0 }, constant(`[{"displayName":"Internal","labelId":"45cd0c48-c540-4358-ad79-a3658cdc5b88"}]`))},
	{Name: "assignedLicenses", many: true, value: when(func(b *born) bool { return b.dice(24, 12) == 0 }, func(d []byte, b *born) []byte {
		return append(append(append(d, `[{"disabledPlans":[],"skuId":"`...), pick(b, 25, Plans)...), `"}]`...)
	})},
	{Name: "isManagementRestricted", value: unset},
	{Name: "onPremisesDomainName", value: when(isSynced, constant(`"corp.contoso.local"`))},
	{Name: "onPremisesNetBiosName", value: when(isSynced, constant(`"CORP"`))},
	{Name: "onPremisesProvisioningErrors", many: true, value: unset},
	{Name: "resourceBehaviorOptions", many: true, value: when(func(b *born) bool { return b.kind == unified && b.dice(26, 4) == 0 }, constant(`["WelcomeEmailDisabled"]`))},
	{Name: "uniqueName", value: unset},
}

func groupTypes(d []byte, b *born) []byte {
	switch dynamic := isDynamicGroup(b); {
	case dynamic && b.kind == unified:
		return append(d, `["DynamicMembership","Unified"]`...)
	case dynamic:
		return append(d, `["DynamicMembership"]`...)
	case b.kind == unified:
		return append(d, `["Unified"]`...)
	}
	return d
}

func groupVisibility(d []byte, b *born) []byte {
	switch {
	case b.kind != unified:
		return d
	case isHiddenGroup(b):
		return append(d, `"HiddenMembership"`...)
	case b.dice(23, 2) == 0:
		return append(d, `"Public"`...)
	}
	return append(d, `"Private"`...)
}

// groupMail ends the string that the caller began.
func groupMail(d []byte, b *born) []byte {
	d = append(AppendInt(append(d, "grp"...), b.index), '@')
	return append(append(d, b.t.cfg.Domain...), '"')
}
