package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// schemaVersion is the newest migration.
const schemaVersion = 1

// migrate applies what is missing, each migration in one transaction with its
// version.
func (s *Store) migrate(ctx context.Context) error {
	found, err := s.write.number(ctx, "PRAGMA user_version")
	if err != nil {
		return err
	}
	version := int(found)
	if version > schemaVersion { // said by the log alone
		return datafolder.Newer(found, schemaVersion)
	}
	if version > 0 && version < schemaVersion {
		backup := filepath.Join(s.dir, fmt.Sprintf("%s.before-schema-%d", FileName, schemaVersion))
		if err := s.copyTo(ctx, backup); err != nil {
			return err
		}
	}
	for v := version + 1; v <= schemaVersion; v++ {
		if err := s.step(ctx, v); err != nil {
			return fmt.Errorf("schema %d: %w", v, err)
		}
	}
	if version < schemaVersion {
		if err := s.write.exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			return err
		}
	}
	return s.mark()
}

func (s *Store) step(ctx context.Context, v int) error {
	script, err := migrations.ReadFile(fmt.Sprintf("migrations/%03d.sql", v))
	if err != nil {
		return err
	}
	return s.tx(ctx, "bringing the database up to date", func(t *tx) error {
		// Another process may have been quicker.
		var have int
		if err := t.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil || have >= v {
			return err
		}
		if have == 0 {
			if err := ownable(ctx, t); err != nil {
				return err
			}
		}
		pragmas := fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d;", v, datafolder.ApplicationID)
		if _, err := t.ExecContext(ctx, string(script)+pragmas); err != nil {
			return err
		}
		rows, err := t.QueryContext(ctx, "PRAGMA foreign_key_check")
		if err != nil {
			return err
		}
		defer rows.Close()
		if rows.Next() {
			return errors.New("the migration would break a reference")
		}
		return rows.Err()
	})
}

// schemaOf tells which migration a database has seen.
func schemaOf(ctx context.Context, db *sql.DB) (version int64, err error) {
	err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}

// ownableFile is [ownable] before the database is opened for writing, which would
// change a foreign one.
func ownableFile(ctx context.Context, path string) error {
	db, err := sqlite.OpenReading(ctx, path, "_query_only=on")
	if err != nil {
		return err
	}
	return errors.Join(ownable(ctx, db), db.Close())
}

// ownable refuses to make our tables in a database in which another program has made
// something.
func ownable(ctx context.Context, db interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) error {
	var application, made int64
	err := db.QueryRowContext(ctx, "SELECT application_id, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id").Scan(&application, &made)
	if err == nil && application != datafolder.ApplicationID && (application != 0 || made > 0) {
		return datafolder.Foreign()
	}
	return err
}

// mark leaves the marker beside the database.
func (s *Store) mark() error {
	f, err := os.OpenFile(filepath.Join(s.dir, datafolder.MarkerName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s\nThis folder holds the data of Entra ID Sync.\n", rand.Text())
	return errors.Join(err, f.Close())
}
