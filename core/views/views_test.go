package views

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// directory is a tenant made by hand.
type directory struct {
	*testing.T
	Question
	run   int64
	clock time.Time
}

var moment = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func newDirectory(t *testing.T, classes ...string) *directory {
	t.Helper()
	d := &directory{T: t, clock: moment, Question: Question{Ctx: t.Context(), Now: moment}}
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{Now: func() time.Time { return d.clock }})
	d.must(err)
	d.Store = s
	t.Cleanup(func() { s.Close() })
	d.must(s.AddProfile(d.Ctx, "reader", ""))
	d.Tenant, err = s.AddTenant(d.Ctx, entra.Tenant{Name: "contoso.com", Cloud: "public", Profile: "reader", Enabled: true, Classes: classes})
	d.must(err)
	d.run, err = s.BeginRun(d.Ctx, d.Tenant.Key)
	d.must(err)
	return d
}

func (d *directory) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// holds stores the objects of a class as a full scan does. Each is an id, its
// properties, and the links that it has: "owners:u1".
func (d *directory) holds(name string, objects ...[]string) {
	d.Helper()
	class, _ := entra.ClassNamed(name)
	row, err := d.Store.BeginClass(d.Ctx, d.run, d.Tenant.Key, name)
	d.must(err)
	r, err := d.Store.BeginRound(d.Ctx, d.Tenant.Key, class, store.NewRound{Kind: store.Scan, Links: []string{"first"}})
	d.must(err)
	var filter *entra.Filter
	if text := d.Tenant.Filters[name]; text != "" {
		filter, err = entra.ParseFilter(text)
		d.must(err)
	}
	pass := store.NewPass(r, row, filter)
	page := &entra.Page{DeltaLink: "delta"}
	for _, o := range objects {
		properties, err := entra.ParseProperties([]byte(o[1]))
		d.must(err)
		object := entra.Object{ID: o[0], Properties: properties}
		for _, link := range o[2:] {
			relation, target, _ := strings.Cut(link, ":")
			object.Links = append(object.Links, entra.Link{Relation: relation, Target: target})
		}
		page.Objects = append(page.Objects, object)
	}
	_, err = d.Store.ApplyPage(d.Ctx, pass, 0, page, nil)
	d.must(err)
	_, err = d.Store.Complete(d.Ctx, pass, "delta", store.Verdict{})
	d.must(err)
	_, err = d.Store.EndClass(d.Ctx, row, store.ClassEnd{Status: entra.Succeeded, FullScan: true})
	d.must(err)
}

// rows are a view's rows as texts: the object's id and what is shown of it.
func (d *directory) rows(name string) (out []string) {
	d.Helper()
	v, found := Named(name)
	if !found {
		d.Fatalf("there is no view %s", name)
	}
	for r, err := range v.Rows(d.Question) {
		d.must(err)
		if len(r.Values) != len(v.Columns) {
			d.Errorf("%s has %d values for %d columns", name, len(r.Values), len(v.Columns))
		}
		text := r.ID
		for _, c := range v.Shown() {
			switch value := c.Value(r).(type) {
			case nil:
			case json.RawMessage:
				text += " " + string(value)
			case time.Time:
				if !value.IsZero() {
					text += " " + value.Format(time.DateOnly)
				}
			default:
				text += " " + fmt.Sprint(value)
			}
		}
		out = append(out, text)
	}
	return out
}

func (d *directory) want(view string, want ...string) {
	d.Helper()
	if got := d.rows(view); !slices.Equal(got, want) {
		d.Errorf("%s: %q, want %q", view, got, want)
	}
}

func (d *directory) missing(view string) (told string, none bool) {
	d.Helper()
	v, _ := Named(view)
	list, none, err := v.Missing(d.Question)
	d.must(err)
	for _, s := range list {
		told += s.String() + "; "
	}
	return told, none
}

// TestViewsOfPeopleAndDevices.
func TestViewsOfPeopleAndDevices(t *testing.T) {
	d := newDirectory(t, "users", "devices", "riskyUsers")
	d.holds("users",
		[]string{"u1", `{"displayName":"Anna","userType":"Member","accountEnabled":true,"userPrincipalName":"anna@x"}`},
		[]string{"u2", `{"displayName":"Gast","userType":"Guest","externalUserState":"Accepted","userPrincipalName":"gast@y"}`},
		[]string{"u3", `{"displayName":"Left","userType":"Member","accountEnabled":false,"assignedLicenses":[{"skuId":"s"}],"userPrincipalName":"left@x","onPremisesSyncEnabled":true}`},
		[]string{"u4", `{"displayName":"Left too","userType":"Member","accountEnabled":false,"assignedLicenses":[],"userPrincipalName":"too@x"}`},
		[]string{"u5", `{"displayName":"Unknown","assignedLicenses":[{"skuId":"s"}],"userPrincipalName":"u@x"}`})
	d.holds("devices",
		[]string{"d1", `{"displayName":"fine","isCompliant":true,"approximateLastSignInDateTime":"2026-05-30T00:00:00Z"}`},
		[]string{"d2", `{"displayName":"bad","isCompliant":false,"approximateLastSignInDateTime":"2026-05-30T00:00:00Z"}`},
		[]string{"d3", `{"displayName":"old","approximateLastSignInDateTime":"2026-03-01T00:00:00Z"}`},
		[]string{"d4", `{"displayName":"both","isCompliant":false,"approximateLastSignInDateTime":"2025-03-01T00:00:00Z"}`},
		[]string{"d5", `{"displayName":"untold"}`})
	d.holds("riskyUsers", []string{"u1", `{"userDisplayName":"Anna","riskState":"atRisk","riskLevel":"high"}`}, []string{"u2", `{"riskState":"remediated"}`},
		[]string{"u3", `{"riskState":"confirmedCompromised"}`})
	d.want("guests", "u2 gast@y Accepted")
	d.want("disabled-licensed", `u3 left@x [{"skuId":"s"}]`)
	d.want("on-premises", "u3 left@x")
	d.want("cloud-only", "u1 anna@x", "u2 gast@y", "u4 too@x", "u5 u@x")
	d.want("devices-at-risk", "d2 not compliant false 2026-05-30T00:00:00Z", "d4 not compliant, unseen false 2025-03-01T00:00:00Z", "d3 unseen 2026-03-01T00:00:00Z")
	d.want("risky-users", "u1 high atRisk", "u3 confirmedCompromised")
	if told, none := d.missing("on-premises"); none || !strings.Contains(told, "groups are not synced") {
		t.Errorf("groups are missing: %q, %v", told, none)
	}
	if told, none := d.missing("guests"); none || told != "" {
		t.Errorf("guests lack %q, %v", told, none)
	}
}

// TestViewsTellWhatAFilterLeavesOut: no guest is held, and nobody may read of it that there is none.
func TestViewsTellWhatAFilterLeavesOut(t *testing.T) {
	d := newDirectory(t, "users", "groups", "riskyUsers")
	d.Tenant.Filters = map[string]string{"users": `userType == "Guest"`}
	d.holds("users", []string{"u1", `{"userType":"Member"}`}, []string{"u2", `{"userType":"Guest"}`}, []string{"u3", `{"userType":"Guest"}`})
	d.holds("groups", []string{"g1", `{"displayName":"A"}`})
	d.holds("riskyUsers")
	d.want("guests")
	left := "2 objects of users are left out by a filter: what they would tell is missing; "
	if told, none := d.missing("guests"); none || told != left {
		t.Errorf("guests lack %q, %v", told, none)
	}
	if told, none := d.missing("risky-users"); none || told != "" {
		t.Errorf("risky users lack %q, %v", told, none)
	}
}

// TestViewOfAgents tells what agents work as from people and apps by their types, with the
// blueprints of them, each once.
func TestViewOfAgents(t *testing.T) {
	d := newDirectory(t, "users", "servicePrincipals", "applications")
	d.holds("users", []string{"u1", `{"displayName":"Anna"}`}, []string{"u2", `{"displayName":"Bot","identityParentId":"s1","odataType":"#microsoft.graph.agentUser"}`},
		[]string{"u3", `{"displayName":"Bot 2","odataType":"#microsoft.graph.agentUser"}`}, []string{"u4", `{"displayName":"Bot of before","identityParentId":"s1"}`})
	d.holds("servicePrincipals", []string{"s1", `{"displayName":"agent","servicePrincipalType":"ServiceIdentity","odataType":"#microsoft.graph.agentIdentity"}`},
		[]string{"s2", `{"displayName":"blueprint","servicePrincipalType":"Application","odataType":"#microsoft.graph.agentIdentityBlueprintPrincipal"}`},
		[]string{"s3", `{"displayName":"app","servicePrincipalType":"Application"}`})
	d.holds("applications", []string{"a1", `{"displayName":"blueprint","odataType":"#microsoft.graph.agentIdentityBlueprint"}`}, []string{"a2", `{"displayName":"app"}`})
	d.want("agents", "u2 #microsoft.graph.agentUser s1", "u4 s1", "u3 #microsoft.graph.agentUser", "s1 #microsoft.graph.agentIdentity ServiceIdentity",
		"s2 #microsoft.graph.agentIdentityBlueprintPrincipal Application", "a1 #microsoft.graph.agentIdentityBlueprint")
}

// TestViewsOfGroups.
func TestViewsOfGroups(t *testing.T) {
	d := newDirectory(t, "users", "groups")
	d.holds("users", []string{"u1", `{"displayName":"Anna"}`})
	d.holds("groups",
		[]string{"g1", `{"displayName":"A","groupTypes":["DynamicMembership"],"membershipRule":"all"}`, "owners:u1", "members:g2"},
		[]string{"g2", `{"displayName":"B","isAssignableToRole":true}`, "members:g1", "members:u1"},
		[]string{"g3", `{"displayName":"C"}`, "owners:u1"},
		[]string{"g4", `{"displayName":"D","visibility":"HiddenMembership"}`, "owners:u1"})
	d.want("groups-without-owners", "g2")
	d.want("groups-without-members", "g3")
	d.want("groups-in-circles", "g1 A → B → A", "g2 B → A → B")
	d.want("dynamic-groups", "g1 all")
	d.want("role-assignable-groups", "g2")
	if told, none := d.missing("groups-without-owners"); none || told != "" {
		t.Errorf("owners lack %q, %v", told, none)
	}
}

// TestViewsOfApps.
func TestViewsOfApps(t *testing.T) {
	d := newDirectory(t, "applications", "servicePrincipals", "oauth2PermissionGrants")
	d.holds("applications",
		[]string{"a1", `{"displayName":"soon","passwordCredentials":[{"displayName":"s1","startDateTime":"2026-01-01T00:00:00Z","endDateTime":"2026-06-20T00:00:00Z"},
			{"displayName":"s2","startDateTime":"2024-01-01T00:00:00Z","endDateTime":"2026-05-01T00:00:00Z"},"broken"]}`},
		[]string{"a2", `{"displayName":"long","passwordCredentials":[{"keyId":"k","startDateTime":"2026-01-01T00:00:00Z","endDateTime":"2030-01-01T00:00:00Z"}]}`},
		[]string{"a3", `{"displayName":"fine","passwordCredentials":[{"displayName":"x","startDateTime":"2026-01-01T00:00:00Z","endDateTime":"2028-01-01T00:00:00Z"}],"keyCredentials":[]}`})
	d.holds("servicePrincipals", []string{"p1", `{"displayName":"Teams","keyCredentials":[{"displayName":"cert","startDateTime":"2026-01-01T00:00:00Z","endDateTime":"2026-06-01T12:00:01Z"}]}`},
		[]string{"p2", `{"displayName":"Graph"}`}, []string{"p3", `{"displayName":"Old","keyCredentials":[{"displayName":"endless","startDateTime":"2026-01-01T00:00:00Z"}]}`})
	d.holds("oauth2PermissionGrants", []string{"o1", `{"clientId":"p1","resourceId":"p2","consentType":"AllPrincipals","scope":" User.Read Mail.Read"}`},
		[]string{"o2", `{"clientId":"p1","resourceId":"p2","consentType":"Principal","scope":"x"}`}, []string{"o3", `{"clientId":"nobody","resourceId":"p2","consentType":"AllPrincipals"}`})
	d.want("credentials-ending", "p1 certificate cert 2026-01-01 2026-06-01", "a1 secret s1 2026-01-01 2026-06-20") // the first to end first
	d.want("credentials-ended", "a1 secret s2 2024-01-01 2026-05-01")
	d.want("credentials-long", "a2 secret k 2026-01-01 2030-01-01")
	d.want("credentials", "a1 secret s2 2024-01-01 2026-05-01 ended", "p1 certificate cert 2026-01-01 2026-06-01 ending", "a1 secret s1 2026-01-01 2026-06-20 ending",
		"a3 secret x 2026-01-01 2028-01-01", "a2 secret k 2026-01-01 2030-01-01", "p3 certificate endless 2026-01-01")
	d.want("grants-for-all-users", "o1 Teams Graph User.Read Mail.Read", "o3 nobody Graph")
	// Whether owners of apps are held is the class table's; where they are not, nobody is told that there are none.
	app, _ := entra.ClassNamed("applications")
	if told, none := d.missing("apps-without-owners"); told == "" || none == app.Relates("owners") {
		t.Errorf("owners of apps lack %q, %v", told, none)
	}
}

// TestViewsAreNarrowed: a list of objects by any of their properties, what is more than that by
// its columns.
func TestViewsAreNarrowed(t *testing.T) {
	d := newDirectory(t, "users", "devices")
	d.holds("users", []string{"u1", `{"displayName":"Anna","userType":"Guest","department":"IT"}`}, []string{"u2", `{"displayName":"Bert","userType":"Guest","department":"HR"}`})
	d.holds("devices", []string{"d1", `{"displayName":"one","isCompliant":false}`}, []string{"d2", `{"displayName":"two","isCompliant":true,"approximateLastSignInDateTime":"2020-01-01T00:00:00Z"}`})
	for _, c := range []struct {
		view, search string
		where        []entra.Condition
		want         string
	}{
		{"guests", "", []entra.Condition{is("department", "HR")}, "u2"}, // a property that the view does not show
		{"guests", "it", nil, "u1"},
		{"guests", "", []entra.Condition{is("display_name", "Anna")}, "u1"},
		{"guests", "", []entra.Condition{is("class", "groups")}, ""},
		{"devices-at-risk", "TWO", nil, "d2"},
		{"devices-at-risk", "", []entra.Condition{is("reason", "not compliant")}, "d1"},
	} {
		d.Search, d.Where = c.search, c.where
		var got []string
		for _, row := range d.rows(c.view) {
			got = append(got, row[:2])
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s %q %v: %q, want %q", c.view, c.search, c.where, got, c.want)
		}
	}
	v, _ := Named("guests")
	names, err := v.Asked(d.Question)
	if d.must(err); !slices.Contains(names, "department") || !slices.Contains(names, "display_name") || !slices.Contains(names, "userPrincipalName") {
		t.Errorf("conditions on %q", names)
	}
}

// syncs begins another run, days after the one before.
func (d *directory) syncs(days int) {
	d.Helper()
	d.clock = d.clock.AddDate(0, 0, days)
	d.Now = d.clock
	run, err := d.Store.BeginRun(d.Ctx, d.Tenant.Key)
	d.must(err)
	d.run = run
}

// TestViewsOfThen: a view as of a moment gives what it gave then, and says what it can't
// know.
func TestViewsOfThen(t *testing.T) {
	d := newDirectory(t, "users", "groups", "applications", "roleAssignments", "devices")
	const global = "62e90394-69f5-4237-9190-012177145e10"
	grant := func(id, principal string) []string {
		return []string{id, `{"principalId":"` + principal + `","roleDefinitionId":"` + global + `","directoryScopeId":"/"}`}
	}
	anna, app := []string{"u1", `{"displayName":"Anna","userType":"Guest"}`}, `{"displayName":"App","passwordCredentials":[{"displayName":"s","startDateTime":"2026-01-01T00:00:00Z","endDateTime":"2026-06-20T00:00:00Z"}]}`
	d.holds("users", anna, []string{"u2", `{"displayName":"Bert"}`})
	d.holds("groups", []string{"g1", `{"displayName":"Admins"}`, "members:g2", "owners:u1"}, []string{"g2", `{"displayName":"Inner"}`, "members:g1", "members:u2"})
	d.holds("applications", []string{"a1", app})
	d.holds("roleAssignments", grant("r1", "g1"))
	d.holds("devices", []string{"d1", `{"displayName":"bad","isCompliant":false,"approximateLastSignInDateTime":"2020-01-01T00:00:00Z"}`})
	then := d.clock.AddDate(0, 0, 1)
	names := []string{"guests", "groups-without-owners", "groups-without-members", "groups-in-circles", "privileged-members", "credentials-ending", "credentials-ended", "privileged-members-new"}
	was := map[string][]string{}
	for _, name := range names {
		was[name] = d.rows(name)
	}
	d.syncs(40)
	d.holds("users", []string{"u1", `{"displayName":"Anna","userType":"Member"}`}, []string{"u2", `{"displayName":"Robert"}`})
	d.holds("groups", []string{"g1", `{"displayName":"Admins"}`}, []string{"g2", `{"displayName":"Inner"}`, "members:u2"})
	d.holds("applications", []string{"a1", app})
	d.holds("roleAssignments", grant("r2", "u1"))
	d.want("guests")
	d.want("groups-in-circles")
	d.want("credentials-ended", "a1 secret s 2026-01-01 2026-06-20")
	d.want("privileged-members-new", "u1 Global Administrator assigned /")
	d.At = then
	for _, name := range names {
		d.want(name, was[name]...)
	}
	d.want("devices-at-risk", "d1 not compliant false") // when it was last seen then is not known
	v, _ := Named("devices-at-risk")
	doubts, err := v.Doubts(d.Question)
	if d.must(err); len(doubts) == 0 || doubts[len(doubts)-1].Kind != entra.VolatileOnly {
		t.Errorf("doubts: %+v", doubts)
	}
	if told, none := d.missing("guests"); none || told != "" {
		t.Errorf("lacks %q, %v", told, none)
	}
	d.At = moment.AddDate(-1, 0, 0)
	if told, none := d.missing("guests"); !none || told != "users were first held whole at 2026-06-01T12:00:00Z: what there was before is not known; " {
		t.Errorf("a year before: %q, %v", told, none)
	}
	d.want("guests")
}

// TestViewsAreNamedOnce, have a sentence, and classes and columns that there are.
func TestViewsAreNamedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range All() {
		if seen[v.Name] || v.Title == "" || !strings.HasSuffix(v.Meaning.String(), ".") || len(v.Columns) == 0 || (v.rows == nil) == (len(v.Queries) == 0) {
			t.Errorf("%+v", v)
		}
		seen[v.Name] = true
		for _, class := range slices.Concat(v.Classes, v.Also) {
			if _, known := entra.ClassNamed(class); !known {
				t.Errorf("%s reads %s", v.Name, class)
			}
		}
		for _, q := range v.Queries {
			for _, c := range q.Filters {
				if err := c.Check(); err != nil || !entra.IsSelected(c.Property) {
					t.Errorf("%s: %v, %v", v.Name, c, err)
				}
			}
			for _, name := range v.Columns {
				if !entra.IsSelected(name) {
					t.Errorf("%s shows %s, which is not read", v.Name, name)
				}
			}
		}
	}
	if _, found := Named(" Guests"); !found {
		t.Error("names depend on case")
	}
}
