package signin

import (
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/say"
)

// TestDiagnosis words what a token grants, lacks and grants in vain.
func TestDiagnosis(t *testing.T) {
	w := newWorld(t, small)
	tests := []struct {
		name           string
		roles          []string
		groups         string // the reason why groups can't be read
		notes, without []string
	}{
		{"all", []string{"User.Read.All", "GroupMember.Read.All", "Device.Read.All", "Member.Read.Hidden"}, "", nil, []string{"adminconsent", "Hidden", "more than read"}},
		{"hidden members", []string{"User.Read.All", "GroupMember.Read.All", "Device.Read.All"}, "", []string{"Member.Read.Hidden"}, []string{"adminconsent"}},
		{"one is missing", []string{"User.Read.All", "Device.Read.All"}, "let an admin consent",
			[]string{w.server.Authority() + "/" + w.sim.ID() + "/adminconsent?client_id=" + clientID}, []string{"more than read"}},
		{"too many", []string{"User.ReadWrite.All", "Group.ReadWrite.All", "Device.Read.All", "Mail.Send"}, "",
			[]string{"take User.ReadWrite.All, Group.ReadWrite.All, Mail.Send from it"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.sim.SetRoles(clientID, tt.roles...)
			d := w.connections.Diagnose(t.Context(), w.tenant)
			if !d.OK || d.DisplayName == "" || len(d.Permissions) != 3 {
				t.Fatalf("%+v %+v", d, d.Error)
			}
			if p := d.Permissions[1]; p.Class != "groups" || p.Granted != (tt.groups == "") || !strings.Contains(p.Reason.String(), tt.groups) {
				t.Errorf("%+v", p)
			}
			all := say.Join("\n", d.Notes...).String()
			for _, want := range tt.notes {
				if !strings.Contains(all, want) {
					t.Errorf("no note says %q: %q", want, d.Notes)
				}
			}
			for _, unwanted := range tt.without {
				if strings.Contains(all, unwanted) {
					t.Errorf("a note says %q: %q", unwanted, d.Notes)
				}
			}
		})
	}
}

// TestReasonOfAClass tells apart why a class can't be read, and what to do (rows
// 15 and 21 of the faults: none of it keeps the others from being read).
func TestReasonOfAClass(t *testing.T) {
	noSegment := graphsim.Fault{Kind: graphsim.Custom, Match: `riskyUsers`, Times: -1, Status: 400,
		Body: `{"error":{"code":"BadRequest","message":"Resource not found for the segment 'riskyUsers'."}}`}
	tests := []struct {
		name            string
		roles, requests []string
		fault           graphsim.Fault
		says            string
	}{
		{"unknown whether it is requested", nil, nil, graphsim.Fault{}, "request IdentityRiskyUser.Read.All in the app registration if it is not there, and let an admin consent to it"},
		{"requested", []string{"Application.Read.All"}, []string{"IdentityRiskyUser.Read.All"}, graphsim.Fault{}, "the app registration requests it: let an admin consent to it"},
		{"not requested", []string{"Application.Read.All"}, []string{"Mail.Read"}, graphsim.Fault{}, "does not request it: add IdentityRiskyUser.Read.All to its application permissions"},
		{"no licence", []string{"IdentityRiskyUser.Read.All"}, nil, graphsim.Fault{}, "the tenant has no licence for Risky Users (Microsoft Entra ID P2); get the licence, or"},
		{"not offered in this cloud", []string{"IdentityRiskyUser.Read.All"}, nil, noSegment, "this cloud or tenant has no Risky Users; take the class out"},
		{"held, and refused", []string{"IdentityRiskyUser.Read.All"}, nil, graphsim.Fault{Kind: graphsim.Forbidden, Match: "riskyUsers", Times: -1}, "Graph refuses, though the token holds IdentityRiskyUser.Read.All: Insufficient privileges to complete the operation.; try again in some minutes"},
		{"a web page", []string{"IdentityRiskyUser.Read.All"}, nil, graphsim.Fault{Kind: graphsim.HTMLPage, Match: "riskyUsers", Times: -1}, "a web page came, from a proxy or a sign-in page"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, graphsim.TenantConfig{Users: 3, Groups: 1, Devices: 1}, func(c *graphsim.Config) {
				c.Tenants[0].Apps[0].Roles = append([]string{"User.Read.All"}, tt.roles...)
				c.Tenants[0].Apps[0].Requests = tt.requests
			})
			if tt.fault.Kind != 0 {
				w.server.Fault(tt.fault)
			}
			w.tenant.Classes = []string{"users", "riskyUsers"}
			d := w.connections.Diagnose(t.Context(), w.tenant)
			if !d.OK || d.Error != nil || len(d.Permissions) != 2 || !d.Permissions[0].Granted {
				t.Fatalf("%+v %+v", d, d.Error)
			}
			if p := d.Permissions[1]; p.Granted || !strings.Contains(p.Reason.String(), tt.says) || !strings.Contains(p.Reason.String(), "; ") {
				t.Errorf("%+v", p)
			}
		})
	}
}

// TestRemedyOfAMissingPermission: what helps depends on who signed in, and on
// what the token and the registration say.
func TestRemedyOfAMissingPermission(t *testing.T) {
	users, _ := entra.ClassNamed("users")
	asked := 0
	for _, tt := range []struct {
		name      string
		grant     graph.Grant
		requested []string // nil: unknown
		want      string
		asks      int // for the registration
	}{
		{"a person's app lacks it", graph.Grant{Person: true}, nil, "request the delegated permission User.Read.All", 0},
		{"unknown", graph.Grant{}, nil, "if it is not there, and let an admin consent", 1},
		{"requested", graph.Grant{}, []string{"User.Read.All"}, "the app registration requests it: let an admin consent to it", 1},
		{"not requested", graph.Grant{}, []string{"Mail.Read"}, "does not request it: add User.Read.All", 1},
	} {
		asked = 0
		q := inquiry{requested: func() ([]string, bool) { asked++; return tt.requested, tt.requested != nil }}
		if got := q.remedy(tt.grant, users); !strings.Contains(got.String(), tt.want) || asked != tt.asks {
			t.Errorf("%s: %q, asked %d times", tt.name, got, asked)
		}
	}
}

// TestAddAnew: only who has stored the wrong cloud has to begin anew.
func TestAddAnew(t *testing.T) {
	elsewhere := &entra.Error{Code: entra.CodeTenantUnknown, What: "x", Why: "the tenant lives in another cloud", Remedy: "choose the Azure Cloud China"}
	found := graph.OpenID{TenantID: "id"}
	for _, tt := range []struct {
		name  string
		key   int64
		found graph.OpenID
		want  string
	}{
		{"stored", 1, found, "remove the tenant and add it again: choose the Azure Cloud China"},
		{"on a form", 0, found, "choose the Azure Cloud China"},
		{"not found anywhere", 1, graph.OpenID{}, "choose the Azure Cloud China"},
	} {
		if got := entra.AsError(addAnew(entra.Tenant{Key: tt.key}, tt.found, elsewhere)); got.Remedy.String() != tt.want {
			t.Errorf("%s: %q", tt.name, got.Remedy)
		}
	}
	if elsewhere.Remedy != "choose the Azure Cloud China" {
		t.Error("the error that was given has changed")
	}
}

func TestReadOnly(t *testing.T) {
	for permission, want := range map[string]bool{"User.Read.All": true, "User.ReadBasic.All": true, "RoleManagement.Read.Directory": true, "openid": true, "User.Read": true,
		"User.ReadWrite.All": false, "Mail.Send": false, "Directory.AccessAsUser.All": false, "Application.ReadWrite.OwnedBy": false} {
		if readOnly(permission) != want {
			t.Errorf("%s: %v", permission, !want)
		}
	}
}

// Every permission that the class table asks for only reads.
func TestClassTableOnlyReads(t *testing.T) {
	if i := slices.IndexFunc(entra.Classes(), func(c entra.Class) bool { return !readOnly(c.Permission) }); i >= 0 {
		t.Error(entra.Classes()[i].Permission)
	}
}
