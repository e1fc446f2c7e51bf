package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
)

// Check looks for damage: of the file, of references, and of what the counts
// say. A sound database gives none.
func (s *Store) Check(ctx context.Context) ([]string, error) {
	return problems(ctx, s.read)
}

func problems(ctx context.Context, db *sql.DB) ([]string, error) {
	var out []string
	for _, c := range []struct{ query, fine string }{
		{"PRAGMA integrity_check(20)", "ok"},
		{`SELECT 'a row of ' || "table" || ' refers to a missing row of ' || parent FROM pragma_foreign_key_check LIMIT 20`, ""},
		{`SELECT t.name || ', ' || c.name || ': ' || tc.total || ' objects counted, ' || n.live || ' held'
		  FROM tenant_classes tc JOIN tenants t USING (tenant) JOIN classes c USING (class)
		  JOIN (SELECT tenant, class, count(*) FILTER (WHERE state = 1) AS live FROM objects GROUP BY tenant, class) n
		    ON n.tenant = tc.tenant AND n.class = tc.class WHERE tc.total <> n.live AND NOT t.removing`, ""},
		{`SELECT 'the properties of object ' || id || ' are no JSON' FROM objects WHERE NOT json_valid(properties) LIMIT 20`, ""},
	} {
		found, err := texts(ctx, db, c.query)
		if err != nil {
			return append(out, err.Error()), nil
		}
		for _, text := range found {
			if text != c.fine {
				out = append(out, text)
			}
		}
	}
	damage, err := indexProblems(ctx, db)
	if err != nil {
		return append(out, err.Error()), nil
	}
	return append(out, damage...), ctx.Err()
}

func texts(ctx context.Context, db *sql.DB, query string) ([]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, rows.Err()
}

// CheckFile looks for damage in a database that can't be opened or that is a
// backup.
func CheckFile(ctx context.Context, path string) ([]string, error) {
	if err := inspect(path, path+".none"); err != nil {
		return []string{entra.AsError(err).Why}, nil
	}
	if _, err := os.Stat(path); err != nil {
		return nil, &entra.Error{Code: entra.CodeInvalid, What: path + " can't be read", Why: "there is no such file", Remedy: "check the name", Err: err}
	}
	db, err := sql.Open("sqlite3", dsn(path, "mode=ro&_query_only=on"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return problems(ctx, db)
}

// Backup writes a consistent copy to a new file while syncs run. The program's own
// files are refused: [datafolder.Output].
func (s *Store) Backup(ctx context.Context, file string) error {
	real, err := datafolder.Output(s.dir, file)
	if err != nil {
		return err
	}
	if info, err := os.Stat(real); err == nil && !info.Mode().IsRegular() {
		return entra.Invalid("the backup can't be written", file+" is no regular file", "choose another file")
	}
	return s.copyTo(ctx, real)
}

// copyTo is Backup to any place, as one before a migration, which stays in the
// data folder.
func (s *Store) copyTo(ctx context.Context, file string) error {
	temp := file + ".part"
	if err := os.Remove(temp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return backupFailed(err)
	}
	// Made by us first, so that nobody else can read it even for a moment.
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return backupFailed(err)
	}
	if err := f.Close(); err != nil {
		return backupFailed(err)
	}
	if err := s.vacuumInto(ctx, temp); err != nil {
		return errors.Join(trouble("writing the backup", err), os.Remove(temp))
	}
	if err := syncFile(temp); err != nil {
		return errors.Join(backupFailed(err), os.Remove(temp))
	}
	if err := os.Rename(temp, file); err != nil {
		return errors.Join(backupFailed(err), os.Remove(temp))
	}
	return nil
}

// vacuumInto copies on a connection of its own: the writer's may be busy for
// long, and the readers' may not write anything.
func (s *Store) vacuumInto(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite3", dsn(filepath.Join(s.dir, FileName), "_busy_timeout=30000"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", file)
	return errors.Join(err, db.Close())
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func backupFailed(err error) error {
	return &entra.Error{Code: entra.CodeDatabase, What: "the backup can't be written", Why: err.Error(), Remedy: "choose another file", Err: err}
}

// Restore puts a backup in the database's place. The backup is checked first;
// the old database is moved aside, never deleted. No store may be open on dir.
func Restore(ctx context.Context, dir, backup string, now time.Time) (aside string, err error) {
	found, err := CheckFile(ctx, backup)
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return "", &entra.Error{Code: entra.CodeInvalid, What: "the backup can't be restored", Why: found[0], Remedy: "choose another backup"}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(dir, FileName)
	temp := path + ".restore"
	if err := copyFile(backup, temp); err != nil {
		return "", errors.Join(&entra.Error{Code: entra.CodeDatabase, What: "the backup can't be restored", Why: err.Error(), Remedy: "check the data folder", Err: err}, os.Remove(temp))
	}
	if aside, err = moveAside(path, now); err != nil {
		return "", errors.Join(err, os.Remove(temp))
	}
	return aside, os.Rename(temp, path)
}

// moveAside renames the database with its log, which belongs to it.
func moveAside(path string, now time.Time) (string, error) {
	aside := fmt.Sprintf("%s.%s.aside", path, now.UTC().Format("20060102T150405"))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		err := os.Rename(path+suffix, aside+suffix)
		if errors.Is(err, os.ErrNotExist) {
			if suffix == "" {
				aside = ""
				break
			}
			continue
		}
		if err != nil {
			return "", err
		}
	}
	return aside, nil
}

func copyFile(from, to string) error {
	data, err := os.Open(from)
	if err != nil {
		return err
	}
	defer data.Close()
	f, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.ReadFrom(data)
	return errors.Join(err, f.Sync(), f.Close())
}
