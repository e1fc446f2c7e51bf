package store

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
)

// first tells whether all memberships that come are new: the class's first scan,
// which records no changes.
func (r *Round) first() bool { return r.fresh && r.Baseline }

// together applies the links of a group with one statement for all members of a
// class, where a full scan tells what is expected: in the class's first scan that
// all are new, later that all are there. It is false where any is not so; then
// each has to be looked at, and what was done is found done.
func (a *applier) together(group row, links []entra.Link) (bool, error) {
	if !a.r.first() && !a.marking {
		return false, nil
	}
	byClass := map[int64]*named{}
	for _, l := range links {
		if l.Removed || l.Type == "" {
			return false, nil
		}
		class, err := a.typeKey(l.Type)
		if err != nil {
			return false, err
		}
		if byClass[class] == nil {
			byClass[class] = &named{class: class, ids: make([]byte, 0, 48*len(links))}
		}
		if err := byClass[class].add(l.Target); err != nil {
			return false, err
		}
	}
	all := true
	for _, members := range byClass {
		n, err := a.asExpected(group, members)
		if err != nil {
			return false, err
		}
		all = all && n == members.count
	}
	if !all || !a.r.first() {
		return all, nil
	}
	return true, a.recount(group)
}

// named are ids of one class, as a JSON array that lacks its end.
type named struct {
	class, count int64
	ids          []byte
}

func (n *named) add(id string) (err error) {
	separator := byte(',')
	if n.count == 0 {
		separator = '['
	}
	n.count++
	n.ids, err = jsontext.AppendQuote(append(n.ids, separator), id)
	return err
}

func (n *named) list() string { return string(n.ids) + "]" }

// asExpected tells how many of the members are as the scan expects them.
func (a *applier) asExpected(group row, members *named) (int64, error) {
	switch {
	case a.marking:
		return a.exec(`INSERT OR IGNORE INTO seen_members (round, "group", member) SELECT ?1, m."group", m.member FROM json_each(?2) named
			CROSS JOIN objects o ON o.tenant = ?3 AND o.id = named.value AND o.class = ?4
			CROSS JOIN memberships m ON m."group" = ?5 AND m.member = o.object AND m.until IS NULL`, a.r.Key, members.list(), a.r.Tenant, members.class, group.key)
	case !a.r.Told:
		_, err := a.exec(`INSERT INTO named_members (round, "group", class, id) SELECT ?1, ?2, ?3, value FROM json_each(?4)`,
			a.r.Key, group.key, members.class, members.list())
		return members.count, err
	}
	n, err := a.gain(group, members)
	if err != nil || n == members.count {
		return n, err
	}
	// Members that are not known yet get a row of their own, so that they resolve
	// when they come.
	if _, err := a.exec(`INSERT OR IGNORE INTO objects (tenant, class, id, state, first_seen, last_changed)
		SELECT ?1, ?2, value, 0, ?3, ?3 FROM json_each(?4)`, a.r.Tenant, members.class, a.now, members.list()); err != nil {
		return n, err
	}
	more, err := a.gain(group, members)
	return n + more, err
}

// gain opens the memberships of the members that are known. All of them are since
// the scan's beginning, so that one told again is a conflict: looking for it would
// make SQLite copy the rows before it inserts them.
func (a *applier) gain(group row, members *named) (int64, error) {
	return a.exec(`INSERT OR IGNORE INTO memberships ("group", member, since, round) SELECT ?1, object, ?2, ?3 FROM json_each(?4) named
		CROSS JOIN objects o ON o.tenant = ?5 AND o.id = named.value AND o.class = ?6`, group.key, a.r.Started.UnixMilli(), a.r.Key, members.list(), a.r.Tenant, members.class)
}
