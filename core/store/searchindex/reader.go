// Package searchindex is the search index as it lies in the database: its segments
// are made in turns beside syncs, read by a search, and checked. What grams are and
// how they are stored is told by package grams. The store, whose room it is, decides
// when, and compares what the index leaves with the objects themselves.
package searchindex

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/entraidsync/entraidsync/core/grams"
	"github.com/entraidsync/entraidsync/core/store/rows"
)

// Indexable tells whether the index can find the text, in the sense of LIKE.
func Indexable(text string) bool {
	return len(text) >= grams.Shortest && utf8.ValidString(text) && !strings.Contains(text, "\x00")
}

// Reader finds the objects of a class that may hold some texts. All of it reads one
// state of the database.
type Reader struct {
	ctx           context.Context
	tx            *sql.Tx
	chunks        *sql.Stmt
	tenant, class int64
	needles       [][]grams.Range // the grams of the texts, of each alternative

	segments []segment // by the key of their first object
	Pending  []int64   // objects that changed since they were indexed, and others that are looked at whatever they hold
	end      int64     // the last object that segments know of
}

// Of is whose objects are searched: those of one class of a tenant.
type Of struct {
	Tenant, Class int64
	Also          []int64 // keys of others that fit, whatever they hold
}

// Read begins to look for texts that an object holds all of, those of one alternative or
// another. Where the index can find none of one, as with "", any object may.
func Read(ctx context.Context, tx *sql.Tx, of Of, alternatives [][]string) (r *Reader, err error) {
	r = &Reader{ctx: ctx, tx: tx, tenant: of.Tenant, class: of.Class}
	for _, texts := range alternatives {
		var needle []grams.Range
		for _, text := range texts {
			if Indexable(text) {
				needle = append(needle, grams.Of(text)...)
			}
		}
		if len(needle) == 0 {
			r.needles = nil
			return r, nil
		}
		r.needles = append(r.needles, needle)
	}
	if len(r.needles) == 0 {
		return r, nil
	}
	if r.segments, err = r.readSegments(); err != nil || len(r.segments) == 0 {
		return r, err
	}
	for _, g := range r.segments {
		if g.base {
			r.end = max(r.end, g.last)
		}
	}
	if r.Pending, err = r.keys("SELECT object FROM search_pending WHERE tenant = ? AND class = ? ORDER BY object"); err != nil {
		return r, err
	}
	for _, key := range of.Also {
		if key <= r.end {
			r.Pending = append(r.Pending, key)
		}
	}
	slices.Sort(r.Pending)
	r.Pending = slices.Compact(r.Pending)
	r.chunks, err = tx.PrepareContext(ctx, `SELECT chunk, postings FROM search_grams WHERE chunk BETWEEN
		coalesce((SELECT max(chunk) FROM search_grams WHERE chunk BETWEEN ?1 AND ?2), ?2) AND ?3 ORDER BY chunk`)
	return r, err
}

func (r *Reader) readSegments() (out []segment, err error) {
	scan := func(row rows.Scanner) (segment, error) {
		g := segment{tenant: r.tenant, class: r.class}
		err := row.Scan(&g.key, &g.base, &g.first, &g.last, &g.count)
		if g.count < 0 || g.count > grams.MostObjects { // damaged; then nothing in it fits
			g.count = grams.MostObjects
		}
		return g, err
	}
	for g, err := range rows.Stream(r.ctx, r.tx, scan, rows.Ask("reading the search index failed",
		"SELECT segment, base, first, last, objects FROM search_segments WHERE tenant = ? AND class = ? ORDER BY first", r.tenant, r.class)) {
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

// keys reads keys of objects of the class.
func (r *Reader) keys(text string, args ...any) ([]int64, error) {
	return rows.Keys(r.ctx, r.tx, rows.Ask("reading the search index failed", text, append([]any{r.tenant, r.class}, args...)...))
}

// Part is some of a class's objects that may hold the text, as SQL tells them
// from the others.
type Part struct {
	From      string // "objects", and how to find them
	Condition string
	Arg       any
}

// Sizes of parts: the first rows are to come at once, the others fast.
const (
	smallestPart = 32
	largestPart  = 1024
)

// Narrows tells whether the index rules out any object.
func (r *Reader) Narrows() bool { return len(r.needles) > 0 && len(r.segments) > 0 }

// Parts gives all objects that may hold the text, in the order of their keys.
func (r *Reader) Parts(yield func(Part) bool) error {
	size := smallestPart
	var keys []int64
	flush := func() bool {
		if len(keys) == 0 {
			return true
		}
		p := Part{"objects NOT INDEXED", " AND object IN (SELECT value FROM json_each(?))", KeyList(keys)}
		keys, size = keys[:0], min(size*2, largestPart)
		return yield(p)
	}
	stopped := false
	err := r.Candidates(func(key int64) bool {
		keys = append(keys, key)
		stopped = len(keys) == size && !flush()
		return !stopped
	})
	if err == nil && !stopped && flush() {
		yield(Part{"objects", " AND object > ?", r.end})
	}
	return err
}

// Candidates gives the keys of the objects that are indexed and that may hold the
// text, in their order, each once. A segment is opened when its turn comes.
func (r *Reader) Candidates(yield func(key int64) bool) error {
	open := [][]int64{r.Pending}
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
func (r *Reader) open(g segment) ([]int64, error) {
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

// blocks gives the blocks of a segment that hold all grams of one alternative.
func (r *Reader) blocks(g segment) (grams.BlockSet, error) {
	blocks := grams.NewBlockSet(g.blocks())
	for _, needle := range r.needles {
		of, err := r.holdingAll(g, needle)
		if err != nil {
			return nil, err
		}
		blocks.Unite(of)
	}
	untold, err := r.holding(g, grams.Range{Low: grams.Always, High: grams.Always})
	if err == nil {
		blocks.Unite(untold)
	}
	return blocks, err
}

// holdingAll gives the blocks that hold all of some grams.
func (r *Reader) holdingAll(g segment, needle []grams.Range) (grams.BlockSet, error) {
	blocks := grams.NewBlockSet(g.blocks())
	blocks.AddAll()
	for _, wanted := range needle {
		some, err := r.holding(g, wanted)
		if err != nil {
			return nil, err
		}
		if blocks.Intersect(some); blocks.Len() == 0 {
			break
		}
	}
	return blocks, nil
}

// holding gives the blocks that hold one of the grams. Where that can't be read,
// all of them may.
func (r *Reader) holding(g segment, wanted grams.Range) (grams.BlockSet, error) {
	out := grams.NewBlockSet(g.blocks())
	found, err := r.chunks.QueryContext(r.ctx, g.chunkKey(0), g.chunkKey(wanted.Low), g.chunkKey(wanted.High))
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var key int64
		var chunk sql.RawBytes
		if err := found.Scan(&key, &chunk); err != nil {
			return nil, err
		}
		if err := out.Collect(chunk, uint32(key&grams.Mask), wanted, g.blocks()); errors.Is(err, grams.ErrDamaged) {
			out.AddAll()
		}
	}
	return out, found.Err()
}

// Keys are the keys of all objects that may hold the texts; false where there are more
// than that many, or where the index rules nothing out.
func (r *Reader) Keys(most int) (keys []int64, few bool, err error) {
	if !r.Narrows() {
		return nil, false, nil
	}
	return r.Some(most)
}

// Some is Keys where the index rules nothing out, too: then they are all of the class.
func (r *Reader) Some(most int) (keys []int64, few bool, err error) {
	err = r.Candidates(func(key int64) bool {
		keys = append(keys, key)
		return len(keys) <= most
	})
	if err != nil || len(keys) > most {
		return nil, false, err
	}
	rest, err := r.keys("SELECT object FROM objects WHERE tenant = ? AND class = ? AND state IN (1, 2, 3) AND object > ? LIMIT ?", r.end, most+1-len(keys))
	keys = append(keys, rest...)
	return keys, len(keys) <= most, err
}

// KeyList is a list of keys as json_each takes it.
func KeyList(keys []int64) string {
	text, _ := json.Marshal(keys)
	return string(text)
}
