package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// Candidates are the objects that a finished full scan did not see.
type Candidates struct {
	IDs  []string // to be confirmed one by one
	Held int      // so many beside them that the loss guard holds those
}

// Candidates finds what a sweep would delete. What is more than the loss guard lets
// pass is held; what it held before, and this scan missed again, is a candidate.
func (s *Store) Candidates(ctx context.Context, r *Pass) (Candidates, error) {
	var c Candidates
	if !r.sweeps() || r.Class.Alone != "" {
		return c, nil
	}
	if all, err := s.sawAll(ctx, r); all || err != nil {
		return c, err
	}
	const missed = ` FROM objects o WHERE tenant = ?1 AND class = ?2 AND state IN (1, 2, 3)
		AND NOT EXISTS (SELECT 1 FROM seen WHERE round = ?3 AND seen.object = o.object)`
	const fresh = "state = 1 AND NOT " + hasEnded + " AND NOT EXISTS (SELECT 1 FROM held h WHERE h.object = o.object AND h.tenant = ?1 AND h.class = ?2)"
	now := time.Now().Unix()
	var found absence
	err := s.read.QueryRowContext(ctx, `SELECT (SELECT count(*) `+missed+` AND `+fresh+`), (SELECT total FROM tenant_classes WHERE tenant = ?1 AND class = ?2),
		NOT EXISTS (SELECT 1 FROM seen JOIN objects o USING (object) WHERE seen.round = ?3 AND o.state IN (1, 3))`,
		r.Tenant, r.class, r.Key, r.Class.Until, now).Scan(&found.missed, &found.held, &found.nothing)
	if err != nil {
		return c, trouble("comparing the scan failed", err)
	}
	limits, err := readLimits(ctx, s.read, r.Tenant)
	if err != nil {
		return c, trouble("comparing the scan failed", err)
	}
	but, args := "", []any{r.Tenant, r.class, r.Key}
	if limits.hold(found) {
		c.Held, but, args = int(found.missed), " AND NOT ("+fresh+")", append(args, r.Class.Until, now)
	}
	scan := func(row scanner) (id string, err error) { return id, row.Scan(&id) }
	for id, err := range stream(ctx, s.read, scan, query{"comparing the scan failed", "SELECT id" + missed + but, args}) {
		if err != nil {
			return c, err
		}
		c.IDs = append(c.IDs, id)
	}
	return c, nil
}

// sawAll tells whether a full scan has missed nothing, by counting what it saw, and
// what it saw of objects that are not in sight. An object that is gone stays known by its id,
// so that what was seen is always there to be counted.
func (s *Store) sawAll(ctx context.Context, r *Pass) (bool, error) {
	var missed int64
	err := s.read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM objects WHERE tenant = ?1 AND class = ?2 AND state IN (1, 2, 3))
		- (SELECT count(*) FROM seen WHERE round = ?3)
		+ (SELECT count(*) FROM objects o WHERE tenant = ?1 AND class = ?2 AND state IN (0, 4) AND EXISTS (SELECT 1 FROM seen WHERE round = ?3 AND seen.object = o.object))`,
		r.Tenant, r.class, r.Key).Scan(&missed)
	return missed == 0, trouble("comparing the scan failed", err)
}

// Verdict is what was found out about the candidates of a sweep.
type Verdict struct {
	Gone  map[string]entra.Removal // by id: soft-deleted or gone; who isn't named stays
	Alive map[string]entra.Object  // read whole after all
	Held  bool                     // the loss guard holds what was missed beside them
}

// Complete ends a full scan in one transaction: the sweep, the delta link and
// the flag. Before that members are looked up that were only named so far.
func (s *Store) Complete(ctx context.Context, r *Pass, deltaLink string, v Verdict) (Applied, error) {
	var out Applied
	if err := s.lookUpAll(ctx, r); err != nil {
		return out, err
	}
	err := s.tx(ctx, "completing the scan failed", func(t *tx) error {
		a := &applier{tx: t, r: r, whole: v.Alive}
		if err := a.start(); err != nil {
			return err
		}
		if v.Held {
			if err := a.hold(); err != nil {
				return err
			}
		}
		for id, o := range v.Alive {
			if err := a.object(entra.Object{ID: id, Properties: o.Properties}); err != nil {
				return err
			}
		}
		if r.Class.Alone == "" {
			if err := errors.Join(a.sweep(v.Gone), a.decide()); err != nil {
				return err
			}
		}
		if err := a.sweepLinks(); err != nil {
			return err
		}
		if err := a.close(); err != nil {
			return err
		}
		out = a.out
		return a.complete(deltaLink)
	})
	return out, err
}

func (a *applier) sweep(gone map[string]entra.Removal) error {
	for id, reason := range gone {
		old, err := a.find(id)
		if err != nil {
			return err
		}
		if !old.found {
			continue
		}
		if err := a.remove(id, old, reason); err != nil {
			return err
		}
	}
	return nil
}

// sweepLinks ends the links of objects that the scan saw and that it did not list
// again, relation by relation.
func (a *applier) sweepLinks() error {
	if !a.r.sweeps() {
		return nil
	}
	for _, r := range a.r.Class.Relations {
		rel, err := a.relation(r.Name)
		if err != nil {
			return err
		}
		if err := a.sweepRelation(rel); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) sweepRelation(rel relation) error {
	if err := a.holdLinks(rel); err != nil {
		return err
	}
	for {
		missed, err := a.missedLinks(rel)
		if err != nil || len(missed) == 0 {
			return err
		}
		for i, m := range missed {
			switch ended, err := a.link(m.source, m.target, rel, true); {
			case err != nil:
				return err
			case !ended: // it would be missed again for ever
				return errTorn
			}
			if last := i == len(missed)-1; last || missed[i+1].source.key != m.source.key {
				if err := a.recount(m.source); err != nil {
					return err
				}
			}
		}
	}
}

type missedLink struct{ source, target row }

// missedLinks gives the next slice of them, so that memory stays bounded. Links to who is
// soft-deleted stay: a list does not show them, an enumeration need not, and when that one
// is restored nothing tells them again.
func (a *applier) missedLinks(rel relation) ([]missedLink, error) {
	rows, err := a.QueryContext(a.ctx, `
		SELECT o.object, o.state, o.properties, (SELECT class_run FROM objects WHERE object = o.object), l.target, coalesce(t.state, 0)
		FROM seen s JOIN links l ON l.source = s.object AND l.relation = ?2 AND l.until IS NULL
		JOIN objects o ON o.object = l.source LEFT JOIN objects t ON t.object = l.target
		WHERE s.round = ?1 AND NOT EXISTS (SELECT 1 FROM seen_links x WHERE x.round = ?1 AND x.source = l.source AND x.relation = ?2 AND x.target = l.target)
		AND NOT EXISTS (SELECT 1 FROM held_links h WHERE h.tenant = ?3 AND h.class = ?4 AND h.relation = ?2 AND h.source = l.source AND h.target = l.target)
		AND coalesce(t.state, 0) <> 2 ORDER BY o.object LIMIT 1000`, a.r.Key, rel.key, a.r.Tenant, a.r.class)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []missedLink
	for rows.Next() {
		m := missedLink{source: row{found: true}, target: row{found: true}}
		if err := rows.Scan(&m.source.key, &m.source.state, &m.source.raw, &m.source.classRun, &m.target.key, &m.target.state); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// Ending is a live target of links that a full scan's end will end.
type Ending struct {
	Key       int64
	Class, ID string
}

// EndingTargets are some live targets of links that the scan did not show again.
func (s *Store) EndingTargets(ctx context.Context, r *Pass, limit int) (out []Ending, err error) {
	scan := func(row scanner) (e Ending, err error) { return e, row.Scan(&e.Key, &e.Class, &e.ID) }
	for e, err := range stream(ctx, s.read, scan, query{"comparing the scan failed", `SELECT DISTINCT t.object, (SELECT name FROM classes c WHERE c.class = t.class), t.id
		FROM seen s JOIN links l ON l.source = s.object AND l.relation = ?2 AND l.until IS NULL JOIN objects t ON t.object = l.target AND t.state = 1
		WHERE s.round = ?1 AND NOT EXISTS (SELECT 1 FROM seen_links x WHERE x.round = ?1 AND x.source = l.source AND x.relation = ?2 AND x.target = l.target)
		LIMIT ?3`, []any{r.Key, r.relation, limit}}) {
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// KeepLinksTo counts the links to some targets as seen.
func (s *Store) KeepLinksTo(ctx context.Context, r *Pass, targets []int64) error {
	list, err := json.Marshal(targets)
	if err != nil {
		return err
	}
	return s.tx(ctx, "comparing the scan failed", func(t *tx) error {
		_, err := t.exec(`INSERT OR IGNORE INTO seen_links (round, source, relation, target) SELECT ?1, l.source, l.relation, l.target
			FROM links l JOIN seen s ON s.round = ?1 AND s.object = l.source WHERE l.relation = ?2 AND l.until IS NULL AND l.target IN (SELECT value FROM json_each(?3))`,
			r.Key, r.relation, string(list))
		return err
	})
}

// complete ends the round: the next one starts from its delta link.
func (a *applier) complete(deltaLink string) error {
	n, err := a.exec("UPDATE rounds SET over = 1 WHERE round = ? AND over = 0", a.r.Key)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrRoundOver
	}
	_, err = a.exec(`UPDATE streams SET delta_link = ?1, baseline = 0, blocked = '', ask_again = 0,
		full_scan = CASE WHEN ?2 THEN full_scan > 1 ELSE full_scan END, unasked = CASE WHEN ?2 THEN (SELECT unasked FROM rounds WHERE round = ?7) ELSE unasked END,
		completed = (SELECT started FROM class_runs WHERE class_run = ?3) WHERE tenant = ?4 AND class = ?5 AND relation = ?6`,
		deltaLink, a.r.Kind.Full(), a.r.ClassRun, a.r.Tenant, a.r.class, a.r.relation, a.r.Key)
	if err != nil {
		return err
	}
	if a.r.Kind.Full() && a.r.Class.Alone == "" {
		if err := a.held(a.r.Tenant, a.r.class); err != nil {
			return err
		}
	}
	if a.r.Kind == Delta { // nothing was marked
		if _, err := a.exec("DELETE FROM cursors WHERE round = ?", a.r.Key); err != nil {
			return err
		}
		_, err = a.exec("DELETE FROM rounds WHERE round = ?", a.r.Key)
	}
	return err
}

// unchanged tells whether a full scan tells of an object what is stored already,
// as it does of nearly all; then it is seen, and nothing else is to do.
func (a *applier) unchanged(o entra.Object) (bool, error) {
	if !a.marking || o.Removed != entra.NotRemoved || o.Partial {
		return false, nil
	}
	if _, read := a.whole[o.ID]; read {
		return false, nil
	}
	state, props := a.judge(o.ID, o.Properties)
	if state != entra.Live {
		return false, nil
	}
	packed, err := a.packOne(props)
	if err != nil {
		return false, err
	}
	if a.same == nil {
		if a.same, err = a.direct(`SELECT object FROM objects WHERE tenant = ?1 AND id = ?2 AND space = ?5 AND class = ?3 AND state = 1 AND properties = CAST(?4 AS TEXT)`,
			1, a.r.Tenant, nil, a.r.class, nil, a.r.space); err != nil {
			return false, err
		}
	}
	a.same.args[1].Value, a.same.args[3].Value = o.ID, packed
	found, err := a.same.step(a.tx)
	if !found || err != nil {
		return false, err
	}
	if later, err := a.later(o); !later || err != nil {
		return false, err
	}
	a.marks = append(a.marks, a.same.row[0].(int64))
	return true, nil
}

// mark notes the unchanged objects of the page as seen.
func (a *applier) mark() error {
	if len(a.marks) == 0 {
		return nil
	}
	slices.Sort(a.marks) // the order of their place
	list, err := json.Marshal(a.marks)
	if err != nil {
		return err
	}
	n, err := a.exec("INSERT OR IGNORE INTO seen (round, object) SELECT ?1, value FROM json_each(?2)", a.r.Key, string(list))
	a.seen += n
	return err
}

// keepLinks counts all links of an object as seen: not all that Graph told could be
// read, so that a full scan can't tell which of them ended.
func (a *applier) keepLinks(source row) error {
	if !a.marking {
		return nil
	}
	_, err := a.exec(`INSERT OR IGNORE INTO seen_links (round, source, relation, target)
		SELECT ?1, source, relation, target FROM links WHERE source = ?2 AND until IS NULL`, a.r.Key, source.key)
	return err
}

// ClearMarks removes the marks of rounds that are over.
func (s *Store) ClearMarks(ctx context.Context) error {
	for {
		more := false
		err := s.tx(ctx, "clearing up failed", func(t *tx) error {
			var round int64
			found, err := t.row("SELECT round FROM rounds WHERE over = 1 LIMIT 1", nil, &round)
			if err != nil || !found {
				return err
			}
			more = true
			return t.clearMarks(round)
		})
		if err != nil || !more {
			return err
		}
	}
}

// clearMarks removes a slice of a round's marks, and in the end the round; or all
// marks at once, page by page instead of row by row, where no other round goes on
// that has any.
func (t *tx) clearMarks(round int64) error {
	var others bool
	if _, err := t.row("SELECT EXISTS (SELECT 1 FROM rounds WHERE over = 0 AND kind IN ('fast', 'scan', 'poll'))", nil, &others); err != nil {
		return err
	}
	removed := int64(0)
	some := []string{
		"DELETE FROM seen WHERE round = ?1 AND object <= coalesce((SELECT object FROM seen WHERE round = ?1 ORDER BY object LIMIT 1 OFFSET 20000), (SELECT max(object) FROM seen WHERE round = ?1))",
		"DELETE FROM seen_links WHERE round = ?1 AND source IN (SELECT source FROM seen_links WHERE round = ?1 LIMIT 2000)",
		"DELETE FROM pending_links WHERE round = ?1 AND source IN (SELECT source FROM pending_links WHERE round = ?1 LIMIT 2000)",
	}
	for i, all := range []string{"DELETE FROM seen", "DELETE FROM seen_links", "DELETE FROM pending_links"} {
		query, args := some[i], []any{round}
		if !others {
			query, args = all, nil
		}
		n, err := t.exec(query, args...)
		if err != nil {
			return err
		}
		removed += n
	}
	if others && removed > 0 {
		return nil
	}
	if _, err := t.exec("DELETE FROM cursors WHERE round = ?", round); err != nil {
		return err
	}
	return t.one("DELETE FROM rounds WHERE round = ?", round)
}

// credit counts an object that came or went in the history row.
func (a *applier) credit(s entra.State, n int64) {
	switch s {
	case entra.Deleted, entra.Erased:
		a.out.Deleted += n
	default:
		a.out.Changed += n
	}
}
