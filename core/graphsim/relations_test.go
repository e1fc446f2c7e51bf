package graphsim

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// toldOf is what a round tells of an object, by property; of several sights the last.
func toldOf(t *testing.T, s *sim, link, id string) (told map[string]string, next string) {
	t.Helper()
	told = map[string]string{}
	for {
		p := s.page(t, link)
		for _, v := range p.Value {
			if text(v["id"]) != id {
				continue
			}
			for name, raw := range v {
				told[name] = string(raw)
			}
		}
		if p.Delta != "" {
			return told, p.Delta
		}
		link = p.Next
	}
}

func managerID(raw string) (ids []string) {
	var links []struct {
		ID      string
		Type    string          `json:"@odata.type"`
		Removed json.RawMessage `json:"@removed"`
	}
	_ = json.Unmarshal([]byte(raw), &links)
	for _, l := range links {
		if id := l.ID; l.Removed != nil {
			ids = append(ids, "-"+id)
		} else {
			ids = append(ids, l.Type+" "+id)
		}
	}
	return ids
}

func TestDeltaTellsARelationOnlyWhenItChanged(t *testing.T) {
	s := start(t, Config{EvenPages: true})
	user, first, second := s.tenant.IDOf(directory.Users, 30), s.tenant.IDOf(directory.Users, 31), s.tenant.IDOf(directory.Users, 32)
	if err := s.tenant.AddLink(user, "manager", first); err != nil {
		t.Fatal(err)
	}
	told, link := toldOf(t, s, "/v1.0/users/delta?$select=displayName,manager", user)
	if got := managerID(told["manager@delta"]); !slices.Contains(got, "#microsoft.graph.user "+first) {
		t.Errorf("the first round tells %v", got)
	}
	if err := s.tenant.Update(user, map[string]any{"displayName": "Renamed"}); err != nil {
		t.Fatal(err)
	}
	told, link = toldOf(t, s, link, user)
	if told["displayName"] != `"Renamed"` || told["manager@delta"] != "" {
		t.Errorf("a change of name tells %v", told)
	}
	if err := s.tenant.AddLink(user, "manager", second); err != nil {
		t.Fatal(err)
	}
	told, link = toldOf(t, s, link, user)
	if got := managerID(told["manager@delta"]); !slices.Equal(slices.Sorted(slices.Values(got)), []string{"#microsoft.graph.user " + second, "-" + first}) {
		t.Errorf("another manager is told as %v", got)
	}
	if err := s.tenant.RemoveLink(user, "manager", second); err != nil {
		t.Fatal(err)
	}
	if told, _ = toldOf(t, s, link, user); !slices.Equal(managerID(told["manager@delta"]), []string{"-" + second}) {
		t.Errorf("no manager is told as %v", told)
	}
}

// Without $select come a class's usual properties: members with them, other relations never.
func TestDeltaWithoutSelect(t *testing.T) {
	s := start(t, Config{EvenPages: true})
	for path, want := range map[string][]string{
		"groups": {"members@delta"}, "administrativeUnits": {"members@delta"}, "directory/administrativeUnits": {"members@delta"},
		"directoryRoles": {"members@delta"}, "users": {}, "contacts": {}, "oauth2PermissionGrants": {},
	} {
		told := map[string]bool{}
		for next := "/v1.0/" + path + "/delta"; next != ""; {
			p := s.page(t, next)
			for _, v := range p.Value {
				for name := range v {
					if strings.HasSuffix(name, "@delta") {
						told[name] = true
					}
				}
			}
			if next = p.Next; !strings.HasPrefix(next+p.Delta, s.Graph()+"/v1.0/"+path+"/delta?$") {
				t.Errorf("%s: the link is %s", path, next+p.Delta)
			}
		}
		if got := slices.Sorted(maps.Keys(told)); !slices.Equal(got, want) {
			t.Errorf("%s tell %v, want %v", path, got, want)
		}
	}
}

func TestDeltaRefusesRelationsThatItDoesNotTrack(t *testing.T) {
	s := start(t, Config{})
	for _, path := range []string{"applications/delta?$select=owners", "devices/delta?$select=registeredOwners", "users/delta?$select=members",
		"groups/delta?$expand=members", "users/delta?$select=id&$expand=manager", "contacts/delta?$select=manager"} {
		if a := s.get(t, "/v1.0/"+path); a.status != 400 {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}
