package store

import (
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
	if vague, err := a.anyVague(); err != nil || !vague {
		return err
	}
	return a.guess(to.hint, "id IN (SELECT value FROM json_each(?4))", to.list())
}

// anyVague tells whether links named objects of the tenant that no class has told, without
// a type of the table.
func (a *applier) anyVague() (bool, error) {
	if a.vague == nil {
		a.vague = new(bool)
		if _, err := a.row(`SELECT EXISTS (SELECT 1 FROM classes c CROSS JOIN objects o ON o.tenant = ? AND o.class = c.class AND o.state = 0
			WHERE c.name = '' OR c.name LIKE '#%')`, []any{a.r.Tenant}, a.vague); err != nil {
			return false, err
		}
	}
	return *a.vague, nil
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
	if err := a.unseen(to); err != nil {
		return n, err
	}
	more, err := a.gain(source, rel, to)
	return n + more, err
}

// unseen gives targets that are not known yet a row of their own, so that they resolve
// when they come.
func (a *applier) unseen(to *targets) error {
	_, err := a.exec(`INSERT OR IGNORE INTO objects (tenant, class, space, id, state, first_seen, last_changed)
		SELECT ?1, ?2, ?3, value, 0, ?4, ?4 FROM json_each(?5)`, a.r.Tenant, to.class, to.space, a.now, to.list())
	return err
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
		var count int64
		if _, err = a.row("SELECT count(*), coalesce(max(pending), ?2) FROM "+slice, from, &count, &last); err != nil || count == 0 {
			return err
		}
		more = true
		vague, err := a.anyVague()
		if err != nil {
			return err
		}
		if opened, err := a.openPending(slice, from); err != nil || opened == count && !vague {
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
		_, err = a.openPending(slice, from)
		return err
	})
	if err == nil {
		r.lookedUp = last
	}
	return more, err
}

// openPending opens links of a slice whose targets are known, and tells how many.
func (a *applier) openPending(slice string, from []any) (int64, error) {
	return a.exec(`INSERT OR IGNORE INTO links (source, relation, target, since, round) SELECT p.source, p.relation, o.object, ?4, ?1 FROM `+slice+` p
		CROSS JOIN objects o ON o.tenant = ?5 AND o.id = p.id AND o.space = p.space AND o.state <> 4`, append(from, a.r.Started.UnixMilli(), a.r.Tenant)...)
}

// lookUpAll looks up the links that are still to be looked up.
func (s *Store) lookUpAll(ctx context.Context, r *Pass) error {
	for {
		if more, err := s.LookUpLinks(ctx, r); err != nil || !more {
			return err
		}
	}
}

// awaited are links of one relation, to targets of one kind, from objects of a page.
type awaited struct {
	relation relation
	to       targets
	pairs    []byte         // {source: target, … by id, as a JSON object that lacks its end; a source stands there as often as it has links
	from     []entra.Object // the sources
}

// later keeps the links of an object for the end of the page, where one statement applies
// those of all; false where they are not such as a full scan expects.
func (a *applier) later(o entra.Object) (bool, error) {
	if (!a.r.first() && !a.marking) || o.Partial || slices.ContainsFunc(o.Links, func(l entra.Link) bool { return l.Removed }) {
		return false, nil
	}
	if a.marking && a.r.Class.Alone != "" { // that it has no links is told, too
		if err := a.tells.add(o.ID); err != nil {
			return false, err
		}
	}
	for _, l := range o.Links {
		if err := a.await(o, l); err != nil {
			return false, err
		}
	}
	return true, nil
}

// await adds a link to those of its kind.
func (a *applier) await(o entra.Object, l entra.Link) error {
	h, err := a.hint(l)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(a.waiting, func(w *awaited) bool { return w.relation.name == l.Relation && w.to.hint == h })
	if i < 0 {
		rel, err := a.relation(l.Relation)
		if err != nil {
			return err
		}
		i = len(a.waiting)
		a.waiting = append(a.waiting, &awaited{rel, targets{hint: h}, []byte("{"), nil})
	}
	w := a.waiting[i]
	if w.to.count > 0 {
		w.pairs = append(w.pairs, ',')
	}
	if n := len(w.from); n == 0 || w.from[n-1].ID != o.ID {
		w.from = append(w.from, o)
	}
	if w.pairs, err = jsontext.AppendQuote(w.pairs, o.ID); err != nil {
		return err
	}
	if w.pairs, err = jsontext.AppendQuote(append(w.pairs, ':'), l.Target); err != nil {
		return err
	}
	return w.to.add(l.Target)
}

// The held sources of awaited links, the ends of the links, and the sources of others.
const (
	pairSources = ` FROM json_each(?1) pair CROSS JOIN objects s ON s.tenant = ?2 AND s.id = pair.key AND s.space = ?3 AND s.class = ?4 AND s.state IN (0, 1)`
	notAmong    = `SELECT DISTINCT named.key FROM json_each(?1) named WHERE named.id NOT IN (SELECT pair.id`
	pairEnds    = pairSources + ` CROSS JOIN objects o ON o.tenant = ?2 AND o.id = pair.value AND o.space = ?5`
)

// applyLater applies the links that were kept for the end of the page. Those that are not
// as expected are looked at object by object.
func (a *applier) applyLater() error {
	if a.tells.count > 0 {
		n, err := a.exec(`INSERT OR IGNORE INTO seen (round, object) SELECT ?1, s.object FROM json_each(?2) named
			CROSS JOIN objects s ON s.tenant = ?3 AND s.id = named.value AND s.space = ?4 AND s.class = ?5 AND s.state IN (0, 1)`, a.r.Key, a.tells.list(), a.r.Tenant, a.r.space, a.r.class)
		if a.seen += n; err != nil {
			return err
		}
	}
	for _, w := range a.waiting {
		if err := a.guessAll(&w.to); err != nil {
			return err
		}
		unlike, err := a.asAwaited(w)
		if err != nil {
			return err
		}
		for _, o := range w.from {
			if !slices.Contains(unlike, o.ID) {
				continue
			}
			if err := a.linksAlone(o); err != nil {
				return err
			}
		}
	}
	return nil
}

// asAwaited applies links with one statement, and names the sources of those that are
// not as a full scan expects them.
func (a *applier) asAwaited(w *awaited) (unlike []string, err error) {
	sources := []any{string(w.pairs) + "}", a.r.Tenant, a.r.space, a.r.class}
	if a.r.Class.Alone != "" && !a.marking { // see recount
		n, err := a.exec(`UPDATE objects SET class_run = ?5 WHERE class_run <> ?5 AND object IN (SELECT s.object`+pairSources+`)`, append(sources, a.r.ClassRun)...)
		if a.out.Changed += n; err != nil {
			return nil, err
		}
	}
	ends := append(sources, w.to.space, w.relation.key, a.r.Key)
	switch {
	case a.marking:
		n, err := a.exec(`INSERT OR IGNORE INTO seen_links (round, source, relation, target) SELECT ?7, s.object, ?6, o.object`+pairEnds+`
			CROSS JOIN links l ON l.source = s.object AND l.relation = ?6 AND l.target = o.object AND l.until IS NULL`, ends...)
		if err != nil || n == w.to.count {
			return nil, err
		}
		return a.names(notAmong+pairEnds+` CROSS JOIN seen_links l ON l.round = ?7 AND l.source = s.object AND l.relation = ?6 AND l.target = o.object)`, ends...)
	case !a.r.Told:
		n, err := a.exec(`INSERT INTO pending_links (round, source, relation, class, space, id) SELECT ?7, s.object, ?6, ?8, ?5, pair.value`+pairSources, append(ends, w.to.class)...)
		if err != nil || n == w.to.count {
			return nil, err
		}
		return a.names(notAmong+pairSources+")", sources...)
	}
	if n, err := a.gainAll(w, append(ends, a.r.Started.UnixMilli())); err != nil || n == w.to.count {
		return nil, err
	}
	return a.names(notAmong+pairEnds+` CROSS JOIN links l ON l.source = s.object AND l.relation = ?6 AND l.target = o.object AND l.until IS NULL)`, ends[:6]...)
}

// gainAll is gain for links of several sources. Targets that are not known yet get a row.
func (a *applier) gainAll(w *awaited, ends []any) (int64, error) {
	const gain = `INSERT OR IGNORE INTO links (source, relation, target, since, round) SELECT s.object, ?6, o.object, ?8, ?7` + pairEnds
	n, err := a.exec(gain, ends...)
	if err != nil || n == w.to.count {
		return n, err
	}
	if err := a.unseen(&w.to); err != nil {
		return n, err
	}
	more, err := a.exec(gain, ends...)
	return n + more, err
}
