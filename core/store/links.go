package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// relation is one kind of link of the round's class.
type relation struct {
	key       int64
	name      string
	reference bool // its links follow a property, whose change says it all: no record, no sweep
	single    bool // an object has one link at most
}

// relation finds a relation or reference of the round's class.
func (a *applier) relation(name string) (relation, error) {
	if r, ok := a.relations[name]; ok {
		return r, nil
	}
	r := relation{name: name}
	_, r.reference = a.r.Class.Reference(name)
	for _, of := range a.r.Class.Relations {
		r.single = r.single || of.Name == name && of.Single
	}
	var err error
	r.key, err = a.relationKey(name)
	if a.relations == nil {
		a.relations = map[string]relation{}
	}
	a.relations[name] = r
	return r, err
}

// links applies what a page says of an object's links. A link is merged by
// (source, relation, target): the last word in the order told counts.
func (a *applier) links(source row, links []entra.Link) error {
	if len(links) == 0 {
		return nil
	}
	changed, err := a.relate(source, links)
	again := source.classRun != 0 && a.r.Class.Alone == "" && !a.r.Class.Unlisted() // counted by a run before, with all its links
	if err != nil || a.r.first() && again || !a.r.first() && !changed {
		return err
	}
	return a.recount(source)
}

// linksAlone applies what a stream of one relation tells of an object. Its class's own
// stream says whether it is there: one that is out of sight keeps its links, one that is
// not known yet gets a row with its id alone.
func (a *applier) linksAlone(o entra.Object) error {
	source, err := a.find(o.ID)
	if err != nil {
		return err
	}
	if !source.found {
		if err := a.dangle(o.ID, source); err != nil {
			return err
		}
		if source, err = a.find(o.ID); err != nil {
			return err
		}
	}
	if source.state != entra.Live && source.state != entra.Unseen {
		return nil
	}
	if _, err := a.sight(source); err != nil {
		return err
	}
	if o.Partial {
		if err := a.keepLinks(source); err != nil {
			return err
		}
	}
	return a.links(source, o.Links)
}

// refer brings the links of an object's references from what one state of its
// properties says to what another one does.
func (a *applier) refer(source row, was, is entra.Properties) error {
	if len(a.r.Class.References) == 0 {
		return nil
	}
	before, after := a.r.Class.Linked(was), a.r.Class.Linked(is)
	var links []entra.Link
	for _, l := range before {
		if l.Removed = true; !hasLink(after, l) {
			links = append(links, l)
		}
	}
	for _, l := range after {
		if !hasLink(before, l) {
			links = append(links, l)
		}
	}
	_, err := a.relate(source, links)
	return err
}

func hasLink(links []entra.Link, l entra.Link) bool {
	for _, x := range links {
		if x.Relation == l.Relation && x.Target == l.Target {
			return true
		}
	}
	return false
}

// relate applies links relation by relation; true where the net of the round
// changed.
func (a *applier) relate(source row, links []entra.Link) (changed bool, err error) {
	for len(links) > 0 {
		name := links[0].Relation
		n := 1
		for n < len(links) && links[n].Relation == name {
			n++
		}
		rel, err := a.relation(name)
		if err != nil {
			return changed, err
		}
		c, err := a.relateOne(source, rel, links[:n])
		if err != nil {
			return changed, err
		}
		changed, links = changed || c, links[n:]
	}
	return changed, nil
}

// relateOne applies links of one relation: with one statement where they are what
// is expected, one by one otherwise.
func (a *applier) relateOne(source row, rel relation, links []entra.Link) (changed bool, err error) {
	if rel.single {
		if links, err = a.replacing(source, rel, links); err != nil {
			return false, err
		}
	}
	if done, err := a.bulk(source, rel, links); done || err != nil {
		return false, err
	}
	for _, l := range lastWords(links) {
		if err := a.unpend(source, rel, l); err != nil {
			return changed, err
		}
		target, err := a.target(l)
		if err != nil {
			return changed, err
		}
		if !target.found {
			continue
		}
		c, err := a.link(source, target, rel, l.Removed)
		if err != nil {
			return changed, err
		}
		changed = changed || c
	}
	return changed, nil
}

// replacing adds to links of a relation of which an object has one at most that the
// others end, which Graph need not tell where the object has another one now.
func (a *applier) replacing(source row, rel relation, links []entra.Link) ([]entra.Link, error) {
	i := len(links) - 1
	for i >= 0 && links[i].Removed {
		i--
	}
	if i < 0 {
		return links, nil
	}
	others, err := a.names(`SELECT o.id FROM links l JOIN objects o ON o.object = l.target WHERE l.source = ?1 AND l.relation = ?2 AND l.until IS NULL
		UNION SELECT id FROM pending_links WHERE round = ?3 AND source = ?1 AND relation = ?2`, source.key, rel.key, a.r.Key)
	if err != nil {
		return nil, err
	}
	var out []entra.Link
	for _, id := range others {
		if id != links[i].Target {
			out = append(out, entra.Link{Relation: rel.name, Target: id, Removed: true})
		}
	}
	return append(out, links[i]), nil
}

func lastWords(links []entra.Link) []entra.Link {
	at := make(map[string]int, len(links))
	out := make([]entra.Link, 0, len(links))
	for _, l := range links {
		if i, again := at[l.Target]; again {
			out[i].Removed = l.Removed
			if l.Type != "" {
				out[i].Type = l.Type
			}
			continue
		}
		at[l.Target] = len(out)
		out = append(out, l)
	}
	return out
}

// hint is what a link tells of its target: where to look for its id, and the
// class under which an object is kept that is not known yet.
type hint struct{ class, space int64 }

// hint takes a link's type for what it is: never part of the target's identity.
// Only a reference may lead to an object of a class that has ids of its own.
func (a *applier) hint(l entra.Link) (hint, error) {
	name, own := l.Type, false
	reference, ok := a.r.Class.Reference(l.Relation)
	if ok {
		name = reference.Target
		class, known := entra.ClassNamed(name)
		own = name != "" && (!known || class.OwnIDs)
	} else if class, known := entra.ClassOfType(l.Type); known && !class.OwnIDs {
		name = class.Name
	}
	if h, ok := a.hints[name]; ok {
		return h, nil
	}
	h := hint{}
	var err error
	if h.class, err = a.classKey(name); own {
		h.space = h.class
	}
	if a.hints == nil {
		a.hints = map[string]hint{}
	}
	a.hints[name] = h
	return h, err
}

// target finds the object that a link names. One that is not known yet gets a row
// of its own, so that it resolves when it comes. A link that ends needs none.
func (a *applier) target(l entra.Link) (row, error) {
	o, class := row{}, int64(0)
	h, err := a.hint(l)
	if err != nil {
		return o, err
	}
	o.found, err = a.row("SELECT object, class, state FROM objects WHERE tenant = ? AND id = ? AND space = ?", []any{a.r.Tenant, l.Target, h.space}, &o.key, &class, &o.state)
	if err != nil || (!o.found && l.Removed) {
		return o, err
	}
	if o.found {
		if o.state != entra.Unseen || class == h.class {
			return o, nil
		}
		return o, a.guess(h, "object = ?4", o.key)
	}
	o.found = true
	o.key, err = a.insert("INSERT INTO objects (tenant, class, space, id, state, first_seen, last_changed) VALUES (?, ?, ?, ?, 0, ?, ?)",
		a.r.Tenant, h.class, h.space, l.Target, a.now, a.now)
	return o, err
}

// guess gives objects that were never read the class that a link names, where
// that tells more than the guess so far: a class of the table more than a type
// that it does not know, any type more than none.
func (a *applier) guess(h hint, which string, arg any) error {
	_, err := a.exec(`UPDATE objects SET class = ?1 WHERE `+which+` AND tenant = ?2 AND space = ?3 AND state = 0 AND class <> ?1
		AND (SELECT (name <> '') + (name NOT LIKE '#%' AND name <> '') FROM classes WHERE class = ?1) >
		    (SELECT (name <> '') + (name NOT LIKE '#%' AND name <> '') FROM classes c WHERE c.class = objects.class)`, h.class, a.r.Tenant, h.space, arg)
	return err
}

// link opens or ends one link; true where the net of the round changed. Of two
// objects that are not both in sight nothing is recorded.
func (a *applier) link(source, target row, rel relation, removed bool) (bool, error) {
	if a.marking && !rel.reference {
		if err := a.seeLink(source, target, rel, removed); err != nil {
			return false, err
		}
	}
	if err := a.releaseLink(source, target, rel); err != nil {
		return false, err
	}
	var last struct {
		since, round int64
		until        sql.NullInt64
	}
	found, err := a.row(`SELECT since, until, round FROM links WHERE source = ? AND relation = ? AND target = ? ORDER BY since DESC LIMIT 1`,
		[]any{source.key, rel.key, target.key}, &last.since, &last.until, &last.round)
	if err != nil {
		return false, err
	}
	open, mine := found && !last.until.Valid, found && last.round == a.r.Key
	this := []any{source.key, rel.key, target.key, last.since}
	const which = " WHERE source = ?1 AND relation = ?2 AND target = ?3 AND since = ?4"
	switch {
	case open == !removed:
		return false, nil
	case removed && mine:
		if err = a.one(`DELETE FROM links`+which, this...); err != nil {
			return false, err
		}
		return true, a.unrecord(source, target, rel, !removed)
	case removed:
		err = a.one(`UPDATE links SET until = max(?5, since), round = ?6`+which, append(this, a.now, a.r.Key)...)
	case mine:
		if err = a.one(`UPDATE links SET until = NULL, round = 0`+which, this...); err != nil {
			return false, err
		}
		return true, a.unrecord(source, target, rel, !removed)
	default:
		since := max(a.now, last.since+1)
		if a.r.fresh && !found {
			since = a.r.Started.UnixMilli() // see gain
		}
		_, err = a.exec(`INSERT INTO links (source, relation, target, since, round) VALUES (?, ?, ?, ?, ?)`, source.key, rel.key, target.key, since, a.r.Key)
	}
	if err != nil {
		return false, err
	}
	return true, a.recordLink(source, target, rel, removed)
}

// seeLink notes that a full scan saw a link.
func (a *applier) seeLink(source, target row, rel relation, removed bool) error {
	query := `INSERT INTO seen_links (round, source, relation, target) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
	if removed {
		query = `DELETE FROM seen_links WHERE round = ? AND source = ? AND relation = ? AND target = ?`
	}
	_, err := a.exec(query, a.r.Key, source.key, rel.key, target.key)
	return err
}

// skew is how far Graph's clock may be from ours: who was created later than that after the
// first scan is not asked for, since what is new may not be found for some minutes.
const skew = 15 * time.Minute

// Returned names the objects of a delta's page that may be back from the deleted ones
// since a list was read, which tells no link to them: while a first scan catches up that
// is any of them, later who is not in sight here. Who was created after that scan is none.
func (s *Store) Returned(ctx context.Context, r *Pass, part int, p *entra.Page, whole map[string]entra.Object) (returned []string, err error) {
	catchUp := r.Kind == Fast && part == CatchUp
	if !catchUp && r.Kind != Delta {
		return nil, nil
	}
	ids, err := presentIDs(p, nil)
	if err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT named.value, ?4 OR coalesce(state, 0) = 2,
		(SELECT min(since) FROM class_epochs WHERE tenant = ?2 AND class = ?3 AND why = 'held')
		FROM json_each(?1) named LEFT JOIN objects o ON o.tenant = ?2 AND o.id = named.value AND o.class = ?3
		WHERE ?4 OR coalesce(state, 0) NOT IN (1, 3)`, ids, r.Tenant, r.class, catchUp)
	if err != nil {
		return nil, trouble("reading the objects failed", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var sure bool
		var held sql.NullInt64
		if err := rows.Scan(&id, &sure, &held); err != nil {
			return nil, trouble("reading the objects failed", err)
		}
		created, err := time.Parse(time.RFC3339, whole[id].Properties.Text("createdDateTime"))
		if sure || !held.Valid || err != nil || created.Before(time.UnixMilli(held.Int64).Add(skew)) {
			returned = append(returned, id)
		}
	}
	return returned, trouble("reading the objects failed", rows.Err())
}

// dropLinks forgets the links of an object that became filtered: of a filtered
// object only its id is kept.
func (a *applier) dropLinks(old, source row) error {
	if !old.found || old.state == entra.Filtered {
		return nil
	}
	if _, err := a.exec(`DELETE FROM links WHERE source = ?`, source.key); err != nil {
		return err
	}
	return a.unpendAll(source)
}

// endLinks ends the links of an object that is gone for good, in both directions,
// without a record: the object's own deletion says it.
func (a *applier) endLinks(o row) error {
	for _, side := range []string{"source", "target"} {
		if _, err := a.exec("UPDATE links SET until = max(?, since), round = 0 WHERE "+side+" = ? AND until IS NULL", a.now, o.key); err != nil {
			return err
		}
	}
	return a.unpendAll(o)
}
