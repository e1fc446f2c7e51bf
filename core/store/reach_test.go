package store

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

func contains(id string) entra.Link {
	return entra.Link{Relation: entra.Members, Target: id, Type: "#microsoft.graph.group"}
}

// paths are what is reached as short texts: the path and where it ends.
func paths(b *bench, found iter.Seq2[entra.Reached, error]) (out []string) {
	b.Helper()
	for r, err := range found {
		b.must(err)
		var path []string
		for _, e := range append(r.Path, r.LinkEnd) {
			path = append(path, e.ID)
		}
		text := strings.Join(path, ">")
		if r.Circle {
			text += " circle"
		}
		out = append(out, text)
	}
	return out
}

// TestNestedMembership: depth 20, two ways, circles, and what is out of sight.
func TestNestedMembership(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"), user("u2", "B"), user("gone", "C"))
	var groups []entra.Object
	for i := 1; i < 20; i++ {
		groups = append(groups, object(fmt.Sprintf("g%02d", i), `{"displayName":"G"}`, contains(fmt.Sprintf("g%02d", i+1))))
	}
	groups = append(groups, object("g20", `{"displayName":"G"}`, gains("u1"), gains("gone"), contains("g20")),
		object("a", `{"displayName":"A"}`, contains("b"), gains("u2")), object("b", `{"displayName":"B"}`, contains("c")), object("c", `{"displayName":"C"}`, contains("a"), gains("u2")))
	b.scan("groups", groups...)
	b.begin()
	b.delta("users", removed("gone", entra.SoftDeleted))
	all := func(id string) []string { return paths(b, b.AllMembers(t.Context(), b.tenant.Key, id, time.Time{})) }
	deep := all("g01")
	if len(deep) != 20 || deep[19] != "g02>g03>g04>g05>g06>g07>g08>g09>g10>g11>g12>g13>g14>g15>g16>g17>g18>g19>g20>u1" {
		t.Errorf("depth 20: %q", deep)
	}
	b.wantList("in a circle", all("a"), "u2", "b", "b>c", "b>c>a circle")
	b.wantList("in itself", all("g20"), "u1", "g20 circle")
	b.wantList("nobody", all("nobody"))
	up := paths(b, b.AllMemberOf(t.Context(), b.tenant.Key, "u1", time.Time{}))
	if len(up) != 20 || up[0] != "g20" || up[1] != "g20>g19" || !strings.HasSuffix(up[19], ">g02>g01") {
		t.Errorf("upwards: %q", up)
	}
	b.wantList("upwards in a circle", paths(b, b.AllMemberOf(t.Context(), b.tenant.Key, "u2", time.Time{})), "a", "c", "c>b")
	b.wantList("circles", paths(b, b.Circles(t.Context(), b.tenant.Key, time.Time{})), "g20 circle", "b>c>a circle", "c>a>b circle", "a>b>c circle")
	for range b.AllMembers(t.Context(), b.tenant.Key, "g01", time.Time{}) {
		break // whoever has seen enough is not asked again
	}
}

// TestRoleHolders: direct, by nested groups, eligible, activated, told once however
// many classes tell it, and by directory roles alone.
func TestRoleHolders(t *testing.T) {
	b := newBench(t)
	const global, reader = "62e90394-69f5-4237-9190-012177145e10", "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
	b.scan("users", user("u1", "Anna"), user("u2", "Bert"), user("u3", "Cleo"), user("u4", "Dora"))
	b.scan("groups", object("g1", `{"displayName":"Admins"}`, contains("g2")), object("g2", `{"displayName":"Inner"}`, gains("u2")))
	b.scan("roleDefinitions", object(global, `{"displayName":"Global Administrator","templateId":"`+global+`"}`), object(reader, `{"displayName":"Directory Readers"}`))
	row := func(id, principal, role, more string) entra.Object {
		return object(id, `{"principalId":"`+principal+`","roleDefinitionId":"`+role+`","directoryScopeId":"/"`+more+`}`)
	}
	b.scan("roleAssignments", row("a1", "u1", global, ""), row("a2", "g1", global, ""), row("a3", "u3", reader, ""), row("a4", "u4", global, ""))
	b.scan("roleAssignmentSchedules", row("s1", "u1", global, `,"assignmentType":"Assigned","memberType":"Direct"`),
		row("s4", "u4", global, `,"assignmentType":"Activated","activatedUsing":"e1","memberType":"Direct","endDateTime":"2026-12-01T00:00:00Z"`),
		row("s2", "u2", global, `,"assignmentType":"Assigned","memberType":"Group"`))
	b.scan("roleEligibilitySchedules", row("e1", "u4", global, `,"memberType":"Direct"`))
	b.scan("directoryRoles", object("d1", `{"displayName":"Global Administrator","roleTemplateId":"`+global+`"}`, gains("u1")))
	holders := func(q RoleQuery) (out []string) {
		for h, err := range b.RoleHolders(t.Context(), b.tenant.Key, q) {
			b.must(err)
			text := h.Role.Name + ": " + h.Holder.Name + " " + string(h.Way)
			for _, e := range h.Path {
				text += " <" + e.Name
			}
			if h.From.ID != "" {
				text += " from " + h.From.ID + " of " + h.From.Name
			}
			if !h.End.IsZero() {
				text += " until " + h.End.Format("2006-01-02")
			}
			out = append(out, text)
		}
		return out
	}
	b.wantList("privileged", holders(RoleQuery{Privileged: true}), "Global Administrator: Anna assigned", "Global Administrator: Dora activated from e1 of Dora until 2026-12-01",
		"Global Administrator: Dora eligible", "Global Administrator: Admins assigned", "Global Administrator: Inner assigned <Admins", "Global Administrator: Bert assigned <Admins <Inner")
	b.wantList("one role", holders(RoleQuery{Role: reader}), "Directory Readers: Cleo assigned")
	b.wantList("one holder", holders(RoleQuery{Holder: "u2"}), "Global Administrator: Bert assigned <Admins <Inner")
	b.begin()
	b.scan("roleAssignmentSchedules", row("s1", "u1", global, `,"assignmentType":"Assigned","memberType":"Direct"`),
		row("s5", "u2", global, `,"assignmentType":"Activated","activatedUsing":"e2","memberType":"Direct"`))
	b.wantList("an eligible group's, which is not held", holders(RoleQuery{Holder: "u2"})[:1], "Global Administrator: Bert activated from e2 of ")
	b.begin()
	b.scan("roleEligibilitySchedules", row("e2", "g2", global, `,"memberType":"Direct"`))
	for _, at := range []time.Time{{}, b.mark()} {
		b.wantList("an eligible group's", holders(RoleQuery{Holder: "u2", At: at})[:1], "Global Administrator: Bert activated from e2 of Inner")
		ends, err := b.Ends(t.Context(), b.tenant.Key, "roleAssignmentSchedules", []string{"s5", "s1"}, at)
		if b.must(err); ends["s5"]["activatedUsing"].Name != "Inner" || ends["s1"]["principal"].Name != "Anna" || ends["s1"]["activatedUsing"].ID != "" {
			t.Errorf("it was activated from %+v, %+v", ends["s5"], ends["s1"])
		}
	}
}

// TestRolesByDirectoryRolesAlone: without assignments, the members of directory roles tell.
func TestRolesByDirectoryRolesAlone(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "Anna"))
	b.scan("directoryRoles", object("d1", `{"displayName":"Global Administrator","roleTemplateId":"62E90394-69F5-4237-9190-012177145E10"}`, gains("u1")))
	n := 0
	for h, err := range b.RoleHolders(t.Context(), b.tenant.Key, RoleQuery{Privileged: true}) {
		b.must(err)
		if n++; h.Holder.Name != "Anna" || !h.ByLegacy || h.Role.Class != "directoryRoles" {
			t.Errorf("%+v", h)
		}
	}
	if n != 1 {
		t.Errorf("%d holders", n)
	}
}

// told is what the readers that follow links tell of a moment (zero: now).
func told(b *bench, at time.Time) (out []string) {
	b.Helper()
	for _, id := range []string{"g0", "g1", "g2", "g3"} {
		out = append(out, "in "+id+": "+strings.Join(sorted(paths(b, b.AllMembers(b.Context(), b.tenant.Key, id, at))), " "))
	}
	for _, id := range []string{"u0", "u1", "g1"} {
		out = append(out, id+" is in: "+strings.Join(sorted(paths(b, b.AllMemberOf(b.Context(), b.tenant.Key, id, at))), " "))
	}
	out = append(out, "circles: "+strings.Join(sorted(paths(b, b.Circles(b.Context(), b.tenant.Key, at))), " "))
	var holders []string
	for h, err := range b.RoleHolders(b.Context(), b.tenant.Key, RoleQuery{At: at}) {
		b.must(err)
		holders = append(holders, fmt.Sprintf("%s:%s:%s:%s:%v:%s", h.Role.Name, h.Holder.ID, h.Holder.Name, h.Way, len(h.Path), h.From.Name))
	}
	out = append(out, "holders: "+strings.Join(sorted(holders), " "))
	for _, relation := range []string{entra.Members, "owners"} {
		out = append(out, "without "+relation+": "+strings.Join(sorted(b.held("groups", ObjectQuery{Lacks: []string{relation}, At: at})), " "))
	}
	return out
}

func sorted(list []string) []string { slices.Sort(list); return list }

// TestReachThen: what the readers told at each moment of a random life they tell of it
// afterwards.
func TestReachThen(t *testing.T) {
	for seed := range uint64(3) {
		b, r := newBench(t), rand.New(rand.NewPCG(seed, 14))
		const global = "62e90394-69f5-4237-9190-012177145e10"
		b.must(b.SetTenant(t.Context(), b.tenant.Key, TenantChange{Classes: []string{"users", "groups", "roleDefinitions", "roleAssignments", "directoryRoles"}}))
		b.scan("users", user("u0", "A"), user("u1", "B"), user("u2", "C"))
		b.scan("groups", object("g0", `{"displayName":"G0"}`, contains("g1"), gains("u0")), object("g1", `{"displayName":"G1"}`), object("g2", `{"displayName":"G2"}`), object("g3", `{"displayName":"G3"}`))
		b.scan("roleDefinitions", object(global, `{"displayName":"Global Administrator"}`))
		grant := func(id, principal string) entra.Object {
			return object(id, `{"principalId":"`+principal+`","roleDefinitionId":"`+global+`","directoryScopeId":"/"}`)
		}
		b.scan("roleAssignments", grant("a0", "u1"), grant("a1", "g0"))
		b.scan("directoryRoles", object("d0", `{"displayName":"Global Administrator","roleTemplateId":"`+global+`"}`, gains("u1"), gains("g0")))
		deleted := map[string]bool{}
		step := func() {
			id := fmt.Sprintf("g%d", r.IntN(4))
			switch n := r.IntN(8); {
			case deleted[id]:
				b.delta("groups", object(id, `{"displayName":"again"}`))
				delete(deleted, id)
			case n == 0:
				b.delta("groups", removed(id, entra.SoftDeleted))
				deleted[id] = true
			case n == 1:
				b.delta("users", user(fmt.Sprintf("u%d", r.IntN(2)), fmt.Sprintf("name %d", r.IntN(100))))
			case n == 2:
				b.delta("roleAssignments", grant("a0", fmt.Sprintf("u%d", r.IntN(3))))
			case n == 3:
				b.delta("roleDefinitions", object(global, fmt.Sprintf(`{"displayName":"Role %d"}`, r.IntN(9))))
			default:
				link := []entra.Link{contains(fmt.Sprintf("g%d", r.IntN(4))), gains(fmt.Sprintf("u%d", r.IntN(2))), {Relation: "owners", Target: "u2", Type: "#microsoft.graph.user"}}[r.IntN(3)]
				link.Removed = r.IntN(3) == 0
				b.delta("groups", object(id, `{}`, link))
			}
		}
		var at []time.Time
		var was [][]string
		for range 30 {
			b.begin()
			step()
			at, was = append(at, b.mark()), append(was, told(b, time.Time{}))
		}
		for i := range at {
			for j, text := range told(b, at[i]) {
				if text != was[i][j] {
					t.Fatalf("seed %d, moment %d: told %q, then it was %q", seed, i, text, was[i][j])
				}
			}
		}
	}
}
