package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/searchindex"
)

// newSearchBench is a store whose segments are so small that a few objects fill
// several.
func newSearchBench(t testing.TB) *bench {
	b := newBench(t)
	b.index = searchindex.Sizes{Segment: 80, Scanned: 12}
	return b
}

// fields are texts that are hard to search for: in other scripts, escaped, with
// LIKE's own signs, or no texts at all.
var fields = []string{`"Zoë Öztürk"`, `"ZOË öztürk"`, `"山田 太郎"`, `"100%_sure\\thing"`, `"say \"hello\""`, `"tab\there"`, `"caf\u00e9 noir"`, `"\ud83d\ude00 smile"`,
	`12345678`, `-42`, `true`, `null`, `{"skuId":"05e9a617-0261","disabledPlans":[]}`, `["smtp:a.b@contoso.com","SMTP:x@fabrikam.com"]`, `""`, `[]`}

// untold are numbers that SQL writes in its own way. The index can't rule out what
// lies beside them, so they are rare.
var untold = []string{`3.14159`, `1e21`, `123456789012345678901`, `-0`}

func (b *bench) randomObject(r *rand.Rand, id string) entra.Object {
	x, y := fields[r.IntN(len(fields))], fields[r.IntN(len(fields))]
	if r.IntN(100) == 0 {
		y = untold[r.IntN(len(untold))]
	}
	return object(id, fmt.Sprintf(`{"displayName":"User %d %x","mail":"u%d@contoso.com","x":%s,"y":%s}`, r.IntN(300), r.IntN(1<<20), r.IntN(1000), x, y))
}

func guid(r *rand.Rand) string {
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Int64N(1<<48))
}

// reference is what the search means: every object is looked at.
func (b *bench) reference(tenant int64, class, text string, states string) (ids []string) {
	b.Helper()
	rows, err := b.read.QueryContext(b.Context(), `SELECT id FROM objects o WHERE tenant = ? AND class = (SELECT class FROM classes WHERE name = ?)
		AND state IN (`+states+`) AND (id LIKE ? ESCAPE '\' OR (properties LIKE ? ESCAPE '\'
		AND EXISTS (SELECT 1 FROM json_tree(properties) v WHERE v.atom LIKE ? ESCAPE '\'))) ORDER BY state, object`,
		tenant, class, like(text), like(jsonText(text)), like(text))
	b.must(err)
	defer rows.Close()
	for rows.Next() {
		var id string
		b.must(rows.Scan(&id))
		ids = append(ids, id)
	}
	b.must(rows.Err())
	return ids
}

// needle cuts a text out of what is stored, or makes one up.
func (b *bench) needle(r *rand.Rand, ids []string) string {
	texts := []string{"contoso", "öztürk", "User 1", "zzz", "ab", "@", "太", `\thing`, `sure\th`, `ay "he`, `"hel`, "disabledPlans", "null", "true", "1e+21", "3.14", "1e21", "99", "é noir", "mile", "%", "_s"}
	text := texts[r.IntN(len(texts))]
	if len(ids) > 0 && r.IntN(3) == 0 {
		text = ids[r.IntN(len(ids))]
	} else if r.IntN(3) == 0 {
		text = fields[r.IntN(len(fields))]
	}
	runes := []rune(text)
	from := r.IntN(len(runes))
	text = strings.TrimSpace(string(runes[from:min(len(runes), from+1+r.IntN(12))]))
	if r.IntN(2) == 0 {
		text = strings.ToUpper(text)
	}
	return text
}

// compare searches for a text by the index and without.
func (b *bench) compare(tenant int64, class, text string) {
	b.Helper()
	q := ObjectQuery{Class: class, Search: text, Deleted: true, Filtered: true}
	want := b.reference(tenant, class, text, "1, 2, 3")
	if text == "" || !utf8.ValidString(text) {
		return
	}
	var got []string
	for o, err := range b.Objects(b.Context(), tenant, q) {
		b.must(err)
		got = append(got, o.ID)
	}
	if !slices.Equal(got, want) {
		b.Fatalf("%s of tenant %d with %q: %q, want %q", class, tenant, text, got, want)
	}
	if n, err := b.ObjectCount(b.Context(), tenant, q); n != len(want) || err != nil {
		b.Fatalf("%q: counted %d, want %d: %v", text, n, len(want), err)
	}
	if len(want) > 2 {
		q.Range = Range{Offset: 1, Limit: len(want) - 2}
		got = got[:0]
		for o, err := range b.Objects(b.Context(), tenant, q) {
			b.must(err)
			got = append(got, o.ID)
		}
		if !slices.Equal(got, want[1:len(want)-1]) {
			b.Fatalf("%q from 1: %q, want %q", text, got, want[1:len(want)-1])
		}
	}
}

// indexStopped indexes until a random moment.
func (b *bench) indexStopped(r *rand.Rand, tenant int64) {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	left, now := r.IntN(12), b.Store.now
	b.Store.now = func() time.Time {
		if left--; left < 0 {
			cancel()
		}
		return now()
	}
	defer func() { b.Store.now = now }()
	if err := b.Index(ctx, tenant); err != nil && ctx.Err() == nil {
		b.Fatal(err)
	}
}

// TestSearchIsExact changes tenants at random, indexes now and then, often not
// to the end, and finds at any time what looking at every object finds.
func TestSearchIsExact(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			b, r := newSearchBench(t), rand.New(rand.NewPCG(seed, 7))
			other, err := b.AddTenant(b.Context(), entra.Tenant{Name: "fabrikam.com", Cloud: "public", Profile: "reader", Enabled: true})
			b.must(err)
			first, run := b.tenant, b.run
			run2, err := b.BeginRun(b.Context(), other.Key)
			b.must(err)
			ids := map[string][]string{}
			for range 30 {
				b.tenant, b.run = first, run
				if r.IntN(3) == 0 {
					b.tenant, b.run = other, run2
				}
				class := []string{"users", "users", "devices"}[r.IntN(3)]
				key := fmt.Sprint(b.tenant.Key, class)
				ids[key] = b.disturb(r, class, ids[key])
				if r.IntN(3) > 0 {
					b.indexStopped(r, b.tenant.Key)
				}
				b.clock = b.clock.Add(time.Duration(r.IntN(20)) * time.Hour)
				for range 8 {
					b.compare(b.tenant.Key, class, b.needle(r, ids[key]))
				}
			}
			for _, tenant := range []entra.Tenant{first, other} {
				b.must(b.Index(b.Context(), tenant.Key))
				b.sound()
			}
		})
	}
}

// disturb does one sync that brings, changes, deletes and filters objects.
func (b *bench) disturb(r *rand.Rand, class string, ids []string) []string {
	b.Helper()
	var page []entra.Object
	for range r.IntN(60) {
		ids = append(ids, guid(r))
		page = append(page, b.randomObject(r, ids[len(ids)-1]))
	}
	for range min(len(ids), r.IntN(30)) {
		id := ids[r.IntN(len(ids))]
		switch r.IntN(4) {
		case 0:
			page = append(page, removed(id, entra.SoftDeleted))
		case 1:
			page = append(page, removed(id, entra.Gone))
		default:
			page = append(page, b.randomObject(r, id))
		}
	}
	b.tenant.Filters = map[string]string{"users": []string{"", "", `displayName contains "User 1"`}[r.IntN(3)]}
	if r.IntN(4) == 0 {
		b.scan(class, page...)
		return ids
	}
	c, _ := entra.ClassNamed(class)
	round := b.round(Delta, class)
	whole := map[string]entra.Object{}
	unread, err := b.Unread(b.Context(), round, 0, &entra.Page{Objects: page})
	b.must(err)
	for _, u := range unread {
		whole[u.ID] = b.randomObject(r, u.ID)
	}
	_, err = b.ApplyPage(b.Context(), round, 0, &entra.Page{Objects: page, DeltaLink: "next"}, whole)
	b.must(err)
	b.end(c.Name)
	return ids
}

// TestSearchFindsWhatHasToBeEscaped in JSON.
func TestSearchFindsWhatHasToBeEscaped(t *testing.T) {
	b := newBench(t)
	b.scan("users", object("u1", `{"displayName":"a\tb\"c\\d\u0001e 山田"}`), user("u2", "other"))
	for range 2 {
		for _, text := range []string{"a\tb", "\tb\"", `c\d`, "\x01e", "山田", `b"c\`} {
			b.wantList(text, b.held("users", ObjectQuery{Search: text}), "u1:a\tb\"c\\d\x01e 山田")
		}
		b.must(b.Index(b.Context(), b.tenant.Key))
	}
}
