package store

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// stream begins to read a relation that is read on its own.
func (b *bench) stream(class, relation string, told bool) *Pass {
	b.Helper()
	c, _ := entra.ClassNamed(class)
	c = c.Stream(relation)
	row, err := b.BeginStream(b.Context(), b.run, b.tenant.Key, c)
	b.must(err)
	r, err := b.BeginRound(b.Context(), b.tenant.Key, c, NewRound{Kind: Poll, Links: []string{"first"}})
	b.must(err)
	filter, err := entra.ParseFilter(b.tenant.Filters[class])
	b.must(err)
	pass := NewPass(r, row, filter)
	pass.Told = told
	return pass
}

// streamed reads a relation to its end, in pages that tell so many objects.
func (b *bench) streamed(class, relation string, told bool, pages ...[]entra.Object) {
	b.Helper()
	r := b.stream(class, relation, told)
	for i, objects := range pages {
		next := "next"
		if i == len(pages)-1 {
			next = ""
		}
		_, err := b.ApplyPage(b.Context(), r, 0, &entra.Page{Objects: objects, NextLink: next}, nil)
		b.must(err)
	}
	_, err := b.Complete(b.Context(), r, "", Verdict{})
	b.must(err)
	_, err = b.EndClass(b.Context(), r.ClassRun, ClassEnd{Status: entra.Succeeded, FullScan: true})
	b.must(err)
}

// TestRelationOnItsOwn: what is expected of a page is stored at once, all else object by
// object, whether the targets are known by then or not.
func TestRelationOnItsOwn(t *testing.T) {
	for _, told := range []bool{true, false} {
		t.Run(fmt.Sprint("told ", told), func(t *testing.T) {
			b := newBench(t)
			b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Filters: map[string]string{"users": `displayName == "out"`}}))
			b.tenant.Filters = map[string]string{"users": `displayName == "out"`}
			b.scan("users", user("u1", "A"), user("u2", "out"), user("u3", "C"), user("u4", "D"))
			by := func(id, class string) entra.Link { return link("sponsors", id, "#microsoft.graph."+class) }
			bare := func(id string, links ...entra.Link) entra.Object { return entra.Object{ID: id, Links: links} }
			first := []entra.Object{bare("u1", by("u3", "user"), by("g9", "group")), bare("u2", by("u1", "user")), bare("x7", by("u1", "user")), bare("u3")}
			b.streamed("users", "sponsors", told, first, []entra.Object{bare("u4", by("u1", "user"), by("u1", "user"), by("u3", "user")), bare("u1", by("u3", "user"), by("g9", "group"))})
			held := []string{"sponsors u1>groups g9", "sponsors u1>users u3", "sponsors u4>users u1", "sponsors u4>users u3"}
			b.wantList("at first", b.linked(LinkQuery{}), held...)
			b.wantChanges()
			b.begin()
			b.streamed("users", "sponsors", told, first[:3], []entra.Object{bare("u3"), bare("u4", by("u1", "user"), by("u3", "user"))})
			b.wantList("the same again", b.linked(LinkQuery{}), held...)
			b.wantChanges()
			b.begin()
			b.streamed("users", "sponsors", told, []entra.Object{bare("u1", by("g9", "group")), bare("u2"), bare("x7", by("u1", "user")), bare("u3", by("u4", "user")), bare("u4", by("u1", "user"), by("u3", "user"))})
			b.wantList("then", b.linked(LinkQuery{}), "sponsors u1>groups g9", "sponsors u3>users u4", "sponsors u4>users u1", "sponsors u4>users u3")
			b.wantChanges("link_removed u1 sponsors u3", "link_added u3 sponsors u4")
			b.begin()
			_, err := b.ApplyPage(b.Context(), b.round(Delta, "users"), 0, &entra.Page{Objects: []entra.Object{bare("x7")}, DeltaLink: "delta"}, map[string]entra.Object{"x7": user("x7", "X")})
			b.must(err)
			b.end("users")
			b.wantList("once the user is told", b.linked(LinkQuery{}), "sponsors u1>groups g9", "sponsors u3>users u4", "sponsors u4>users u1", "sponsors u4>users u3", "sponsors x7>users u1")
			b.sound()
		})
	}
}

// TestRelationsOnTheirOwnAreCheap: reading a relation of each object, the first time and
// again, is no more work than storing the objects was, by what it allocates. It was eight times as much once.
func TestRelationsOnTheirOwnAreCheap(t *testing.T) {
	const pages, each = 8, 999
	b := newBench(t)
	r := b.round(Fast, "users")
	objects := make([][]entra.Object, pages)
	var took [3]uint64
	for n := range pages {
		var links []entra.Object
		for i := range each {
			o := benchUser(n*each + i)
			objects[n] = append(objects[n], o)
			links = append(links, entra.Object{ID: o.ID, Links: []entra.Link{link("sponsors", fmt.Sprintf("00000000-0000-4000-8000-%012d", i/2*7919%1_000_000), "#microsoft.graph.user")}})
		}
		took[0] += allocated(func() {
			_, err := b.ApplyPage(b.Context(), r, 0, &entra.Page{Objects: objects[n], NextLink: "next"}, nil)
			b.must(err)
		})
		objects[n] = links
	}
	_, err := b.ApplyPage(b.Context(), r, 0, &entra.Page{}, nil)
	b.must(err)
	for turn := 1; turn < len(took); turn++ {
		s := b.stream("users", "sponsors", true)
		for _, page := range objects {
			took[turn] += allocated(func() {
				_, err := b.ApplyPage(b.Context(), s, 0, &entra.Page{Objects: page, NextLink: "next"}, nil)
				b.must(err)
			})
		}
		_, err := b.Complete(b.Context(), s, "", Verdict{})
		b.must(err)
	}
	if n := len(b.linked(LinkQuery{})); n != pages*each {
		t.Fatalf("%d links are held of %d", n, pages*each)
	}
	t.Logf("allocations: objects %d, their links %d, again %d", took[0], took[1], took[2])
	if took[1] > took[0] || took[2] > took[0] {
		t.Errorf("storing %d objects allocated %d times, a link of each %d, the same again %d", pages*each, took[0], took[1], took[2])
	}
}

// allocated is how often something allocated: the work that it was, however busy the machine is.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}
