package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Profiles are all credential profiles in the order of their names ([entra.Natural]), with their credentials and
// the tenants that use them.
func (s *Store) Profiles(ctx context.Context) ([]entra.Profile, error) {
	return s.profiles(ctx, "")
}

// Profile finds a credential profile by name, without regard to case.
func (s *Store) Profile(ctx context.Context, name string) (entra.Profile, error) {
	found, err := s.profiles(ctx, name)
	if err == nil && len(found) == 0 {
		err = notFound(say.With("there is no credential profile %q", name), "see `entrasyncctl profile list`")
	}
	if err != nil {
		return entra.Profile{}, err
	}
	return found[0], nil
}

func (s *Store) profiles(ctx context.Context, name string) ([]entra.Profile, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT p.id, p.name, p.description,
		       (SELECT json_group_array(name) FROM (SELECT name FROM tenants t WHERE t.profile = p.profile AND NOT removing)),
		       c.id, c.kind, c.client_id, c.expires, c.lost, c.revision
		FROM profiles p LEFT JOIN credentials c ON c.profile = p.profile
		WHERE ? = '' OR p.name = ?
		ORDER BY p.profile, c.position`, name, name)
	if err != nil {
		return nil, trouble("reading the profiles failed", err)
	}
	defer rows.Close()
	var out []entra.Profile
	for rows.Next() {
		if out, err = appendProfile(out, rows); err != nil {
			return nil, trouble("reading the profiles failed", err)
		}
	}
	slices.SortStableFunc(out, func(a, b entra.Profile) int { return entra.Natural(a.Name, b.Name) })
	return out, trouble("reading the profiles failed", rows.Err())
}

// appendProfile reads one row: a profile with one of its credentials, or none.
func appendProfile(out []entra.Profile, rows *sql.Rows) ([]entra.Profile, error) {
	var p entra.Profile
	var tenants string
	var id, kind, client sql.NullString
	var expires, revision sql.NullInt64
	var lost sql.NullBool
	if err := rows.Scan(&p.ID, &p.Name, &p.Description, &tenants, &id, &kind, &client, &expires, &lost, &revision); err != nil {
		return nil, err
	}
	if len(out) == 0 || out[len(out)-1].ID != p.ID {
		if err := json.Unmarshal([]byte(tenants), &p.Tenants); err != nil {
			return nil, err
		}
		slices.SortFunc(p.Tenants, entra.Natural)
		out = append(out, p)
	}
	if last := &out[len(out)-1]; id.Valid {
		last.Credentials = append(last.Credentials, entra.Credential{ID: id.String, Index: len(last.Credentials) + 1,
			Kind: entra.Kind(kind.String), ClientID: client.String, Expires: fromMillis(expires), Lost: lost.Bool, Revision: revision.Int64})
	}
	return out, nil
}

// AddProfile adds an empty profile.
func (s *Store) AddProfile(ctx context.Context, name, description string) error {
	name, err := entra.Name("the credential profile can't be added", name)
	if err != nil {
		return err
	}
	return s.setUp(ctx, "adding the profile failed", func(t *tx) error {
		n, err := t.exec("INSERT INTO profiles (id, name, description) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", uuid.NewString(), name, description)
		if err == nil && n == 0 {
			return exists(say.With("the credential profile %q exists already", name))
		}
		return err
	})
}

// SetProfile gives a profile another name and description.
func (s *Store) SetProfile(ctx context.Context, name, newName, description string) error {
	newName, err := entra.Name("the credential profile can't be changed", newName)
	if err != nil {
		return err
	}
	return s.setUp(ctx, "changing the profile failed", func(t *tx) error {
		key, err := t.profileKey(name)
		if err != nil {
			return err
		}
		n, err := t.exec("UPDATE OR IGNORE profiles SET name = ?2, description = ?3 WHERE profile = ?1", key, newName, description)
		if err == nil && n == 0 {
			return exists(say.With("the credential profile %q exists already", newName))
		}
		return err
	})
}

// RemoveProfile removes a profile that no tenant uses, with its secrets.
func (s *Store) RemoveProfile(ctx context.Context, name string) error {
	return s.setUp(ctx, "removing the profile failed", func(t *tx) error {
		users, err := t.names("SELECT t.name FROM tenants t JOIN profiles p USING (profile) WHERE p.name = ?", name)
		if err != nil {
			return err
		}
		slices.SortFunc(users, entra.Natural)
		if len(users) > 0 {
			return inUse(say.With("the credential profile %q can't be removed", name), users)
		}
		n, err := t.exec("DELETE FROM profiles WHERE name = ?", name)
		if err == nil && n == 0 {
			return notFound(say.With("there is no credential profile %q", name), "see `entrasyncctl profile list`")
		}
		return err
	})
}

// AddCredential adds a credential at the end of a profile's list. sealed are
// its secrets by field, sealed by the vault for c.ID.
func (s *Store) AddCredential(ctx context.Context, profile string, c entra.Credential, sealed map[string][]byte) error {
	return s.setUp(ctx, "adding the credential failed", func(t *tx) error {
		key, err := t.profileKey(profile)
		if err != nil {
			return err
		}
		credential, err := t.insert(`INSERT INTO credentials (id, profile, position, kind, client_id, expires)
			VALUES (?, ?, 1 + (SELECT coalesce(max(position), 0) FROM credentials WHERE profile = ?), ?, ?, ?)`,
			c.ID, key, key, string(c.Kind), c.ClientID, millis(c.Expires))
		if err != nil {
			return err
		}
		return t.putSecrets(credential, sealed)
	})
}

func (t *tx) putSecrets(credential int64, sealed map[string][]byte) error {
	for field, bytes := range sealed {
		if _, err := t.exec("INSERT INTO secrets (credential, field, sealed) VALUES (?, ?, ?)", credential, field, bytes); err != nil {
			return err
		}
	}
	return nil
}

// ReplaceCredential puts another credential in the place of the one with c.ID:
// its kind, client id, expiry and secrets. It is found again after a vault reset.
func (s *Store) ReplaceCredential(ctx context.Context, c entra.Credential, sealed map[string][]byte) error {
	return s.setUp(ctx, "replacing the credential failed", func(t *tx) error {
		var credential int64
		ok, err := t.row("SELECT credential FROM credentials WHERE id = ?", []any{c.ID}, &credential)
		if err != nil {
			return err
		}
		if !ok {
			return notFound(say.With("there is no credential %q", c.ClientID), "it has been removed meanwhile; add it anew")
		}
		if _, err := t.exec("DELETE FROM secrets WHERE credential = ?", credential); err != nil {
			return err
		}
		if _, err := t.exec("UPDATE credentials SET kind = ?2, client_id = ?3, expires = ?4, lost = 0, asked = 0, warned = NULL, revision = revision + 1 WHERE credential = ?1",
			credential, string(c.Kind), c.ClientID, millis(c.Expires)); err != nil {
			return err
		}
		return t.putSecrets(credential, sealed)
	})
}

// RenewCredential notes that somebody has signed in with a credential.
func (s *Store) RenewCredential(ctx context.Context, credentialID string) error {
	return s.setUp(ctx, "saving the credential failed", func(t *tx) error {
		_, err := t.exec("UPDATE credentials SET revision = revision + 1 WHERE id = ?", credentialID)
		return err
	})
}

// MoveCredential moves the credential at a place of a profile's list to another
// place, both from 1. Those between move up or down by one.
func (s *Store) MoveCredential(ctx context.Context, profile string, from, to int) error {
	return s.setUp(ctx, "moving the credential failed", func(t *tx) error {
		ids, err := t.names("SELECT c.id FROM credentials c JOIN profiles p USING (profile) WHERE p.name = ? ORDER BY c.position", profile)
		if err != nil {
			return err
		}
		if min(from, to) < 1 || max(from, to) > len(ids) {
			return entra.Invalid("the credential can't be moved", say.With("the profile %s has no credential at that place", profile), "see `entrasyncctl profile list`")
		}
		moved := ids[from-1]
		ids = slices.Insert(slices.Delete(ids, from-1, from), to-1, moved)
		for i, id := range ids {
			if _, err := t.exec("UPDATE credentials SET position = ? WHERE id = ?", i+1, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveCredential removes the credential at a place of a profile's list, from 1.
func (s *Store) RemoveCredential(ctx context.Context, profile string, index int) error {
	p, err := s.Profile(ctx, profile)
	if err != nil {
		return err
	}
	if index < 1 || index > len(p.Credentials) {
		return entra.Invalid("the credential can't be removed", say.With("the profile %s has no credential at that place", p.Name), "see `entrasyncctl profile list`")
	}
	return s.setUp(ctx, "removing the credential failed", func(t *tx) error {
		_, err := t.exec("DELETE FROM credentials WHERE id = ?", p.Credentials[index-1].ID)
		return err
	})
}

// Secrets are a credential's sealed secrets by field.
func (s *Store) Secrets(ctx context.Context, credentialID string) (map[string][]byte, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT field, sealed FROM secrets JOIN credentials c USING (credential) WHERE c.id = ?", credentialID)
	if err != nil {
		return nil, trouble("reading the credential failed", err)
	}
	defer rows.Close()
	out := map[string][]byte{}
	for rows.Next() {
		var field string
		var sealed []byte
		if err := rows.Scan(&field, &sealed); err != nil {
			return nil, trouble("reading the credential failed", err)
		}
		out[field] = sealed
	}
	return out, trouble("reading the credential failed", rows.Err())
}

// SetSecret puts one sealed field of a credential in the place of what it was.
func (s *Store) SetSecret(ctx context.Context, credentialID, field string, sealed []byte) error {
	return s.setUp(ctx, "saving the credential failed", func(t *tx) error {
		n, err := t.exec(`INSERT INTO secrets (credential, field, sealed) SELECT credential, ?2, ?3 FROM credentials WHERE id = ?1
			ON CONFLICT DO UPDATE SET sealed = excluded.sealed`, credentialID, field, sealed)
		if err == nil && n == 0 {
			return notFound(say.With("there is no credential %q", credentialID), "it has been removed meanwhile")
		}
		return err
	})
}

// Vault is what the vault left to keep; nil where there is no vault yet.
func (s *Store) Vault(ctx context.Context) ([]byte, error) {
	var sealed []byte
	err := s.read.QueryRowContext(ctx, "SELECT sealed FROM vault").Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return sealed, trouble("reading the vault failed", err)
}

// SetVault keeps what the vault sealed. With old it replaces exactly that: two
// processes that make a vault at once end up with one.
func (s *Store) SetVault(ctx context.Context, old, sealed []byte) error {
	return s.setUp(ctx, "saving the vault failed", func(t *tx) error {
		var n int64
		var err error
		if old == nil {
			n, err = t.exec("INSERT INTO vault (one, sealed) VALUES (1, ?) ON CONFLICT DO NOTHING", string(sealed))
		} else {
			n, err = t.exec("UPDATE vault SET sealed = ? WHERE sealed = ?", string(sealed), string(old))
		}
		if err == nil && n == 0 {
			return &entra.Error{Code: entra.CodeExists, What: "the vault can't be saved", Why: "another process changed it meanwhile", Remedy: "try again"}
		}
		return err
	})
}

// ResetVault forgets the vault and all secrets, keeps everything else and marks
// the credentials that lost theirs.
func (s *Store) ResetVault(ctx context.Context) error {
	return s.setUp(ctx, "resetting the vault failed", func(t *tx) error {
		for _, q := range []string{ // a person's sign-in is no loss: it is asked for again
			"UPDATE credentials SET lost = 1 WHERE credential IN (SELECT credential FROM secrets WHERE field NOT GLOB '" + entra.FieldAccount + "*')",
			"DELETE FROM secrets", "DELETE FROM vault",
		} {
			if _, err := t.exec(q); err != nil {
				return err
			}
		}
		return nil
	})
}

// Expiry is what is kept of a credential's end beside the end itself.
type Expiry struct {
	Asked  time.Time // when its app registration was last asked; zero: never
	Warned int       // the threshold that was told, in days before the end; -1: none
}

// Expiries is what is kept of every credential's end, by the credential's id.
func (s *Store) Expiries(ctx context.Context) (map[string]Expiry, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, asked, coalesce(warned, -1) FROM credentials")
	if err != nil {
		return nil, trouble("reading the profiles failed", err)
	}
	defer rows.Close()
	out := map[string]Expiry{}
	for rows.Next() {
		var id string
		var asked int64
		var e Expiry
		if err := rows.Scan(&id, &asked, &e.Warned); err != nil {
			return nil, trouble("reading the profiles failed", err)
		}
		if asked != 0 {
			e.Asked = time.UnixMilli(asked)
		}
		out[id] = e
	}
	return out, trouble("reading the profiles failed", rows.Err())
}

// SetExpiry keeps that a credential's app registration was asked now, and the
// end that it told; zero: it told none, and what was known stays. Of a new end
// nobody has been warned.
func (s *Store) SetExpiry(ctx context.Context, credentialID string, end time.Time) error {
	return s.setUp(ctx, "saving the expiry failed", func(t *tx) error {
		_, err := t.exec(`UPDATE credentials SET asked = ?2, expires = coalesce(?3, expires),
			warned = CASE WHEN coalesce(?3, expires) IS expires THEN warned END WHERE id = ?1`, credentialID, t.now, millis(end))
		return err
	})
}

// Warn keeps that somebody was told of a credential's end, that many days
// before it; false: that, or a later threshold, was told already.
func (s *Store) Warn(ctx context.Context, credentialID string, days int) (bool, error) {
	var n int64
	err := s.setUp(ctx, "saving the warning failed", func(t *tx) (err error) {
		n, err = t.exec("UPDATE credentials SET warned = ?2 WHERE id = ?1 AND (warned IS NULL OR warned > ?2)", credentialID, days)
		return err
	})
	return n > 0, err
}
