package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"

	"github.com/entraidsync/entraidsync/core/grams"
)

// segment is the search index of some objects of one class: of all in a range
// of keys, or of those that changed after such a range was indexed.
type segment struct {
	key           int64 // newer ones are greater
	tenant, class int64
	base          bool  // all of its range; the ranges of a class follow on each other without a gap
	first, last   int64 // of the objects' keys
	count         int
}

// blocks is how many blocks it has.
func (g segment) blocks() int { return grams.Blocks(g.count) }

// chunkKey is where a chunk of the segment lies that begins with a gram.
func (g segment) chunkKey(gram uint32) int64 { return g.key<<grams.Bits | int64(gram) }

// segmenter makes segments of rows, one after the other.
type segmenter struct{ grams.Segmenter }

// read takes in objects: their keys, ids and properties, in the order of the keys.
func (x *segmenter) read(rows *sql.Rows, err error) error {
	x.Reset()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var object int64
		var id, packed sql.RawBytes
		if err := rows.Scan(&object, &id, &packed); err != nil {
			return err
		}
		x.Add(object, id, packed)
	}
	x.Close()
	return rows.Err()
}

// store writes what was read as a segment with a new key.
func (x *segmenter) store(t *tx, g segment) (err error) {
	g.count = x.Count()
	g.key, err = t.insert("INSERT INTO search_segments (tenant, class, base, first, last, objects, made, list) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		g.tenant, g.class, g.base, g.first, g.last, g.count, t.now, append([]byte{}, x.List()...))
	if err != nil {
		return err
	}
	return x.Chunks(func(gram uint32, chunk []byte) error {
		_, err := t.exec("INSERT INTO search_grams (chunk, postings) VALUES (?, ?)", g.chunkKey(gram), chunk)
		return err
	})
}

// indexProblems looks for damage of the search index: postings that can't be
// read, and objects that it would not find.
func indexProblems(ctx context.Context, db *sql.DB) ([]string, error) {
	scan := func(row scanner) (c indexCheck, err error) { return c, row.Scan(&c.tenant, &c.class, &c.name) }
	var out []string
	for c, err := range stream(ctx, db, scan, query{"checking the search index", `SELECT DISTINCT s.tenant, s.class, t.name || ', ' || c.name
		FROM search_segments s JOIN tenants t USING (tenant) JOIN classes c ON c.class = s.class WHERE NOT t.removing`, nil}) {
		if err != nil {
			return out, err
		}
		c.ctx, c.db = ctx, db
		problem, err := c.problem()
		if err != nil {
			return out, err
		}
		if problem != "" {
			out = append(out, c.name+": the search index "+problem)
		}
	}
	return out, nil
}

// indexCheck checks the search index of one class.
type indexCheck struct {
	ctx           context.Context
	db            *sql.DB
	tenant, class int64
	name          string
}

// listed is a segment with its objects.
type listed struct {
	segment
	keys []int64
}

// problem is what is wrong, or "".
func (c *indexCheck) problem() (string, error) {
	apart, err := c.keys("SELECT object FROM search_pending WHERE tenant = ? AND class = ? ORDER BY object")
	if err != nil {
		return "", err
	}
	next := int64(1)
	for _, base := range []bool{false, true} {
		for g, err := range c.segments(base) {
			if err != nil {
				return "is damaged", c.ctx.Err()
			}
			if damaged, err := c.damaged(g.segment); damaged || err != nil {
				return fmt.Sprintf("is damaged in segment %d", g.key), err
			}
			if !base {
				apart = append(apart, g.keys...)
				slices.Sort(apart)
				continue
			}
			if g.first != next {
				return fmt.Sprintf("has a gap at %d", next), nil
			}
			next = g.last + 1
			if missing, err := c.missing(g, apart); missing != 0 || err != nil {
				return fmt.Sprintf("lacks the object %d", missing), err
			}
		}
	}
	return "", nil
}

// segments gives the segments of ranges, or those of changes, in their order.
func (c *indexCheck) segments(base bool) iter.Seq2[listed, error] {
	scan := func(row scanner) (listed, error) {
		var g listed
		var list []byte
		err := row.Scan(&g.key, &g.first, &g.last, &g.count, &list)
		if err == nil {
			g.keys, err = grams.Keys(list)
		}
		if err == nil && len(g.keys) != g.count {
			err = grams.ErrDamaged
		}
		return g, err
	}
	return stream(c.ctx, c.db, scan, query{"checking the search index",
		"SELECT segment, first, last, objects, list FROM search_segments WHERE tenant = ? AND class = ? AND base = ? ORDER BY first", []any{c.tenant, c.class, base}})
}

// damaged tells whether a segment's postings can't be read.
func (c *indexCheck) damaged(g segment) (bool, error) {
	scan := func(row scanner) (broken bool, err error) {
		var key int64
		var chunk sql.RawBytes
		if err := row.Scan(&key, &chunk); err != nil {
			return false, err
		}
		damage := grams.NewBlockSet(g.blocks()).Collect(chunk, uint32(key&grams.Mask), grams.Range{High: grams.Mask}, g.blocks())
		return damage != nil, nil
	}
	for broken, err := range stream(c.ctx, c.db, scan, query{"checking the search index",
		"SELECT chunk, postings FROM search_grams WHERE chunk BETWEEN ? AND ?", []any{g.chunkKey(0), g.chunkKey(grams.Mask)}}) {
		if broken || err != nil {
			return broken, err
		}
	}
	return false, nil
}

// missing is an object of a range that is neither in its segment nor apart; 0:
// there is none.
func (c *indexCheck) missing(g listed, apart []int64) (int64, error) {
	held, err := c.keys("SELECT object FROM objects WHERE tenant = ? AND class = ? AND state IN (1, 2, 3) AND object BETWEEN ? AND ? ORDER BY object", g.first, g.last)
	for _, key := range held {
		_, here := slices.BinarySearch(g.keys, key)
		if _, there := slices.BinarySearch(apart, key); !here && !there {
			return key, nil
		}
	}
	return 0, err
}

func (c *indexCheck) keys(text string, args ...any) ([]int64, error) {
	return readKeys(c.ctx, c.db, query{"checking the search index", text, append([]any{c.tenant, c.class}, args...)})
}
