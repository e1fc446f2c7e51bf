package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
)

// first tells whether all links that come are new: the class's first scan, which
// records no changes.
func (r *Round) first() bool { return r.fresh && r.Baseline }

// bulk applies links of one relation of an object with one statement for all of a
// class, where a full scan tells what is expected: in the class's first scan that
// all are new, later that all are there. It is false where any is not so; then
// each has to be looked at, and what was done is found done.
func (a *applier) bulk(source row, rel relation, links []entra.Link) (bool, error) {
	if !a.r.first() && (!a.marking || rel.reference) {
		return false, nil
	}
	var lists []*targets
	for _, l := range links {
		if l.Removed {
			return false, nil
		}
		h, err := a.hint(l)
		if err != nil {
			return false, err
		}
		list := listOf(lists, h)
		if list == nil {
			list = &targets{hint: h, ids: make([]byte, 0, 48*len(links))}
			lists = append(lists, list)
		}
		if err := list.add(l.Target); err != nil {
			return false, err
		}
	}
	all := true
	for _, list := range lists {
		if err := a.guessAll(list); err != nil {
			return false, err
		}
		n, err := a.asExpected(source, rel, list)
		if err != nil {
			return false, err
		}
		all = all && n == list.count
	}
	return all, nil
}

// targets are ids of one class, as a JSON array that lacks its end.
type targets struct {
	hint
	count int64
	ids   []byte
}

func listOf(lists []*targets, h hint) *targets {
	for _, list := range lists {
		if list.hint == h {
			return list
		}
	}
	return nil
}

func (n *targets) add(id string) (err error) {
	separator := byte(',')
	if n.count == 0 {
		separator = '['
	}
	n.count++
	n.ids, err = jsontext.AppendQuote(append(n.ids, separator), id)
	return err
}

func (n *targets) list() string { return string(n.ids) + "]" }

// guessAll is guess for all targets of a list, where there is anything to guess.
func (a *applier) guessAll(to *targets) error {
	if a.vague == nil {
		a.vague = new(bool)
		if _, err := a.row(`SELECT EXISTS (SELECT 1 FROM classes c CROSS JOIN objects o ON o.tenant = ? AND o.class = c.class AND o.state = 0
			WHERE c.name = '' OR c.name LIKE '#%')`, []any{a.r.Tenant}, a.vague); err != nil {
			return err
		}
	}
	if !*a.vague {
		return nil
	}
	return a.guess(to.hint, "id IN (SELECT value FROM json_each(?4))", to.list())
}

// asExpected tells how many of the links are as the scan expects them.
func (a *applier) asExpected(source row, rel relation, to *targets) (int64, error) {
	switch {
	case a.marking:
		return a.exec(`INSERT OR IGNORE INTO seen_links (round, source, relation, target) SELECT ?1, l.source, l.relation, l.target FROM json_each(?2) named
			CROSS JOIN objects o ON o.tenant = ?3 AND o.id = named.value AND o.space = ?4
			CROSS JOIN links l ON l.source = ?5 AND l.relation = ?6 AND l.target = o.object AND l.until IS NULL`, a.r.Key, to.list(), a.r.Tenant, to.space, source.key, rel.key)
	case !a.r.Told:
		_, err := a.exec(`INSERT INTO pending_links (round, source, relation, class, space, id) SELECT ?1, ?2, ?3, ?4, ?5, value FROM json_each(?6)`,
			a.r.Key, source.key, rel.key, to.class, to.space, to.list())
		return to.count, err
	}
	n, err := a.gain(source, rel, to)
	if err != nil || n == to.count {
		return n, err
	}
	// Targets that are not known yet get a row of their own, so that they resolve
	// when they come.
	if _, err := a.exec(`INSERT OR IGNORE INTO objects (tenant, class, space, id, state, first_seen, last_changed)
		SELECT ?1, ?2, ?3, value, 0, ?4, ?4 FROM json_each(?5)`, a.r.Tenant, to.class, to.space, a.now, to.list()); err != nil {
		return n, err
	}
	more, err := a.gain(source, rel, to)
	return n + more, err
}

// gain opens the links to the targets that are known. All of them are since the
// scan's beginning, so that one told again is a conflict: looking for it would
// make SQLite copy the rows before it inserts them.
func (a *applier) gain(source row, rel relation, to *targets) (int64, error) {
	return a.exec(`INSERT OR IGNORE INTO links (source, relation, target, since, round) SELECT ?1, ?2, object, ?3, ?4 FROM json_each(?5) named
		CROSS JOIN objects o ON o.tenant = ?6 AND o.id = named.value AND o.space = ?7`, source.key, rel.key, a.r.Started.UnixMilli(), a.r.Key, to.list(), a.r.Tenant, to.space)
}

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
func (s *Store) LookUpLinks(ctx context.Context, r *Pass) (more bool, err error) {
	if !r.Names() {
		return false, nil
	}
	last := r.lookedUp
	err = s.tx(ctx, "storing the links failed", func(t *tx) (err error) {
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
func (s *Store) lookUpAll(ctx context.Context, r *Pass) error {
	for {
		if more, err := s.LookUpLinks(ctx, r); err != nil || !more {
			return err
		}
	}
}

// BeginLinkParts begins the next parts of a first scan that reads links apart: most of
// them, each of size objects in the order in which they are kept. What is over is
// forgotten, so that there are never many parts. None: all are begun.
func (s *Store) BeginLinkParts(ctx context.Context, r *Pass, size, most int, link func(ids []string) string) (parts []Cursor, err error) {
	err = s.tenantTx(ctx, "dividing the list failed", r.Tenant, func(t *tx) error {
		var linked int64
		if found, err := t.row("SELECT linked FROM rounds WHERE round = ? AND over = 0", []any{r.Key}, &linked); err != nil || !found {
			return cmp.Or(err, error(ErrRoundOver))
		}
		if _, err := t.exec("DELETE FROM cursors WHERE round = ? AND part > ? AND done", r.Key, CatchUp); err != nil {
			return err
		}
		part := CatchUp
		if _, err := t.row("SELECT max(part) FROM cursors WHERE round = ?", []any{r.Key}, &part); err != nil {
			return err
		}
		ids, last, err := t.toLink(r, linked, size*most)
		if err != nil || len(ids) == 0 {
			return err
		}
		for some := range slices.Chunk(ids, size) {
			part++
			parts = append(parts, Cursor{Part: part, Link: link(some)})
			if err := t.addPart(r.Key, part, link(some)); err != nil {
				return err
			}
		}
		return t.one("UPDATE rounds SET linked = ? WHERE round = ?", last, r.Key)
	})
	return parts, err
}

// toLink gives the next objects of a round whose links are to be read, and the key of
// the last. What the filter left out keeps no links.
func (t *tx) toLink(r *Pass, after int64, limit int) (ids []string, last int64, err error) {
	rows, err := t.QueryContext(t.ctx, "SELECT object, id FROM objects WHERE tenant = ? AND class = ? AND state = 1 AND object > ? ORDER BY object LIMIT ?", r.Tenant, r.class, after, limit)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&last, &id); err != nil {
			return nil, 0, err
		}
		ids = append(ids, id)
	}
	return ids, last, rows.Err()
}

// linksApart applies what a part tells of an object that the list told before. That it
// is removed is left to what follows the list: nobody knows then of its links.
func (a *applier) linksApart(o entra.Object) error {
	if o.Removed != entra.NotRemoved {
		return nil
	}
	source, err := a.find(o.ID)
	if err != nil || !source.found || source.state != entra.Live {
		return err
	}
	if _, err := a.exec("INSERT OR IGNORE INTO seen (round, object) VALUES (?, ?)", a.r.Key, source.key); err != nil {
		return err
	}
	return a.links(source, o.Links)
}

// Untold names live objects of a first scan whose links no part has told, limit at most.
func (s *Store) Untold(ctx context.Context, r *Pass, limit int) (ids []string, err error) {
	scan := func(row scanner) (id string, err error) { return id, row.Scan(&id) }
	for id, err := range stream(ctx, s.read, scan, query{"comparing the scan failed", `SELECT id FROM objects o WHERE tenant = ? AND class = ? AND state = 1
		AND NOT EXISTS (SELECT 1 FROM seen WHERE round = ? AND seen.object = o.object) LIMIT ?`, []any{r.Tenant, r.class, r.Key, limit}}) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
