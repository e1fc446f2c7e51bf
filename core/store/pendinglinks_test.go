package store

import (
	"fmt"
	"slices"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestPendingLinks: members that are looked up at a first scan's end come to what
// members that were known come to, whatever happens to them before.
func TestPendingLinks(t *testing.T) {
	for name, c := range map[string]struct {
		pages [][]entra.Object
		want  []string
	}{
		"known and unknown": {[][]entra.Object{{object("g1", `{}`, gains("u1"), gains("u9"))}}, []string{"g1>u1", "g1>u9"}},
		"told again":        {[][]entra.Object{{object("g1", `{}`, gains("u1"))}, {object("g1", `{}`, gains("u1"), gains("u2"))}}, []string{"g1>u1", "g1>u2"}},
		"lost again":        {[][]entra.Object{{object("g1", `{}`, gains("u1"), gains("u2"))}, {object("g1", `{}`, loses("u1"))}}, []string{"g1>u2"}},
		"lost and gained":   {[][]entra.Object{{object("g1", `{}`, gains("u1"))}, {object("g1", `{}`, loses("u1"))}, {object("g1", `{}`, gains("u1"))}}, []string{"g1>u1"}},
		"group gone":        {[][]entra.Object{{object("g1", `{}`, gains("u1")), object("g2", `{}`, gains("u1"))}, {removed("g1", entra.Gone)}}, []string{"g2>u1"}},
		"group filtered":    {[][]entra.Object{{object("g1", `{"mail":"a"}`, gains("u1")), object("g2", `{}`, gains("u1"))}, {object("g1", `{"mail":"out"}`)}}, []string{"g2>u1"}},
		"member gone":       {[][]entra.Object{{object("g1", `{}`, gains("u3"), gains("u1"))}}, []string{"g1>u1"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, told := range []bool{false, true} {
				b := newBench(t)
				b.tenant.Filters = map[string]string{"groups": `mail == "out"`}
				r := b.round(Scan, "groups")
				r.Told = told
				for _, page := range c.pages {
					b.page("groups", "next", "", page...)
				}
				b.scan("users", user("u1", "A"), user("u2", "B"), user("u3", "C"))
				b.delta("users", removed("u3", entra.Gone))
				_, err := b.Complete(b.Context(), r, "delta", Verdict{})
				b.must(err)
				b.wantList(fmt.Sprint("members, told ", told), b.members(), c.want...)
				if n := b.number("SELECT count(*) FROM links WHERE until IS NULL"); n != len(c.want) {
					t.Errorf("%d links are open, in sight or not; want %d", n, len(c.want))
				}
				b.wantChanges("deleted u3")
				b.sound()
				b.must(b.ClearMarks(b.Context()))
				if n := b.number("SELECT count(*) FROM pending_links"); n > 0 {
					t.Errorf("%d names are left", n)
				}
			}
		})
	}
}

// TestLookingUpGoesOn: looking members up in several turns, and again after it
// was stopped, makes each of them one membership.
func TestLookingUpGoesOn(t *testing.T) {
	const each = lookedUp*3/4 + 1
	b := newBench(t)
	r := b.round(Scan, "groups")
	var want []string
	for _, g := range []string{"g1", "g2", "g3"} {
		group := object(g, `{}`)
		for i := range each {
			group.Links = append(group.Links, gains(fmt.Sprintf("u%05d", i)))
			want = append(want, fmt.Sprintf("%s>u%05d", g, i))
		}
		b.page("groups", "next", "", group)
	}
	b.must(b.lookUpAll(b.Context(), r)) // and then the process died
	r.lookedUp = 0
	b.must(b.lookUpAll(b.Context(), r))
	if got := b.members(); !slices.Equal(got, want) {
		t.Errorf("%d members, want %d", len(got), len(want))
	}
	b.sound()
}
