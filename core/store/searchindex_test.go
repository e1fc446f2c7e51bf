package store

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/searchindex"
)

func (b *bench) manyUsers(n int) {
	b.Helper()
	r := rand.New(rand.NewPCG(uint64(n), 1))
	var page []entra.Object
	for range n {
		page = append(page, b.randomObject(r, guid(r)))
	}
	b.scan("users", page...)
}

func (b *bench) number(query string, args ...any) (n int) {
	b.Helper()
	b.must(b.read.QueryRow(query, args...).Scan(&n))
	return n
}

// TestIndexFollowsChanges writes nothing for what is the same, and one row for
// what is not.
func TestIndexFollowsChanges(t *testing.T) {
	b := newSearchBench(t)
	var page []entra.Object
	for i := range 200 {
		page = append(page, user(fmt.Sprintf("id-%03d", i), fmt.Sprintf("name %d", i)))
	}
	b.scan("users", page...)
	if n := b.number("SELECT count(*) FROM search_pending"); n != 0 {
		t.Errorf("the first scan noted %d objects", n)
	}
	b.must(b.Index(b.Context(), b.tenant.Key))
	if n := b.number("SELECT count(*) FROM search_segments"); n != 3 {
		t.Errorf("%d segments of 80 hold 200 objects", n)
	}
	b.begin()
	b.scan("users", page...)
	b.delta("users", user("id-007", "name 7"), user("id-008", "renamed"))
	if n := b.number("SELECT count(*) FROM search_pending"); n != 1 {
		t.Errorf("%d objects noted, one changed", n)
	}
	b.wantList("found", b.held("users", ObjectQuery{Search: "RENAMED"}), "id-008:renamed")
	before := b.number("SELECT max(segment) FROM search_segments")
	b.must(b.Index(b.Context(), b.tenant.Key))
	if after := b.number("SELECT max(segment) FROM search_segments"); after != before {
		t.Error("a segment was made for one object")
	}
	b.sound()
}

// TestSearchFindsWhatGramsCannotTell finds numbers that SQL writes in its own way,
// and strings whose stored form is another.
func TestSearchFindsWhatGramsCannotTell(t *testing.T) {
	b := newSearchBench(t)
	page := []entra.Object{object("pi", `{"displayName":"a","x":3.14159}`), object("esc", `{"displayName":"sure\\thing"}`), object("quote", `{"displayName":"say \"hello\""}`)}
	for i := range 60 {
		page = append(page, user(fmt.Sprintf("id-%03d", i), "somebody else"))
	}
	b.scan("users", page...)
	b.must(b.Index(b.Context(), b.tenant.Key))
	for text, want := range map[string]string{"3.14159": "pi", "3.14": "pi", `e\t`: "esc", `re\th`: "esc", `y "h`: "quote", `lo"`: "quote"} {
		if found := b.held("users", ObjectQuery{Search: text}); len(found) != 1 || !strings.HasPrefix(found[0], want+":") {
			t.Errorf("%q: %q, want %s", text, found, want)
		}
	}
}

// TestErasedLeavesTheIndex keeps no grams of what was erased for longer than a
// day, whether its range or its change was indexed.
func TestErasedLeavesTheIndex(t *testing.T) {
	b := newSearchBench(t)
	var page []entra.Object
	for i := range 400 { // so many that the changes alone do not make it anew
		page = append(page, user(fmt.Sprintf("id-%03d", i), fmt.Sprintf("name %d", i)))
	}
	page[40] = user("id-040", "Quixotic Xylophone")
	b.scan("users", page...)
	b.must(b.Index(b.Context(), b.tenant.Key))
	for i := range 20 {
		page[i] = user(page[i].ID, "Wolfgang Jazzqueen")
	}
	b.begin()
	b.delta("users", page[:20]...)
	b.must(b.Index(b.Context(), b.tenant.Key))
	if n := b.number("SELECT count(*) FROM search_segments WHERE NOT base"); n != 1 {
		t.Fatalf("%d segments of changes", n)
	}
	b.delta("users", removed("id-040", entra.Gone))
	b.tenant.Filters = map[string]string{"users": `displayName == "Wolfgang Jazzqueen"`}
	b.delta("users", page[:20]...)
	for _, text := range []string{"Xylophone", "Jazzqueen"} {
		if len(b.mayHold(text)) == 0 {
			t.Errorf("%s was not indexed", text)
		}
	}
	b.clock = b.clock.Add(searchindex.StaleFor + time.Hour)
	b.must(b.Index(b.Context(), b.tenant.Key))
	for _, text := range []string{"Xylophone", "Jazzqueen"} {
		if keys := b.mayHold(text); len(keys) > 0 {
			t.Errorf("the index still knows of %s: %v", text, keys)
		}
	}
	if n := b.number("SELECT count(*) FROM search_erased"); n != 0 {
		t.Errorf("%d erased objects still noted", n)
	}
	b.sound()
}

// mayHold are the objects that the segments can't rule out.
func (b *bench) mayHold(text string) (keys []int64) {
	b.Helper()
	tx, err := b.read.BeginTx(b.Context(), nil)
	b.must(err)
	defer tx.Rollback()
	r, err := newSearch(b.Context(), tx, searched{b.tenant.Key, ObjectQuery{Class: "users", Search: text}, b.clock, b.named})
	b.must(err)
	r.index.Pending = nil
	b.must(r.index.Candidates(func(key int64) bool { keys = append(keys, key); return true }))
	return keys
}

// TestManyChangesAreIndexedAnew drops the segments of changes once all ranges
// are newer.
func TestManyChangesAreIndexedAnew(t *testing.T) {
	b := newSearchBench(t)
	b.manyUsers(400)
	b.must(b.Index(b.Context(), b.tenant.Key))
	ids := b.reference(b.tenant.Key, "users", "", "1")
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	for turn := range 12 {
		var page []entra.Object
		for _, id := range ids[turn*30 : turn*30+30] {
			page = append(page, user(id, "changed"))
		}
		b.begin()
		b.delta("users", page...)
		b.must(b.Index(b.Context(), b.tenant.Key))
		if n := b.number("SELECT coalesce(sum(objects), 0) FROM search_segments WHERE NOT base"); n > 120 {
			t.Fatalf("%d changes of 400 objects wait in segments of their own", n)
		}
		b.compare(b.tenant.Key, "users", "chang")
	}
	b.sound()
}

// TestRangeIsDivided makes several segments of a range that came to hold more
// objects: links had named them before.
func TestRangeIsDivided(t *testing.T) {
	b := newSearchBench(t)
	group := object("g1", `{}`)
	later := map[string]entra.Object{}
	for i := range 200 {
		o := user(fmt.Sprintf("later-%03d", i), fmt.Sprintf("late riser %d", i))
		later[o.ID] = o
		group.Links = append(group.Links, gains(o.ID))
	}
	b.scan("groups", group)
	b.manyUsers(60)
	b.must(b.Index(b.Context(), b.tenant.Key))
	b.begin()
	page := &entra.Page{DeltaLink: "next"}
	for _, link := range group.Links {
		page.Objects = append(page.Objects, later[link.Target])
	}
	_, err := b.ApplyPage(b.Context(), b.round(Delta, "users"), 0, page, later)
	b.must(err)
	b.must(b.Index(b.Context(), b.tenant.Key))
	if n := b.number("SELECT count(*) FROM search_segments WHERE base"); n != 4 {
		t.Errorf("%d ranges of 80 hold 260 objects", n)
	}
	for i := range 200 {
		b.compare(b.tenant.Key, "users", fmt.Sprintf("riser %d", i))
	}
	b.sound()
}

// TestDamagedIndex finds everything with postings and lists that can't be read,
// and says so.
func TestDamagedIndex(t *testing.T) {
	for _, damage := range []string{
		"UPDATE search_grams SET postings = x'ff'", "UPDATE search_grams SET postings = zeroblob(20)", "UPDATE search_segments SET list = x'00'",
		"UPDATE search_segments SET list = x'80'", "UPDATE search_segments SET objects = objects + 1",
		"UPDATE search_segments SET objects = -1000", "UPDATE search_segments SET objects = 1 << 40",
	} {
		b := newSearchBench(t)
		b.manyUsers(100)
		b.must(b.Index(b.Context(), b.tenant.Key))
		b.sound()
		b.must(b.write.exec(b.Context(), damage))
		for _, text := range []string{"contoso", "User 1", "Öztürk", "zzzz"} {
			b.compare(b.tenant.Key, "users", text)
		}
		if problems, err := b.Check(b.Context()); len(problems) == 0 || err != nil {
			t.Errorf("%s: not found, %v", damage, err)
		}
	}
}

// TestCheckFindsWhatTheIndexLacks tells of an object that a search would miss.
func TestCheckFindsWhatTheIndexLacks(t *testing.T) {
	for _, damage := range []string{
		"DELETE FROM search_pending", "UPDATE search_segments SET first = first + 1",
		"UPDATE search_segments SET list = (SELECT substr(list, 2) FROM search_segments LIMIT 1), objects = objects - 1 WHERE segment = 1",
	} {
		b := newSearchBench(t)
		b.scan("groups", object("g1", `{}`, gains("later")))
		b.manyUsers(90)
		b.must(b.Index(b.Context(), b.tenant.Key))
		b.begin()
		later := user("later", "known by a link first")
		_, err := b.ApplyPage(b.Context(), b.round(Delta, "users"), 0, &entra.Page{Objects: []entra.Object{later}, DeltaLink: "next"}, map[string]entra.Object{"later": later})
		b.must(err)
		b.sound()
		b.must(b.write.exec(b.Context(), damage))
		if problems, err := b.Check(b.Context()); len(problems) == 0 || err != nil {
			t.Errorf("%s: not found, %v", damage, err)
		}
	}
}

// TestRemovalTakesTheIndex leaves nothing of it, and that of another tenant.
func TestRemovalTakesTheIndex(t *testing.T) {
	b := newSearchBench(t)
	first := b.tenant
	for _, name := range []string{first.Name, "fabrikam.com"} {
		if name != first.Name {
			var err error
			b.tenant, err = b.AddTenant(b.Context(), entra.Tenant{Name: name, Cloud: "public", Profile: "reader", Enabled: true})
			b.must(err)
			b.begin()
		}
		b.manyUsers(200)
		b.must(b.Index(b.Context(), b.tenant.Key))
		b.delta("users", removed(b.reference(b.tenant.Key, "users", "", "1")[3], entra.Gone))
	}
	left := func(tenant int64) int {
		return b.number(`SELECT (SELECT count(*) FROM search_segments WHERE tenant = ?1) + (SELECT count(*) FROM search_pending WHERE tenant = ?1) +
			(SELECT count(*) FROM search_erased WHERE tenant = ?1) + (SELECT count(*) FROM search_grams WHERE chunk >> 24 NOT IN (SELECT segment FROM search_segments))`, tenant)
	}
	b.must(b.RemoveTenant(b.Context(), first.Key))
	if n := left(first.Key); n > 0 {
		t.Errorf("%d rows are left", n)
	}
	b.compare(b.tenant.Key, "users", "contoso")
	b.sound()
	b.must(b.RemoveTenant(b.Context(), b.tenant.Key))
	if n := b.number("SELECT count(*) FROM search_grams"); n > 0 {
		t.Errorf("%d chunks are left", n)
	}
}

// TestRemovalOfALargeGroup takes several turns for its memberships, and no group
// before them.
func TestRemovalOfALargeGroup(t *testing.T) {
	b := newBench(t)
	group := object("g1", `{}`)
	for i := range turnRows + turnRows/2 {
		group.Links = append(group.Links, gains(fmt.Sprintf("u%d", i)))
	}
	b.scan("groups", group, object("g2", `{}`, gains("u1")))
	b.must(b.RemoveTenant(b.Context(), b.tenant.Key))
	if n := b.number("SELECT (SELECT count(*) FROM links) + (SELECT count(*) FROM objects)"); n > 0 {
		t.Errorf("%d rows are left", n)
	}
}

// TestIndexInBackups searches in a database that was put back.
func TestIndexInBackups(t *testing.T) {
	b := newSearchBench(t)
	b.manyUsers(200)
	b.must(b.Index(b.Context(), b.tenant.Key))
	file := filepath.Join(t.TempDir(), "copy.db")
	b.must(b.Backup(b.Context(), file))
	dir := b.Dir()
	b.must(b.Close())
	_, err := Restore(t.Context(), dir, file, time.Now())
	b.must(err)
	b.Store, err = Open(t.Context(), dir, Options{})
	b.must(err)
	defer b.Close()
	b.compare(b.tenant.Key, "users", "contoso")
	b.sound()
}
