package store

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// BenchmarkReading reads what the window shows of a tenant with users, a fifth as
// many groups with 25 members each, and a change of every tenth user: an object's
// page, pages of the list, and all of it.
func BenchmarkReading(b *testing.B) {
	users := benchObjects(b)
	s := newBench(b)
	s.fill(users)
	s.must(s.Index(s.Context(), s.tenant.Key))
	ids := s.reference(s.tenant.Key, "users", "", "1")
	s.fillGroups(users/5, ids)
	then := s.changeSome(ids)
	tenant, r := s.tenant.Key, rand.New(rand.NewPCG(1, 2))
	someone := func() string { return ids[r.IntN(len(ids))] }
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
		{"first", 50, objects(ObjectQuery{Class: "users", Range: Range{Limit: 50}})},
		{"middle", 50, objects(ObjectQuery{Class: "users", Range: Range{Offset: users / 2, Limit: 50}})},
		{"last", 50, objects(ObjectQuery{Class: "users", Range: Range{Offset: users - 50, Limit: 50}})},
		{"all", users, objects(ObjectQuery{Class: "users"})},
		{"filtered", 50, objects(ObjectQuery{Class: "users", Filters: []entra.Condition{{Property: "city", Op: entra.OpEquals, Value: "berlin"}}, Range: Range{Limit: 50}})},
		{"filteredRare", 1, objects(ObjectQuery{Class: "users", Filters: []entra.Condition{{Property: "employeeId", Op: entra.OpEquals, Value: "7"}}, Range: Range{Limit: 1}})},
		{"filteredNone", 0, objects(ObjectQuery{Class: "users", Filters: []entra.Condition{{Property: "accountEnabled", Op: entra.OpEquals, Value: "false"}}, Range: Range{Limit: 50}})},
		{"sortedUnindexed", 50, objects(ObjectQuery{Class: "users", Sort: "surname", Range: Range{Limit: 50}})},
		{"sortIndexed", 50, func() int {
			s.must(s.IndexOrder(s.Context(), tenant, "users", "displayName"))
			return objects(ObjectQuery{Class: "users", Sort: "displayName", Range: Range{Limit: 50}})()
		}},
		{"sorted", 50, objects(ObjectQuery{Class: "users", Sort: "displayName", Range: Range{Limit: 50}})},
		{"sortedBackwards", 50, objects(ObjectQuery{Class: "users", Sort: "displayName", Descending: true, Range: Range{Limit: 50}})},
		{"sortedMiddle", 50, objects(ObjectQuery{Class: "users", Sort: "displayName", Range: Range{Offset: users / 2, Limit: 50}})},
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
		{"circles", 0, func() int { return rowsOf(b, s.Circles(s.Context(), tenant, time.Time{})) }},
		{"asOf", 50, objects(ObjectQuery{Class: "users", At: then, Range: Range{Limit: 50}})},
		{"diff", 50, func() int {
			return rowsOf(b, s.Diff(s.Context(), tenant, DiffQuery{From: then, To: s.clock, Classes: []string{"users"}, Range: Range{Limit: 50}}))
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

// changeSome ends the first scan of users, and changes every tenth of them; it gives a
// moment before that.
func (b *bench) changeSome(ids []string) (before time.Time) {
	b.Helper()
	_, err := b.Complete(b.Context(), b.rounds["users"], "delta", Verdict{})
	b.must(err)
	b.end("users")
	before = b.mark()
	b.begin()
	b.round(Delta, "users")
	for from := 0; from < len(ids); from += 10_000 {
		var page []entra.Object
		for at := from; at < min(from+10_000, len(ids)); at += 10 {
			page = append(page, object(ids[at], `{"jobTitle":"Principal Engineer"}`))
		}
		b.page("users", "next", "", page...)
	}
	return before
}
