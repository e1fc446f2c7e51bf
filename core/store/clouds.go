package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Clouds are the built-in clouds, then the custom ones by name.
func (s *Store) Clouds(ctx context.Context) ([]entra.Cloud, error) {
	clouds := entra.BuiltInClouds()
	rows, err := s.read.QueryContext(ctx, "SELECT name, label, authority, graph, ca FROM clouds ORDER BY name")
	if err != nil {
		return nil, trouble("reading the clouds failed", err)
	}
	defer rows.Close()
	for rows.Next() {
		var c entra.Cloud
		if err := rows.Scan(&c.Name, &c.Label, &c.Authority, &c.Graph, &c.CA); err != nil {
			return nil, trouble("reading the clouds failed", err)
		}
		clouds = append(clouds, c)
	}
	return clouds, trouble("reading the clouds failed", rows.Err())
}

// Cloud finds a cloud by name.
func (s *Store) Cloud(ctx context.Context, name string) (entra.Cloud, error) {
	clouds, err := s.Clouds(ctx)
	if err != nil {
		return entra.Cloud{}, err
	}
	for _, c := range clouds {
		if c.Name == name {
			return c, nil
		}
	}
	return entra.Cloud{}, notFound(say.With("there is no cloud %q", name), "see `entrasyncctl cloud list`")
}

// AddCloud adds a custom cloud.
func (s *Store) AddCloud(ctx context.Context, c entra.Cloud) error {
	if err := c.Check(); err != nil {
		return err
	}
	return s.setUp(ctx, "adding the cloud failed", func(t *tx) error {
		n, err := t.exec("INSERT INTO clouds (name, label, authority, graph, ca) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			c.Name, c.Label, c.Authority, c.Graph, c.CA)
		if err == nil && n == 0 {
			return exists(say.With("the cloud %q exists already", c.Name))
		}
		return err
	})
}

// RemoveCloud removes a custom cloud that no tenant uses.
func (s *Store) RemoveCloud(ctx context.Context, name string) error {
	for _, c := range entra.BuiltInClouds() {
		if c.Name == name {
			return entra.Invalid(say.With("the cloud %s can't be removed", name), "it is built in", "only custom clouds can be removed")
		}
	}
	return s.setUp(ctx, "removing the cloud failed", func(t *tx) error {
		users, err := t.names("SELECT name FROM tenants WHERE cloud = ? ORDER BY name", name)
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return inUse(say.With("the cloud %q can't be removed", name), users)
		}
		n, err := t.exec("DELETE FROM clouds WHERE name = ?", name)
		if err == nil && n == 0 {
			return notFound(say.With("there is no cloud %q", name), "see `entrasyncctl cloud list`")
		}
		return err
	})
}

// names runs a query for one column of names.
func (t *tx) names(query string, args ...any) ([]string, error) {
	rows, err := t.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, rows.Err()
}

func notFound(what, remedy say.Sentence) error {
	return &entra.Error{Code: entra.CodeNotFound, What: what, Remedy: remedy}
}

func exists(what say.Sentence) *entra.Error {
	return &entra.Error{Code: entra.CodeExists, What: what, Remedy: "choose another name"}
}

func inUse(what say.Sentence, by []string) error {
	return &entra.Error{Code: entra.CodeInUse, What: what,
		Why: say.With("used by %s", list(by)), Remedy: "change or remove them first"}
}

// list names at most five.
func list(names []string) say.Sentence {
	if len(names) > 5 {
		return say.With("%s and %d more", strings.Join(names[:5], ", "), len(names)-5)
	}
	return say.Foreign(strings.Join(names, ", "))
}

// Setting reads one setting of the window; "" where it was never set.
func (s *Store) Setting(ctx context.Context, name string) (string, error) {
	var v string
	err := s.read.QueryRowContext(ctx, "SELECT value FROM settings WHERE name = ?", name).Scan(&v)
	if err == sql.ErrNoRows {
		return "", nil
	}
	return v, trouble("reading a setting failed", err)
}

// SetSetting stores one setting of the window.
func (s *Store) SetSetting(ctx context.Context, name, value string) error {
	return s.SetSettings(ctx, map[string]string{name: value})
}

// ChangeSetting makes a setting another one by what it is: in one transaction, so that nobody else changes it in between.
func (s *Store) ChangeSetting(ctx context.Context, name string, change func(old string) (string, error)) error {
	return s.tx(ctx, "saving a setting failed", func(t *tx) error {
		var old string
		if _, err := t.row("SELECT value FROM settings WHERE name = ?", []any{name}, &old); err != nil {
			return err
		}
		value, err := change(old)
		if err != nil {
			return err
		}
		_, err = t.exec("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)
		return err
	})
}

// SetSettings stores settings, all of them or none.
func (s *Store) SetSettings(ctx context.Context, values map[string]string) error {
	return s.tx(ctx, "saving a setting failed", func(t *tx) error {
		for name, value := range values {
			if _, err := t.exec("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value); err != nil {
				return err
			}
		}
		return nil
	})
}
