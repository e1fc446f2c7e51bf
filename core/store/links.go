package store

import (
	"database/sql"

	"github.com/entraidsync/entraidsync/core/entra"
)

// links applies what a page says of a group's members. A link is merged by
// (group, member): the last word in the order told counts.
func (a *applier) links(group row, links []entra.Link) error {
	if len(links) == 0 {
		return nil
	}
	if done, err := a.together(group, links); done || err != nil {
		return err
	}
	changed := false
	for _, l := range lastWords(links) {
		if err := a.unname(group, l); err != nil {
			return err
		}
		member, err := a.findMember(l)
		if err != nil {
			return err
		}
		if !member.found {
			continue
		}
		c, err := a.link(group, member, l.Removed)
		if err != nil {
			return err
		}
		changed = changed || c
	}
	if !changed && !a.r.first() {
		return nil
	}
	return a.recount(group)
}

func lastWords(links []entra.Link) []entra.Link {
	at := make(map[string]int, len(links))
	out := make([]entra.Link, 0, len(links))
	for _, l := range links {
		if i, again := at[l.Target]; again {
			out[i].Removed = l.Removed
			continue
		}
		at[l.Target] = len(out)
		out = append(out, l)
	}
	return out
}

// findMember finds the object that a link names. One that is not known yet gets
// a row of its own, so that it resolves when it comes; a lost one need not.
func (a *applier) findMember(l entra.Link) (row, error) {
	var o row
	query, args := "SELECT object, state FROM objects WHERE tenant = ? AND id = ? ORDER BY class LIMIT 1", []any{a.r.Tenant, l.Target}
	var class int64
	if l.Type != "" || !l.Removed {
		var err error
		if class, err = a.typeKey(l.Type); err != nil {
			return o, err
		}
	}
	if l.Type != "" {
		query, args = "SELECT object, state FROM objects WHERE tenant = ? AND id = ? AND class = ?", append(args, class)
	}
	found, err := a.row(query, args, &o.key, &o.state)
	o.found = found
	if err != nil || found || l.Removed {
		return o, err
	}
	o.found = true
	o.key, err = a.insert("INSERT INTO objects (tenant, class, id, state, first_seen, last_changed) VALUES (?, ?, ?, 0, ?, ?)",
		a.r.Tenant, class, l.Target, a.now, a.now)
	return o, err
}

func (a *applier) typeKey(odataType string) (int64, error) {
	if key, ok := a.types[odataType]; ok {
		return key, nil
	}
	key, err := a.classKey(typeClass(odataType))
	a.types[odataType] = key
	return key, err
}

// link opens or ends one membership; true where the net of the round changed.
// Of two that are not both in sight nothing is recorded.
func (a *applier) link(group, member row, removed bool) (bool, error) {
	if a.marking {
		if err := a.sightLink(group, member, removed); err != nil {
			return false, err
		}
	}
	var last struct {
		since, round int64
		until        sql.NullInt64
	}
	found, err := a.row(`SELECT since, until, round FROM memberships WHERE "group" = ? AND member = ? ORDER BY since DESC LIMIT 1`,
		[]any{group.key, member.key}, &last.since, &last.until, &last.round)
	if err != nil {
		return false, err
	}
	open, mine := found && !last.until.Valid, found && last.round == a.r.Key
	switch {
	case open == !removed:
		return false, nil
	case removed && mine:
		if _, err = a.exec(`DELETE FROM memberships WHERE "group" = ? AND member = ? AND since = ?`, group.key, member.key, last.since); err != nil {
			return false, err
		}
		return true, a.unrecord(group, member, entra.MemberAdded)
	case removed:
		_, err = a.exec(`UPDATE memberships SET until = ?, round = ? WHERE "group" = ? AND member = ? AND since = ?`, a.now, a.r.Key, group.key, member.key, last.since)
	case mine:
		if _, err = a.exec(`UPDATE memberships SET until = NULL, round = 0 WHERE "group" = ? AND member = ? AND since = ?`, group.key, member.key, last.since); err != nil {
			return false, err
		}
		return true, a.unrecord(group, member, entra.MemberRemoved)
	default:
		since := max(a.now, last.since+1)
		if a.r.fresh && !found {
			since = a.r.Started.UnixMilli() // see gain
		}
		_, err = a.exec(`INSERT INTO memberships ("group", member, since, round) VALUES (?, ?, ?, ?)`, group.key, member.key, since, a.r.Key)
	}
	if err != nil {
		return false, err
	}
	return true, a.recordLink(group, member, removed)
}

func (a *applier) sightLink(group, member row, removed bool) error {
	query := `INSERT INTO seen_members (round, "group", member) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	if removed {
		query = `DELETE FROM seen_members WHERE round = ? AND "group" = ? AND member = ?`
	}
	_, err := a.exec(query, a.r.Key, group.key, member.key)
	return err
}

// unrecord takes back what the same round recorded before: a link that is
// gained and lost again leaves no record.
func (a *applier) unrecord(group, member row, kind entra.ChangeKind) error {
	_, err := a.exec("DELETE FROM changes WHERE object = ? AND round = ? AND member = ? AND kind = ?", group.key, a.r.Key, member.key, string(kind))
	return err
}

func (a *applier) recordLink(group, member row, removed bool) error {
	inSight := group.state == entra.Live && (member.state == entra.Live || member.state == entra.Unseen || member.state == entra.Filtered)
	if a.r.Baseline || !inSight {
		return nil
	}
	kind := entra.MemberAdded
	if removed {
		kind = entra.MemberRemoved
	}
	props, err := a.properties(group)
	if err != nil {
		return err
	}
	_, err = a.exec(`INSERT INTO changes (tenant, class, object, member, kind, time, not_before, display_name, round) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.r.Tenant, a.r.class, group.key, member.key, string(kind), a.now, a.r.notBefore, props.Text("displayName"), a.r.Key)
	return err
}

// recount counts a group whose members changed, once.
func (a *applier) recount(group row) error {
	counted := group.classRun == a.r.ClassRun
	counts := a.r.Baseline
	if !counts {
		var one int
		var err error
		if counts, err = a.row("SELECT 1 FROM changes WHERE object = ? AND round = ? LIMIT 1", []any{group.key, a.r.Key}, &one); err != nil {
			return err
		}
	}
	if counted == counts {
		return nil
	}
	run := int64(0)
	if counts {
		run = a.r.ClassRun
		a.credit(group.state, +1)
	} else {
		a.credit(group.state, -1)
	}
	_, err := a.exec("UPDATE objects SET class_run = ? WHERE object = ?", run, group.key)
	return err
}

// dropLinks forgets the memberships of a group that became filtered: of a
// filtered object only its id is kept.
func (a *applier) dropLinks(old, group row) error {
	if !a.r.Class.Relates(entra.Members) || !old.found || old.state == entra.Filtered {
		return nil
	}
	if _, err := a.exec(`DELETE FROM memberships WHERE "group" = ?`, group.key); err != nil {
		return err
	}
	return a.unnameAll(group)
}

// endLinks ends the memberships of an object that is gone for good, in both
// directions, without a record: the object's own deletion says it.
func (a *applier) endLinks(o row) error {
	for _, side := range []string{`"group"`, "member"} {
		if _, err := a.exec("UPDATE memberships SET until = ?, round = 0 WHERE "+side+" = ? AND until IS NULL", a.now, o.key); err != nil {
			return err
		}
	}
	return a.unnameAll(o)
}

// forget takes back the membership records that the class of groups wrote in
// this sync run before we learned that the member itself was deleted: the two
// chains run side by side, and which comes first must not matter.
func (a *applier) forget(member row, kind entra.ChangeKind) error {
	rows, err := a.QueryContext(a.ctx, "SELECT change, object, round FROM changes WHERE member = ? AND kind = ? AND time >= ?", member.key, string(kind), a.r.runStart)
	if err != nil {
		return err
	}
	type record struct{ change, group, round int64 }
	var records []record
	for rows.Next() {
		var r record
		if err := rows.Scan(&r.change, &r.group, &r.round); err != nil {
			rows.Close()
			return err
		}
		records = append(records, r)
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, r := range records {
		if err := a.forgetOne(r.change, r.group, r.round); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) forgetOne(change, group, round int64) error {
	if _, err := a.exec("DELETE FROM changes WHERE change = ?", change); err != nil {
		return err
	}
	var one int
	if more, err := a.row("SELECT 1 FROM changes WHERE object = ? AND round = ? LIMIT 1", []any{group, round}, &one); err != nil || more {
		return err
	}
	if _, err := a.exec("UPDATE class_runs SET changed = max(changed - 1, 0) WHERE class_run = (SELECT class_run FROM objects WHERE object = ?)", group); err != nil {
		return err
	}
	_, err := a.exec("UPDATE objects SET class_run = 0 WHERE object = ?", group)
	return err
}
