package store

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/entraidsync/entraidsync/core/entra"
)

// unchanged tells whether a full scan tells of an object what is stored already,
// as it does of nearly all; then it is seen, and nothing else is to do.
func (a *applier) unchanged(o entra.Object) (bool, error) {
	if !a.marking || o.Removed != entra.NotRemoved || len(o.Links) > 0 || o.Partial {
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
	if found {
		a.marks = append(a.marks, a.same.row[0].(int64))
	}
	return found, err
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
	_, err = a.exec("INSERT OR IGNORE INTO seen (round, object) SELECT ?1, value FROM json_each(?2)", a.r.Key, string(list))
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
		err := s.tx(ctx, "clearing up", func(t *tx) error {
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
	if _, err := t.row("SELECT EXISTS (SELECT 1 FROM rounds WHERE over = 0 AND kind IN ('scan', 'poll'))", nil, &others); err != nil {
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
