package syncer

import (
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
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
			d := w.engine.Diagnose(t.Context(), w.tenant)
			if !d.OK || d.DisplayName == "" || len(d.Permissions) != 3 {
				t.Fatalf("%+v %+v", d, d.Error)
			}
			if p := d.Permissions[1]; p.Class != "groups" || p.Granted != (tt.groups == "") || !strings.Contains(p.Reason, tt.groups) {
				t.Errorf("%+v", p)
			}
			all := strings.Join(d.Notes, "\n")
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
