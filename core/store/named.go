package store

import (
	"context"

	"github.com/entraidsync/entraidsync/core/entra"
)

// unname forgets a member that the class's first scan named and now takes back.
func (a *applier) unname(group row, l entra.Link) error {
	if !a.r.first() || !l.Removed {
		return nil
	}
	_, err := a.exec(`DELETE FROM named_members WHERE round = ? AND "group" = ? AND id = ?`, a.r.Key, group.key, l.Target)
	return err
}

// unnameAll forgets the members of a group that is gone, or filtered, before its
// class's first scan is over.
func (a *applier) unnameAll(group row) error {
	if !a.r.first() || !a.r.Class.Relates(entra.Members) {
		return nil
	}
	_, err := a.exec(`DELETE FROM named_members WHERE round = ? AND "group" = ?`, a.r.Key, group.key)
	return err
}

// Names tells whether the round may name members that are looked up only when it
// is completed, which is why the other classes should have told their objects by
// then.
func (r *Round) Names() bool { return r.first() && r.Class.Relates(entra.Members) }

// lookedUp is how many members one transaction looks up.
const lookedUp = 5000

// LookUpMembers opens the memberships of the next few members that a class's first
// scan named by their ids, and tells whether there may be more. Ids that are still
// unknown get rows of their own. It may be stopped and begun again: a membership
// that is there stays as it is.
func (s *Store) LookUpMembers(ctx context.Context, r *Round) (more bool, err error) {
	if !r.Names() {
		return false, nil
	}
	last := r.lookedUp
	err = s.tx(ctx, "storing the members", func(t *tx) (err error) {
		a := &applier{tx: t, r: r}
		if err := a.wanted(); err != nil {
			return err
		}
		const slice = "(SELECT * FROM named_members NOT INDEXED WHERE round = ?1 AND named > ?2 ORDER BY named LIMIT ?3)"
		from := []any{r.Key, last, lookedUp}
		if more, err = a.row("SELECT named FROM "+slice+" ORDER BY named DESC LIMIT 1", from, &last); err != nil || !more {
			return err
		}
		if _, err := a.exec(`INSERT OR IGNORE INTO objects (tenant, class, id, state, first_seen, last_changed)
			SELECT ?4, class, id, 0, ?5, ?5 FROM `+slice, append(from, r.Tenant, t.now)...); err != nil {
			return err
		}
		_, err = a.exec(`INSERT OR IGNORE INTO memberships ("group", member, since, round) SELECT n."group", o.object, ?4, ?1 FROM `+slice+` n
			CROSS JOIN objects o ON o.tenant = ?5 AND o.id = n.id AND o.class = n.class AND o.state <> 4`, append(from, r.Started.UnixMilli(), r.Tenant)...)
		return err
	})
	if err == nil {
		r.lookedUp = last
	}
	return more, err
}

// lookUpAll looks up the members that are still to be looked up.
func (s *Store) lookUpAll(ctx context.Context, r *Round) error {
	for {
		if more, err := s.LookUpMembers(ctx, r); err != nil || !more {
			return err
		}
	}
}
