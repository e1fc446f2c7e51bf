package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/grams"
)

// search looks for a text in the objects of one class. All of it reads one
// state of the database.
type search struct {
	ctx           context.Context
	tx            *sql.Tx
	chunks        *sql.Stmt
	tenant, class int64
	ObjectQuery
	needle []grams.Range // the grams of the text

	segments []segment // by the key of their first object
	pending  []int64   // objects that changed since they were indexed
	end      int64     // the last object that segments know of
}

// indexable tells whether the index can find the text, in the sense of LIKE.
func indexable(text string) bool {
	return len(text) >= grams.Shortest && utf8.ValidString(text) && !strings.Contains(text, "\x00")
}

func newSearch(ctx context.Context, tx *sql.Tx, tenant int64, q ObjectQuery) (*search, error) {
	r := &search{ctx: ctx, tx: tx, tenant: tenant, ObjectQuery: q}
	err := tx.QueryRowContext(ctx, "SELECT class FROM classes WHERE name = ?", q.Class).Scan(&r.class)
	if isNoRows(err) {
		err = nil
	}
	if err != nil || !indexable(q.text()) || q.ID != "" {
		return r, err
	}
	r.needle = grams.Of(q.text())
	if r.segments, err = r.readSegments(); err != nil || len(r.segments) == 0 {
		return r, err
	}
	for _, g := range r.segments {
		if g.base {
			r.end = max(r.end, g.last)
		}
	}
	if r.pending, err = r.keys("SELECT object FROM search_pending WHERE tenant = ? AND class = ? ORDER BY object"); err != nil {
		return r, err
	}
	r.chunks, err = tx.PrepareContext(ctx, `SELECT chunk, postings FROM search_grams WHERE chunk BETWEEN
		coalesce((SELECT max(chunk) FROM search_grams WHERE chunk BETWEEN ?1 AND ?2), ?2) AND ?3 ORDER BY chunk`)
	return r, err
}

func (r *search) readSegments() (out []segment, err error) {
	scan := func(row scanner) (segment, error) {
		g := segment{tenant: r.tenant, class: r.class}
		err := row.Scan(&g.key, &g.base, &g.first, &g.last, &g.count)
		if g.count < 0 || g.count > grams.MostObjects { // damaged; then nothing in it fits
			g.count = grams.MostObjects
		}
		return g, err
	}
	for g, err := range stream(r.ctx, r.tx, scan, query{"reading the search index",
		"SELECT segment, base, first, last, objects FROM search_segments WHERE tenant = ? AND class = ? ORDER BY first", []any{r.tenant, r.class}}) {
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

// keys reads keys of objects of the class.
func (r *search) keys(text string, args ...any) ([]int64, error) {
	return readKeys(r.ctx, r.tx, query{"reading the search index", text, append([]any{r.tenant, r.class}, args...)})
}

func readKeys(ctx context.Context, db queryer, q query) (keys []int64, err error) {
	scan := func(row scanner) (key int64, err error) { return key, row.Scan(&key) }
	for key, err := range stream(ctx, db, scan, q) {
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// part is some of a class's objects that may hold the text, as SQL tells them
// from the others.
type part struct {
	from      string // "objects", and how to find them
	condition string
	arg       any
}

// Sizes of parts: the first rows are to come at once, the others fast.
const (
	smallestPart = 32
	largestPart  = 1024
)

// parts gives all objects that may hold the text, in the order of their keys.
func (r *search) parts(yield func(part) bool) error {
	size := smallestPart
	var keys []int64
	flush := func() bool {
		if len(keys) == 0 {
			return true
		}
		p := part{"objects NOT INDEXED", " AND object IN (SELECT value FROM json_each(?))", keyList(keys)}
		keys, size = keys[:0], min(size*2, largestPart)
		return yield(p)
	}
	stopped := false
	err := r.candidates(func(key int64) bool {
		keys = append(keys, key)
		stopped = len(keys) == size && !flush()
		return !stopped
	})
	if err == nil && !stopped && flush() {
		yield(part{"objects", " AND object > ?", r.end})
	}
	return err
}

// candidates gives the keys of the objects that are indexed and that may hold the
// text, in their order, each once. A segment is opened when its turn comes.
func (r *search) candidates(yield func(key int64) bool) error {
	open := [][]int64{r.pending}
	segments := r.segments
	for {
		open = slices.DeleteFunc(open, func(keys []int64) bool { return len(keys) == 0 })
		least := int64(-1)
		for _, keys := range open {
			if least < 0 || keys[0] < least {
				least = keys[0]
			}
		}
		if len(segments) > 0 && (least < 0 || segments[0].first <= least) {
			keys, err := r.open(segments[0])
			if err != nil {
				return err
			}
			open, segments = append(open, keys), segments[1:]
			continue
		}
		if least < 0 || !yield(least) {
			return nil
		}
		for i, keys := range open {
			if keys[0] == least {
				open[i] = keys[1:]
			}
		}
	}
}

// open gives the objects of a segment that may hold the text. Where the segment
// is damaged, all of its range may.
func (r *search) open(g segment) ([]int64, error) {
	blocks, err := r.blocks(g)
	if err != nil || blocks.Len() == 0 {
		return nil, err
	}
	var list []byte
	if err := r.tx.QueryRowContext(r.ctx, "SELECT list FROM search_segments WHERE segment = ?", g.key).Scan(&list); err != nil {
		return nil, err
	}
	keys, err := grams.Keys(list)
	if err != nil || len(keys) != g.count {
		return r.keys("SELECT object FROM objects WHERE tenant = ? AND class = ? AND object BETWEEN ? AND ? AND state IN (1, 2, 3) ORDER BY object", g.first, g.last)
	}
	some := keys[:0]
	for i, key := range keys {
		if blocks.Has(grams.BlockOf(i)) {
			some = append(some, key)
		}
	}
	return some, nil
}

// blocks gives the blocks of a segment that hold all grams of the text.
func (r *search) blocks(g segment) (grams.BlockSet, error) {
	blocks := grams.NewBlockSet(g.blocks())
	blocks.AddAll()
	for _, wanted := range r.needle {
		some, err := r.holding(g, wanted)
		if err != nil {
			return nil, err
		}
		if blocks.Intersect(some); blocks.Len() == 0 {
			break
		}
	}
	untold, err := r.holding(g, grams.Range{Low: grams.Always, High: grams.Always})
	if err == nil {
		blocks.Unite(untold)
	}
	return blocks, err
}

// holding gives the blocks that hold one of the grams. Where that can't be read,
// all of them may.
func (r *search) holding(g segment, wanted grams.Range) (grams.BlockSet, error) {
	out := grams.NewBlockSet(g.blocks())
	rows, err := r.chunks.QueryContext(r.ctx, g.chunkKey(0), g.chunkKey(wanted.Low), g.chunkKey(wanted.High))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var key int64
		var chunk sql.RawBytes
		if err := rows.Scan(&key, &chunk); err != nil {
			return nil, err
		}
		if err := out.Collect(chunk, uint32(key&grams.Mask), wanted, g.blocks()); errors.Is(err, grams.ErrDamaged) {
			out.AddAll()
		}
	}
	return out, rows.Err()
}

// find gives what the search finds in some states, until told to stop. Without a
// text it is only what is wanted of that.
func (r *search) find(where string, args []any, yield func(entra.StoredObject) bool) error {
	l, err := readLayout(r.ctx, r.tx, r.class)
	if err != nil {
		return err
	}
	wanted := Range{}
	if r.text() == "" {
		wanted = r.Range
	}
	var failed error
	err = r.parts(func(p part) bool {
		text := "SELECT id, state, properties, first_seen, last_changed FROM " + p.from + where + p.condition + " ORDER BY state, object LIMIT ? OFFSET ?"
		for o, err := range stream(r.ctx, r.tx, r.scanObject(l), query{"searching", text, slices.Concat(args, []any{p.arg, wanted.limit(), wanted.Offset})}) {
			if failed = err; err != nil || !yield(o) {
				return false
			}
		}
		return true
	})
	return errors.Join(err, failed)
}

// count counts what the search finds in some states.
func (r *search) count(where string, args []any) (n int, err error) {
	var failed error
	err = r.parts(func(p part) bool {
		var some int
		failed = r.tx.QueryRowContext(r.ctx, "SELECT count(*) FROM "+p.from+where+p.condition, append(args, p.arg)...).Scan(&some)
		n += some
		return failed == nil
	})
	return n, errors.Join(err, failed)
}

// holdsText tells whether an object holds a text in its id or any value, as the
// search of what is stored tells it.
func holdsText(o entra.StoredObject, text string) bool {
	if text == "" {
		return true
	}
	text = lowerASCII(text)
	if strings.Contains(lowerASCII(o.ID), text) {
		return true
	}
	for _, p := range o.Properties {
		if valueHolds(p.Value, text) {
			return true
		}
	}
	return false
}

func valueHolds(v jsontext.Value, text string) bool {
	d := jsontext.NewDecoder(bytes.NewReader(v))
	for {
		token, err := d.ReadToken()
		if err != nil { // the end
			return false
		}
		kind, n := d.StackIndex(d.StackDepth())
		if k := token.Kind(); (k != '"' && k != '0') || (kind == '{' && n%2 == 1) {
			continue
		}
		if strings.Contains(lowerASCII(token.String()), text) {
			return true
		}
	}
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, s)
}
