package store

import (
	"context"
	"encoding/json"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// limits are a tenant's, for what may go in one round without a word.
type limits struct{ over, share int64 }

func readLimits(ctx context.Context, db queryer, tenant int64) (limits, error) {
	var l limits
	err := db.QueryRowContext(ctx, "SELECT hold_over, hold_share FROM tenants WHERE tenant = ?", tenant).Scan(&l.over, &l.share)
	return l, err
}

// unusual tells whether so many of what was held are more than usually go at once.
func (l limits) unusual(gone, held int64) bool { return gone > l.over && gone*100 > held*l.share }

// absence is what a full scan did not show, of objects or of links.
type absence struct {
	missed  int64 // not held before
	held    int64 // all that was expected
	nothing bool  // the scan showed nothing at all
}

// hold tells whether absence alone is not believed.
func (l limits) hold(a absence) bool {
	return a.missed > 0 && (a.nothing || l.unusual(a.missed, a.held))
}

// hasEnded is of an object (o) that says itself, by its property ?4, that it has ended by
// ?5 (seconds since 1970): that it is missing then is no loss.
const hasEnded = `coalesce(unixepoch(o.properties ->> ('$[' || (SELECT p.position FROM properties p WHERE p.class = o.class AND p.name = ?4) || ']')) <= ?5, 0)`

// hold keeps which deletions of objects the loss guard holds.
func (a *applier) hold() error {
	_, err := a.exec(`INSERT OR IGNORE INTO held (tenant, class, object, since, alive, round) SELECT tenant, class, object, ?6, ?7, ?3 FROM objects o
		WHERE tenant = ?1 AND class = ?2 AND state = 1 AND NOT `+hasEnded+` AND NOT EXISTS (SELECT 1 FROM seen WHERE round = ?3 AND seen.object = o.object)`,
		a.r.Tenant, a.r.class, a.r.Key, a.r.Class.Until, time.Now().Unix(), a.now, a.r.notBefore.Int64)
	return err
}

// decide ends the holding of what an earlier scan held: this one has decided it.
func (a *applier) decide() error {
	_, err := a.exec("DELETE FROM held WHERE tenant = ? AND class = ? AND round <> ?", a.r.Tenant, a.r.class, a.r.Key)
	return err
}

// openLinks are the open links of a relation that a full scan (?1) should have shown
// again: those of what it saw, to what is in sight.
const openLinks = ` FROM seen s JOIN links l ON l.source = s.object AND l.relation = ?2 AND l.until IS NULL
	LEFT JOIN objects t ON t.object = l.target WHERE s.round = ?1 AND coalesce(t.state, 0) NOT IN (2, 4)`

// holdLinks keeps which ends of links the loss guard holds, as hold does for objects.
func (a *applier) holdLinks(rel relation) error {
	const missed = openLinks + ` AND NOT EXISTS (SELECT 1 FROM seen_links x WHERE x.round = ?1 AND x.source = l.source AND x.relation = ?2 AND x.target = l.target)`
	const before = ` AND NOT EXISTS (SELECT 1 FROM held_links h WHERE h.tenant = ?3 AND h.class = ?4 AND h.relation = ?2 AND h.source = l.source AND h.target = l.target)`
	args := []any{a.r.Key, rel.key, a.r.Tenant, a.r.class}
	var found absence
	if _, err := a.row("SELECT count(*)"+missed+before, args, &found.missed); err != nil {
		return err
	}
	if found.missed > 0 {
		if _, err := a.row("SELECT (SELECT count(*)"+openLinks+"), NOT EXISTS (SELECT 1 FROM seen_links WHERE round = ?1 AND relation = ?2)", args[:2], &found.held, &found.nothing); err != nil {
			return err
		}
		limits, err := readLimits(a.quiet, a, a.r.Tenant)
		if err != nil {
			return err
		}
		if limits.hold(found) {
			if _, err := a.exec(`INSERT INTO held_links (tenant, class, relation, source, target, since, round) SELECT ?3, ?4, ?2, l.source, l.target, ?5, ?1`+missed+before,
				append(args, a.now)...); err != nil {
				return err
			}
		}
	}
	_, err := a.exec("DELETE FROM held_links WHERE tenant = ?3 AND class = ?4 AND relation = ?2 AND round <> ?1", args...)
	return err
}

// FellShort keeps with a round, and says by its note, that Graph tells less of some objects
// by themselves than their list does: what a class holds inside of them counts as seen. The
// links of a relation do by [entra.Object.Partial].
func (s *Store) FellShort(ctx context.Context, r *Pass, ids []string, note say.Sentence) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	return s.tx(ctx, "comparing the scan failed", func(t *tx) error {
		if _, err := t.exec("UPDATE rounds SET note = ? WHERE round = ?", string(note), r.Key); err != nil || r.Class.Inside == "" {
			return err
		}
		_, err := t.exec(`INSERT OR IGNORE INTO seen (round, object) SELECT ?1, o.object FROM json_each(?2) named
			JOIN objects t ON t.tenant = ?3 AND t.id = named.value AND t.space = 0
			JOIN links l ON l.target = t.object AND l.relation = (SELECT relation FROM relations WHERE name = ?4) AND l.until IS NULL
			JOIN objects o ON o.object = l.source AND o.class = ?5 AND o.state = 1`, r.Key, string(list), r.Tenant, r.Class.Container().Relation, r.class)
		return err
	})
}

// holdsValue is of an object (o) of class ?2 that a value of property ?3 is held; see [entra.Empty].
const holdsValue = `o.tenant = ?1 AND o.class = (SELECT class FROM classes WHERE name = ?2) AND o.state = 1
	AND coalesce(o.properties -> ('$[' || (SELECT p.position FROM properties p WHERE p.class = o.class AND p.name = ?3) || ']'), 'null') NOT IN ('null', '{}', '[]', '""')`

// Valued is a property of a class's objects of which values are held.
type Valued struct {
	Tenant          int64
	Class, Property string
}

// ValuesOf names those of some objects of which a value is held.
func (s *Store) ValuesOf(ctx context.Context, v Valued, ids []string) (out []string, err error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	out, err = texts(ctx, s.read, "SELECT o.id FROM json_each(?4) named CROSS JOIN objects o ON o.tenant = ?1 AND o.id = named.value WHERE "+holdsValue, v.Tenant, v.Class, v.Property, string(list))
	return out, trouble("reading the objects failed", err)
}

// Holders are some objects of which a value is held, any of them but those that are named,
// and how many there are with those. No more than most are looked at; 0: all are.
func (s *Store) Holders(ctx context.Context, v Valued, but []string, some, most int) (ids []string, all int64, err error) {
	scan := func(row scanner) (id string, err error) { return id, row.Scan(&id) }
	seen, limit := 0, Range{Limit: most}
	for id, err := range stream(ctx, s.read, scan, query{"reading the objects failed", "SELECT o.id FROM objects o WHERE " + holdsValue + " LIMIT ?4", []any{v.Tenant, v.Class, v.Property, limit.limit()}}) {
		if err != nil {
			return nil, 0, err
		}
		if all++; slices.Contains(but, id) {
			continue
		}
		if seen++; len(ids) < some {
			ids = append(ids, id)
		} else if at := rand.IntN(seen); at < some {
			ids[at] = id
		}
	}
	return ids, all, nil
}

// Unbelievable tells whether the loss guard would hold that so many of what is held went
// at once; nothing: none of it is shown any more.
func (s *Store) Unbelievable(ctx context.Context, tenant, missed, held int64, nothing bool) (bool, error) {
	limits, err := readLimits(ctx, s.read, tenant)
	return limits.hold(absence{missed, held, nothing}), trouble("reading what is held failed", err)
}

// release ends the holding of what a page names: it is there, or Graph says itself
// that it is not.
func (a *applier) release(o row) error {
	if !o.found || !a.holding() {
		return nil
	}
	_, err := a.exec("DELETE FROM held WHERE tenant = ? AND class = ? AND object = ?", a.r.Tenant, a.r.class, o.key)
	return err
}

// releaseLink is release for a link.
func (a *applier) releaseLink(source, target row, rel relation) error {
	if !a.holding() {
		return nil
	}
	_, err := a.exec("DELETE FROM held_links WHERE tenant = ? AND class = ? AND relation = ? AND source = ? AND target = ?", a.r.Tenant, a.r.class, rel.key, source.key, target.key)
	return err
}

// holding tells whether anything of the class is held, as seldom is the case.
func (a *applier) holding() bool {
	if a.anyHeld == nil {
		a.anyHeld = new(bool)
		// An error would come again with the next statement, which is not lost.
		_, _ = a.row("SELECT EXISTS (SELECT 1 FROM held WHERE tenant = ?1 AND class = ?2) OR EXISTS (SELECT 1 FROM held_links WHERE tenant = ?1 AND class = ?2)",
			[]any{a.r.Tenant, a.r.class}, a.anyHeld)
	}
	return *a.anyHeld
}

// Held is a deletion that the loss guard holds.
type Held struct {
	Class       string
	ID          string
	DisplayName string
	Links       int64 // so many links of the object are held; 0: the object itself
	Since       time.Time
}

// stillHeld is what is held and was not seen since, not even by a scan that has not
// ended.
const (
	heldObjects = ` FROM held h CROSS JOIN objects o USING (object) CROSS JOIN classes c ON c.class = h.class
		WHERE h.tenant = ?1 AND (?2 = '' OR c.name = ?2) AND o.state = 1 AND NOT EXISTS (SELECT 1 FROM rounds r JOIN seen s ON s.round = r.round AND s.object = h.object
			WHERE r.tenant = h.tenant AND r.class = h.class AND r.over = 0)`
	heldEnds = ` FROM held_links h CROSS JOIN objects o ON o.object = h.source CROSS JOIN classes c ON c.class = h.class
		WHERE h.tenant = ?1 AND (?2 = '' OR c.name = ?2) AND EXISTS (SELECT 1 FROM links l WHERE l.source = h.source AND l.relation = h.relation AND l.target = h.target AND l.until IS NULL)
		AND coalesce((SELECT state FROM objects WHERE object = h.target), 0) NOT IN (2, 4)
		AND NOT EXISTS (SELECT 1 FROM rounds r JOIN seen_links s ON s.round = r.round AND s.source = h.source AND s.relation = h.relation AND s.target = h.target
			WHERE r.tenant = h.tenant AND r.class = h.class AND r.over = 0)`
)

// Held lists the deletions that the loss guard holds, of one class or ("") of all;
// of an object whose links are held how many.
func (s *Store) Held(ctx context.Context, tenant int64, class string, r Range) iter.Seq2[Held, error] {
	scan := func(row scanner) (h Held, err error) {
		var since int64
		err = row.Scan(&h.Class, &h.ID, &h.DisplayName, &h.Links, &since)
		h.Since = time.UnixMilli(since).UTC()
		return h, err
	}
	return stream(ctx, s.read, scan, query{"reading what is held failed", `SELECT c.name, o.id, coalesce(o.properties ->> '$[0]', ''), 0, h.since` + heldObjects + `
		UNION ALL SELECT c.name, o.id, coalesce(o.properties ->> '$[0]', ''), count(*), min(h.since)` + heldEnds + ` GROUP BY h.class, h.source
		ORDER BY 1, 3, 2 LIMIT ?3 OFFSET ?4`, []any{tenant, class, r.limit(), r.Offset}})
}

// HeldLinks counts the ends of links of one relation that the loss guard holds.
func (s *Store) HeldLinks(ctx context.Context, tenant int64, class, relation string) (n int64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT count(*)"+heldEnds+" AND h.relation = (SELECT relation FROM relations WHERE name = ?3)", tenant, class, relation).Scan(&n)
	return n, trouble("reading what is held failed", err)
}

// HeldCounts counts the deletions that the loss guard holds, by class; a class of
// which none is held is missing.
func (s *Store) HeldCounts(ctx context.Context, tenant int64) (map[string]int64, error) {
	out := map[string]int64{}
	type count struct {
		class string
		n     int64
	}
	scan := func(row scanner) (c count, err error) { return c, row.Scan(&c.class, &c.n) }
	for c, err := range stream(ctx, s.read, scan, query{"reading what is held failed", `SELECT c.name, count(*)` + heldObjects + ` GROUP BY 1
		UNION ALL SELECT c.name, count(*)` + heldEnds + ` GROUP BY 1`, []any{tenant, ""}}) {
		if err != nil {
			return nil, err
		}
		out[c.class] += c.n
	}
	return out, nil
}

// ConfirmHeld applies the deletions of a class that are held, at once, and counts
// them in a history row. It tells how many they were.
func (s *Store) ConfirmHeld(ctx context.Context, tenant int64, class entra.Class, classRun int64) (int64, error) {
	var n int64
	err := s.tenantTx(ctx, "applying what was held failed", tenant, func(t *tx) error {
		r, err := t.confirming(tenant, class)
		if err != nil {
			return err
		}
		a := &applier{tx: t, r: NewPass(r, classRun, nil), anyHeld: new(bool)}
		if a.layout, err = readLayout(t.quiet, t, r.class); err != nil {
			return err
		}
		if n, err = a.confirmHeld(); err != nil {
			return err
		}
		if err := a.close(); err != nil {
			return err
		}
		for _, q := range []string{"DELETE FROM held WHERE tenant = ?1 AND class = ?2", "DELETE FROM held_links WHERE tenant = ?1 AND class = ?2"} {
			if err := t.all(tenant, q, r.class); err != nil {
				return err
			}
		}
		_, err = t.exec("DELETE FROM rounds WHERE round = ?", r.Key)
		return err
	})
	return n, err
}

// confirming is a round of its own for what an admin confirms, beside the one that
// the class may be in.
func (t *tx) confirming(tenant int64, class entra.Class) (*Round, error) {
	r, err := t.classRound(tenant, class)
	if err != nil {
		return nil, err
	}
	r.Kind, r.Started = Delta, time.UnixMilli(t.now)
	r.Key, err = t.insert("INSERT INTO rounds (tenant, class, kind, baseline, fresh, started, over) VALUES (?, ?, ?, 0, 0, ?, 1)", tenant, r.class, string(Delta), t.now)
	return r, err
}

func (a *applier) confirmHeld() (int64, error) {
	reason := entra.SoftDeleted // until a full scan finds that it can't be restored
	if a.r.Class.Delta == "" {
		reason = entra.Gone
	}
	ids, err := texts(a.quiet, a, "SELECT o.id"+heldObjects, a.r.Tenant, a.r.Class.Name)
	if err != nil {
		return 0, err
	}
	ends, err := a.heldLinks() // first: of a link to who is gone nothing would be said
	if err != nil {
		return 0, err
	}
	for _, l := range ends {
		if _, err := a.link(l.source, l.target, l.rel, true); err != nil {
			return 0, err
		}
		if err := a.recount(l.source); err != nil {
			return 0, err
		}
	}
	for _, id := range ids {
		old, err := a.find(id)
		if err != nil {
			return 0, err
		}
		if err := a.remove(id, old, reason); err != nil {
			return 0, err
		}
	}
	return int64(len(ids) + len(ends)), nil
}

// heldLink is a link whose end is held.
type heldLink struct {
	missedLink
	rel relation
}

func (a *applier) heldLinks() ([]heldLink, error) {
	scan := func(row scanner) (l heldLink, err error) {
		l.source.found, l.target.found = true, true
		err = row.Scan(&l.source.key, &l.source.state, &l.source.raw, &l.source.classRun, &l.target.key, &l.target.state, &l.rel.key, &l.rel.name)
		return l, err
	}
	var out []heldLink
	for l, err := range stream(a.quiet, a, scan, query{"reading what is held failed", `SELECT o.object, o.state, o.properties, o.class_run, h.target,
		coalesce((SELECT state FROM objects WHERE object = h.target), 0), h.relation, (SELECT name FROM relations WHERE relation = h.relation)` + heldEnds,
		[]any{a.r.Tenant, a.r.Class.Name}}) {
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// Losses are what a history row lost, where that is more than usual; zero where not.
type Losses struct {
	Objects, HeldObjects int64 // removed, and held before
	Links, HeldLinks     int64 // ended, and open before
}

// Unusual tells whether a history row, with so many links that ended, lost more than
// the loss guard would let pass if it were by absence.
func (s *Store) Unusual(ctx context.Context, tenant, classRun, unlinked int64) (Losses, error) {
	var l Losses
	var class, deleted, total int64
	limits, err := readLimits(ctx, s.read, tenant)
	if err == nil {
		err = s.read.QueryRowContext(ctx, `SELECT class, deleted, (SELECT total FROM tenant_classes tc WHERE tc.tenant = r.tenant AND tc.class = r.class)
			FROM class_runs r WHERE class_run = ?`, classRun).Scan(&class, &deleted, &total)
	}
	if isNoRows(err) { // removed meanwhile
		return l, nil
	}
	if err == nil && limits.unusual(deleted, total+deleted) {
		l.Objects, l.HeldObjects = deleted, total+deleted
	}
	if err == nil && unlinked > limits.over {
		var open int64
		err = s.read.QueryRowContext(ctx, "SELECT count(*) FROM objects o CROSS JOIN links l ON l.source = o.object AND l.until IS NULL WHERE o.tenant = ? AND o.class = ? AND o.state = 1", tenant, class).Scan(&open)
		if limits.unusual(unlinked, open+unlinked) {
			l.Links, l.HeldLinks = unlinked, open+unlinked
		}
	}
	return l, trouble("counting what was lost failed", err)
}

// beganNow is when the run began, or the round, where a run before this one began it.
func (a *applier) beganNow() int64 { return min(a.r.runStart, a.r.Started.UnixMilli()) }

// begin is when the first run began that came after the class's last completed one:
// from then on other classes may have told what this one learns only now. That may be
// many runs ago, where the class was refused or interrupted in all of them. Runs of
// before tell nothing that this class did not know by then.
func (a *applier) begin() (int64, error) {
	if a.began != 0 {
		return a.began, nil
	}
	began, err := a.beganAfter(a.r.notBefore.Int64)
	a.began = began
	return began, err
}
