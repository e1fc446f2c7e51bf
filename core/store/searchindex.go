package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/entraidsync/entraidsync/core/grams"
)

// indexSizes are how many objects the search index handles together.
type indexSizes struct {
	segment int // at most; making one takes a tenth of a second, for which syncs wait
	scanned int // fewer are searched one by one, rather than by a segment of their own
}

var defaultIndexSizes = indexSizes{segment: 8192, scanned: 2048}

// staleFor is how long a segment may keep the grams of what was erased.
const staleFor = 24 * time.Hour

// Index makes a tenant's objects quick to search where many have come or changed
// since it last did. It goes on in short turns, so that syncs go on between
// them, and may be stopped at any time: what is not indexed is searched one by
// one.
func (s *Store) Index(ctx context.Context, tenant int64) error {
	classes, err := readKeys(ctx, s.read, query{"reading the classes", "SELECT class FROM tenant_classes WHERE tenant = ?", []any{tenant}})
	if err != nil {
		return err
	}
	x := &segmenter{}
	for _, class := range classes {
		for more := true; more; {
			if more, err = s.indexSome(ctx, x, indexed{indexSizes: s.index, tenant: tenant, class: class}); err != nil {
				return err
			}
		}
	}
	return nil
}

// indexSome does the next thing that there is to do for a class, if any.
func (s *Store) indexSome(ctx context.Context, x *segmenter, c indexed) (did bool, err error) {
	stale := s.now().Add(-staleFor).UnixMilli()
	if err := c.read(ctx, s.read, stale); err != nil || c.next() == nil {
		return false, trouble("indexing for the search", err)
	}
	err = s.tx(ctx, "indexing for the search", func(t *tx) error {
		var there bool
		if _, err := t.row("SELECT NOT removing FROM tenants WHERE tenant = ?", []any{c.tenant}, &there); err != nil || !there {
			return err
		}
		if err := c.read(t.quiet, t, stale); err != nil {
			return err
		}
		if do := c.next(); do != nil {
			did = true
			return do(&indexing{t, x, c})
		}
		return nil
	})
	return did, err
}

// indexed is how far a class is indexed.
type indexed struct {
	indexSizes
	tenant, class int64

	objects   int   // in the segments of ranges
	changed   int   // in the segments of what changed since
	pending   int   // changed since, in no segment
	tail      int   // behind the ranges, in no segment; counted to scanned
	oldest    int64 // segment of a range; 0: none
	forgetful int64 // segment that keeps grams of what was erased, long enough; 0: none
}

// next is what to do next, one segment's work; nil: nothing.
func (c *indexed) next() func(*indexing) error {
	switch {
	case c.forgetful != 0:
		return func(i *indexing) error { return i.renew(c.forgetful) }
	case c.oldest != 0 && c.pending+c.changed > max(c.scanned, c.objects/4):
		return func(i *indexing) error { return i.renew(c.oldest) }
	case c.pending > c.scanned:
		return (*indexing).fold
	case c.tail >= c.scanned:
		return (*indexing).grow
	}
	return nil
}

// rowQueryer is the writer in its transaction, or the readers.
type rowQueryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func (c *indexed) read(ctx context.Context, db rowQueryer, stale int64) error {
	const segments = `SELECT coalesce(sum(objects) FILTER (WHERE base), 0), coalesce(sum(objects) FILTER (WHERE NOT base), 0),
		coalesce(min(segment) FILTER (WHERE base), 0), coalesce(min(segment) FILTER (WHERE made <= ?3 AND EXISTS (
		SELECT 1 FROM search_erased e WHERE e.tenant = ?1 AND e.class = ?2 AND e.object BETWEEN s.first AND s.last AND e.segment >= s.segment)), 0)
		FROM search_segments s WHERE tenant = ?1 AND class = ?2`
	if err := db.QueryRowContext(ctx, segments, c.tenant, c.class, stale).Scan(&c.objects, &c.changed, &c.oldest, &c.forgetful); err != nil {
		return err
	}
	const rest = `SELECT (SELECT count(*) FROM search_pending WHERE tenant = ?1 AND class = ?2), (SELECT count(*) FROM (
		SELECT 1 FROM objects WHERE tenant = ?1 AND class = ?2 AND state IN (1, 2, 3) AND object > ` + rangesEnd + ` LIMIT ?3))`
	return db.QueryRowContext(ctx, rest, c.tenant, c.class, c.scanned).Scan(&c.pending, &c.tail)
}

// rangesEnd is the key of the last object of a class that its ranges hold.
const rangesEnd = "(SELECT coalesce(max(last), 0) FROM search_segments WHERE tenant = ?1 AND class = ?2 AND base)"

// indexing is a turn of a class's indexing.
type indexing struct {
	*tx
	*segmenter
	c indexed
}

// grow indexes the next objects behind the ranges. A short last range grows
// rather than getting a neighbour.
func (i *indexing) grow() error {
	g := segment{tenant: i.c.tenant, class: i.c.class, base: true}
	if err := i.QueryRowContext(i.quiet, "SELECT "+rangesEnd, g.tenant, g.class).Scan(&g.first); err != nil {
		return err
	}
	g.first++
	var short int64
	found, err := i.row("SELECT segment, first FROM search_segments WHERE tenant = ? AND class = ? AND base AND last = ? AND objects < ?",
		[]any{g.tenant, g.class, g.first - 1, i.c.segment / 2}, &short, &g.first)
	if err != nil {
		return err
	}
	if found {
		if err := i.drop(short); err != nil {
			return err
		}
	}
	if err := i.readRange(g.first, 1<<62); err != nil {
		return err
	}
	return i.put(g, i.Last())
}

// readRange reads the objects from one key to another, as many as a segment holds.
func (i *indexing) readRange(first, last int64) error {
	const state = "SELECT object, id, properties FROM objects WHERE tenant = ?1 AND class = ?2 AND object BETWEEN ?3 AND ?4 AND state = "
	return i.segmenter.read(i.QueryContext(i.quiet, state+"1 UNION ALL "+state+"2 UNION ALL "+state+"3 ORDER BY object LIMIT ?5",
		i.c.tenant, i.c.class, first, last, i.c.segment))
}

// put stores what was read as the segment of a range that ends with last. What
// changed in it is up to date with that.
func (i *indexing) put(g segment, last int64) error {
	g.last = last
	if _, err := i.exec("DELETE FROM search_pending WHERE tenant = ? AND class = ? AND object BETWEEN ? AND ?", g.tenant, g.class, g.first, g.last); err != nil {
		return err
	}
	return i.store(i.tx, g)
}

// fold makes a segment of objects that changed since they were indexed.
func (i *indexing) fold() error {
	const oldest = "(SELECT object FROM search_pending WHERE tenant = ?1 AND class = ?2 ORDER BY object LIMIT ?3)"
	err := i.segmenter.read(i.QueryContext(i.quiet, "SELECT object, id, properties FROM objects NOT INDEXED WHERE object IN "+oldest+
		" AND tenant = ?1 AND class = ?2 AND state IN (1, 2, 3) ORDER BY object", i.c.tenant, i.c.class, i.c.segment))
	if err != nil {
		return err
	}
	if _, err := i.exec("DELETE FROM search_pending WHERE tenant = ?1 AND class = ?2 AND object IN "+oldest, i.c.tenant, i.c.class, i.c.segment); err != nil {
		return err
	}
	return i.putChanged()
}

// putChanged stores what was read, if anything, as a segment of what changed.
func (i *indexing) putChanged() error {
	if i.Count() == 0 {
		return nil
	}
	keys, err := grams.Keys(i.List())
	if err != nil {
		return err
	}
	return i.store(i.tx, segment{tenant: i.c.tenant, class: i.c.class, first: keys[0], last: i.Last()})
}

// renew makes a segment anew, of what its objects are now. Segments of changes
// that are older than all ranges say nothing more than those.
func (i *indexing) renew(key int64) error {
	g := segment{key: key, tenant: i.c.tenant, class: i.c.class}
	var list []byte
	if _, err := i.row("SELECT base, first, last, list FROM search_segments WHERE segment = ?", []any{key}, &g.base, &g.first, &g.last, &list); err != nil {
		return err
	}
	if err := i.drop(key); err != nil {
		return err
	}
	renew := i.renewRange
	if !g.base {
		renew = func(segment) error { return i.renewChanged(list) }
	}
	if err := renew(g); err != nil {
		return err
	}
	return i.forget()
}

func (i *indexing) renewRange(g segment) error {
	for {
		if err := i.readRange(g.first, g.last); err != nil {
			return err
		}
		if i.Count() < i.c.segment || i.Last() == g.last {
			return i.put(g, g.last)
		}
		if err := i.put(g, i.Last()); err != nil {
			return err
		}
		g.first = i.Last() + 1
	}
}

func (i *indexing) renewChanged(list []byte) error {
	keys, err := grams.Keys(list)
	if err != nil {
		return err
	}
	err = i.segmenter.read(i.QueryContext(i.quiet, `SELECT object, id, properties FROM objects NOT INDEXED WHERE object IN (SELECT value FROM json_each(?3))
		AND tenant = ?1 AND class = ?2 AND state IN (1, 2, 3) ORDER BY object`, i.c.tenant, i.c.class, keyList(keys)))
	if err != nil {
		return err
	}
	return i.putChanged()
}

// keyList is a list of keys as json_each takes it.
func keyList(keys []int64) string {
	text, _ := json.Marshal(keys)
	return string(text)
}

// forget drops the segments of changes that all ranges are newer than, and what
// was noted of erased objects that no segment older than that holds.
func (i *indexing) forget() error {
	spent, err := readKeys(i.quiet, i, query{"indexing for the search", `SELECT segment FROM search_segments WHERE tenant = ?1 AND class = ?2 AND NOT base
		AND segment < (SELECT min(segment) FROM search_segments WHERE tenant = ?1 AND class = ?2 AND base)`, []any{i.c.tenant, i.c.class}})
	if err != nil {
		return err
	}
	for _, key := range spent {
		if err := i.drop(key); err != nil {
			return err
		}
	}
	_, err = i.exec(`DELETE FROM search_erased AS e WHERE tenant = ?1 AND class = ?2 AND NOT EXISTS (SELECT 1 FROM search_segments s
		WHERE s.tenant = ?1 AND s.class = ?2 AND e.object BETWEEN s.first AND s.last AND s.segment <= e.segment)`, i.c.tenant, i.c.class)
	return err
}

// drop removes a segment.
func (t *tx) drop(segment int64) error {
	if _, err := t.exec("DELETE FROM search_grams WHERE chunk BETWEEN ?1 << 24 AND ((?1 + 1) << 24) - 1", segment); err != nil {
		return err
	}
	_, err := t.exec("DELETE FROM search_segments WHERE segment = ?", segment)
	return err
}
