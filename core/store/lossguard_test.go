package store

import (
	"fmt"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// guard sets the limits of the loss guard.
func (b *bench) guard(over, share int) {
	b.Helper()
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{HoldOver: &over, HoldShare: &share}))
}

// rescan does a full scan of one page; what it misses is gone, where it is not held.
func (b *bench) rescan(class string, objects ...entra.Object) Candidates {
	b.Helper()
	r := b.round(Scan, class)
	b.page(class, "", "delta-n", objects...)
	c, err := b.Candidates(b.Context(), r)
	b.must(err)
	v := Verdict{Gone: map[string]entra.Removal{}, Held: c.Held > 0}
	for _, id := range c.IDs {
		v.Gone[id] = entra.Gone
	}
	_, err = b.Complete(b.Context(), r, "delta-n", v)
	b.must(err)
	b.end(class)
	b.sound()
	return c
}

// holding are what the loss guard holds, as class id (links).
func (b *bench) holding() []string {
	b.Helper()
	out := []string{}
	for h, err := range b.Held(b.Context(), b.tenant.Key, "", Range{}) {
		b.must(err)
		out = append(out, fmt.Sprintf("%s %s %d", h.Class, h.ID, h.Links))
	}
	return out
}

func users(n int) (out []entra.Object) {
	for i := range n {
		out = append(out, user(fmt.Sprintf("u%04d", i), "A"))
	}
	return out
}

// TestLossGuardLimits: absence is not believed where it is more than 500 and more
// than a tenth, or all there was; both can be set.
func TestLossGuardLimits(t *testing.T) {
	for name, c := range map[string]struct {
		had, seen   int
		over, share int
		held        int
	}{
		"a few of a small class":       {12, 10, 500, 10, 0},
		"half of a small class":        {40, 20, 500, 10, 0},
		"all of a small class":         {3, 0, 500, 10, 3},
		"500 of 600":                   {600, 100, 500, 10, 0},
		"501 of 600":                   {600, 99, 500, 10, 501},
		"501 of 5,010":                 {5010, 4509, 500, 10, 0},
		"501 of 5,000":                 {5000, 4499, 500, 10, 501},
		"more than one, if set so":     {40, 38, 1, 1, 2},
		"as many as allowed":           {40, 39, 1, 1, 0},
		"any share, if set so":         {600, 1, 500, 100, 0},
		"all, however much is allowed": {600, 0, 1000, 100, 600},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.guard(c.over, c.share)
			all := users(c.had)
			b.scan("users", all...)
			got := b.rescan("users", all[:c.seen]...)
			if got.Held != c.held || len(got.IDs) != c.had-c.seen-c.held {
				t.Errorf("%d held, %d to confirm", got.Held, len(got.IDs))
			}
			if n := len(b.holding()); n != c.held {
				t.Errorf("%d are told as held", n)
			}
		})
	}
}

// TestWhatEndsOfItselfIsNoLoss: an activated role that says when it ends is missing from then
// on, though it be the only one; one that would go on is held.
func TestWhatEndsOfItselfIsNoLoss(t *testing.T) {
	b := newBench(t)
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Classes: []string{"roleAssignmentSchedules"}}))
	activated := func(id, end string) entra.Object {
		return object(id, fmt.Sprintf(`{"assignmentType":"Activated","endDateTime":%s}`, end))
	}
	over := []entra.Object{activated("s1", `"2026-01-01T08:00:00Z"`), activated("s2", `"2026-01-01T08:00:00.1234567Z"`)}
	b.scan("roleAssignmentSchedules", over...)
	got := b.rescan("roleAssignmentSchedules")
	b.wantList("to be confirmed", got.IDs, "s1", "s2")
	b.wantList("held", b.holding())
	b.wantChanges("deleted s1", "deleted s2")
	b.scan("roleAssignmentSchedules", activated("s3", `"2026-01-01T08:00:00Z"`), activated("s4", `"9999-01-01T00:00:00Z"`), activated("s5", "null"))
	got = b.rescan("roleAssignmentSchedules")
	b.wantList("to be confirmed", got.IDs, "s3")
	b.wantList("held", b.holding(), "roleAssignmentSchedules s4 0", "roleAssignmentSchedules s5 0")
}

// TestHeldIsDecidedByTheNextScan: what it misses too goes, what it shows stays, and
// what it newly misses is judged by itself.
func TestHeldIsDecidedByTheNextScan(t *testing.T) {
	b := newBench(t)
	b.guard(2, 10)
	all := users(10)
	b.scan("users", all...)
	b.rescan("users", all[4:]...)
	b.wantList("held", b.holding(), "users u0000 0", "users u0001 0", "users u0002 0", "users u0003 0")
	b.delta("users", object("u0000", `{"displayName":"B"}`)) // there, after all
	b.delta("users", removed("u0001", entra.Gone))           // Graph names it
	b.wantList("held", b.holding(), "users u0002 0", "users u0003 0")
	got := b.rescan("users", append(users(1), all[7:]...)...) // three more are missed
	b.wantList("to be confirmed", got.IDs, "u0002", "u0003")
	b.wantList("held", b.holding(), "users u0004 0", "users u0005 0", "users u0006 0")
	b.rescan("users", append(users(1), all[4:]...)...)
	b.wantList("held", b.holding())
	b.wantChanges(`updated u0000 {"displayName":"A"}→{"displayName":"B"}`, `updated u0000 {"displayName":"B"}→{"displayName":"A"}`, "deleted u0001", "deleted u0002", "deleted u0003")
}

// TestLossGuardOfLinks: a full scan in which groups come without members ends none
// of them at once; the next one that shows the same does.
func TestLossGuardOfLinks(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"), user("u2", "B"), user("u3", "C"))
	full := []entra.Object{object("g1", `{"displayName":"G"}`, gains("u1"), gains("u2")), object("g2", `{"displayName":"H"}`, gains("u1"), gains("u3"))}
	empty := []entra.Object{object("g1", `{"displayName":"G"}`), object("g2", `{"displayName":"H"}`)}
	b.scan("groups", full...)
	b.rescan("groups", empty...)
	b.wantList("members", b.members(), "g1>u1", "g1>u2", "g2>u1", "g2>u3")
	b.wantList("held", b.holding(), "groups g1 2", "groups g2 2")
	b.delta("groups", object("g1", `{}`, loses("u1")), object("g2", `{}`, gains("u3"))) // named: applied, and there
	b.wantList("held", b.holding(), "groups g1 1", "groups g2 1")
	b.wantChanges("member_removed g1 u1")
	b.rescan("groups", object("g1", `{"displayName":"G"}`), object("g2", `{"displayName":"H"}`, gains("u3")))
	b.wantList("members", b.members(), "g2>u3")
	b.wantList("held", b.holding())
	b.wantChanges("member_removed g1 u1", "member_removed g1 u2", "member_removed g2 u1")
}

// TestConfirmHeld applies what an admin confirms, counted in a row, and not what was
// seen since, not even by a scan that goes on.
func TestConfirmHeld(t *testing.T) {
	b := newBench(t)
	all := users(6)
	b.scan("users", all...)
	b.scan("groups", object("g1", `{"displayName":"G"}`, gains("u0000"), gains("u0005")))
	b.rescan("users")
	b.rescan("groups", object("g1", `{"displayName":"G"}`))
	b.round(Scan, "users")
	b.page("users", "next", "", all[5])
	counts, err := b.HeldCounts(b.Context(), b.tenant.Key)
	b.must(err)
	if counts["users"] != 5 || counts["groups"] != 2 {
		t.Errorf("held: %v", counts)
	}
	b.begin()
	for _, class := range []string{"groups", "users"} {
		c, _ := entra.ClassNamed(class)
		row, err := b.BeginClass(b.Context(), b.run, b.tenant.Key, class)
		b.must(err)
		n, err := b.ConfirmHeld(b.Context(), b.tenant.Key, c, row)
		b.must(err)
		if n != counts[class] {
			t.Errorf("%s: %d confirmed", class, n)
		}
		if class == "users" {
			ended, err := b.EndClass(b.Context(), row, ClassEnd{Status: entra.Succeeded})
			b.must(err)
			if ended.Deleted != 5 || ended.Total != 1 {
				t.Errorf("%+v", ended)
			}
		}
	}
	b.wantList("users", b.held("users", ObjectQuery{}), "u0005:A")
	b.wantList("members", b.members())
	b.wantList("held", b.holding())
	b.sound()
}
