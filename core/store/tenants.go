package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Tenants are all tenants in the order of their names ([entra.Natural]), each with its last sync.
func (s *Store) Tenants(ctx context.Context) ([]entra.Tenant, error) {
	return s.tenants(ctx, "NOT t.removing")
}

// Tenant finds a tenant by its domain or tenant id, without regard to case.
func (s *Store) Tenant(ctx context.Context, name string) (entra.Tenant, error) {
	n := strings.ToLower(strings.TrimSpace(name))
	return one(s.tenants(ctx, "NOT t.removing AND (t.name = ? OR t.tenant_id = ?)", n, n))(name)
}

// TenantByKey finds a tenant by its local key.
func (s *Store) TenantByKey(ctx context.Context, key int64) (entra.Tenant, error) {
	return one(s.tenants(ctx, "NOT t.removing AND t.tenant = ?", key))(fmt.Sprint(key))
}

func one(found []entra.Tenant, err error) func(string) (entra.Tenant, error) {
	return func(name string) (entra.Tenant, error) {
		if err == nil && len(found) == 0 {
			err = notFound(say.With("there is no tenant %q", name), "see `entrasyncctl tenant list`")
		}
		if err != nil {
			return entra.Tenant{}, err
		}
		return found[0], nil
	}
}

func (s *Store) tenants(ctx context.Context, where string, args ...any) ([]entra.Tenant, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT t.tenant, t.name, coalesce(t.tenant_id, ''), t.display_name, t.cloud, p.name, t.enabled, t.interval_ms, t.next_run, t.hold_over, t.hold_share, t.takes_permitted,
		       (SELECT json_group_array(json_object('class', c.name, 'enabled', tc.enabled, 'filter', tc.filter,
		               'properties', json(tc.properties), 'full_scan', st.full_scan AND st.blocked = ''))
		        FROM tenant_classes tc JOIN streams st USING (tenant, class) JOIN classes c USING (class) WHERE tc.tenant = t.tenant AND st.relation = 0),
		       r.started, coalesce(r.status, '')
		FROM tenants t JOIN profiles p USING (profile)
		LEFT JOIN runs r ON r.run = (SELECT run FROM runs WHERE tenant = t.tenant ORDER BY run DESC LIMIT 1)
		WHERE `+where+` ORDER BY t.tenant`, args...)
	if err != nil {
		return nil, trouble("reading the tenants failed", err)
	}
	defer rows.Close()
	var out []entra.Tenant
	for rows.Next() {
		t, err := scanTenant(rows)
		if err != nil {
			return nil, trouble("reading the tenants failed", err)
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b entra.Tenant) int { return entra.Natural(a.Name, b.Name) })
	return out, trouble("reading the tenants failed", rows.Err())
}

func scanTenant(rows *sql.Rows) (entra.Tenant, error) {
	var t entra.Tenant
	var interval int64
	var next, started sql.NullInt64
	var classes string
	if err := rows.Scan(&t.Key, &t.Name, &t.TenantID, &t.DisplayName, &t.Cloud, &t.Profile, &t.Enabled, &interval, &next, &t.HoldOver, &t.HoldShare, &t.Unchosen,
		&classes, &started, &t.LastSyncStatus); err != nil {
		return t, err
	}
	t.Interval = time.Duration(interval) * time.Millisecond
	t.NextRun, t.LastSyncStart = fromMillis(next), fromMillis(started)
	var set []struct {
		Class      string
		Enabled    int
		Filter     string
		Properties []string
		FullScan   int `json:"full_scan"`
	}
	if err := json.Unmarshal([]byte(classes), &set); err != nil {
		return t, err
	}
	enabled := map[string]bool{}
	t.Filters, t.Properties = map[string]string{}, map[string][]string{}
	for _, c := range set {
		if c.Enabled == 1 {
			enabled[c.Class] = true
			t.FullScan = t.FullScan || c.FullScan == 1
		}
		if c.Filter != "" {
			t.Filters[c.Class] = c.Filter
		}
		if len(c.Properties) > 0 {
			t.Properties[c.Class] = c.Properties
		}
	}
	t.Classes = entra.SortClasses(enabled)
	return t, nil
}

// AddTenant adds a tenant with its sync policy; its first sync will be a full
// scan. Zero Interval and Classes mean the defaults: without Classes, and where they
// are Unchosen, it takes what it may read, too, until somebody chooses.
func (s *Store) AddTenant(ctx context.Context, t entra.Tenant) (entra.Tenant, error) {
	if t.Interval == 0 {
		t.Interval = entra.DefaultInterval
	}
	if t.Unchosen = t.Unchosen || len(t.Classes) == 0; t.Unchosen {
		t.Classes = append(entra.DefaultClasses(), t.Classes...)
	}
	if err := entra.CheckInterval(t.Interval); err != nil {
		return t, err
	}
	if _, err := s.Cloud(ctx, t.Cloud); err != nil {
		return t, err
	}
	err := s.setUp(ctx, "adding the tenant failed", func(x *tx) error {
		if err := x.refuseTwin(t.Name, t.TenantID); err != nil {
			return err
		}
		profile, err := x.profileKey(t.Profile)
		if err != nil {
			return err
		}
		key, err := x.insert(`INSERT INTO tenants (name, tenant_id, display_name, cloud, profile, enabled, interval_ms)
			VALUES (?, nullif(?, ''), ?, ?, ?, ?, ?)`, t.Name, t.TenantID, t.DisplayName, t.Cloud, profile, t.Enabled, t.Interval.Milliseconds())
		if err != nil {
			return err
		}
		t.Key = key
		return x.change(t, TenantChange{Classes: t.Classes, Permitted: t.Unchosen, Filters: t.Filters, Properties: t.Properties})
	})
	if err != nil {
		return t, err
	}
	return s.TenantByKey(ctx, t.Key)
}

// refuseTwin refuses a tenant that is there already, under its domain or its id.
func (t *tx) refuseTwin(name, id string) error {
	var twin string
	found, err := t.row("SELECT name FROM tenants WHERE NOT removing AND (name = ? OR tenant_id = ? OR (? <> '' AND tenant_id = ?))",
		[]any{name, name, id, id}, &twin)
	if err != nil || !found {
		return err
	}
	e := exists(say.With("the tenant %q exists already", name))
	e.Remedy = "see `entrasyncctl tenant list`"
	if twin != name {
		e.Why = say.With("it is the same tenant as %s", twin)
	}
	return e
}

func (t *tx) profileKey(name string) (int64, error) {
	var key int64
	ok, err := t.row("SELECT profile FROM profiles WHERE name = ?", []any{name}, &key)
	if err == nil && !ok {
		err = notFound(say.With("there is no credential profile %q", name), "see `entrasyncctl profile list`")
	}
	return key, err
}

// TenantChange says what to change of a tenant's policy; nil leaves it as is.
type TenantChange struct {
	Profile    *string
	Enabled    *bool
	FullScan   *bool
	Interval   *time.Duration
	HoldOver   *int // limits of the loss guard
	HoldShare  *int
	Classes    []string            // to sync, and no others
	Permitted  bool                // what it may read is taken, too, beside Classes and what it syncs already
	Filters    map[string]string   // class → expression; empty clears it
	Properties map[string][]string // class → properties beyond the class table's
}

// SetTenant changes a tenant's policy. What changes the data of a class (its
// filter, its properties, being switched on) makes its next sync a full scan.
func (s *Store) SetTenant(ctx context.Context, key int64, c TenantChange) error {
	if c.Interval != nil {
		if err := entra.CheckInterval(*c.Interval); err != nil {
			return err
		}
	}
	if err := entra.CheckHold(c.HoldOver, c.HoldShare); err != nil {
		return err
	}
	old, err := s.TenantByKey(ctx, key)
	if err != nil {
		return err
	}
	return s.setUp(ctx, "changing the tenant failed", func(x *tx) error { return x.change(old, c) })
}

func (t *tx) change(old entra.Tenant, c TenantChange) error {
	if c.Profile != nil {
		profile, err := t.profileKey(*c.Profile)
		if err != nil {
			return err
		}
		if err := t.all(old.Key, "UPDATE tenants SET profile = ?2 WHERE tenant = ?1", profile); err != nil {
			return err
		}
	}
	if c.Profile != nil || c.Permitted { // new credentials may be granted what the old ones were not
		if err := t.all(old.Key, "UPDATE streams SET ask_again = 0 WHERE tenant = ?1"); err != nil {
			return err
		}
	}
	if c.Enabled != nil {
		if err := t.all(old.Key, "UPDATE tenants SET enabled = ?2, next_run = CASE WHEN ?2 AND NOT enabled THEN 0 ELSE next_run END WHERE tenant = ?1", *c.Enabled); err != nil {
			return err
		}
	}
	if c.Interval != nil {
		if err := t.all(old.Key, "UPDATE tenants SET interval_ms = ?2 WHERE tenant = ?1", c.Interval.Milliseconds()); err != nil {
			return err
		}
	}
	if err := t.all(old.Key, "UPDATE tenants SET hold_over = coalesce(?2, hold_over), hold_share = coalesce(?3, hold_share) WHERE tenant = ?1", c.HoldOver, c.HoldShare); err != nil {
		return err
	}
	if err := t.changeClasses(old, c); err != nil {
		return err
	}
	if c.FullScan != nil {
		return t.all(old.Key, "UPDATE streams SET full_scan = ?2 WHERE tenant = ?1 AND "+switchedOn, *c.FullScan)
	}
	return nil
}

// switchedOn is what SQL asks of a stream whose class is to be synced.
const switchedOn = "class IN (SELECT class FROM tenant_classes tc WHERE tc.tenant = streams.tenant AND enabled)"

func (t *tx) all(tenant int64, query string, args ...any) error {
	_, err := t.exec(query, append([]any{tenant}, args...)...)
	return err
}

func (t *tx) changeClasses(old entra.Tenant, c TenantChange) error {
	if c.Permitted {
		c.Classes = append(slices.Clone(c.Classes), old.Classes...)
	}
	if c.Classes != nil || c.Permitted {
		if err := t.all(old.Key, "UPDATE tenants SET takes_permitted = ?2 WHERE tenant = ?1", c.Permitted); err != nil {
			return err
		}
		if err := t.all(old.Key, "UPDATE tenant_classes SET enabled = 0 WHERE tenant = ?1"); err != nil {
			return err
		}
		for _, name := range c.Classes {
			if err := t.setClass(old.Key, name, policy{"enabled", 1, !slices.Contains(old.Classes, name), "on"}); err != nil {
				return err
			}
		}
		for _, name := range old.Classes {
			if !slices.Contains(c.Classes, name) {
				if err := t.epoch(old.Key, name, "off"); err != nil {
					return err
				}
			}
		}
	}
	for name, expression := range c.Filters {
		added, changed := c.Properties[name]
		if !changed {
			added = old.Properties[name]
		}
		if err := entra.CheckFilter(name, expression, added); err != nil {
			return err
		}
		if err := t.setClass(old.Key, name, policy{"filter", expression, old.Filters[name] != expression, "filter"}); err != nil {
			return err
		}
	}
	for name, list := range c.Properties {
		if err := entra.CheckProperties(list); err != nil {
			return err
		}
		text, err := json.Marshal(append([]string{}, list...))
		if err != nil {
			return err
		}
		if err := t.setClass(old.Key, name, policy{"properties", string(text), fmt.Sprint(old.Properties[name]) != fmt.Sprint(list), "properties"}); err != nil {
			return err
		}
	}
	return nil
}

// TakeClasses makes a tenant sync classes that it may read, and tells which those are:
// none where somebody has chosen its classes meanwhile, or chose before.
func (s *Store) TakeClasses(ctx context.Context, key int64, names []string) (taken []string, err error) {
	err = s.setUp(ctx, "changing the tenant failed", func(t *tx) error {
		taken = nil
		if unchosen, err := t.unchosen(key); err != nil || !unchosen {
			return err
		}
		for _, name := range names {
			var on int
			if _, err := t.row("SELECT enabled FROM tenant_classes JOIN classes USING (class) WHERE tenant = ? AND name = ?", []any{key, name}, &on); err != nil {
				return err
			}
			if on == 1 {
				continue
			}
			if err := t.setClass(key, name, policy{"enabled", 1, true, "on"}); err != nil {
				return err
			}
			taken = append(taken, name)
		}
		return nil
	})
	return taken, err
}

// Refuse keeps that a class of [entra.Tenant.Candidates] can't be read, and when to ask again.
func (s *Store) Refuse(ctx context.Context, key int64, name string, ask time.Time) error {
	return s.setUp(ctx, "changing the tenant failed", func(t *tx) error {
		if unchosen, err := t.unchosen(key); err != nil || !unchosen {
			return err
		}
		if err := t.setClass(key, name, policy{column: "enabled", value: 0}); err != nil {
			return err
		}
		return t.all(key, "UPDATE streams SET ask_again = ?2 WHERE tenant = ?1 AND relation = 0 AND class = (SELECT class FROM classes WHERE name = ?3)", ask.UnixMilli(), name)
	})
}

func (t *tx) unchosen(tenant int64) (is bool, err error) {
	_, err = t.row("SELECT takes_permitted FROM tenants WHERE tenant = ?", []any{tenant}, &is)
	return is, err
}

// PinTenant keeps the tenant id that a tenant's name resolved to, for ever,
// and its display name where it is known. Another id is refused: two customers
// are never mixed.
func (s *Store) PinTenant(ctx context.Context, key int64, id, displayName string) error {
	return s.setUp(ctx, "identifying the tenant failed", func(t *tx) error {
		var name, pinned string
		if _, err := t.row("SELECT name, coalesce(tenant_id, '') FROM tenants WHERE tenant = ?", []any{key}, &name, &pinned); err != nil {
			return err
		}
		if pinned == "" {
			if err := t.refuseTwin(id, id); err != nil {
				return err
			}
		} else if pinned != id {
			return &entra.Error{Code: entra.CodeTenantMismatch, What: say.With("%s can't be synced", name),
				Why: say.With("it now answers as tenant %s, not as %s", id, pinned), Remedy: "if the domain moved to another tenant, add that one as a new tenant"}
		}
		_, err := t.exec("UPDATE tenants SET tenant_id = ?, display_name = CASE WHEN ? <> '' THEN ? ELSE display_name END WHERE tenant = ?",
			id, displayName, displayName, key)
		return err
	})
}

// SetNextRun keeps when a tenant is due, so that a restart loses nothing.
func (s *Store) SetNextRun(ctx context.Context, key int64, at time.Time) error {
	return s.tx(ctx, "planning the next sync failed", func(t *tx) error {
		_, err := t.exec("UPDATE tenants SET next_run = ? WHERE tenant = ?", at.UnixMilli(), key)
		return err
	})
}
