package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/where"
)

// epoch notes that a class's policy changes now. What is held was read under the
// one before, until a full scan has completed.
func (t *tx) epoch(tenant int64, class, why string) error {
	_, err := t.exec("INSERT INTO class_epochs (tenant, class, since, why) SELECT ?1, class, ?3, ?4 FROM classes WHERE name = ?2 ON CONFLICT DO NOTHING", tenant, class, t.now, why)
	return err
}

// policy is one column of a class's policy. rescan says that what is held was
// read under another one.
type policy struct {
	column string
	value  any
	rescan bool
	why    string // of the class's new epoch
}

// setClass sets a class's policy. A rescan ends a round that began under the
// old one and asks for a full scan.
func (t *tx) setClass(tenant int64, name string, p policy) error {
	class, err := t.classKey(name)
	if err != nil {
		return err
	}
	if _, err := t.exec("INSERT INTO tenant_classes (tenant, class, "+p.column+") VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET "+p.column+" = excluded."+p.column,
		tenant, class, p.value); err != nil {
		return err
	}
	if _, err := t.exec("INSERT INTO streams (tenant, class) VALUES (?, ?) ON CONFLICT DO NOTHING", tenant, class); err != nil || !p.rescan {
		return err
	}
	if err := t.epoch(tenant, name, p.why); err != nil {
		return err
	}
	if _, err := t.exec("UPDATE rounds SET over = 1 WHERE tenant = ? AND class = ? AND over = 0", tenant, class); err != nil {
		return err
	}
	_, err = t.exec("UPDATE streams SET full_scan = 1, ask_again = 0 WHERE tenant = ? AND class = ?", tenant, class)
	return err
}

// held notes that from now on the class is held whole, under its policy of now.
func (t *tx) held(tenant, class int64) error {
	_, err := t.exec(`INSERT INTO class_epochs (tenant, class, since, why) SELECT ?1, ?2, ?3, 'held'
		WHERE 'held' IS NOT (SELECT why FROM class_epochs WHERE tenant = ?1 AND class = ?2 ORDER BY since DESC LIMIT 1) ON CONFLICT DO NOTHING`, tenant, class, t.now)
	return err
}

// epoch is an entry of class_epochs.
type epoch struct {
	since int64
	why   string
}

// prunedAt notes that what changed before a moment is no longer kept: of a class that
// was held whole then nothing is known before, and of one that was not, nothing before
// it was again.
func (t *tx) prunedAt(tenant, horizon int64) error {
	const classes = `SELECT DISTINCT class FROM class_epochs WHERE tenant = ?1 AND since < ?2`
	if _, err := t.exec(`INSERT INTO class_epochs (tenant, class, since, why) SELECT ?1, c.class, ?2, w.why FROM (`+classes+`) c, (SELECT 'pruned' AS why UNION ALL SELECT 'held') w
		WHERE w.why = 'pruned' OR 'held' IS (SELECT why FROM class_epochs WHERE tenant = ?1 AND class = c.class AND since < ?2 ORDER BY since DESC, why = 'held' DESC LIMIT 1)
		ON CONFLICT DO NOTHING`, tenant, horizon); err != nil {
		return err
	}
	_, err := t.exec("DELETE FROM class_epochs WHERE tenant = ?1 AND since < ?2", tenant, horizon)
	return err
}

// Doubts tells what can't be known of classes of a tenant at a moment in the past, of
// their objects or (values false) of their links alone; of now (zero), which of them stand
// still, as they are switched off.
func (s *Store) Doubts(ctx context.Context, tenant entra.Tenant, at time.Time, d DoubtQuery) ([]entra.Doubt, error) {
	var out []entra.Doubt
	if at.IsZero() {
		return s.switchedOff(ctx, tenant, d.Classes)
	}
	for _, name := range d.Classes {
		epochs, err := s.epochs(ctx, tenant.Key, name)
		if err != nil {
			return nil, err
		}
		first := slices.IndexFunc(epochs, func(e epoch) bool { return e.why == "held" })
		if first < 0 || epochs[first].since > at.UnixMilli() {
			doubt := entra.Doubt{Class: name, Kind: entra.NotHeldYet}
			if first >= 0 {
				doubt.Until = time.UnixMilli(epochs[first].since).UTC()
			}
			if slices.ContainsFunc(epochs, func(e epoch) bool { return e.why == "pruned" }) {
				doubt.Kind = entra.Pruned
			}
			out = append(out, doubt)
			continue
		}
		told, err := s.doubts(ctx, tenant, name, pastEpochs{epochs[first:], at})
		if err != nil {
			return nil, err
		}
		for _, doubt := range told {
			if d.Values || (doubt.Kind != entra.OtherChoice && doubt.Kind != entra.VolatileOnly) {
				out = append(out, doubt)
			}
		}
	}
	return out, nil
}

// switchedOff are those classes that are held and no longer synced.
func (s *Store) switchedOff(ctx context.Context, tenant entra.Tenant, classes []string) (out []entra.Doubt, err error) {
	for _, name := range classes {
		if slices.Contains(tenant.Classes, name) {
			continue
		}
		state, err := s.ClassState(ctx, tenant.Key, name)
		if err != nil {
			return nil, err
		}
		if state.Completed.IsZero() {
			continue
		}
		epochs, err := s.epochs(ctx, tenant.Key, name)
		if err != nil {
			return nil, err
		}
		doubt := entra.Doubt{Class: name, Kind: entra.SwitchedOff, Since: state.Completed, Until: state.Completed}
		for _, e := range epochs {
			if e.why == "off" {
				doubt.Since = time.UnixMilli(e.since).UTC()
			}
		}
		out = append(out, doubt)
	}
	return out, nil
}

// DoubtQuery says of what doubts are asked for.
type DoubtQuery struct {
	Classes []string
	Values  bool // of properties' values, too
}

func (s *Store) epochs(ctx context.Context, tenant int64, class string) (out []epoch, err error) {
	scan := func(row scanner) (e epoch, err error) { return e, row.Scan(&e.since, &e.why) }
	for e, err := range stream(ctx, s.read, scan, query{"reading what was held failed", `SELECT since, why FROM class_epochs
		WHERE tenant = ? AND class = (SELECT class FROM classes WHERE name = ?) ORDER BY since, why = 'held'`, []any{tenant, class}}) {
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// pastEpochs are the epochs of a class from when it was first held whole.
type pastEpochs struct {
	all []epoch
	at  time.Time
}

// gap is the time around the moment in which the class was off, or read again;
// false where there was none.
func (p pastEpochs) gap() (since, until time.Time, is bool) {
	for _, e := range p.all {
		when := time.UnixMilli(e.since).UTC()
		switch after := when.After(p.at); {
		case e.why == "held" && after && is:
			return since, when, true
		case e.why == "held" && !after:
			since, is = time.Time{}, false
		case !after && !is:
			since, is = when, true
		}
	}
	return since, time.Time{}, is
}

// next is when the policy changed so next after the moment; zero: never.
func (p pastEpochs) next(why string) time.Time {
	for _, e := range p.all {
		if when := time.UnixMilli(e.since).UTC(); e.why == why && when.After(p.at) {
			return when
		}
	}
	return time.Time{}
}

// doubts tells what can't be known of a class that had been held by then.
func (s *Store) doubts(ctx context.Context, t entra.Tenant, name string, p pastEpochs) (out []entra.Doubt, err error) {
	gap := entra.Doubt{Class: name, Kind: entra.NotWhole}
	var is bool
	if gap.Since, gap.Until, is = p.gap(); is {
		out = append(out, gap)
	}
	stale := entra.Doubt{Class: name, Kind: entra.NotSynced}
	if stale.Since, stale.Until, err = s.syncedAround(ctx, t.Key, name, p.at); err != nil {
		return nil, err
	}
	if late := p.at.Sub(stale.Since); !is && !stale.Since.IsZero() && late > 2*max(t.Interval, time.Hour) {
		out = append(out, stale)
	}
	filter := entra.Doubt{Class: name, Kind: entra.OtherFilter, Until: p.next("filter")}
	err = s.read.QueryRowContext(ctx, `SELECT count(DISTINCT f.object) FROM filter_marks f CROSS JOIN objects o ON o.object = f.object
		WHERE f.time > ?1 AND o.tenant = ?2 AND o.class = (SELECT class FROM classes WHERE name = ?3) AND o.first_seen <= ?1`, p.at.UnixMilli(), t.Key, name).Scan(&filter.Count)
	if err != nil {
		return nil, trouble("reading what was held failed", err)
	}
	if filter.Count > 0 || !filter.Until.IsZero() {
		out = append(out, filter)
	}
	if until := p.next("properties"); !until.IsZero() {
		out = append(out, entra.Doubt{Class: name, Kind: entra.OtherChoice, Until: until})
	}
	if class, _ := entra.ClassNamed(name); len(class.Forgotten()) > 0 {
		out = append(out, entra.Doubt{Class: name, Kind: entra.VolatileOnly, Names: class.Forgotten()})
	}
	return out, nil
}

// syncedAround is when the last sync of a class before a moment ended, and when the
// next one after it began; zero where there is none.
func (s *Store) syncedAround(ctx context.Context, tenant int64, class string, at time.Time) (last, next time.Time, err error) {
	const of = ` FROM class_runs WHERE tenant = ?1 AND class = (SELECT class FROM classes WHERE name = ?2) AND relation = 0 AND status IN ('succeeded', 'warning') `
	var before, after sql.NullInt64
	err = s.read.QueryRowContext(ctx, "SELECT (SELECT ended"+of+"AND started <= ?3 AND ended <= ?3 ORDER BY started DESC LIMIT 1), (SELECT ended"+of+"AND ended > ?3 ORDER BY started LIMIT 1)",
		tenant, class, at.UnixMilli()).Scan(&before, &after)
	return fromMillis(before), fromMillis(after), trouble("reading the history failed", err)
}

// markFiltered notes when an object that was held is left out by the filter, or no
// longer: of how it was before, nothing is kept, and no change tells of it.
func (a *applier) markFiltered(now, old row) error {
	if (now.state == entra.Filtered) == (old.state == entra.Filtered) || !old.found || old.state == entra.Unseen || old.state == entra.Erased {
		return nil
	}
	_, err := a.exec("INSERT OR IGNORE INTO filter_marks (object, time) VALUES (?, ?)", now.key, a.now)
	return err
}

// readmitted tells whether the filter left an object out since a relation that is read
// on its own was read last: its links were forgotten with it, and come back unseen.
func (a *applier) readmitted(source row) (bool, error) {
	if a.r.relation == 0 {
		return false, nil
	}
	var one int
	return a.row("SELECT 1 FROM filter_marks WHERE object = ?1 AND time >= coalesce(?2, 0) LIMIT 1", []any{source.key, a.r.notBefore}, &one)
}

// mostRoles bounds of how many apps the roles are kept.
const mostRoles = 1000

// given is what an object gave at the moment, by name: as the app that it is of called
// its role then.
func (m *moment) given(o entra.StoredObject, class entra.Class) (string, error) {
	app := entra.CanonicalID(o.Properties.Text("resourceId"))
	roles, read := m.roles[app]
	if !read {
		if len(m.roles) >= mostRoles {
			clear(m.roles)
		}
		if err := m.objects(ObjectQuery{Class: "servicePrincipals", ID: app, Deleted: true}, func(s entra.StoredObject) bool {
			roles = s.Properties.Value("appRoles")
			return true
		}); err != nil {
			return "", err
		}
		m.roles[app] = roles
	}
	return entra.AppRoleName(roles, o.Properties.Text(class.Gives)), nil
}

// fits tells whether an object held what is asked for, in its own values or by the names that it showed.
func (m *moment) fits(key int64, o entra.StoredObject, q ObjectQuery) (bool, error) {
	if q.text() == "" && len(q.Filters) == 0 {
		return true, nil
	}
	shown, err := m.shown(key, o)
	if err != nil {
		return false, err
	}
	wanted := shown.Hold(o, q.text())
	for _, c := range q.Filters {
		wanted = wanted && shown.Fit(o, c, time.UnixMilli(m.at))
	}
	return wanted, nil
}

// shown are the names that an object showed.
func (m *moment) shown(key int64, o entra.StoredObject) (out where.ShownNames, err error) {
	class, _ := entra.ClassNamed(o.Class)
	if o.State == entra.Live && len(class.References) > 0 {
		if out, err = m.referred(key, class); err != nil {
			return nil, err
		}
	}
	if class.Gives != "" {
		name, err := m.given(o, class)
		if err != nil {
			return nil, err
		}
		out = append(out, where.ShownName{Property: class.Gives, Name: name})
	}
	for _, p := range o.Properties {
		if !entra.HoldsLicences(p.Name) {
			continue
		}
		if err := m.licences(); err != nil {
			return nil, err
		}
		for _, id := range entra.LicenceIDs(entra.Properties{p}) {
			out = append(out, where.ShownName{Property: p.Name, Member: "skuId", Name: m.bought[id]})
		}
	}
	return out, nil
}

// referred are the names of what an object's references led to. An eligible role is called by
// whom it is given to.
func (m *moment) referred(key int64, class entra.Class) (out where.ShownNames, err error) {
	leads, err := m.leads(key)
	for _, l := range leads {
		r, is := class.Reference(l.name)
		if !is {
			continue
		}
		e, err := m.end(l.target)
		if err != nil {
			return nil, err
		}
		property, member := r.Place()
		if e.known && e.state == entra.Live && e.Name != "" {
			out = append(out, where.ShownName{Property: property, Member: member, Name: e.Name})
		}
		if property != class.Leads || e.gone() {
			continue
		}
		of, _ := entra.ClassNamed(e.Class)
		further, err := m.referred(l.target, of)
		if err != nil {
			return nil, err
		}
		for _, f := range further {
			if f.Property == "principalId" {
				out = append(out, where.ShownName{Property: property, Member: member, Name: f.Name})
			}
		}
	}
	return out, err
}

// ledTo is what an object showed by name at the end of a relation of which it has one link at most; "": nothing.
func (m *moment) ledTo(key int64, o entra.StoredObject, relation string) (string, error) {
	class, _ := entra.ClassNamed(o.Class)
	leads, err := m.leads(key)
	for i := 0; i < len(leads) && err == nil && o.State == entra.Live; i++ {
		if leads[i].name != relation {
			continue
		}
		e, err := m.end(leads[i].target)
		live := err == nil && e.known && e.state == entra.Live
		if r, _ := class.Reference(relation); live && class.Leads != "" && r.Property == class.Leads {
			return m.ledTo(leads[i].target, entra.StoredObject{Class: e.Class, State: e.state}, "principal")
		}
		if !live {
			e.Name = ""
		}
		return e.Name, err
	}
	return "", err
}

// missedSince is begin for an object that is gone: where the loss guard held that, the
// class has completed since without it.
func (a *applier) missedSince(o row) (int64, error) {
	began, err := a.begin()
	if err != nil {
		return 0, err
	}
	var alive int64
	held, err := a.row("SELECT alive FROM held WHERE tenant = ? AND class = ? AND object = ?", []any{a.r.Tenant, a.r.class, o.key}, &alive)
	if err != nil || !held {
		return began, err
	}
	before, err := a.beganAfter(alive)
	return min(began, before), err
}
