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
	state    entra.State
	raw      []byte
	classRun int64 // the history row that last counted it
	round    int64 // the round that last recorded a change of it
}

// stored tells whether its properties are held.
func (o row) stored() bool { return o.state == entra.Live || o.state == entra.Deleted }

func (o row) properties() (entra.Properties, error) {
	if !o.found {
		return nil, nil
	}
	return entra.ParseProperties(o.raw)
}

// find reads an object of the round's class.
func (a *applier) find(id string) (row, error) {
	o := row{}
	const columns = "SELECT object, state, properties, class_run, round FROM objects WHERE tenant = ? AND id = ? AND class = ?"
	read := func(class int64) (err error) {
		o.found, err = a.row(columns, []any{a.r.Tenant, id, class}, &o.key, &o.state, &o.raw, &o.classRun, &o.round)
		return err
	}
	if err := read(a.r.class); err != nil || o.found || a.orphan == 0 {
		return o, err
	}
	// A link without a type may have named it before.
	if err := read(a.orphan); err != nil || !o.found {
		return o, err
	}
	_, err := a.exec("UPDATE objects SET class = ? WHERE object = ?", a.r.class, o.key)
	return o, err
}

// settle brings an object into its new state and properties, writes the net
// change of the round, and counts. Nothing is written where nothing differs.
func (a *applier) settle(id string, old row, state entra.State, props entra.Properties) (row, error) {
	was, err := old.properties()
	if err != nil {
		return old, err
	}
	text := props.JSON()
	if old.found && old.state == state {
		if bytes.Equal(old.raw, text) {
			return old, nil
		}
		before, after := was.Diff(props)
		if len(before) == 0 {
			return old, nil
		}
		volatile := a.r.Class.Volatile
		if len(before.Without(volatile)) == 0 && len(after.Without(volatile)) == 0 {
			_, err := a.exec("UPDATE objects SET properties = ? WHERE object = ?", string(text), old.key)
			old.raw = text
			return old, err
		}
	}
	now := old
	now.found, now.state, now.raw = true, state, text
	if err := a.put(id, &now, old.found); err != nil {
		return now, err
	}
	a.tally(old, state)
	kind, err := a.record(&now, old, was, props)
	if err != nil {
		return now, err
	}
	return now, a.count(&now, old, kind)
}

func (a *applier) put(id string, o *row, found bool) (err error) {
	if !found {
		o.key, err = a.insert("INSERT INTO objects (tenant, class, id, state, properties, first_seen, last_changed) VALUES (?, ?, ?, ?, ?, ?, ?)",
			a.r.Tenant, a.r.class, id, int(o.state), string(o.raw), a.now, a.now)
		return err
	}
	_, err = a.exec(`UPDATE objects SET state = ?1, properties = ?2, last_changed = ?3,
		first_seen = CASE state WHEN 0 THEN ?3 ELSE first_seen END WHERE object = ?4`, int(o.state), string(o.raw), a.now, o.key)
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

// record writes the net change of the round: at most one record an object,
// none where it ends as it began. The kind is "" for none. A baseline writes
// none, but tells the kind, which counts.
func (a *applier) record(now *row, old row, was, props entra.Properties) (entra.ChangeKind, error) {
	state, origin := old.state, was
	if old.round == a.r.Key {
		var err error
		if state, origin, err = a.origin(old, was); err != nil {
			return "", err
		}
	}
	kind, before, after := change(state, origin, now.state, props)
	if kind == entra.Updated {
		before, after = before.Without(a.r.Class.Volatile), after.Without(a.r.Class.Volatile)
		if len(before) == 0 && len(after) == 0 {
			kind = ""
		}
	}
	if a.r.Baseline {
		return kind, nil
	}
	if old.round == a.r.Key {
		if _, err := a.exec("DELETE FROM changes WHERE object = ? AND round = ? AND member IS NULL", now.key, a.r.Key); err != nil {
			return "", err
		}
	}
	if kind == "" {
		return "", nil
	}
	now.round = a.r.Key
	name := props.Text("displayName")
	if name == "" {
		name = origin.Text("displayName")
	}
	_, err := a.exec(`INSERT INTO changes (tenant, class, object, kind, time, not_before, display_name, before, after, round)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, a.r.Tenant, a.r.class, now.key, string(kind), a.now, a.r.notBefore, name, text(before), text(after), a.r.Key)
	return kind, err
}

// origin is how the object stood before the round, told from the round's record.
func (a *applier) origin(old row, was entra.Properties) (entra.State, entra.Properties, error) {
	var kind entra.ChangeKind
	var before sql.NullString
	found, err := a.row("SELECT kind, before FROM changes WHERE object = ? AND round = ? AND member IS NULL", []any{old.key, a.r.Key}, &kind, &before)
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

// count keeps the history row's counts of distinct objects: what an object
// counts for now, less what it counted for before in the same row.
func (a *applier) count(now *row, old row, kind entra.ChangeKind) error {
	if old.classRun == a.r.ClassRun {
		a.credit(old.state, -1)
	}
	now.classRun = 0
	if kind == "" && old.round == a.r.Key {
		linked, err := a.linked(now.key)
		if err != nil {
			return err
		}
		if linked {
			kind = entra.Updated
		}
	}
	if kind == "" && a.r.Baseline && old.classRun == a.r.ClassRun && now.state == entra.Live {
		kind = entra.Updated // counted when this run read it first
	}
	if kind != "" {
		a.credit(now.state, +1)
		now.classRun = a.r.ClassRun
	} else {
		now.round = 0
	}
	if now.classRun == old.classRun && now.round == old.round {
		return nil
	}
	_, err := a.exec("UPDATE objects SET class_run = ?, round = ? WHERE object = ?", now.classRun, now.round, now.key)
	return err
}

func (a *applier) credit(s entra.State, n int64) {
	switch s {
	case entra.Deleted, entra.Erased:
		a.out.Deleted += n
	default:
		a.out.Changed += n
	}
}

// linked tells whether the round holds a membership change of the group.
func (a *applier) linked(group int64) (bool, error) {
	var one int
	return a.row("SELECT 1 FROM changes WHERE object = ? AND round = ? AND member IS NOT NULL LIMIT 1", []any{group, a.r.Key}, &one)
}
