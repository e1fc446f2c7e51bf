package store

import (
	"context"

	"github.com/entraidsync/entraidsync/core/entra"
)

// unpend forgets a link that the class's first scan named and now takes back.
func (a *applier) unpend(source row, rel relation, l entra.Link) error {
	if !a.r.first() || !l.Removed {
		return nil
	}
	_, err := a.exec(`DELETE FROM pending_links WHERE round = ? AND source = ? AND relation = ? AND id = ?`, a.r.Key, source.key, rel.key, l.Target)
	return err
}

// unpendAll forgets the links of an object that is gone, or filtered, before its
// class's first scan is over.
func (a *applier) unpendAll(source row) error {
	if !a.r.first() || !a.r.Class.Links() {
		return nil
	}
	_, err := a.exec(`DELETE FROM pending_links WHERE round = ? AND source = ?`, a.r.Key, source.key)
	return err
}

// Names tells whether the round may name targets of links that are looked up only
// when it is completed, which is why the other classes should have told their
// objects by then.
func (r *Round) Names() bool { return r.first() && r.Class.Links() }

// lookedUp is how many links one transaction looks up.
const lookedUp = 5000

// LookUpLinks opens the next few links whose targets a class's first scan named by
// their ids, and tells whether there may be more. Ids that are still unknown get
// rows of their own. It may be stopped and begun again: a link that is there
// stays as it is.
func (s *Store) LookUpLinks(ctx context.Context, r *Round) (more bool, err error) {
	if !r.Names() {
		return false, nil
	}
	last := r.lookedUp
	err = s.tx(ctx, "storing the links", func(t *tx) (err error) {
		a := &applier{tx: t, r: r}
		if err := a.wanted(); err != nil {
			return err
		}
		const slice = "(SELECT * FROM pending_links NOT INDEXED WHERE round = ?1 AND pending > ?2 ORDER BY pending LIMIT ?3)"
		from := []any{r.Key, last, lookedUp}
		if more, err = a.row("SELECT pending FROM "+slice+" ORDER BY pending DESC LIMIT 1", from, &last); err != nil || !more {
			return err
		}
		if _, err := a.exec(`INSERT OR IGNORE INTO objects (tenant, class, space, id, state, first_seen, last_changed)
			SELECT ?4, class, space, id, 0, ?5, ?5 FROM `+slice, append(from, r.Tenant, t.now)...); err != nil {
			return err
		}
		// A target that another link named without its type.
		if _, err := a.exec(`UPDATE objects SET class = p.class FROM `+slice+` p WHERE objects.tenant = ?4 AND objects.id = p.id AND objects.space = p.space
			AND objects.state = 0 AND objects.class = (SELECT class FROM classes WHERE name = '') AND p.class <> objects.class`, append(from, r.Tenant)...); err != nil {
			return err
		}
		_, err = a.exec(`INSERT OR IGNORE INTO links (source, relation, target, since, round) SELECT p.source, p.relation, o.object, ?4, ?1 FROM `+slice+` p
			CROSS JOIN objects o ON o.tenant = ?5 AND o.id = p.id AND o.space = p.space AND o.state <> 4`, append(from, r.Started.UnixMilli(), r.Tenant)...)
		return err
	})
	if err == nil {
		r.lookedUp = last
	}
	return more, err
}

// lookUpAll looks up the links that are still to be looked up.
func (s *Store) lookUpAll(ctx context.Context, r *Round) error {
	for {
		if more, err := s.LookUpLinks(ctx, r); err != nil || !more {
			return err
		}
	}
}
