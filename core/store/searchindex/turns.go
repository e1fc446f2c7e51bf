package searchindex

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/entraidsync/entraidsync/core/grams"
	"github.com/entraidsync/entraidsync/core/store/rows"
)

// Sizes are how many objects the search index handles together.
type Sizes struct {
	Segment int // at most; making one takes a tenth of a second, for which syncs wait
	Scanned int // fewer are searched one by one, rather than by a segment of their own
}

// DefaultSizes are those of every database; tests take smaller ones.
var DefaultSizes = Sizes{Segment: 8192, Scanned: 2048}

// StaleFor is how long a segment may keep the grams of what was erased.
const StaleFor = 24 * time.Hour

// Writing is the transaction that a turn writes in.
type Writing struct {
	Conn *sql.Conn
	Ctx  context.Context
	Now  int64 // ms since 1970
}

func (w Writing) exec(text string, args ...any) error {
	_, err := w.Conn.ExecContext(w.Ctx, text, args...)
	return err
}

func (w Writing) row(text string, args []any, into ...any) (found bool, err error) {
	err = w.Conn.QueryRowContext(w.Ctx, text, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Indexed is how far a class is indexed.
type Indexed struct {
	Sizes
	Tenant, Class int64

	objects   int   // in the segments of ranges
	changed   int   // in the segments of what changed since
	pending   int   // changed since, in no segment
	tail      int   // behind the ranges, in no segment; counted to scanned
	oldest    int64 // segment of a range; 0: none
	forgetful int64 // segment that keeps grams of what was erased, long enough; 0: none
}

// next is what to do next, one segment's work; nil: nothing.
func (c *Indexed) next() func(*indexing) error {
	switch {
	case c.forgetful != 0:
		return func(i *indexing) error { return i.renew(c.forgetful) }
	case c.oldest != 0 && c.pending+c.changed > max(c.Scanned, c.objects/4):
		return func(i *indexing) error { return i.renew(c.oldest) }
	case c.pending > c.Scanned:
		return (*indexing).fold
	case c.tail >= c.Scanned:
		return (*indexing).grow
	}
	return nil
}

// Due tells whether there is anything to do.
func (c *Indexed) Due() bool { return c.next() != nil }

// Turn does the next thing that there is to do.
func (c *Indexed) Turn(w Writing, x *Segmenter) error { return c.next()(&indexing{w, x, *c}) }

// Read finds out how far the class is indexed. A segment made before stale (ms) may
// keep no grams of what was erased.
func (c *Indexed) Read(ctx context.Context, db rows.Queryer, stale int64) error {
	const segments = `SELECT coalesce(sum(objects) FILTER (WHERE base), 0), coalesce(sum(objects) FILTER (WHERE NOT base), 0),
		coalesce(min(segment) FILTER (WHERE base), 0), coalesce(min(segment) FILTER (WHERE made <= ?3 AND EXISTS (
		SELECT 1 FROM search_erased e WHERE e.tenant = ?1 AND e.class = ?2 AND e.object BETWEEN s.first AND s.last AND e.segment >= s.segment)), 0)
		FROM search_segments s WHERE tenant = ?1 AND class = ?2`
	if err := db.QueryRowContext(ctx, segments, c.Tenant, c.Class, stale).Scan(&c.objects, &c.changed, &c.oldest, &c.forgetful); err != nil {
		return err
	}
	const rest = `SELECT (SELECT count(*) FROM search_pending WHERE tenant = ?1 AND class = ?2), (SELECT count(*) FROM (
		SELECT 1 FROM objects WHERE tenant = ?1 AND class = ?2 AND state IN (1, 2, 3) AND object > ` + rangesEnd + ` LIMIT ?3))`
	return db.QueryRowContext(ctx, rest, c.Tenant, c.Class, c.Scanned).Scan(&c.pending, &c.tail)
}

// rangesEnd is the key of the last object of a class that its ranges hold.
const rangesEnd = "(SELECT coalesce(max(last), 0) FROM search_segments WHERE tenant = ?1 AND class = ?2 AND base)"

// indexing is a turn of a class's indexing.
type indexing struct {
	Writing
	*Segmenter
	c Indexed
}

// grow indexes the next objects behind the ranges. A short last range grows
// rather than getting a neighbour.
func (i *indexing) grow() error {
	g := segment{tenant: i.c.Tenant, class: i.c.Class, base: true}
	if err := i.Conn.QueryRowContext(i.Ctx, "SELECT "+rangesEnd, g.tenant, g.class).Scan(&g.first); err != nil {
		return err
	}
	g.first++
	var short int64
	found, err := i.row("SELECT segment, first FROM search_segments WHERE tenant = ? AND class = ? AND base AND last = ? AND objects < ?",
		[]any{g.tenant, g.class, g.first - 1, i.c.Segment / 2}, &short, &g.first)
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
	return i.Segmenter.read(i.Conn.QueryContext(i.Ctx, state+"1 UNION ALL "+state+"2 UNION ALL "+state+"3 ORDER BY object LIMIT ?5",
		i.c.Tenant, i.c.Class, first, last, i.c.Segment))
}

// put stores what was read as the segment of a range that ends with last. What
// changed in it is up to date with that.
func (i *indexing) put(g segment, last int64) error {
	g.last = last
	if err := i.exec("DELETE FROM search_pending WHERE tenant = ? AND class = ? AND object BETWEEN ? AND ?", g.tenant, g.class, g.first, g.last); err != nil {
		return err
	}
	return i.store(i.Writing, g)
}

// fold makes a segment of objects that changed since they were indexed.
func (i *indexing) fold() error {
	const oldest = "(SELECT object FROM search_pending WHERE tenant = ?1 AND class = ?2 ORDER BY object LIMIT ?3)"
	err := i.Segmenter.read(i.Conn.QueryContext(i.Ctx, "SELECT object, id, properties FROM objects NOT INDEXED WHERE object IN "+oldest+
		" AND tenant = ?1 AND class = ?2 AND state IN (1, 2, 3) ORDER BY object", i.c.Tenant, i.c.Class, i.c.Segment))
	if err != nil {
		return err
	}
	if err := i.exec("DELETE FROM search_pending WHERE tenant = ?1 AND class = ?2 AND object IN "+oldest, i.c.Tenant, i.c.Class, i.c.Segment); err != nil {
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
	return i.store(i.Writing, segment{tenant: i.c.Tenant, class: i.c.Class, first: keys[0], last: i.Last()})
}

// renew makes a segment anew, of what its objects are now. Segments of changes
// that are older than all ranges say nothing more than those.
func (i *indexing) renew(key int64) error {
	g := segment{key: key, tenant: i.c.Tenant, class: i.c.Class}
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
		if i.Count() < i.c.Segment || i.Last() == g.last {
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
	err = i.Segmenter.read(i.Conn.QueryContext(i.Ctx, `SELECT object, id, properties FROM objects NOT INDEXED WHERE object IN (SELECT value FROM json_each(?3))
		AND tenant = ?1 AND class = ?2 AND state IN (1, 2, 3) ORDER BY object`, i.c.Tenant, i.c.Class, KeyList(keys)))
	if err != nil {
		return err
	}
	return i.putChanged()
}

// forget drops the segments of changes that all ranges are newer than, and what
// was noted of erased objects that no segment older than that holds.
func (i *indexing) forget() error {
	spent, err := rows.Keys(i.Ctx, i.Conn, rows.Ask("indexing for the search failed", `SELECT segment FROM search_segments WHERE tenant = ?1 AND class = ?2 AND NOT base
		AND segment < (SELECT min(segment) FROM search_segments WHERE tenant = ?1 AND class = ?2 AND base)`, i.c.Tenant, i.c.Class))
	if err != nil {
		return err
	}
	for _, key := range spent {
		if err := i.drop(key); err != nil {
			return err
		}
	}
	err = i.exec(`DELETE FROM search_erased AS e WHERE tenant = ?1 AND class = ?2 AND NOT EXISTS (SELECT 1 FROM search_segments s
		WHERE s.tenant = ?1 AND s.class = ?2 AND e.object BETWEEN s.first AND s.last AND s.segment <= e.segment)`, i.c.Tenant, i.c.Class)
	return err
}

// drop removes a segment.
func (w Writing) drop(segment int64) error {
	if err := w.exec("DELETE FROM search_grams WHERE chunk BETWEEN ?1 << 24 AND ((?1 + 1) << 24) - 1", segment); err != nil {
		return err
	}
	return w.exec("DELETE FROM search_segments WHERE segment = ?", segment)
}
