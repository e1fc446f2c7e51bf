package graphsim

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// owned are the rows that belong to an object and have no URL of their own elsewhere.
var owned = []struct {
	name string
	of   []directory.ClassID
	rows func(t *directory.Tenant, r directory.Ref) []any
}{
	{"appRoleAssignedTo", []directory.ClassID{directory.ServicePrincipals}, appRoleAssignedTo},
	{"appRoleAssignments", []directory.ClassID{directory.ServicePrincipals, directory.Users, directory.Groups}, appRoleAssignments},
	{"federatedIdentityCredentials", []directory.ClassID{directory.Applications}, federatedCredentials},
}

// rendered turns rows to JSON, with the selected properties.
func rendered(rows []any, selected string) [][]byte {
	out := make([][]byte, len(rows))
	for i, row := range rows {
		if row == nil {
			continue
		}
		if selected != "" {
			row = chosen(row.(map[string]any), selected)
		}
		out[i], _ = json.Marshal(row)
	}
	return out
}

// holders are who may use an app: of one in three nobody, of the second a whole department.
func holders(t *directory.Tenant, index int) []directory.Ref {
	h := directory.Mix(t.Seed() ^ uint64(index)<<32)
	n := int(h % 6)
	switch {
	case index == 1:
		n = 45
	case h>>8%3 == 0:
		n = 0
	}
	var list []directory.Ref
	for i := range n {
		class := directory.Users
		switch {
		case i == 1:
			class = directory.Groups
		case i == 2:
			class = directory.ServicePrincipals
		}
		if count := t.Born(class); count > i {
			list = append(list, directory.NewRef(class, (int(h>>16)%count+i)%count))
		}
	}
	return list
}

// appRoleAssignedTo are who was assigned to an app. Those who are gone leave their place empty.
func appRoleAssignedTo(t *directory.Tenant, r directory.Ref) []any {
	rows := []any{}
	for i, holder := range holders(t, r.Index()) {
		if !t.Live(holder) {
			rows = append(rows, nil)
			continue
		}
		rows = append(rows, assignment(t, holder, r, i))
	}
	return rows
}

// appRoleAssignments are the apps that somebody was assigned to.
func appRoleAssignments(t *directory.Tenant, r directory.Ref) []any {
	rows := []any{}
	for index := range t.Born(directory.ServicePrincipals) {
		app := directory.NewRef(directory.ServicePrincipals, index)
		if !t.Live(app) {
			continue
		}
		for i, holder := range holders(t, index) {
			if holder == r {
				rows = append(rows, assignment(t, holder, app, i))
			}
		}
	}
	return rows
}

// defaultAccess is the role of who was assigned to an app without one.
const defaultAccess = "00000000-0000-0000-0000-000000000000"

func assignment(t *directory.Tenant, holder, app directory.Ref, place int) map[string]any {
	role := defaultAccess
	if offered := offeredRole(t, app); offered != "" && (holder.Class() == directory.ServicePrincipals || place%2 == 0) {
		role = offered
	}
	kind := t.Class(holder.Class()).Resource
	return map[string]any{
		"id": string(directory.Append64(nil, directory.Mix(uint64(holder)<<32^uint64(app)^uint64(place)<<60))), "deletedDateTime": nil,
		"appRoleId": role, "createdDateTime": "2021-02-02T04:22:45.9480566Z",
		"principalDisplayName": nameOf(t, holder), "principalId": t.RefID(holder), "principalType": kind,
		"resourceDisplayName": nameOf(t, app), "resourceId": t.RefID(app),
	}
}

// offeredRole is a role that an app declares; "" where it declares none, and gives default access alone.
func offeredRole(t *directory.Tenant, app directory.Ref) string {
	var v directory.View
	v.Open(t, app.Class(), app.Index())
	var roles []struct{ ID string }
	if json.Unmarshal(v.Value("appRoles"), &roles) != nil || len(roles) == 0 {
		return ""
	}
	return roles[0].ID
}

func nameOf(t *directory.Tenant, r directory.Ref) json.RawMessage {
	var v directory.View
	v.Open(t, r.Class(), r.Index())
	if name := v.Value("displayName"); len(name) > 0 {
		return name
	}
	return json.RawMessage("null")
}

// federatedCredentials are another issuer's workloads that may sign in as an application: one in four has some.
func federatedCredentials(t *directory.Tenant, r directory.Ref) []any {
	rows := []any{}
	h := directory.Mix(t.Seed() ^ uint64(r.Index())<<20)
	if h%4 != 0 {
		return rows
	}
	for i := range 1 + int(h>>8%2) {
		rows = append(rows, map[string]any{
			"id": directory.AppGUID(directory.App{ClientID: t.RefID(r)}, uint64(20+i)), "name": "deploy-" + strconv.Itoa(i),
			"issuer": "https://token.actions.githubusercontent.com", "subject": "repo:contoso/app" + strconv.Itoa(r.Index()) + ":ref:refs/heads/main",
			"description": nil, "audiences": []string{"api://AzureADTokenExchange"},
		})
	}
	return rows
}

// chosen keeps the selected properties of a row.
func chosen(row map[string]any, names string) map[string]any {
	kept := map[string]any{"id": row["id"]}
	if kind, ok := row["@odata.type"]; ok {
		kept["@odata.type"] = kind // of a derived type; it comes without being asked for
	}
	for name := range strings.SplitSeq(names, ",") {
		if value, ok := row[strings.TrimSpace(name)]; ok {
			kept[strings.TrimSpace(name)] = value
		}
	}
	return kept
}

// rawJSON is JSON as it stands.
func rawJSON(text []byte) json.RawMessage { return text }
