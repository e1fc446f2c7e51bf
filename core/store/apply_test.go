package store

import (
	"errors"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestNetDifference applies rounds of pages to a known beginning: users u1 and
// u2, and g1 with the member u1. What is recorded is the net difference.
func TestNetDifference(t *testing.T) {
	for name, c := range map[string]struct {
		users, groups []entra.Object // each a page of its own in one round
		usersFirst    bool
		changes       []string
		members       []string
		counts        [4]int64 // users changed and deleted, groups changed and deleted
	}{
		"nothing": {members: []string{"g1>u1"}},
		"updated": {users: []entra.Object{user("u1", "B")}, members: []string{"g1>u1"}, counts: [4]int64{1, 0, 0, 0},
			changes: []string{`updated u1 {"displayName":"A"}→{"displayName":"B"}`}},
		"there and back": {users: []entra.Object{user("u1", "B"), user("u1", "A")}, members: []string{"g1>u1"}},
		"twice": {users: []entra.Object{user("u1", "B"), user("u1", "C")}, members: []string{"g1>u1"}, counts: [4]int64{1, 0, 0, 0},
			changes: []string{`updated u1 {"displayName":"A"}→{"displayName":"C"}`}},
		"cleared by null": {users: []entra.Object{object("u1", `{"displayName":null}`)}, members: []string{"g1>u1"}, counts: [4]int64{1, 0, 0, 0},
			changes: []string{`updated u1 {"displayName":"A"}→{"displayName":null}`}},
		"absent keeps":                {users: []entra.Object{object("u1", `{}`)}, members: []string{"g1>u1"}},
		"volatile":                    {users: []entra.Object{object("u1", `{"onPremisesLastSyncDateTime":"2026-01-01T00:00:00Z"}`)}, members: []string{"g1>u1"}},
		"soft-deleted":                {users: []entra.Object{removed("u1", entra.SoftDeleted)}, changes: []string{"deleted u1"}, counts: [4]int64{0, 1, 0, 0}},
		"gone":                        {users: []entra.Object{removed("u1", entra.Gone)}, changes: []string{"deleted u1"}, counts: [4]int64{0, 1, 0, 0}},
		"soft, then gone":             {users: []entra.Object{removed("u1", entra.SoftDeleted), removed("u1", entra.Gone)}, changes: []string{"deleted u1"}, counts: [4]int64{0, 1, 0, 0}},
		"deleted and restored":        {users: []entra.Object{removed("u1", entra.SoftDeleted), user("u1", "A")}, members: []string{"g1>u1"}},
		"unknown removed":             {users: []entra.Object{removed("u9", entra.Gone)}, members: []string{"g1>u1"}},
		"link gained":                 {groups: []entra.Object{object("g1", `{}`, gains("u2"))}, members: []string{"g1>u1", "g1>u2"}, changes: []string{"member_added g1 u2"}, counts: [4]int64{0, 0, 1, 0}},
		"link lost":                   {groups: []entra.Object{object("g1", `{}`, loses("u1"))}, changes: []string{"member_removed g1 u1"}, counts: [4]int64{0, 0, 1, 0}},
		"link gained and lost":        {groups: []entra.Object{object("g1", `{}`, gains("u2")), object("g1", `{}`, loses("u2"))}, members: []string{"g1>u1"}},
		"link lost and gained":        {groups: []entra.Object{object("g1", `{}`, loses("u1")), object("g1", `{}`, gains("u1"))}, members: []string{"g1>u1"}},
		"lost and gained in one page": {groups: []entra.Object{object("g1", `{}`, loses("u1"), gains("u1"))}, members: []string{"g1>u1"}},
		"link told again":             {groups: []entra.Object{object("g1", `{}`, gains("u1"), gains("u1"))}, members: []string{"g1>u1"}},
		"group and its members": {groups: []entra.Object{object("g1", `{"displayName":"H"}`, gains("u2")), object("g1", `{}`, gains("u3"))}, members: []string{"g1>u1", "g1>u2", "g1>u3"},
			changes: []string{`updated g1 {"displayName":"G"}→{"displayName":"H"}`, "member_added g1 u2", "member_added g1 u3"}, counts: [4]int64{0, 0, 1, 0}},
		"group gone": {groups: []entra.Object{removed("g1", entra.Gone)}, changes: []string{"deleted g1"}, counts: [4]int64{0, 0, 0, 1}},
		"link ends with the user, groups first": {users: []entra.Object{removed("u1", entra.Gone)}, groups: []entra.Object{object("g1", `{}`, loses("u1"))},
			changes: []string{"deleted u1"}, counts: [4]int64{0, 1, 0, 0}},
		"link gained by a user that goes, groups first": {users: []entra.Object{removed("u2", entra.SoftDeleted)}, groups: []entra.Object{object("g1", `{}`, gains("u2"))},
			members: []string{"g1>u1"}, changes: []string{"deleted u2"}, counts: [4]int64{0, 1, 0, 0}},
		"link gained by a user that goes, users first": {usersFirst: true, users: []entra.Object{removed("u2", entra.SoftDeleted)}, groups: []entra.Object{object("g1", `{}`, gains("u2"))},
			members: []string{"g1>u1"}, changes: []string{"deleted u2"}, counts: [4]int64{0, 1, 0, 0}},
		"link gained by a user that never was, groups first": {users: []entra.Object{removed("u8", entra.SoftDeleted)}, groups: []entra.Object{object("g1", `{}`, gains("u8"))},
			members: []string{"g1>u1"}},
		"link gained by a user that never was, users first": {usersFirst: true, users: []entra.Object{removed("u8", entra.SoftDeleted)}, groups: []entra.Object{object("g1", `{}`, gains("u8"))},
			members: []string{"g1>u1"}},
		"link ends with the user, users first": {usersFirst: true, users: []entra.Object{removed("u1", entra.Gone)}, groups: []entra.Object{object("g1", `{}`, loses("u1"))},
			changes: []string{"deleted u1"}, counts: [4]int64{0, 1, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.scan("users", user("u1", "A"), user("u2", "Z"))
			b.scan("groups", object("g1", `{"displayName":"G"}`, gains("u1")))
			b.begin()
			parts := []func(){func() { b.deltaPages("groups", c.groups) }, func() { b.deltaPages("users", c.users) }}
			if c.usersFirst {
				parts[0], parts[1] = parts[1], parts[0]
			}
			for _, part := range parts {
				part()
			}
			b.wantChanges(c.changes...)
			b.wantList("members", b.members(), c.members...)
			u, g := b.end("users"), b.end("groups")
			if got := [4]int64{u.Changed, u.Deleted, g.Changed, g.Deleted}; got != c.counts {
				t.Errorf("counts %v, want %v", got, c.counts)
			}
			b.sound()
		})
	}
}

// deltaPages does a delta round with a page for each object, every page applied
// twice: replaying one changes nothing.
func (b *bench) deltaPages(class string, objects []entra.Object) {
	b.Helper()
	b.round(Delta, class)
	for _, o := range objects {
		b.page(class, "next", "", o)
		b.page(class, "next", "", o)
	}
	b.page(class, "", "delta-n")
}

func TestBaselineRecordsNothing(t *testing.T) {
	b := newBench(t)
	r := b.round(Scan, "groups")
	b.page("groups", "next", "", object("g1", `{"displayName":"G"}`, gains("u1")))
	b.page("groups", "next", "", object("g1", `{"displayName":"H"}`, gains("u2")))
	b.page("groups", "", "delta-0", object("g2", `{}`, loses("u7")))
	_, err := b.Complete(b.Context(), r, "delta-0", Verdict{})
	b.must(err)
	row := b.end("groups")
	b.wantChanges()
	b.wantList("members", b.members(), "g1>u1", "g1>u2")
	if row.Changed != 2 || row.Total != 2 || !row.FullScan {
		t.Errorf("%+v", row)
	}
	b.sound()
}

// TestRestored hides a soft-deleted user with its links and brings both back
// in a later round, under its own name.
func TestRestored(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"))
	b.scan("groups", object("g1", `{}`, gains("u1")))
	b.delta("users", removed("u1", entra.SoftDeleted))
	b.wantList("users", b.held("users", ObjectQuery{}))
	b.wantList("with the deleted", b.held("users", ObjectQuery{Deleted: true}), "u1:A")
	b.wantList("members", b.members())
	b.delta("users", user("u1", "A"))
	b.wantList("users", b.held("users", ObjectQuery{}), "u1:A")
	b.wantList("members", b.members(), "g1>u1")
	b.delta("users", removed("u1", entra.SoftDeleted))
	b.delta("users", removed("u1", entra.Gone)) // the purge writes no second record
	b.wantChanges("deleted u1", "restored u1", "deleted u1")
	b.wantList("with the deleted", b.held("users", ObjectQuery{Deleted: true}))
	// Should the id ever come again, its links ended with it.
	r := b.round(Delta, "users")
	_, err := b.ApplyPage(b.Context(), r, 0, &entra.Page{Objects: []entra.Object{user("u1", "A")}, DeltaLink: "delta-n"}, map[string]entra.Object{"u1": user("u1", "A")})
	b.must(err)
	b.wantList("users", b.held("users", ObjectQuery{}), "u1:A")
	b.wantList("members", b.members())
	b.sound()
}

// TestFilter keeps only the id of what the filter leaves out, and writes no
// changes for entering and leaving it.
func TestFilter(t *testing.T) {
	b := newBench(t)
	b.tenant.Filters = map[string]string{"users": `userType == "Guest"`}
	guest, member := object("u1", `{"displayName":"A","userType":"Guest"}`), object("u1", `{"displayName":"A","userType":"Member"}`)
	b.scan("users", guest, user("u2", "B"))
	b.wantList("users", b.held("users", ObjectQuery{}), "u2:B")
	b.wantList("with the filtered", b.held("users", ObjectQuery{Filtered: true}), "u2:B", "u1:")
	r := b.round(Delta, "users")
	p := &entra.Page{Objects: []entra.Object{object("u1", `{"jobTitle":"x"}`)}, NextLink: "next"}
	unread, err := b.Unread(b.Context(), r, 0, p)
	b.must(err)
	if len(unread) != 1 || unread[0] != (Unread{"u1", true}) {
		t.Errorf("to be read whole: %+v", unread)
	}
	_, err = b.ApplyPage(b.Context(), r, 0, p, map[string]entra.Object{"u1": member})
	b.must(err)
	b.wantList("users", b.held("users", ObjectQuery{}), "u1:A", "u2:B")
	b.page("users", "", "delta-1", guest)
	row := b.end("users")
	b.wantList("users", b.held("users", ObjectQuery{}), "u2:B")
	b.wantChanges()
	if row.Total != 1 || row.Filtered != 1 || row.Changed != 0 {
		t.Errorf("%+v", row)
	}
	b.sound()
}

// TestFilterThatFails keeps the object and says so.
func TestFilterThatFails(t *testing.T) {
	b := newBench(t)
	b.tenant.Filters = map[string]string{"users": `displayName > 5`}
	b.round(Scan, "users")
	a := b.page("users", "next", "", user("u1", "A"))
	if a.FilterErrors != 1 || a.FilterError == nil {
		t.Errorf("%+v", a)
	}
	b.wantList("users", b.held("users", ObjectQuery{}), "u1:A")
}

// TestUnknownInDelta skips an object that a delta names, that is not held, and
// that a GET did not find.
func TestUnknownInDelta(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"))
	b.delta("users", object("u2", `{"jobTitle":"x"}`))
	b.wantList("users", b.held("users", ObjectQuery{}), "u1:A")
	b.wantChanges()
}

// TestSweep deletes what a full scan did not see, after a verdict, and ends the
// links that it did not list.
func TestSweep(t *testing.T) {
	b := newBench(t)
	b.guard(1, 10)
	b.scan("groups", object("g1", `{}`, gains("u1"), gains("u2")), object("g2", `{}`, gains("u1")), object("g3", `{}`))
	for i := range 30 {
		b.delta("groups", object("x"+string(rune('a'+i)), `{}`)) // not held: skipped
	}
	r := b.round(Scan, "groups")
	b.page("groups", "next", "", object("g1", `{}`, gains("u2")))
	b.page("groups", "", "delta-1", object("g1", `{}`, gains("u3")))
	c, err := b.Candidates(b.Context(), r)
	b.must(err)
	if c.Held != 2 || len(c.IDs) != 0 { // two of three are more than a tenth
		t.Fatalf("candidates %+v", c)
	}
	_, err = b.Complete(b.Context(), r, "delta-1", Verdict{Held: true})
	b.must(err)
	b.wantList("members", b.members(), "g1>u2", "g1>u3", "g2>u1")
	b.wantChanges("member_removed g1 u1", "member_added g1 u3")
	// The same are missed again: now they may go.
	r = b.round(Scan, "groups")
	b.page("groups", "", "delta-2", object("g1", `{}`, gains("u2"), gains("u3")))
	c, err = b.Candidates(b.Context(), r)
	b.must(err)
	b.wantList("candidates", c.IDs, "g2", "g3")
	_, err = b.Complete(b.Context(), r, "delta-2", Verdict{Gone: map[string]entra.Removal{"g2": entra.Gone, "g3": entra.SoftDeleted}})
	b.must(err)
	b.wantList("groups", b.held("groups", ObjectQuery{Deleted: true}), "g1:", "g3:")
	b.wantChanges("member_removed g1 u1", "member_added g1 u3", "deleted g2", "deleted g3")
	b.sound()
}

// TestAliveAfterAll keeps an object that a scan missed but a GET found, with
// its links.
func TestAliveAfterAll(t *testing.T) {
	b := newBench(t)
	b.scan("groups", object("g1", `{}`, gains("u1")))
	r := b.round(Scan, "groups")
	b.page("groups", "", "delta-1")
	_, err := b.Complete(b.Context(), r, "delta-1", Verdict{Alive: map[string]entra.Object{"g1": object("g1", `{"displayName":"G"}`)}})
	b.must(err)
	b.wantList("members", b.members(), "g1>u1")
	b.wantList("groups", b.held("groups", ObjectQuery{}), "g1:G")
}

// TestStopsAtThePage refuses a page once the tenant is disabled or the class's
// settings changed, and stores nothing of it.
func TestStopsAtThePage(t *testing.T) {
	b := newBench(t)
	r := b.round(Scan, "users")
	b.page("users", "next", "", user("u1", "A"))
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Filters: map[string]string{"users": "false"}}))
	page := &entra.Page{Objects: []entra.Object{user("u2", "B")}, NextLink: "more"}
	if _, err := b.ApplyPage(b.Context(), r, 0, page, nil); !errors.Is(err, ErrRoundOver) {
		t.Errorf("after the filter changed: %v", err)
	}
	r = b.round(Scan, "users")
	off := false
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Enabled: &off}))
	if _, err := b.ApplyPage(b.Context(), r, 0, page, nil); entra.CodeOf(err) != entra.CodeDisabled {
		t.Errorf("after it was disabled: %v", err)
	}
	b.wantList("users", b.held("users", ObjectQuery{}), "u1:A")
}

// TestLinkWithoutType resolves to the object when it comes.
func TestLinkWithoutType(t *testing.T) {
	b := newBench(t)
	b.scan("groups", object("g1", `{}`, entra.Link{Relation: entra.Members, Target: "u1"}))
	b.scan("users", user("u1", "A"))
	for l, err := range b.Links(b.Context(), b.tenant.Key, LinkQuery{}) {
		b.must(err)
		if l.Target.Type() != "#microsoft.graph.user" {
			t.Errorf("%+v", l)
		}
	}
	b.wantList("members", b.members(), "g1>u1")
}

// TestStoredPageMayBeReleased: nothing of a page is needed once it is stored, its
// values' memory least of all.
func TestStoredPageMayBeReleased(t *testing.T) {
	b := newBench(t)
	b.round(Scan, "users")
	for _, again := range []bool{false, true} {
		var memory [][]byte
		objects := []entra.Object{user("u1", "A"), user("u2", "B"), object("u3", `{"displayName":"C","otherMails":["a@x"]}`)}
		for _, o := range objects {
			for _, p := range o.Properties {
				memory = append(memory, p.Value)
			}
		}
		b.page("users", "next", "", objects...)
		for _, m := range memory {
			copy(m, strings.Repeat("#", len(m)))
		}
		b.wantList("objects", b.held("users", ObjectQuery{Class: "users"}), "u1:A", "u2:B", "u3:C")
		if again {
			b.sound()
		}
	}
}

// TestLinksTogether: what one statement does for all members of a group is what
// one after the other comes to.
func TestLinksTogether(t *testing.T) {
	device := entra.Link{Relation: entra.Members, Target: "d1", Type: "#microsoft.graph.device"}
	for name, c := range map[string]struct {
		links []entra.Link
		want  []string
	}{
		"known":              {[]entra.Link{gains("u1"), gains("u2")}, []string{"g1>u1", "g1>u2"}},
		"some unknown":       {[]entra.Link{gains("u1"), gains("u9"), gains("u8")}, []string{"g1>u1", "g1>u8", "g1>u9"}},
		"of two classes":     {[]entra.Link{gains("u1"), device}, []string{"g1>d1", "g1>u1"}},
		"told twice":         {[]entra.Link{gains("u1"), gains("u9"), gains("u1"), gains("u9")}, []string{"g1>u1", "g1>u9"}},
		"lost again":         {[]entra.Link{gains("u1"), gains("u2"), loses("u1")}, []string{"g1>u2"}},
		"without a type":     {[]entra.Link{gains("u2"), {Relation: entra.Members, Target: "u1"}, {Relation: entra.Members, Target: "x"}}, []string{"g1>u1", "g1>u2", "g1>x"}},
		"an id with a quote": {[]entra.Link{gains(`u"1`), gains("u2")}, []string{`g1>u"1`, "g1>u2"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.scan("users", user("u1", "A"), user("u2", "B"))
			for range 2 { // the second time a full scan finds what is there
				b.scan("groups", object("g1", `{"displayName":"G"}`, c.links...))
				b.wantList("members", b.members(), c.want...)
				b.wantChanges()
				b.sound()
				b.begin()
			}
			b.scan("groups", object("g1", `{"displayName":"G"}`, gains("u2"), gains("u7")))
			b.wantList("members after", b.members(), "g1>u2", "g1>u7")
		})
	}
}

// What a run reads after its full scan, by id, does not take the scan's mark off its row.
func TestFullScanStaysMarked(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "One"))
	row, err := b.ClassRun(b.Context(), b.rounds["users"].ClassRun)
	if err != nil || !row.FullScan {
		t.Fatal("the scan is not marked")
	}
	after, err := b.BeginRound(b.Context(), b.tenant.Key, entra.Class{Name: "users"}, NewRound{Kind: Delta, Links: []string{"D1"}})
	b.must(err)
	_, err = b.ApplyPage(b.Context(), NewPass(after, row.Key, nil), 0, &entra.Page{Objects: []entra.Object{user("u2", "Two")}, DeltaLink: "D1"}, nil)
	b.must(err)
	if row, err = b.Store.ClassRun(b.Context(), row.Key); err != nil || !row.FullScan {
		t.Errorf("after more was read: %+v, %v", row, err)
	}
}

// What deleting a tenant is asked about is what is shown: neither deleted objects nor
// ids that only links name count.
func TestSizeCountsWhatIsShown(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "One"), user("u2", "Two"))
	b.delta("users", removed("u2", entra.SoftDeleted))
	b.scan("groups", object("g1", `{"displayName":"G"}`, gains("elsewhere")))
	size, err := b.Size(b.Context(), b.tenant.Key)
	if err != nil || size.Shown != 2 || size.Objects < 4 {
		t.Errorf("%+v, %v", size, err)
	}
}
