package graphsim

import (
	"maps"
	"strconv"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// What an administrator has set up: who may get a role, what other tenants may do, the tenant's own domains and settings,
// and what is known of people's risk and sign-ins.

// eligible are who may activate a role: a user for each role, and by a group that may hold roles its members.
func eligible(t *directory.Tenant) []any {
	defer t.Hold()()
	rows := []any{}
	add := func(role, place int, holder directory.Ref, way string) {
		if !t.Live(holder) {
			return
		}
		h := directory.Mix(directory.Mix(t.Seed()) ^ uint64(role)<<40 ^ uint64(place)<<20 ^ uint64(holder)) // the assignments hash their holders as they are
		row := schedule(role, string(directory.Append64(nil, h)), t.RefID(holder), way)
		row["roleEligibilityScheduleId"] = madeID(t, 60, role*8+place)
		if place > 0 {
			row["endDateTime"] = daysFrom(t, 30+7*role)
		}
		rows = append(rows, row)
	}
	users := t.Born(directory.Users)
	for role := range directory.RoleTemplates {
		if users > 0 {
			add(role, 0, directory.NewRef(directory.Users, (role*7+3)%users), "Direct")
		}
		if group, ok := t.RoleGroup(role * 5); ok && role%3 == 1 {
			add(role, 1, directory.NewRef(directory.Groups, group), "Direct")
			for i, member := range t.Slots(directory.GroupMembers, group) {
				if i < 3 && !member.Gone() && member.Class() == directory.Users {
					add(role, 2+i, member, "Group")
				}
			}
		}
	}
	return rows
}

// schedule is one instance of a role's schedule over the whole directory.
func schedule(role int, id, holder, way string) map[string]any {
	return map[string]any{"id": id, "principalId": holder, "roleDefinitionId": directory.RoleTemplates[role].ID, "directoryScopeId": "/", "appScopeId": nil,
		"startDateTime": madeTime(role), "endDateTime": nil, "memberType": way}
}

// Who may activate a role and does so does it once a day, for hours: some since the tenant was made, others shortly before.
const activatedEach, activatedFor = 24 * time.Hour, 8 * time.Hour

// active are the role assignments, whoever made them, and those that were activated out of an eligible one, for hours.
func active(t *directory.Tenant) []any {
	assigned := roleAssignments(t)
	waiting := eligible(t)
	rows := []any{}
	for _, row := range assigned {
		row := row.(map[string]any)
		rows = append(rows, map[string]any{"id": row["id"], "principalId": row["principalId"], "roleDefinitionId": row["roleDefinitionId"],
			"directoryScopeId": row["directoryScopeId"], "appScopeId": nil, "startDateTime": madeTime(1), "endDateTime": nil, "memberType": "Direct",
			"assignmentType": "Assigned", "roleAssignmentOriginId": row["id"], "roleAssignmentScheduleId": row["id"]})
	}
	for i, row := range waiting {
		row, day := row.(map[string]any), t.Since()/activatedEach
		after := day*activatedEach - time.Duration(i%3)*time.Hour
		begins := t.Made().Add(after)
		if i%4 != 0 || t.Since() >= after+activatedFor {
			continue
		}
		id := row["id"].(string) + "-" + strconv.Itoa(1+int(day))
		rows = append(rows, map[string]any{"id": id, "principalId": row["principalId"], "roleDefinitionId": row["roleDefinitionId"],
			"directoryScopeId": "/", "appScopeId": nil, "startDateTime": begins.Format(time.RFC3339), "endDateTime": begins.Add(activatedFor).Format(time.RFC3339), "memberType": row["memberType"],
			"assignmentType": "Activated", "activatedUsing": withKind("unifiedRoleEligibilityScheduleInstance", row), "roleAssignmentOriginId": id, "roleAssignmentScheduleId": row["roleEligibilityScheduleId"]})
	}
	return rows
}

// withKind is a row as an expansion gives it.
func withKind(kind string, row map[string]any) map[string]any {
	typed := maps.Clone(row)
	typed["@odata.type"] = "#microsoft.graph." + kind
	return typed
}

// riskyUsers are one user in forty.
func riskyUsers(t *directory.Tenant) []any {
	defer t.Hold()()
	rows := []any{}
	var v directory.View
	for index := 5; index < t.Born(directory.Users); index += 40 {
		r := directory.NewRef(directory.Users, index)
		v.Open(t, r.Class(), r.Index())
		rows = append(rows, map[string]any{"id": t.RefID(r), "isDeleted": !t.Live(r), "isProcessing": false, "riskDetail": "none",
			"riskLastUpdatedDateTime": daysFrom(t, -1-index%60), "riskLevel": []string{"low", "medium", "high"}[index/40%3], "riskState": "atRisk",
			"userDisplayName": rawJSON(orNull(v.Value("displayName"))), "userPrincipalName": rawJSON(orNull(v.Value("userPrincipalName")))})
	}
	return rows
}

func riskyServicePrincipals(t *directory.Tenant) []any {
	defer t.Hold()()
	rows := []any{}
	var v directory.View
	for index := 7; index < t.Born(directory.ServicePrincipals); index += 50 {
		r := directory.NewRef(directory.ServicePrincipals, index)
		if !t.Live(r) {
			continue
		}
		v.Open(t, r.Class(), r.Index())
		rows = append(rows, map[string]any{"id": t.RefID(r), "appId": rawJSON(orNull(v.Value("appId"))), "displayName": rawJSON(orNull(v.Value("displayName"))),
			"isEnabled": true, "isProcessing": false, "riskDetail": "none", "riskLastUpdatedDateTime": daysFrom(t, -1-index%60), "riskLevel": "medium",
			"riskState": "atRisk", "servicePrincipalType": "Application"})
	}
	return rows
}

func orNull(value []byte) []byte {
	if len(value) == 0 {
		return []byte("null")
	}
	return append([]byte(nil), value...)
}

func domains(t *directory.Tenant) []any {
	domain := func(name string, initial bool) any {
		return map[string]any{"id": name, "authenticationType": "Managed", "availabilityStatus": nil, "isAdminManaged": true, "isDefault": name == t.Domain(),
			"isInitial": initial, "isRoot": true, "isVerified": true, "manufacturer": nil, "model": nil, "passwordNotificationWindowInDays": 14,
			"passwordValidityPeriodInDays": 2147483647, "state": nil, "supportedServices": []string{"Email", "OfficeCommunicationsOnline"}}
	}
	rows := []any{domain(t.Domain(), t.InitialDomain() == t.Domain())}
	if t.InitialDomain() != t.Domain() {
		rows = append(rows, domain(t.InitialDomain(), true))
	}
	return rows
}

// everybody is a cross-tenant setting for all users and applications.
func everybody(access string) map[string]any {
	target := func(name, kind string) map[string]any {
		return map[string]any{"accessType": access, "targets": []any{map[string]any{"target": name, "targetType": kind}}}
	}
	return map[string]any{"usersAndGroups": target("AllUsers", "user"), "applications": target("AllApplications", "application")}
}

// accessDefault has no id, as the document's answer has none.
func accessDefault(*directory.Tenant) []any {
	return []any{map[string]any{"isServiceDefault": false,
		"inboundTrust":            map[string]any{"isMfaAccepted": true, "isCompliantDeviceAccepted": false, "isHybridAzureADJoinedDeviceAccepted": false},
		"b2bCollaborationInbound": everybody("allowed"), "b2bCollaborationOutbound": everybody("allowed"),
		"b2bDirectConnectInbound": everybody("blocked"), "b2bDirectConnectOutbound": everybody("blocked"),
		"automaticUserConsentSettings": map[string]any{"inboundAllowed": false, "outboundAllowed": false}}}
}

// accessPartners are known by their tenant's id.
func accessPartners(t *directory.Tenant) []any {
	rows := []any{}
	for i := range 2 {
		rows = append(rows, map[string]any{"tenantId": madeID(t, 50, i), "isServiceProvider": i == 1, "isInMultiTenantOrganization": i == 0,
			"inboundTrust": nil, "b2bCollaborationInbound": everybody("allowed"), "b2bCollaborationOutbound": nil, "b2bDirectConnectInbound": nil,
			"b2bDirectConnectOutbound": nil, "automaticUserConsentSettings": map[string]any{"inboundAllowed": i == 0, "outboundAllowed": nil}})
	}
	return rows
}

func authorization(*directory.Tenant) []any {
	return []any{map[string]any{"id": "authorizationPolicy", "displayName": "Authorization Policy", "description": "Used to manage authorization related settings across the company.",
		"allowInvitesFrom": "adminsAndGuestInviters", "allowedToSignUpEmailBasedSubscriptions": true, "allowedToUseSSPR": true,
		"allowEmailVerifiedUsersToJoinOrganization": false, "allowUserConsentForRiskyApps": nil, "blockMsolPowerShell": true,
		"guestUserRoleId": "10dae51f-b6af-4016-8d66-8c2a99b929b3", "deletedDateTime": nil,
		"defaultUserRolePermissions": map[string]any{"allowedToCreateApps": false, "allowedToCreateSecurityGroups": true, "allowedToReadOtherUsers": true,
			"permissionGrantPoliciesAssigned": []string{"ManagePermissionGrantsForSelf.microsoft-user-default-low"}}}}
}

func groupSettings(t *directory.Tenant) []any {
	value := func(name, value string) any { return map[string]any{"name": name, "value": value} }
	return []any{map[string]any{"id": madeID(t, 70, 0), "displayName": "Group.Unified", "templateId": "62375ab9-6b52-47ed-826b-58e47e0e304b",
		"values": []any{value("EnableGroupCreation", "false"), value("GuestUsageGuidelinesUrl", ""), value("AllowGuestsToBeGroupOwner", "false")}}}
}

// registrations are the authentication methods that each user has registered.
func registrations(t *directory.Tenant) []any {
	defer t.Hold()()
	rows := []any{}
	var v directory.View
	for index := range t.Ever(directory.Users) {
		r := directory.NewRef(directory.Users, index)
		if !t.Live(r) {
			continue
		}
		v.Open(t, r.Class(), r.Index())
		methods, kind := []string{"microsoftAuthenticatorPush", "softwareOneTimePasscode"}, "member"
		if h := directory.Mix(v.Hash() ^ 0x51); h%5 == 0 {
			methods = []string{}
		}
		if string(v.Value("userType")) == `"Guest"` {
			kind = "guest"
		}
		rows = append(rows, map[string]any{"id": t.RefID(r), "userDisplayName": rawJSON(orNull(v.Value("displayName"))), "userPrincipalName": rawJSON(orNull(v.Value("userPrincipalName"))),
			"userType": kind, "isAdmin": index%50 == 0, "isMfaCapable": len(methods) > 0, "isMfaRegistered": len(methods) > 0, "isPasswordlessCapable": false,
			"isSsprCapable": len(methods) > 0, "isSsprEnabled": true, "isSsprRegistered": len(methods) > 0, "isSystemPreferredAuthenticationMethodEnabled": true,
			"methodsRegistered": methods, "systemPreferredAuthenticationMethods": methods[:min(1, len(methods))], "userPreferredMethodForSecondaryAuthentication": "push",
			"lastUpdatedDateTime": time.Now().UTC().Truncate(24 * time.Hour).Format(time.RFC3339)}) // it changes by itself
	}
	return rows
}

// appendSignIns renders a user's sign-in activity, which only lists tell; one in seven has never signed in.
func appendSignIns(dst []byte, t *directory.Tenant, v *directory.View) []byte {
	h := directory.Mix(v.Hash() ^ 0x53)
	if h%7 == 0 {
		return dst
	}
	at := `"` + daysFrom(t, -int(h>>8%900)) + `"`
	id := `"` + directory.AppGUID(directory.App{ClientID: string(v.ID())}, 80) + `"`
	return append(dst, `"signInActivity":{"lastSignInDateTime":`+at+`,"lastSignInRequestId":`+id+`,"lastNonInteractiveSignInDateTime":`+at+
		`,"lastNonInteractiveSignInRequestId":`+id+`,"lastSuccessfulSignInDateTime":`+at+`,"lastSuccessfulSignInRequestId":`+id+`},`...)
}
