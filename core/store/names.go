package store

import (
	"context"
	"database/sql"

	"github.com/mattn/go-sqlite3"
)

// classKey gives the key of a class name, making one where it is new.
func (t *tx) classKey(name string) (int64, error) {
	var key int64
	ok, err := t.row("SELECT class FROM classes WHERE name = ?", []any{name}, &key)
	if ok || err != nil {
		return key, err
	}
	return t.insert("INSERT INTO classes (name) VALUES (?)", name)
}

// SQLiteVersion is the version of the SQLite that is built in.
func SQLiteVersion() string {
	version, _, _ := sqlite3.Version()
	return version
}

// DataVersion changes whenever another process has written to the database.
func (s *Store) DataVersion(ctx context.Context) (int64, error) {
	v, err := s.write.number(ctx, "PRAGMA data_version")
	return v, trouble("reading the database", err)
}

// Setting reads one setting of the window; "" where it was never set.
func (s *Store) Setting(ctx context.Context, name string) (string, error) {
	var v string
	err := s.read.QueryRowContext(ctx, "SELECT value FROM settings WHERE name = ?", name).Scan(&v)
	if err == sql.ErrNoRows {
		return "", nil
	}
	return v, trouble("reading a setting", err)
}

// SetSetting stores one setting of the window.
func (s *Store) SetSetting(ctx context.Context, name, value string) error {
	return s.tx(ctx, "saving a setting", func(t *tx) error {
		_, err := t.exec("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)
		return err
	})
}
