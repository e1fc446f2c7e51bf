package store

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
)

//go:embed migrations/*.sql
var migrations embed.FS

// schemaVersion is the newest migration.
const schemaVersion = 1

// inspect reads the file's header without opening the database, so that what
// is refused stays as it was, byte for byte.
func inspect(path, marker string) error {
	header := make([]byte, 100)
	f, err := os.Open(path)
	if err == nil {
		defer f.Close()
		_, err = io.ReadFull(f, header)
	}
	switch {
	case errors.Is(err, os.ErrNotExist), errors.Is(err, io.EOF):
		if _, e := os.Stat(marker); e == nil {
			return damaged("it is empty or missing, though there was one")
		}
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		return damaged("it is cut off")
	case err != nil:
		return &entra.Error{Code: entra.CodeDatabase, What: "the database can't be opened", Why: err.Error(),
			Remedy: "check the data folder", Err: err}
	}
	if string(header[:16]) != "SQLite format 3\x00" {
		return damaged("it is not a database")
	}
	version, app := binary.BigEndian.Uint32(header[60:]), binary.BigEndian.Uint32(header[68:])
	switch {
	case app == 0 && version == 0: // made, but never got its first migration
		return nil
	case app != datafolder.ApplicationID:
		return damaged("it belongs to another program")
	case version > schemaVersion:
		return &entra.Error{Code: entra.CodeDatabase, What: "the database can't be opened",
			Why:    fmt.Sprintf("a newer version of Entra ID Sync made it (schema %d, this one knows %d)", version, schemaVersion),
			Remedy: "update Entra ID Sync"}
	}
	return nil
}

func damaged(why string) error {
	return &entra.Error{Code: entra.CodeDatabaseDamaged, What: "the database can't be opened", Why: why,
		Remedy: "restore a backup with `entrasyncctl db restore FILE`, or move the data folder away to begin anew"}
}

// migrate applies what is missing, each migration in one transaction with its
// version.
func (s *Store) migrate(ctx context.Context) error {
	found, err := s.write.number(ctx, "PRAGMA user_version")
	if err != nil {
		return err
	}
	version := int(found)
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
