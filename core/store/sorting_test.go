package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/searchindex"
)

// sortBench holds users with values that repeat, differ by case, are of several kinds
// or are absent, and one that is deleted.
func sortBench(t testing.TB) *bench {
	b := newSearchBench(t)
	b.orders = 1
	r := rand.New(rand.NewPCG(3, 3))
	values := []string{`"a"`, `"A"`, `"b"`, `"Ä"`, `""`, `10`, `9`, `2.5`, `true`, `false`, `["x"]`, `[]`, `{}`, `null`, `null`}
	var page []entra.Object
	for i := range 120 {
		page = append(page, object(guid(r), fmt.Sprintf(`{"displayName":"user %d","x":%s}`, i%7, values[r.IntN(len(values))])))
	}
	for _, id := range []string{"+rUaXCQM", "-AbC", "-x", "/1", "_1", "0x"} { // ids that are no GUIDs
		page = append(page, object(id, `{"displayName":"user 3","x":"c"}`))
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
	if n := b.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'objects_ordered%'"); n != 2 {
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
	case slices.Contains([]string{"", "null", `""`, "[]", "{}"}, text):
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
		r, err := newSearch(t.Context(), tx, searched{b.tenant.Key, ObjectQuery{Class: "users", Sort: "x", Deleted: true}, b.clock, b.named})
		b.must(err)
		plan, err := r.plan("x", descending)
		b.must(err)
		if !strings.Contains(plan, "objects_ordered") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("the plan is %s", plan)
		}
	}
}

// TestPagesFromTheEnd: each page is the same, wherever it is read from.
func TestPagesFromTheEnd(t *testing.T) {
	b := newBench(t)
	var all []entra.Object
	for i := range 23 {
		city := ""
		if i%3 > 0 {
			city = fmt.Sprintf(`,"city":"C%d"`, i*7%5)
		}
		all = append(all, object(fmt.Sprintf("u%02d", i), fmt.Sprintf(`{"displayName":"N%d"%s}`, i*5%4, city)))
	}
	b.scan("users", all...)
	b.begin()
	b.delta("users", removed("u05", entra.SoftDeleted), removed("u21", entra.Gone), user("u22", "M"))
	b.orders = 1
	b.must(b.IndexOrder(t.Context(), b.tenant.Key, "users", "displayName"))
	for _, q := range []ObjectQuery{{}, {Deleted: true}, {Sort: "displayName"}, {Sort: "displayName", Descending: true}, {Sort: "city"}, {Sort: "city", Descending: true}, {Sort: "none"}, {Sort: "id", Descending: true}} {
		whole := b.held("users", q)
		for offset := range len(whole) + 3 {
			for _, q.Limit = range []int{1, 4, 50} {
				q.Offset = offset
				want := whole[min(offset, len(whole)):min(offset+q.Limit, len(whole))]
				if got := b.held("users", q); !slices.Equal(got, want) {
					t.Fatalf("%+v: %q, want %q", q, got, want)
				}
			}
		}
	}
}

// TestFlagByItsIndex: whoever has a flag is read from the index of its order, without
// looking at the others, in the order of first sight; where other values are among the
// flags, all are looked at.
func TestFlagByItsIndex(t *testing.T) {
	b := newBench(t)
	b.orders = 1
	var all []entra.Object
	for i := range 60 {
		all = append(all, object(fmt.Sprintf("u%02d", i), fmt.Sprintf(`{"displayName":"N","on":%v}`, i%7 == 3)))
	}
	all = append(all, object("u60", `{"displayName":"none"}`), object("u61", `{"displayName":"number","on":1}`))
	b.scan("users", all...)
	b.begin()
	b.delta("users", removed("u03", entra.SoftDeleted))
	asked := func(value string, more ...entra.Condition) (ids []string) {
		q := ObjectQuery{Class: "users", Deleted: true, Filters: append([]entra.Condition{{Property: "on", Op: entra.OpEquals, Value: value}}, more...)}
		for o, err := range b.Objects(t.Context(), b.tenant.Key, q) {
			b.must(err)
			ids = append(ids, o.ID)
		}
		if n, err := b.ObjectCount(t.Context(), b.tenant.Key, q); n != len(ids) || err != nil {
			t.Errorf("counted %d, given %d: %v", n, len(ids), err)
		}
		return ids
	}
	yes, no := asked("True"), asked("false")
	before := [][]string{yes, no, asked("true", entra.Condition{Property: "id", Op: entra.OpGreater, Value: "1"}), asked("true", entra.Condition{Property: "displayName", Op: entra.OpEquals, Value: "N"})}
	if len(yes) != 9 || yes[8] != "u03" || len(no) != 51 {
		t.Fatalf("%q, %q", yes, no)
	}
	b.must(b.IndexOrder(t.Context(), b.tenant.Key, "users", "on"))
	uses := func() string {
		tx, err := b.read.BeginTx(t.Context(), nil)
		b.must(err)
		defer tx.Rollback()
		r, err := newSearch(t.Context(), tx, searched{b.tenant.Key, ObjectQuery{Class: "users", Filters: []entra.Condition{{Property: "on", Op: entra.OpEquals, Value: "true"}}}, b.clock, b.named})
		b.must(err)
		condition, args := r.match("1")
		plan := ""
		b.must(r.index.Parts(func(p searchindex.Part) bool {
			rows, err := tx.QueryContext(t.Context(), "EXPLAIN QUERY PLAN SELECT id, properties FROM "+r.from(p, condition)+" ORDER BY state, object", append(args, p.Arg)...)
			b.must(err)
			defer rows.Close()
			for rows.Next() {
				var id, parent, unused int
				var detail string
				b.must(rows.Scan(&id, &parent, &unused, &detail))
				plan += detail + "; "
			}
			return true
		}))
		return plan
	}
	if plan := uses(); !strings.Contains(plan, "objects_ordered") || strings.Contains(plan, "TEMP B-TREE") {
		t.Errorf("the plan is %s", plan)
	}
	after := func() [][]string {
		return [][]string{asked("True"), asked("false"), asked("true", entra.Condition{Property: "id", Op: entra.OpGreater, Value: "1"}), asked("true", entra.Condition{Property: "displayName", Op: entra.OpEquals, Value: "N"})}
	}
	if got := after(); fmt.Sprint(got) != fmt.Sprint(before) {
		t.Errorf("by the index %q, without %q", got, before)
	}
	b.begin()
	b.comes(object("u70", `{"displayName":"odd","on":[true,"x"]}`), object("u04", `{"on":"TRUE"}`))
	if plan := uses(); strings.Contains(plan, "objects_ordered") {
		t.Errorf("with other values the plan is %s", plan)
	}
	if got := strings.Join(asked("true"), " "); !strings.HasPrefix(got, "u04 u10") || !strings.Contains(got, "u70") {
		t.Errorf("with other values: %s", got)
	}
}

// TestEmptyComesLast: whom a filter takes for empty comes last in an order, either way; orders of versions before,
// in which empty lists came first, are made anew.
func TestEmptyComesLast(t *testing.T) {
	dir := t.TempDir()
	b := openBench(t, dir)
	b.must(b.AddProfile(b.Context(), "reader", ""))
	var err error
	b.tenant, err = b.AddTenant(b.Context(), entra.Tenant{Name: "contoso.com", Cloud: "public", Profile: "reader", Enabled: true})
	b.must(err)
	b.begin()
	b.orders = 1
	b.scan("users", object("u1", `{"displayName":"A","businessPhones":[]}`), object("u2", `{"displayName":"B","businessPhones":["2"]}`), object("u3", `{"displayName":"C"}`),
		object("u4", `{"displayName":"D","businessPhones":["1"]}`), object("u5", `{"displayName":"E","businessPhones":""}`))
	class, place := b.number("SELECT class FROM classes WHERE name = 'users'"), b.number("SELECT position FROM properties WHERE name = 'businessPhones'")
	b.must(b.write.exec(t.Context(), fmt.Sprintf("CREATE INDEX objects_sorted_%[1]d_%[2]d ON objects (tenant, (properties ->> '$[%[2]d]') COLLATE NOCASE, object, state) WHERE class = %[1]d", class, place)))
	b.must(b.Close())
	again := openBench(t, dir)
	again.tenant, again.orders, again.clock = b.tenant, 1, b.clock
	if n := again.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'objects_sorted%'"); n != 0 {
		t.Error("the order of before is kept")
	}
	empty := again.ids(ObjectQuery{Class: "users", Filters: []entra.Condition{{Property: "businessPhones", Op: entra.OpIsEmpty}}})
	for _, indexed := range []bool{false, true} {
		if indexed {
			again.must(again.IndexOrder(t.Context(), again.tenant.Key, "users", "businessPhones"))
		}
		for _, at := range []time.Time{{}, again.mark()} {
			again.wantList("in order", again.ids(ObjectQuery{Class: "users", Sort: "businessPhones", At: at}), append([]string{"u4", "u2"}, empty...)...)
			slices.Reverse(empty)
			again.wantList("the other way round", again.ids(ObjectQuery{Class: "users", Sort: "businessPhones", Descending: true, At: at}), append([]string{"u2", "u4"}, empty...)...)
			slices.Reverse(empty)
		}
	}
}

// TestSmallClassesNeedNoIndex, nor do columns, and there are never more than some.
func TestSmallClassesNeedNoIndex(t *testing.T) {
	b := sortBench(t)
	count := func() int { return b.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'objects_ordered%'") }
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

// TestOrderIsDueOnce, and an order that is stopped while it waits for its turn stays due.
func TestOrderIsDueOnce(t *testing.T) {
	b := sortBench(t)
	due := func(property string) bool {
		is, err := b.OrderDue(t.Context(), b.tenant.Key, "users", property)
		b.must(err)
		return is
	}
	if !due("x") || due("id") || due("nothing") {
		t.Errorf("due are x %v, id %v, nothing %v", due("x"), due("id"), due("nothing"))
	}
	ctx, stop := context.WithCancel(t.Context())
	b.must(b.write.use(t.Context(), func(*sql.Conn) error {
		ended := make(chan error)
		go func() { ended <- b.IndexOrder(ctx, b.tenant.Key, "users", "x") }()
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("stopped, it ended with %v", err)
		}
		return nil
	}))
	if !due("x") {
		t.Error("stopped, it is not due any more")
	}
	if b.must(b.IndexOrder(t.Context(), b.tenant.Key, "users", "x")); due("x") {
		t.Error("made, it is due again")
	}
}

// TestSortingEndsWhenAsked: while SQLite sorts what its cache may hold, nothing stops it.
func TestSortingEndsWhenAsked(t *testing.T) {
	b := newBench(t)
	cache := func() (size int) {
		b.must(b.write.single.Conn.QueryRowContext(t.Context(), "PRAGMA cache_size").Scan(&size))
		return size
	}
	before := cache()
	for _, want := range []error{nil, context.Canceled} {
		var within int
		err := b.tx(t.Context(), "sorting failed", func(s *tx) error {
			return s.inParts(func() error {
				within = cache()
				return want
			})
		})
		if !errors.Is(err, want) {
			t.Errorf("it ends with %v, want %v", err, want)
		}
		if within >= 0 || -within > 2048 || cache() != before {
			t.Errorf("the cache is %d KiB before, %d within and %d after", -before, -within, -cache())
		}
	}
}
