package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/where"
)

// filterBench holds users of all forms: what a filter has to tell apart.
func filterBench(t testing.TB) *bench {
	b := newSearchBench(t)
	b.scan("users",
		object("u1", `{"displayName":"Anna","accountEnabled":true,"age":7,"created":"2026-01-31T12:00:00Z","tags":["red","Blue"],"org":{"division":"East","costCenter":"42"}}`),
		object("u2", `{"displayName":"bert","accountEnabled":false,"age":12,"created":"2026-02-01T00:00:00.5Z","tags":[]}`),
		object("u3", `{"displayName":"100%_x\\y","age":12.5,"created":"never","org":{"division":""}}`),
		object("u4", `{"displayName":"","accountEnabled":true,"tags":["green"],"plans":[{"name":"A","end":"2026-03-01T00:00:00Z"},{"name":"B"}]}`),
		object("u5", `{"age":-3,"created":"2026-01-31T12:00:00Z","accountEnabled":"true"}`),
	)
	return b
}

// TestConditions: each operator, and false, empty and absent told apart.
func TestConditions(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	b := filterBench(t)
	b.must(err)
	defer func(was *time.Location) { time.Local = was }(time.Local)
	time.Local = berlin
	const noon = "2026-01-31" // the day of u1 and u5; it ends an hour before u2
	for text, want := range map[string]string{
		"accountEnabled = true":                "u1 u4 u5",
		"accountEnabled = false":               "u2",
		"accountEnabled != true":               "u2 u3",
		"accountEnabled is empty":              "u3",
		"accountEnabled has value":             "u1 u2 u4 u5",
		"displayName equals ANNA":              "u1",
		"displayName = ''":                     "u4",
		"displayName is empty":                 "u4 u5",
		"displayName != anna":                  "u2 u3 u4 u5",
		"displayName starts with 100%_":        "u3",
		`displayName contains %_x\y`:           "u3",
		"displayName contains %":               "u3",
		"displayName not contains n":           "u2 u3 u4 u5",
		"tags = blue":                          "u1",
		"tags is empty":                        "u2 u3 u5",
		"tags not equals red":                  "u2 u3 u4 u5",
		"age = 12":                             "u2",
		"age = 12.0":                           "u2",
		"age > 7":                              "u2 u3",
		"age less than 8":                      "u1 u5",
		"age contains 12":                      "u2 u3",
		"created before 2026-02-01T00:00:00Z":  "u1 u5",
		"created after 2026-01-31T13:00:00Z":   "u2",
		"created > 2026-02-01T00:00:00Z":       "u2",
		"created = 2026-01-31T12:00:00Z":       "u1 u5",
		"created = 2026-01-31T13:00:00+01:00":  "u1 u5",
		"created = 2026-02-01T00:00:00.500Z":   "u2",
		"created != 2026-01-31T12:00:00.000Z":  "u2 u3 u4",
		"created = " + noon:                    "u1 u5",
		"created is not " + noon:               "u2 u3 u4",
		"created = 2026-01-29":                 "",
		"org/division = east":                  "u1",
		"org/division is empty":                "u2 u3 u4 u5",
		"org/division has value":               "u1",
		"org contains east":                    "u1",
		"org/costCenter = 42":                  "u1",
		"plans/end after 2026-02-01T00:00:00Z": "u4",
		"plans/name = b":                       "u4",
		"plans/name = e":                       "",
		"nobodyHasIt is empty":                 "u1 u2 u3 u4 u5",
		"nobodyHasIt = x":                      "",
		"nobodyHasIt != x":                     "u1 u2 u3 u4 u5",
		"id = u3":                              "u3",
		"id starts with U":                     "u1 u2 u3 u4 u5",
	} {
		c, err := entra.ParseCondition(text)
		b.must(err)
		if again, err := entra.ParseCondition(c.Written()); again != c || err != nil {
			t.Errorf("%s is written as %s, which is read as %v, %v", text, c.Written(), again, err)
		}
		var got []string
		q := ObjectQuery{Class: "users", Filters: []entra.Condition{c}}
		for o, err := range b.Objects(t.Context(), b.tenant.Key, q) {
			b.must(err)
			got = append(got, o.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %s", text, got, want)
		}
		if n, err := b.ObjectCount(t.Context(), b.tenant.Key, q); n != len(got) || err != nil {
			t.Errorf("%s: %d counted, %v", text, n, err)
		}
		q.At = b.mark()
		var then []string
		for o, err := range b.Objects(t.Context(), b.tenant.Key, q) {
			b.must(err)
			then = append(then, o.ID)
		}
		if !slices.Equal(then, got) {
			t.Errorf("%s: then %q, now %q", text, then, got)
		}
	}
}

// TestFoolishConditionsAreRefused, with what to write instead.
func TestFoolishConditionsAreRefused(t *testing.T) {
	for _, text := range []string{"", "department", "department like x", "age > x y", "age greater many", "created before soon", "created after -x", "a'b = c",
		"tags is empty x", "displayName contains", "a/b/c = d", "isx", "created before -9999999999d", "age greater NaN", "department equalsx"} {
		c, err := entra.ParseCondition(text)
		if err == nil {
			t.Errorf("%q is read as %v", text, c)
			continue
		}
		if e := entra.AsError(err); e.Code != entra.CodeInvalid || e.Remedy == "" {
			t.Errorf("%q: %v", text, err)
		}
	}
	b := filterBench(t)
	for _, err := range b.Objects(t.Context(), b.tenant.Key, ObjectQuery{Class: "users", Filters: []entra.Condition{{Property: "x') OR 1 --", Op: entra.OpEquals}}}) {
		if entra.CodeOf(err) != entra.CodeInvalid {
			t.Errorf("a name that is none: %v", err)
		}
	}
}

// TestRelativeTimes: -30d and now are told from the moment of the question.
func TestRelativeTimes(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Time{"now": now, "-30d": now.AddDate(0, 0, -30), "+12h": now.Add(12 * time.Hour),
		"2026-01-31": time.Date(2026, 1, 31, 0, 0, 0, 0, time.Local), "2026-01-31T12:00:00Z": time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)} {
		if got, err := (entra.Condition{Property: "x", Op: entra.OpBefore, Value: value}).Bound(now); !got.Equal(want) || err != nil {
			t.Errorf("%s is %v, want %v: %v", value, got, want, err)
		}
	}
	if got, _ := (entra.Condition{Op: entra.OpAfter, Value: "2026-01-31"}).Bound(now); !got.After(time.Date(2026, 1, 31, 23, 59, 59, 0, time.Local)) {
		t.Errorf("after a day begins at %v", got)
	}
}

// TestConditionsAreOfOneMind asks SQL and entra the same of many objects, with the
// search index half made.
func TestConditionsAreOfOneMind(t *testing.T) {
	b := newSearchBench(t)
	r := rand.New(rand.NewPCG(7, 7))
	var page []entra.Object
	for len(page) < 300 {
		o := b.randomObject(r, guid(r))
		if !slices.Contains(untold, string(o.Properties.Value("y"))) { // which SQL writes in its own way
			page = append(page, o)
		}
	}
	b.scan("users", page...)
	b.must(b.Index(t.Context(), b.tenant.Key))
	var all []entra.StoredObject
	for o, err := range b.Objects(t.Context(), b.tenant.Key, ObjectQuery{Class: "users"}) {
		b.must(err)
		all = append(all, o)
	}
	values := []string{"Zoë Öztürk", "zoë öztürk", "12345678", "-42", "true", "100%_sure\\thing", "smtp:a.b@contoso.com", "contoso", "say \"hello\"", "user 1", "05E9A617-0261", "山田 太郎"}
	for range 400 {
		c := entra.Condition{Property: []string{"x", "y", "displayName", "mail", "id", "x/skuId", "none"}[r.IntN(7)], Op: entra.Operators()[r.IntN(11)]}
		if c.Op.Valued() {
			c.Value = values[r.IntN(len(values))]
		}
		if c.Check() != nil {
			continue
		}
		var want []string
		for _, o := range all {
			if c.Holds(o, b.clock) {
				want = append(want, o.ID)
			}
		}
		q := ObjectQuery{Class: "users", Filters: []entra.Condition{c}}
		b.wantIDs(c.Written(), q, want)
		if c.Op.Valued() && len(want) > 0 {
			q.Search = "contoso"
			b.wantIDs(c.Written()+" and a search", q, want)
		}
	}
}

func (b *bench) wantIDs(what string, q ObjectQuery, want []string) {
	b.Helper()
	var got []string
	for o, err := range b.Objects(b.Context(), b.tenant.Key, q) {
		b.must(err)
		got = append(got, o.ID)
	}
	if !slices.Equal(got, want) {
		b.Fatalf("%s: %d objects, want %d: %.300q, want %.300q", what, len(got), len(want), got, want)
	}
}

// TestLacking finds objects without a link of a relation in sight.
func TestLacking(t *testing.T) {
	b := newBench(t)
	owns := func(id string) entra.Link {
		return entra.Link{Relation: "owners", Target: id, Type: "#microsoft.graph.user"}
	}
	b.scan("users", user("u1", "A"), user("u2", "B"))
	b.scan("groups", object("g1", `{"displayName":"all"}`, gains("u1"), owns("u1")), object("g2", `{"displayName":"unowned"}`, gains("u1")),
		object("g3", `{"displayName":"empty"}`, owns("u2")), object("g4", `{"displayName":"neither"}`))
	b.begin()
	b.delta("users", removed("u2", entra.SoftDeleted))
	lacking := func(relations ...string) []string { return b.held("groups", ObjectQuery{Lacks: relations}) }
	b.wantList("without owners", lacking("owners"), "g2:unowned", "g3:empty", "g4:neither")
	b.wantList("without members", lacking(entra.Members), "g3:empty", "g4:neither")
	b.wantList("without both", lacking("owners", entra.Members), "g3:empty", "g4:neither")
}

// TestFlagsAreLookedForWhereTheirWordStands: who has nothing of that value is ruled out
// without parsing, which takes most of the time where few have it.
func TestFlagsAreLookedForWhereTheirWordStands(t *testing.T) {
	b := newBench(t)
	b.scan("users", object("u1", `{"displayName":"A","accountEnabled":true,"showInAddressList":false}`), object("u2", `{"displayName":"False","accountEnabled":true}`),
		object("u3", `{"displayName":"C","accountEnabled":false}`), object("u4", `{"displayName":"D","accountEnabled":true}`))
	b.must(b.write.exec(t.Context(), `UPDATE objects SET properties = '["no JSON, true' WHERE id = 'u4'`))
	disabled := ObjectQuery{Class: "users", Filters: []entra.Condition{{Property: "accountEnabled", Op: entra.OpEquals, Value: "false"}}}
	b.wantIDs("disabled", disabled, []string{"u3"})
	b.wantIDs("called so", ObjectQuery{Class: "users", Filters: []entra.Condition{{Property: "displayName", Op: entra.OpEquals, Value: "FALSE"}}}, []string{"u2"})
	disabled.Filters[0].Value = "TRUE"
	for _, err := range b.Objects(t.Context(), b.tenant.Key, disabled) {
		if err != nil {
			return
		}
	}
	t.Error("what is no JSON was read, so it says nothing of what is parsed")
}

// TestPagesAreFoundByAnIndexAlone: what is passed over on the way to a page, or looked at for
// what it lacks, is not read.
func TestPagesAreFoundByAnIndexAlone(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"))
	b.scan("groups", object("g1", `{}`, gains("u1")))
	tx, err := b.read.BeginTx(t.Context(), nil)
	b.must(err)
	defer tx.Rollback()
	for _, q := range []ObjectQuery{{Class: "groups"}, {Class: "groups", Deleted: true}, {Class: "groups", Lacks: []string{entra.Members}}} {
		r, err := newSearch(t.Context(), tx, searched{b.tenant.Key, q, b.clock, b.named})
		b.must(err)
		condition, args := r.match("1, 2")
		for _, direction := range []string{"", " DESC"} {
			plan, err := planOf(t.Context(), tx, r.page("objects"+condition, direction), append(args, 50, 1000)...)
			b.must(err)
			steps := strings.Split(plan, "; ")
			if !strings.HasPrefix(steps[0], "SEARCH objects USING INTEGER PRIMARY KEY") || !strings.Contains(plan, "SEARCH objects USING COVERING INDEX objects_class") || slices.ContainsFunc(steps[1:], readsObjects) {
				t.Errorf("%+v: the plan is %s", q, plan)
			}
		}
	}
	text, args := where.Links{Tenant: b.tenant.Key, Source: "g1", AsHeld: true, Many: true, Names: true}.Select()
	plan, err := planOf(t.Context(), tx, text, append(args, 50, 1000)...)
	b.must(err)
	keys, ends, apart := strings.Cut(plan, "SCAN l; ")
	if !apart || !strings.Contains(keys, "SEARCH l USING PRIMARY KEY") || !strings.Contains(keys, "COVERING INDEX objects_class") || strings.Contains(keys, "SEARCH t") || !strings.Contains(ends, "SEARCH t") {
		t.Errorf("the plan of links is %s", plan)
	}
	text, args = where.Links{Tenant: b.tenant.Key, Source: "g1", Many: true}.Count()
	if plan, err := planOf(t.Context(), tx, text, args...); err != nil || strings.Contains(plan, "SEARCH t") {
		t.Errorf("the plan of counting them is %s, %v", plan, err)
	}
}

// readsObjects tells whether a step of a plan reads whole objects.
func readsObjects(step string) bool {
	return strings.Contains(step, "objects") && !strings.Contains(step, "COVERING") || strings.HasPrefix(step, "SEARCH t ")
}

// TestPropertiesAndValues: what completes a filter.
func TestPropertiesAndValues(t *testing.T) {
	b := filterBench(t)
	uses, err := b.Properties(t.Context(), b.tenant.Key, "users")
	b.must(err)
	kinds := map[string]PropertyKind{}
	for _, u := range uses {
		kinds[u.Name] = u.Kind
	}
	for name, want := range map[string]PropertyKind{"age": KindNumber, "tags": KindList, "org": KindComplex, "displayName": KindText, "jobTitle": KindUnknown} {
		if kinds[name] != want {
			t.Errorf("%s is %q, want %q", name, kinds[name], want)
		}
	}
	values := func(q ValueQuery) string {
		q.Class = "users"
		found, err := b.Values(t.Context(), b.tenant.Key, q)
		b.must(err)
		return fmt.Sprint(found)
	}
	for _, c := range []struct {
		q    ValueQuery
		want string
	}{
		{ValueQuery{Property: "accountEnabled"}, "[{true 3} {false 1}]"},
		{ValueQuery{Property: "accountEnabled", Most: 1}, "[{true 3}]"},
		{ValueQuery{Property: "tags", Text: "RE"}, "[{green 1} {red 1}]"},
		{ValueQuery{Property: "org/division"}, "[{East 1}]"},
		{ValueQuery{Property: "none"}, "[]"},
	} {
		if got := values(c.q); got != c.want {
			t.Errorf("%+v: %s, want %s", c.q, got, c.want)
		}
	}
}

// TestReadingIsStopped by its context, counting too.
func TestReadingIsStopped(t *testing.T) {
	b := filterBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	q := ObjectQuery{Class: "users", Sort: "age", Filters: []entra.Condition{{Property: "age", Op: entra.OpHasValue}}}
	for _, err := range b.Objects(ctx, b.tenant.Key, q) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("reading: %v", err)
		}
	}
	if _, err := b.ObjectCount(ctx, b.tenant.Key, q); !errors.Is(err, context.Canceled) {
		t.Errorf("counting: %v", err)
	}
}

// plan is how SQLite would read the first rows of an order.
func (r *search) plan(sort, direction string) (string, error) {
	order, known := where.By(sort, r.layout.position)
	q, err := r.selection(order, known)
	if err != nil {
		return "", err
	}
	have := q.and(order.Present())
	return planOf(r.ctx, r.tx, "SELECT id FROM "+have.from+have.condition+" ORDER BY "+order.Expression+direction+", object"+direction+" LIMIT 50", have.args...)
}

// planOf is how SQLite would answer a question, step by step.
func planOf(ctx context.Context, db queryer, text string, args ...any) (string, error) {
	rows, err := db.QueryContext(ctx, "EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var a, b, c int
		var step string
		if err := rows.Scan(&a, &b, &c, &step); err != nil {
			return "", err
		}
		plan = append(plan, step)
	}
	return strings.Join(plan, "; "), rows.Err()
}
