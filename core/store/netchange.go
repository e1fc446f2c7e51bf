package store

import (
	"bytes"
	"database/sql"

	"github.com/entraidsync/entraidsync/core/entra"
)

// row is an object as it is stored.
type row struct {
	found    bool
	key      int64
	space    int64 // whose id it has: of the directory, or of its class alone
	state    entra.State
	raw      []byte // properties, packed as the layout says
	classRun int64  // the history row that last counted it
	round    int64  // the round that last recorded a change of it
}

// stored tells whether its properties are held.
func (o row) stored() bool { return o.state == entra.Live || o.state == entra.Deleted }

// find reads an object of the round's class by its id. What links said of the
// class of an object that was never read was only a hint. An id that an object of
// another class has is kept apart, in a space of the class's own: Graph gives no
// such ids, but no object of either class is lost where they come.
func (a *applier) find(id string) (row, error) {
	o, class := row{}, int64(0)
	read := func(space int64) (err error) {
		o = row{space: space}
		o.found, err = a.row("SELECT object, class, state, properties, class_run, round FROM objects WHERE tenant = ? AND id = ? AND space = ?",
			[]any{a.r.Tenant, id, space}, &o.key, &class, &o.state, &o.raw, &o.classRun, &o.round)
		return err
	}
	if err := read(a.r.space); err != nil || !o.found || class == a.r.class {
		return o, err
	}
	if o.state == entra.Unseen || o.state == entra.Erased {
		_, err := a.exec("UPDATE objects SET class = ? WHERE object = ?", a.r.class, o.key)
		return o, err
	}
	err := read(a.r.class)
	return o, err
}

// settle brings an object into its new state and properties, writes the net
// change of the round, and counts. Nothing is written where nothing differs.
func (a *applier) settle(id string, old row, state entra.State, props entra.Properties) (row, error) {
	packed, err := a.pack(nil, props)
	if err != nil {
		return old, err
	}
	if old.found && old.state == state && bytes.Equal(old.raw, packed) {
		return old, nil
	}
	was, err := a.properties(old)
	if err != nil {
		return old, err
	}
	if old.found && old.state == state {
		before, after := was.Diff(props)
		if len(before) == 0 {
			return old, nil
		}
		volatile := a.r.Class.Volatile
		if len(before.Without(volatile)) == 0 && len(after.Without(volatile)) == 0 {
			_, err := a.exec("UPDATE objects SET properties = ? WHERE object = ?", string(packed), old.key)
			old.raw = packed
			return old, err
		}
	}
	now := old
	now.found, now.state, now.raw = true, state, packed
	c, err := a.net(old, was, state, props)
	if err != nil {
		return now, err
	}
	if now.classRun, now.round, err = a.counted(old, state, c.kind); err != nil {
		return now, err
	}
	if err := a.put(id, &now, old.found); err != nil {
		return now, err
	}
	a.tally(old, state)
	if err := a.markFiltered(now, old); err != nil {
		return now, err
	}
	if state == entra.Live || state == entra.Deleted {
		if err := a.refer(now, was, props); err != nil {
			return now, err
		}
	}
	return now, a.record(now, old, c)
}

func (a *applier) put(id string, o *row, found bool) (err error) {
	if !found {
		o.key, err = a.insert(`INSERT INTO objects (tenant, class, space, id, state, properties, first_seen, last_changed, class_run, round)
			VALUES (?1, ?2, ?9, ?3, ?4, ?5, ?6, ?6, ?7, ?8)`, a.r.Tenant, a.r.class, id, int(o.state), string(o.raw), a.now, o.classRun, o.round, o.space)
		return err
	}
	_, err = a.exec(`UPDATE objects SET state = ?1, properties = ?2, last_changed = ?3, class_run = ?4, round = ?5,
		first_seen = CASE state WHEN 0 THEN ?3 ELSE first_seen END WHERE object = ?6`, int(o.state), string(o.raw), a.now, o.classRun, o.round, o.key)
	return err
}

func (a *applier) tally(old row, state entra.State) {
	is := func(s entra.State, want entra.State) int64 {
		if s == want {
			return 1
		}
		return 0
	}
	before := old.state
	if !old.found {
		before = entra.Unseen
	}
	a.total += is(state, entra.Live) - is(before, entra.Live)
	a.filtered += is(state, entra.Filtered) - is(before, entra.Filtered)
}

// news counts what the page told that the round had not told before. A first scan adds
// what it tells; a scan that sweeps marks what it sees; what changed is told once.
func (a *applier) news(told int) (news, filtered int64) {
	switch {
	case a.r.Class.Alone != "":
		return int64(told), 0
	case a.r.fresh:
		return a.total + a.filtered, a.filtered
	case a.marking:
		return a.seen, 0
	}
	return int64(told), 0
}

// netChange is the difference that a round makes to one object; kind "": none.
type netChange struct {
	kind          entra.ChangeKind
	before, after entra.Properties
	name          string // displayName, for people
}

// net compares the object with how it stood before the round.
func (a *applier) net(old row, was entra.Properties, state entra.State, props entra.Properties) (c netChange, err error) {
	from, origin := old.state, was
	if old.round == a.r.Key {
		if from, origin, err = a.origin(old, was); err != nil {
			return c, err
		}
	}
	c.kind, c.before, c.after = change(from, origin, state, props)
	if c.kind == entra.Updated {
		c.before, c.after = c.before.Without(a.r.Class.Volatile), c.after.Without(a.r.Class.Volatile)
		if len(c.before) == 0 && len(c.after) == 0 {
			c.kind = ""
		}
	}
	if c.name = props.Text("displayName"); c.name == "" {
		c.name = origin.Text("displayName")
	}
	return c, nil
}

// record writes the net change of the round: at most one record an object,
// none where it ends as it began, none in a baseline.
func (a *applier) record(now, old row, c netChange) error {
	if a.r.Baseline {
		return nil
	}
	if old.round == a.r.Key {
		if _, err := a.exec("DELETE FROM changes WHERE object = ? AND round = ? AND target IS NULL", now.key, a.r.Key); err != nil {
			return err
		}
	}
	if c.kind == "" {
		return nil
	}
	_, err := a.exec(`INSERT INTO changes (tenant, class, object, kind, time, not_before, display_name, before, after, round)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, a.r.Tenant, a.r.class, now.key, string(c.kind), a.now, a.r.notBefore, c.name, text(c.before), text(c.after), a.r.Key)
	return err
}

// origin is how the object stood before the round, told from the round's record.
func (a *applier) origin(old row, was entra.Properties) (entra.State, entra.Properties, error) {
	var kind entra.ChangeKind
	var before sql.NullString
	found, err := a.row("SELECT kind, before FROM changes WHERE object = ? AND round = ? AND target IS NULL", []any{old.key, a.r.Key}, &kind, &before)
	if err != nil || !found {
		return old.state, was, err
	}
	switch kind {
	case entra.Added:
		return entra.Unseen, nil, nil
	case entra.Restored:
		return entra.Deleted, nil, nil
	}
	p, err := entra.ParseProperties([]byte(before.String))
	if kind == entra.Updated {
		p = was.Merge(p)
	}
	return entra.Live, p, err
}

// change compares how an object stood with how it stands: the kind of change,
// and what differs. Entering and leaving the filter are no changes.
func change(from entra.State, was entra.Properties, to entra.State, is entra.Properties) (kind entra.ChangeKind, before, after entra.Properties) {
	switch {
	case to == entra.Live && from == entra.Live:
		if before, after = was.Diff(is); len(before) > 0 {
			kind = entra.Updated
		}
	case to == entra.Live && from == entra.Deleted:
		kind, after = entra.Restored, is
	case to == entra.Live && from != entra.Filtered:
		kind, after = entra.Added, is
	case (to == entra.Deleted || to == entra.Erased) && from == entra.Live:
		kind, before = entra.ChangeDeleted, was
	}
	return kind, before, after
}

// text is JSON for a change record; nil for the side that has nothing.
func text(p entra.Properties) any {
	if p == nil {
		return nil
	}
	return string(p.JSON())
}

// counted keeps the history row's counts of distinct objects: what an object
// counts for now, less what it counted for before in the same row. It gives what
// the object is to remember of that: the row, and the round that recorded it.
func (a *applier) counted(old row, state entra.State, kind entra.ChangeKind) (classRun, round int64, err error) {
	if old.classRun == a.r.ClassRun {
		a.credit(old.state, -1)
	}
	counts := kind != ""
	if !counts && old.round == a.r.Key {
		if counts, err = a.linked(old.key); err != nil {
			return 0, 0, err
		}
	}
	if !counts && a.r.Baseline && old.classRun == a.r.ClassRun && state == entra.Live {
		counts = true // counted when this run read it first
	}
	if !counts {
		return 0, 0, nil
	}
	a.credit(state, +1)
	if a.r.Baseline {
		return a.r.ClassRun, 0, nil
	}
	return a.r.ClassRun, a.r.Key, nil
}

// linked tells whether the round holds a change of the object's links.
func (a *applier) linked(source int64) (bool, error) {
	var one int
	return a.row("SELECT 1 FROM changes WHERE object = ? AND round = ? AND target IS NOT NULL LIMIT 1", []any{source, a.r.Key}, &one)
}

// unrecord takes back what the same round recorded before: a link that is
// gained and lost again leaves no record.
func (a *applier) unrecord(source, target row, rel relation, removed bool) error {
	if rel.reference {
		return nil
	}
	_, err := a.exec("DELETE FROM changes WHERE object = ? AND round = ? AND target = ? AND relation = ? AND kind = ?",
		source.key, a.r.Key, target.key, rel.key, string(entra.LinkKind(a.r.Class.Name, rel.name, removed)))
	return err
}

func (a *applier) recordLink(source, target row, rel relation, removed bool) error {
	inSight := source.state == entra.Live && (target.state == entra.Live || target.state == entra.Unseen || target.state == entra.Filtered)
	if a.r.Baseline || rel.reference || !inSight {
		return nil
	}
	if back, err := a.restored(source, target); back || err != nil {
		return err
	}
	if back, err := a.readmitted(source); back || err != nil {
		return err
	}
	if removed {
		a.out.Unlinked++
	}
	props, err := a.properties(source)
	if err != nil {
		return err
	}
	_, err = a.exec(`INSERT INTO changes (tenant, class, object, relation, target, kind, time, not_before, display_name, round) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.r.Tenant, a.r.class, source.key, rel.key, target.key, string(entra.LinkKind(a.r.Class.Name, rel.name, removed)), a.now, a.r.notBefore, props.Text("displayName"), a.r.Key)
	return err
}

// restored tells whether one of two objects came back in this sync run. Their
// links were out of sight before it, so what became of them meanwhile is nothing
// that was seen to change, whichever of the chains comes first.
func (a *applier) restored(source, target row) (bool, error) {
	began, err := a.begin()
	if err != nil {
		return false, err
	}
	var one int
	return a.row("SELECT 1 FROM changes WHERE object IN (?1, ?2) AND target IS NULL AND kind = ?3 AND time >= ?4 LIMIT 1",
		[]any{source.key, target.key, string(entra.Restored), began}, &one)
}

// recount counts an object whose links changed, once.
func (a *applier) recount(source row) error {
	counted := source.classRun == a.r.ClassRun
	counts := a.r.Baseline
	if !counts {
		var one int
		var err error
		if counts, err = a.row("SELECT 1 FROM changes WHERE object = ? AND round = ? LIMIT 1", []any{source.key, a.r.Key}, &one); err != nil {
			return err
		}
	}
	if counted == counts {
		return nil
	}
	run := int64(0)
	if counts {
		run = a.r.ClassRun
		a.credit(source.state, +1)
	} else {
		a.credit(source.state, -1)
	}
	_, err := a.exec("UPDATE objects SET class_run = ? WHERE object = ?", run, source.key)
	return err
}

// forget takes back the records of links to an object, gained or lost, that the
// sources' class wrote in this sync run before we learned that the object itself
// was deleted: the two chains run side by side, and which comes first must not
// matter.
func (a *applier) forget(target row, removed bool) error {
	kinds := []any{string(entra.LinkKind("groups", entra.Members, removed)), string(entra.LinkKind("", "", removed))}
	began, err := a.missedSince(target)
	if err != nil {
		return err
	}
	if !removed { // a link that was gained was gained; one that was lost may be so by the deletion alone
		began = a.beganNow()
	}
	rows, err := a.QueryContext(a.ctx, "SELECT change, object, round FROM changes WHERE target = ?1 AND kind IN (?3, ?4) AND time >= ?2", target.key, began, kinds[0], kinds[1])
	if err != nil {
		return err
	}
	type record struct{ change, source, round int64 }
	var records []record
	for rows.Next() {
		var r record
		if err := rows.Scan(&r.change, &r.source, &r.round); err != nil {
			rows.Close()
			return err
		}
		records = append(records, r)
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, r := range records {
		if err := a.forgetOne(r.change, r.source, r.round); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) forgetOne(change, source, round int64) error {
	if _, err := a.exec("DELETE FROM changes WHERE change = ?", change); err != nil {
		return err
	}
	var one int
	if more, err := a.row("SELECT 1 FROM changes WHERE object = ? AND round = ? LIMIT 1", []any{source, round}, &one); err != nil || more {
		return err
	}
	if _, err := a.exec("UPDATE class_runs SET changed = max(changed - 1, 0) WHERE class_run = (SELECT class_run FROM objects WHERE object = ?)", source); err != nil {
		return err
	}
	_, err := a.exec("UPDATE objects SET class_run = 0 WHERE object = ?", source)
	return err
}
