package store

import (
	"context"
	"time"
)

// Expiry is what is kept of a credential's end beside the end itself.
type Expiry struct {
	Asked  time.Time // when its app registration was last asked; zero: never
	Warned int       // the threshold that was told, in days before the end; -1: none
}

// Expiries is what is kept of every credential's end, by the credential's id.
func (s *Store) Expiries(ctx context.Context) (map[string]Expiry, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, asked, coalesce(warned, -1) FROM credentials")
	if err != nil {
		return nil, trouble("reading the profiles", err)
	}
	defer rows.Close()
	out := map[string]Expiry{}
	for rows.Next() {
		var id string
		var asked int64
		var e Expiry
		if err := rows.Scan(&id, &asked, &e.Warned); err != nil {
			return nil, trouble("reading the profiles", err)
		}
		if asked != 0 {
			e.Asked = time.UnixMilli(asked)
		}
		out[id] = e
	}
	return out, trouble("reading the profiles", rows.Err())
}

// SetExpiry keeps that a credential's app registration was asked now, and the
// end that it told; zero: it told none, and what was known stays. Of a new end
// nobody has been warned.
func (s *Store) SetExpiry(ctx context.Context, credentialID string, end time.Time) error {
	return s.setUp(ctx, "saving the expiry", func(t *tx) error {
		_, err := t.exec(`UPDATE credentials SET asked = ?2, expires = coalesce(?3, expires),
			warned = CASE WHEN coalesce(?3, expires) IS expires THEN warned END WHERE id = ?1`, credentialID, t.now, millis(end))
		return err
	})
}

// Warn keeps that somebody was told of a credential's end, that many days
// before it; false: that, or a later threshold, was told already.
func (s *Store) Warn(ctx context.Context, credentialID string, days int) (bool, error) {
	var n int64
	err := s.setUp(ctx, "saving the warning", func(t *tx) (err error) {
		n, err = t.exec("UPDATE credentials SET warned = ?2 WHERE id = ?1 AND (warned IS NULL OR warned > ?2)", credentialID, days)
		return err
	})
	return n > 0, err
}
