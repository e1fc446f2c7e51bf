package store

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// BenchmarkReading reads what the window shows of a tenant with users, a fifth as many
// groups with 25 members each, a group of 200,000, and changes: an object's page, pages of
// lists, what is searched, sorted and filtered, nesting, and the past.
func BenchmarkReading(b *testing.B) {
	users := benchObjects(b)
	s := largeBench(b, users)
	ids := s.reference(s.tenant.Key, "users", "", "1")
	then := s.clock.AddDate(0, 0, -50)
	tenant, r := s.tenant.Key, rand.New(rand.NewPCG(1, 2))
	someone := func() string { return ids[r.IntN(len(ids))] }
	links := func(q LinkQuery) func() int {
		return func() int { return rowsOf(b, s.Links(s.Context(), tenant, q)) }
	}
	changes := func(q ChangeQuery) func() int {
		return func() int { return rowsOf(b, s.Changes(s.Context(), tenant, q)) }
	}
	objects := func(q ObjectQuery) func() int {
		return func() int { return rowsOf(b, s.Objects(s.Context(), tenant, q)) }
	}
	for _, c := range []struct {
		name string
		rows int
		read func() int
	}{
		{"userPage", 1, func() int {
			id := someone()
			rowsOf(b, s.Links(s.Context(), tenant, LinkQuery{Target: id}))
			rowsOf(b, s.Changes(s.Context(), tenant, ChangeQuery{ID: id}))
			return objects(ObjectQuery{Class: "users", ID: id})()
		}},
		{"groupPage", 1, func() int {
			id := fmt.Sprintf("group-%d", r.IntN(users/5))
			rowsOf(b, s.Links(s.Context(), tenant, LinkQuery{Source: id}))
			rowsOf(b, s.Changes(s.Context(), tenant, ChangeQuery{ID: id}))
			return objects(ObjectQuery{Class: "groups", ID: id})()
		}},
		{"largeGroupFirst", 50, links(LinkQuery{Source: "large", Names: true, AsHeld: true, Range: Range{Limit: 50}})},
		{"largeGroupMiddle", 50, links(LinkQuery{Source: "large", Names: true, AsHeld: true, Range: Range{Offset: largeGroup(users) / 2, Limit: 50}})},
		{"largeGroupSearch", 50, links(LinkQuery{Source: "large", Names: true, AsHeld: true, Search: "müller", Range: Range{Limit: 50}})},
		{"largeGroupCount", 1, func() int {
			n, err := s.LinkCount(s.Context(), tenant, LinkQuery{Source: "large"})
			s.must(err)
			return n / largeGroup(users)
		}},
		{"largeGroupThen", 50, links(LinkQuery{Source: "large", AsHeld: true, At: then, Range: Range{Limit: 50}})},
		{"changesNewest", 50, changes(ChangeQuery{NewestFirst: true, Range: Range{Limit: 50}})},
		{"changesOfClass", 50, changes(ChangeQuery{Class: "users", Kinds: []entra.ChangeKind{entra.Updated}, NewestFirst: true, Range: Range{Limit: 50}})},
		{"changesOfProperty", 50, changes(ChangeQuery{Property: "jobTitle", NewestFirst: true, Range: Range{Limit: 50}})},
		{"changesOfDay", 50, changes(ChangeQuery{Since: then, Until: then.AddDate(0, 0, 1), Range: Range{Limit: 50}})},
		{"changesOfObject", benchChanges(users), func() int { return changes(ChangeQuery{ID: someone(), Both: true, NewestFirst: true})() }},
		{"changesSearchedOfObject", 1, func() int {
			return changes(ChangeQuery{ID: someone(), Both: true, Search: "Engineer 1", Range: Range{Limit: 1}})()
		}},
		{"changesSearchedNone", 0, changes(ChangeQuery{Search: "no such text", NewestFirst: true, Range: Range{Limit: 50}})},
		{"deletedSearchedNone", 0, changes(ChangeQuery{Kinds: []entra.ChangeKind{entra.ChangeDeleted}, Search: "no such text", NewestFirst: true, Range: Range{Limit: 50}})},
		{"changesSearched", 50, changes(ChangeQuery{Search: "müller", NewestFirst: true, Range: Range{Limit: 50}})},
		{"first", 50, objects(ObjectQuery{Class: "users", Range: Range{Limit: 50}})},
		{"middle", 50, objects(ObjectQuery{Class: "users", Range: Range{Offset: users / 2, Limit: 50}})},
		{"last", 50, objects(ObjectQuery{Class: "users", Range: Range{Offset: users - 50, Limit: 50}})},
		{"all", users, objects(ObjectQuery{Class: "users"})},
		{"filtered", 50, objects(ObjectQuery{Class: "users", Filters: []entra.Condition{{Property: "city", Op: entra.OpEquals, Value: "berlin"}}, Range: Range{Limit: 50}})},
		{"filteredRare", 1, objects(ObjectQuery{Class: "users", Filters: []entra.Condition{{Property: "employeeId", Op: entra.OpEquals, Value: "7"}}, Range: Range{Limit: 1}})},
		{"filteredNone", 0, objects(ObjectQuery{Class: "users", Filters: []entra.Condition{{Property: "accountEnabled", Op: entra.OpEquals, Value: "false"}}, Range: Range{Limit: 50}})},
		{"filteredNoneIndexed", 0, func() int {
			s.must(s.IndexOrder(s.Context(), tenant, "users", "accountEnabled"))
			return objects(ObjectQuery{Class: "users", Filters: []entra.Condition{{Property: "accountEnabled", Op: entra.OpEquals, Value: "false"}}, Range: Range{Limit: 50}})()
		}},
		{"sortedUnindexed", 50, objects(ObjectQuery{Class: "users", Sort: "surname", Range: Range{Limit: 50}})},
		{"sortIndexed", 50, func() int {
			s.must(s.IndexOrder(s.Context(), tenant, "users", "displayName"))
			return objects(ObjectQuery{Class: "users", Sort: "displayName", Range: Range{Limit: 50}})()
		}},
		{"sorted", 50, objects(ObjectQuery{Class: "users", Sort: "displayName", Range: Range{Limit: 50}})},
		{"sortedBackwards", 50, objects(ObjectQuery{Class: "users", Sort: "displayName", Descending: true, Range: Range{Limit: 50}})},
		{"sortedMiddle", 50, objects(ObjectQuery{Class: "users", Sort: "displayName", Range: Range{Offset: users / 2, Limit: 50}})},
		{"sortedLast", 50, objects(ObjectQuery{Class: "users", Sort: "displayName", Range: Range{Offset: users - 50, Limit: 50}})},
		{"sortedSearch", 50, objects(ObjectQuery{Class: "users", Sort: "displayName", Search: "berlin", Range: Range{Limit: 50}})},
		{"sortedFiltered", 50, objects(ObjectQuery{Class: "users", Sort: "displayName", Filters: []entra.Condition{{Property: "createdDateTime", Op: entra.OpAfter, Value: "2020-01-01"}}, Range: Range{Limit: 50}})},
		{"values", 10, func() int {
			found, err := s.Values(s.Context(), tenant, ValueQuery{Class: "users", Property: "city", Most: 10})
			s.must(err)
			return len(found)
		}},
		{"nested15", 15, func() int {
			n := 0
			for m, err := range s.AllMembers(s.Context(), tenant, "group-0", time.Time{}) {
				if s.must(err); m.Class == "groups" {
					n++
				}
			}
			return n
		}},
		{"withoutOwners", 50, objects(ObjectQuery{Class: "groups", Lacks: []string{"owners"}, Range: Range{Limit: 50}})},
		{"withoutMembers", 0, objects(ObjectQuery{Class: "groups", Lacks: []string{entra.Members}, Range: Range{Limit: 50}})},
		{"circles", 0, func() int { return rowsOf(b, s.Circles(s.Context(), tenant, time.Time{})) }},
		{"asOf", 50, objects(ObjectQuery{Class: "users", At: then, Range: Range{Limit: 50}})},
		{"diff", 50, func() int {
			return rowsOf(b, s.Diff(s.Context(), tenant, DiffQuery{From: then, To: then.AddDate(0, 0, 1), Classes: []string{"users"}, Range: Range{Limit: 50}}))
		}},
		{"properties", 1, func() int {
			found, err := s.Properties(s.Context(), tenant, "users")
			s.must(err)
			return min(1, len(found))
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				if n := c.read(); n != c.rows {
					b.Fatalf("%d rows, want %d", n, c.rows)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(took[len(took)*95/100].Seconds()*1e3, "p95-ms")
		})
	}
}

// rowsOf reads to the end and counts.
func rowsOf[T any](b *testing.B, rows iter.Seq2[T, error]) (n int) {
	b.Helper()
	for _, err := range rows {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	return n
}

func (b *bench) fillGroups(groups int, ids []string) {
	b.Helper()
	r := b.round(Scan, "groups")
	random := rand.New(rand.NewPCG(7, 8))
	p := &entra.Page{NextLink: "next"}
	large := object("large", `{"displayName":"Large"}`)
	for _, at := range random.Perm(len(ids))[:largeGroup(len(ids))] {
		large.Links = append(large.Links, gains(ids[at]))
	}
	p.Objects = append(p.Objects, large)
	for n := range groups {
		o := object(fmt.Sprintf("group-%d", n), fmt.Sprintf(`{"displayName":"Group %d","mailEnabled":false}`, n))
		for range 25 {
			o.Links = append(o.Links, gains(ids[random.IntN(len(ids))]))
		}
		if n < 15 { // nested 15 deep
			o.Links = append(o.Links, entra.Link{Relation: entra.Members, Target: fmt.Sprintf("group-%d", n+1), Type: "#microsoft.graph.group"})
		}
		p.Objects = append(p.Objects, o)
		if len(p.Objects) == 200 || n == groups-1 {
			_, err := b.ApplyPage(b.Context(), r, 0, p, nil)
			b.must(err)
			p.Objects = nil
		}
	}
	_, err := b.Complete(b.Context(), r, "delta", Verdict{})
	b.must(err)
	b.end("groups")
}

// largeGroup is how many members the largest group has.
func largeGroup(users int) int { return min(200_000, users/5) }

// benchFolder is where a large store is kept for another run; "": it is not.
const benchFolder = "ENTRASYNC_BENCH_DIR"

// largeBench makes the tenant that is read, or finds it where it was kept.
func largeBench(b *testing.B, users int) *bench {
	b.Helper()
	dir := os.Getenv(benchFolder)
	if dir != "" {
		if _, err := os.Stat(filepath.Join(dir, FileName)); err == nil {
			s := openBench(b, dir)
			tenant, err := s.Tenant(s.Context(), "contoso.com")
			s.must(err)
			s.tenant, s.clock = tenant, changesEnd
			return s
		}
	}
	s := newBench(b)
	if dir != "" {
		s.must(s.Close())
		s = openBench(b, dir)
		s.must(s.AddProfile(s.Context(), "reader", ""))
		tenant, err := s.AddTenant(s.Context(), entra.Tenant{Name: "contoso.com", Cloud: "public", Profile: "reader", Enabled: true})
		s.must(err)
		s.tenant = tenant
		s.begin()
	}
	s.fill(users)
	_, err := s.Complete(s.Context(), s.rounds["users"], "delta", Verdict{})
	s.must(err)
	s.end("users")
	s.fillGroups(users/5, s.reference(s.tenant.Key, "users", "", "1"))
	s.changeMany(benchChanges(users))
	s.must(s.EndRun(s.Context(), s.run, RunEnd{Status: entra.Succeeded}))
	s.must(s.Index(s.Context(), s.tenant.Key))
	off := false
	s.must(s.SetTenant(s.Context(), s.tenant.Key, TenantChange{Enabled: &off})) // who opens the folder syncs nothing
	return s
}

// changesEnd is when the last of the changes was made: the first 100 days before.
var changesEnd = time.Date(2027, 3, 2, 12, 0, 0, 0, time.UTC)

// benchChanges is how many changes there are, for each user the same number.
func benchChanges(users int) int {
	n, err := strconv.Atoi(os.Getenv("ENTRASYNC_BENCH_CHANGES"))
	if err != nil {
		n = users
	}
	return max(1, n/users)
}

// changeMany gives each user so many changes of the job title, spread over 100 days; they
// are written as they would lie, because that many syncs would take hours.
func (b *bench) changeMany(each int) {
	b.Helper()
	b.clock = changesEnd
	for k := range each {
		b.must(b.write.exec(b.Context(), fmt.Sprintf(`INSERT INTO changes (tenant, class, object, kind, time, not_before, display_name, before, after, round)
			SELECT o.tenant, o.class, o.object, 'updated', CAST(%[1]d + (%[2]d + o.rank) * %[3]d / %[4]d AS INTEGER), %[1]d, o.name, '{"jobTitle":"Engineer %[5]d"}', '{"jobTitle":"Engineer' || iif(%[6]d, '', ' %[7]d') || '"}', 1000000
			FROM (SELECT tenant, class, object, properties ->> '$[0]' AS name, 1.0 * object / (SELECT max(object) FROM objects) AS rank FROM objects
				WHERE tenant = %[8]d AND class = (SELECT class FROM classes WHERE name = 'users') ORDER BY object) o`,
			changesEnd.AddDate(0, 0, -100).UnixMilli(), k, 100*24*time.Hour.Milliseconds(), each, k, map[bool]int{true: 1}[k == each-1], k+1, b.tenant.Key)))
	}
}
