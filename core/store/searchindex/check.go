package searchindex

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"

	"github.com/entraidsync/entraidsync/core/grams"
	"github.com/entraidsync/entraidsync/core/store/rows"
)

// Problems looks for damage of the search index: postings that can't be
// read, and objects that it would not find.
func Problems(ctx context.Context, db *sql.DB) ([]string, error) {
	scan := func(row rows.Scanner) (c indexCheck, err error) { return c, row.Scan(&c.tenant, &c.class, &c.name) }
	var out []string
	for c, err := range rows.Stream(ctx, db, scan, rows.Ask("checking the search index failed", `SELECT DISTINCT s.tenant, s.class, t.name || ', ' || c.name
		FROM search_segments s JOIN tenants t USING (tenant) JOIN classes c ON c.class = s.class WHERE NOT t.removing`)) {
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
	scan := func(row rows.Scanner) (listed, error) {
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
	return rows.Stream(c.ctx, c.db, scan, rows.Ask("checking the search index failed",
		"SELECT segment, first, last, objects, list FROM search_segments WHERE tenant = ? AND class = ? AND base = ? ORDER BY first", c.tenant, c.class, base))
}

// damaged tells whether a segment's postings can't be read.
func (c *indexCheck) damaged(g segment) (bool, error) {
	scan := func(row rows.Scanner) (broken bool, err error) {
		var key int64
		var chunk sql.RawBytes
		if err := row.Scan(&key, &chunk); err != nil {
			return false, err
		}
		damage := grams.NewBlockSet(g.blocks()).Collect(chunk, uint32(key&grams.Mask), grams.Range{High: grams.Mask}, g.blocks())
		return damage != nil, nil
	}
	for broken, err := range rows.Stream(c.ctx, c.db, scan, rows.Ask("checking the search index failed",
		"SELECT chunk, postings FROM search_grams WHERE chunk BETWEEN ? AND ?", g.chunkKey(0), g.chunkKey(grams.Mask))) {
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
	return rows.Keys(c.ctx, c.db, rows.Ask("checking the search index failed", text, append([]any{c.tenant, c.class}, args...)...))
}
