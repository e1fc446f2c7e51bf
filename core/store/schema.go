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
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/sqlite"
	"github.com/entraidsync/entraidsync/core/store/searchindex"
	"github.com/entraidsync/entraidsync/core/store/where"
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
			return say.Errorf("schema %d: %s", v, err)
		}
	}
	if version < schemaVersion {
		if err := s.write.truncate(ctx); err != nil {
			return err
		}
	}
	if err := s.dropOutdated(ctx); err != nil {
		return err
	}
	return s.mark()
}

// dropOutdated drops the orders of versions before: they are made anew when they are asked for.
func (s *Store) dropOutdated(ctx context.Context) error {
	if n, err := s.write.number(ctx, "SELECT count(*) FROM ("+where.Outdated+")"); err != nil || n == 0 {
		return err
	}
	return s.tx(ctx, "bringing the database up to date failed", func(t *tx) error {
		names, err := texts(ctx, t, where.Outdated)
		for _, name := range names {
			if _, dropped := t.ExecContext(ctx, "DROP INDEX IF EXISTS "+name); dropped != nil {
				return dropped
			}
		}
		return err
	})
}

func (s *Store) step(ctx context.Context, v int) error {
	script, err := migrations.ReadFile(fmt.Sprintf("migrations/%03d.sql", v))
	if err != nil {
		return err
	}
	return s.tx(ctx, "bringing the database up to date failed", func(t *tx) error {
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
			return say.Errorf("the migration would break a reference")
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
			return damageOr(out, err)
		}
		for _, text := range found {
			if text != c.fine {
				out = append(out, text)
			}
		}
	}
	found, err := searchindex.Problems(ctx, db)
	if err != nil {
		return damageOr(out, err)
	}
	return append(out, found...), ctx.Err()
}

// Look looks for damage of the file without comparing tables with their indexes, which
// takes a fraction of [Store.Check]. What it finds is told by [Store.Damage].
func (s *Store) Look(ctx context.Context) {
	found, err := texts(ctx, s.read, "PRAGMA quick_check(1)")
	if err != nil {
		s.Note(err)
		return
	}
	for _, text := range found {
		if text != "ok" {
			_ = s.noted(&entra.Error{Code: entra.CodeDatabaseDamaged, What: "reading the database failed",
				Why:    say.With("the database is damaged (%s)", strings.Join(strings.Fields(text), " ")),
				Remedy: "restore a backup with `entrasyncctl db restore FILE`"})
		}
	}
}

// damageOr adds what an error says of damage to what was found. Any other says
// nothing of the database: a full disk or a lock is no damage.
func damageOr(found []string, err error) ([]string, error) {
	err = trouble("checking the database failed", err)
	if entra.CodeOf(err) != entra.CodeDatabaseDamaged {
		return nil, err
	}
	return append(found, entra.AsError(err).Why.String()), nil
}

func texts(ctx context.Context, db queryer, query string, args ...any) ([]string, error) {
	rows, err := db.QueryContext(ctx, query, args...)
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
// backup. Why it can't be looked at is an error, and says nothing of damage.
func CheckFile(ctx context.Context, path string) ([]string, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, &entra.Error{Code: entra.CodeInvalid, What: say.With("%s can't be read", path), Why: "there is no such file", Remedy: "check the name", Err: err}
	}
	if _, err := datafolder.Inspect(path, schemaVersion); err != nil {
		return damageOr(nil, err)
	}
	db, err := sqlite.OpenReading(ctx, path, "_query_only=on")
	if err != nil {
		return damageOr(nil, err)
	}
	defer db.Close()
	version, err := schemaOf(ctx, db.DB)
	if err == nil && version == 0 { // a kill kept the first start from making its tables, and the next start makes them
		err = ownable(ctx, db.DB)
	}
	if err != nil || version == 0 {
		return damageOr(nil, err)
	}
	return problems(ctx, db.DB)
}

// Backup writes a consistent copy to a new file while syncs run. The program's own
// files are refused: [datafolder.Output].
func (s *Store) Backup(ctx context.Context, file string) error {
	real, err := datafolder.Output(s.dir, file)
	if err != nil {
		return err
	}
	if info, err := os.Stat(real); err == nil && !info.Mode().IsRegular() {
		return entra.Invalid("the backup can't be written", say.With("%s is no regular file", file), "choose another file")
	}
	return s.withoutRemovals(ctx, real, func() error { return s.copyTo(ctx, real) })
}

// copyTo is Backup to any place, as one before a migration, which stays in the
// data folder.
func (s *Store) copyTo(ctx context.Context, file string) error {
	return s.noted(sqlite.Copy(ctx, s.dir, filepath.Join(s.dir, FileName), file))
}

// Restore puts a backup in the database's place while nobody has that open; see
// [sqlite.Restore].
func Restore(ctx context.Context, dir, backup string, now time.Time) (aside string, err error) {
	return sqlite.Restore(ctx, sqlite.Restoring{Dir: dir, Backup: backup, Newest: schemaVersion, Check: problems, Now: now})
}

// Weight is what a part of the database takes.
type Weight struct {
	Part  string // audits, changes, history, index, links, objects, orders, other; free: room that compacting gives back
	Rows  int64  // 0 where they are not counted
	Bytes int64  // about: of rows by the first of them, with their indexes
}

// weighed are the parts of the database: what counts their rows, and what is about the
// size of one.
var weighed = []struct{ part, count, size string }{
	{"audits", "SELECT count(*) FROM audits", "SELECT 250 + 2 * octet_length(id) + octet_length(activity) + octet_length(correlation) AS n FROM audits"}, // with whom they are about
	{"changes", "SELECT count(*) FROM changes", "SELECT 160 + octet_length(display_name) + coalesce(octet_length(before), 0) + coalesce(octet_length(after), 0) AS n FROM changes"},
	{"history", "SELECT count(*) FROM class_runs", "SELECT 140 + octet_length(error) + octet_length(why) + octet_length(remedy) + octet_length(detail) AS n FROM class_runs"},
	{"index", "SELECT count(*) FROM search_grams", "SELECT 12 + octet_length(postings) AS n FROM search_grams"},
	{"links", "SELECT count(*) FROM links", "SELECT 47 AS n"},
	{"objects", "SELECT count(*) FROM objects", "SELECT (110 + octet_length(id) + octet_length(properties)) * 17 / 16 AS n FROM objects"},
	{"orders", "SELECT coalesce(sum((SELECT sum(total) FROM tenant_classes t WHERE s.name LIKE 'objects_ordered_' || t.class || '_%')), 0) FROM sqlite_schema s WHERE s.type = 'index' AND s.name LIKE 'objects_ordered_%'", "SELECT 30 AS n"},
}

// Weigh tells what the database takes, by part, and in all.
func (s *Store) Weigh(ctx context.Context) (parts []Weight, total int64, err error) {
	number := func(text string) (n int64) {
		if err == nil {
			err = s.read.QueryRowContext(ctx, text).Scan(&n)
		}
		return n
	}
	page := number("PRAGMA page_size")
	total = number("PRAGMA page_count") * page
	rest := total
	for _, p := range weighed {
		w := Weight{Part: p.part, Rows: number(p.count)}
		w.Bytes = w.Rows * number("SELECT CAST(coalesce(avg(n), 0) AS INTEGER) FROM (SELECT n FROM ("+p.size+") LIMIT 5000)")
		parts, rest = append(parts, w), rest-w.Bytes
	}
	free := number("PRAGMA freelist_count") * page
	parts = append(parts, Weight{Part: "other", Bytes: max(0, rest-free)}, Weight{Part: "free", Bytes: free})
	return parts, total, trouble("weighing the database failed", err)
}

// Compact gives the room back that is free in the file, and tells how many pages of how
// many it has given back. A file that was made so gives it back in short turns, beside
// syncs; another is written anew once, for which there has to be room for a copy, syncs
// wait, and how far it is can't be told (of: 0). It may be stopped at any time.
func (s *Store) Compact(ctx context.Context, told func(done, of int64)) error {
	return trouble("compacting failed", s.compact(ctx, told))
}

func (s *Store) compact(ctx context.Context, told func(done, of int64)) error {
	mode, err := s.write.number(ctx, "PRAGMA auto_vacuum")
	if err != nil {
		return err
	}
	if mode != incremental {
		told(0, 0)
		if err := s.write.exec(ctx, "PRAGMA auto_vacuum = INCREMENTAL; VACUUM"); err != nil {
			return err
		}
	}
	all, err := s.write.number(ctx, "PRAGMA freelist_count")
	for left := all; left > 0 && err == nil; {
		before := left
		told(all-left, all)
		if err = s.write.use(ctx, func(c *sql.Conn) error {
			return sqlite.Patiently(ctx, func() error { return giveBack(ctx, c) })
		}); err != nil {
			return err
		}
		if left, err = s.write.number(ctx, "PRAGMA freelist_count"); left >= before { // others free pages, too
			break
		}
	}
	if err != nil {
		return err
	}
	told(all, all)
	return s.write.truncate(ctx)
}

// incremental is SQLite's number for a file that gives room back in turns.
const incremental = 2

// giveBack gives some pages back: one with each row that is read.
func giveBack(ctx context.Context, c *sql.Conn) error {
	pages, err := c.QueryContext(ctx, "PRAGMA incremental_vacuum(2000)")
	if err != nil {
		return err
	}
	defer pages.Close()
	for pages.Next() {
	}
	return pages.Err()
}
