package store

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// sortBench holds users with values that repeat, differ by case, are of several kinds
// or are absent, and one that is deleted.
func sortBench(t testing.TB) *bench {
	b := newSearchBench(t)
	b.orders = 1
	r := rand.New(rand.NewPCG(3, 3))
	values := []string{`"a"`, `"A"`, `"b"`, `"Ä"`, `""`, `10`, `9`, `2.5`, `true`, `false`, `["x"]`, `null`, `null`}
	var page []entra.Object
	for i := range 120 {
		page = append(page, object(guid(r), fmt.Sprintf(`{"displayName":"user %d","x":%s}`, i%7, values[r.IntN(len(values))])))
	}
	b.scan("users", page...)
	b.must(b.Index(t.Context(), b.tenant.Key))
	b.begin()
	b.delta("users", removed(page[5].ID, entra.SoftDeleted))
	return b
}

// TestSorting compares pages in an order, with and without the order's index, with a
// search and a filter, then and now.
func TestSorting(t *testing.T) {
	b := sortBench(t)
	for _, indexed := range []bool{false, true} {
		for _, sort := range []string{"x", "displayName", "id", "first_seen", "nobodyHasIt"} {
			if indexed {
				b.must(b.IndexOrder(t.Context(), b.tenant.Key, "users", sort))
			}
			for _, q := range []ObjectQuery{{}, {Search: "user 3"}, {Deleted: true}, {Filters: []entra.Condition{{Property: "x", Op: entra.OpHasValue}}}, {At: b.mark()}} {
				for _, q.Descending = range []bool{false, true} {
					q.Class, q.Sort = "users", sort
					b.checkOrder(q)
				}
			}
		}
	}
	if n := b.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'objects_sorted%'"); n != 2 {
		t.Errorf("%d orders have an index", n)
	}
	b.sound()
}

// checkOrder compares all, and pages.
func (b *bench) checkOrder(q ObjectQuery) {
	b.Helper()
	plain := q
	plain.Sort = ""
	var want []entra.StoredObject
	for o, err := range b.Objects(b.Context(), b.tenant.Key, plain) {
		b.must(err)
		want = append(want, o)
	}
	// By key, as without an order deleted ones come behind.
	slices.SortStableFunc(want, func(x, y entra.StoredObject) int { return cmp.Compare(b.keyOf(x.ID), b.keyOf(y.ID)) })
	if q.Descending {
		slices.Reverse(want)
	}
	rank := func(o entra.StoredObject) string { return orderText(o, q.Sort) }
	slices.SortStableFunc(want, func(x, y entra.StoredObject) int {
		a, c := rank(x), rank(y)
		switch {
		case (a == "") != (c == ""):
			return map[bool]int{true: 1, false: -1}[a == ""]
		case q.Descending:
			return strings.Compare(c, a)
		}
		return strings.Compare(a, c)
	})
	ids := make([]string, len(want))
	for i, o := range want {
		ids[i] = o.ID
	}
	what := fmt.Sprintf("%+v", q)
	b.wantIDs(what, q, ids)
	for offset := 0; offset <= len(ids)+10; offset += 37 {
		q.Range = Range{Offset: offset, Limit: 40}
		b.wantIDs(what, q, ids[min(offset, len(ids)):min(offset+40, len(ids))])
	}
}

func (b *bench) keyOf(id string) int { return b.number("SELECT object FROM objects WHERE id = ?", id) }

// orderText is a text that sorts as a value does; "": it is absent.
func orderText(o entra.StoredObject, property string) string {
	switch property {
	case "id":
		return "2" + o.ID
	case "first_seen":
		return "1" + o.FirstSeen.Format(time.RFC3339Nano)
	}
	text := string(o.Properties.Value(property))
	switch {
	case text == "" || text == "null":
		return ""
	case text == "true":
		return "1" + fmt.Sprintf("%08.2f", 1.0)
	case text == "false":
		return "1" + fmt.Sprintf("%08.2f", 0.0)
	case text[0] >= '0' && text[0] <= '9':
		var f float64
		fmt.Sscan(text, &f)
		return "1" + fmt.Sprintf("%08.2f", f)
	}
	return "2" + entra.LowerASCII(strings.Trim(text, `"`))
}

// TestOrderByItsIndex: the first rows of an order that has an index are read from it,
// without sorting, whatever else is asked.
func TestOrderByItsIndex(t *testing.T) {
	b := sortBench(t)
	b.must(b.IndexOrder(t.Context(), b.tenant.Key, "users", "x"))
	tx, err := b.read.BeginTx(t.Context(), nil)
	b.must(err)
	defer tx.Rollback()
	for _, descending := range []string{"", " DESC"} {
		r, err := newSearch(t.Context(), tx, searched{b.tenant.Key, ObjectQuery{Class: "users", Sort: "x", Deleted: true}, b.clock})
		b.must(err)
		plan, err := r.plan("x", descending)
		b.must(err)
		if !strings.Contains(plan, "objects_sorted") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("the plan is %s", plan)
		}
	}
}

// TestSmallClassesNeedNoIndex, nor do columns, and there are never more than some.
func TestSmallClassesNeedNoIndex(t *testing.T) {
	b := sortBench(t)
	count := func() int { return b.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'objects_sorted%'") }
	b.orders = quickToSort
	b.must(b.IndexOrder(t.Context(), b.tenant.Key, "users", "x"))
	b.must(b.IndexOrder(t.Context(), b.tenant.Key, "nothing", "x"))
	b.orders = 1
	b.must(b.IndexOrder(t.Context(), b.tenant.Key, "users", "id"))
	if n := count(); n != 0 {
		t.Errorf("%d indexes are there", n)
	}
	var wide strings.Builder
	for i := range mostOrders + 3 {
		fmt.Fprintf(&wide, `,"p%d":1`, i)
	}
	b.begin()
	b.comes(object("wide", `{"displayName":"w"`+wide.String()+`}`))
	for i := range mostOrders + 3 {
		b.must(b.IndexOrder(t.Context(), b.tenant.Key, "users", fmt.Sprintf("p%d", i)))
	}
	if n := count(); n != mostOrders {
		t.Errorf("%d indexes are there", n)
	}
}
