// Package store keeps the local copy of all tenants in one SQLite file and is
// the only package that knows SQL.
//
// [Store.ApplyPage] is the only writer of objects, links, changes and
// cursors: one transaction a page, together with the link to the next one, so
// that a process killed at any instant goes on where it stopped. One connection
// writes, several read; reading never waits for a sync (WAL).
//
// Times are stored as milliseconds since 1970 in UTC. There is one "now" per
// transaction.
package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/sqlite"
	"github.com/entraidsync/entraidsync/core/store/searchindex"
	"github.com/entraidsync/entraidsync/core/store/where"
)

// FileName is the database's name in the data folder.
const FileName = datafolder.FileName

// Store is an open database.
type Store struct {
	dir    string
	write  *writer
	read   *sql.DB
	now    func() time.Time
	cache  int // KiB
	index  searchindex.Sizes
	named  int   // objects that may have a name, or show it, up to which they are gathered: see [where.Names]
	orders int64 // objects of a class from which on an order gets an index

	held    *datafolder.Lock
	files   datafolder.Files
	reading *sqlite.Reading // where nothing may be written
	damage  atomic.Pointer[entra.Error]
}

// Options for [Open].
type Options struct {
	Now   func() time.Time // nil: time.Now
	Cache int              // KiB of the database that who writes holds in memory; 0: as much as a sync is quick with
}

// quickCache is as much of the database, in KiB, as a sync is quick with: more is not quicker.
const quickCache = 16 << 10

// Open opens the database in the data folder, making it where there is none
// and bringing it up to the newest schema (with a backup before). A file that
// is damaged, foreign, empty or from a newer version is refused untouched. Where
// nothing may be written, all can be read, and who writes is told why not.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if err := datafolder.Make(dir); err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Cache = cmp.Or(o.Cache, quickCache)
	held, err := datafolder.Enter(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{dir: dir, now: o.Now, cache: o.Cache, index: searchindex.DefaultSizes, orders: quickToSort, named: where.MostNamed, held: held}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(trouble("opening the database failed", err), s.Close())
	}
	datafolder.ClearParts(dir)
	return s, nil
}

const readOptions = common + "&_busy_timeout=30000&_query_only=on&_cache_size=-2048"

const common = "_mutex=no&_foreign_keys=on&_synchronous=NORMAL&_secure_delete=on"

func (s *Store) open(ctx context.Context) error {
	path := filepath.Join(s.dir, FileName)
	found, err := datafolder.Inspect(path, schemaVersion)
	if err != nil {
		return err
	}
	if found == datafolder.Unmade {
		if err := ownableFile(ctx, path); err != nil {
			return err
		}
	}
	setUp := begin
	if found != datafolder.Ours {
		setUp = form + begin
	}
	refused := s.connect(ctx, path, setUp)
	if refused != nil && found == datafolder.Ours {
		if why := sqlite.Unwritable(path); why != nil {
			return s.openReading(ctx, path, why)
		}
	}
	if refused != nil {
		return refused
	}
	return s.migrate(ctx)
}

func (s *Store) connect(ctx context.Context, path, setUp string) error {
	// The file is made by us, so that nobody else can read it even for a moment.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return &entra.Error{Code: entra.CodeDatabase, What: "the database can't be opened", Why: say.Because(err),
			Remedy: "check who owns the data folder", Err: err}
	}
	if err := f.Close(); err != nil {
		return err
	}
	if s.write, err = openWriter(ctx, path, fmt.Sprintf("%s&_cache_size=-%d", common, s.cache), setUp); err != nil {
		return err
	}
	s.read = sqlite.Pool(path, readOptions)
	s.read.SetMaxOpenConns(4)
	s.files = datafolder.FilesOf(path)
	return nil
}

// openReading opens the database where nothing may be written; why is what writing
// is refused with.
func (s *Store) openReading(ctx context.Context, path string, why error) (err error) {
	if s.reading, err = sqlite.OpenReading(ctx, path, "_mutex=no&_query_only=on&_cache_size=-2048"); err != nil {
		return err
	}
	s.read, s.write = s.reading.DB, refusing(why)
	s.read.SetMaxOpenConns(4)
	version, err := schemaOf(ctx, s.read)
	switch {
	case err != nil:
		return err
	case version > schemaVersion:
		return datafolder.Newer(version, schemaVersion)
	case version < schemaVersion:
		return why // it would have to be brought up to date
	}
	return nil
}

// frozenReaders is how many connections read one moment side by side.
const frozenReaders = 4

// Frozen is the store as it is at this moment, for reading, until it is closed: whatever
// is written meanwhile, all that is asked of it is of one state. Where nothing may be
// written it is the store itself.
func (s *Store) Frozen(ctx context.Context) (now *Store, closed func() error, err error) {
	if s.Writable() != nil {
		return s, func() error { return nil }, nil
	}
	var db *sql.DB
	err = s.write.use(ctx, func(c *sql.Conn) error {
		err := immediate(ctx, c, "BEGIN IMMEDIATE") // nobody writes, in no process
		if err != nil {
			return err
		}
		db, err = sqlite.Frozen(ctx, filepath.Join(s.dir, FileName), readOptions, frozenReaders)
		_, ended := c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, ended)
	})
	if err != nil {
		return nil, nil, trouble("reading the database failed", err)
	}
	why := entra.Invalid("it can't be written", "it is the database as it was at a moment", "")
	return &Store{dir: s.dir, write: refusing(why), read: db, now: s.now, index: s.index, orders: s.orders, named: s.named}, db.Close, nil
}

// Close ends all work with the database. It fails where the database was deleted
// meanwhile, and with it what was stored.
func (s *Store) Close() error {
	err := s.files.Gone()
	if s.write != nil {
		err = errors.Join(err, s.write.close())
	}
	if s.reading != nil {
		err = errors.Join(err, s.reading.Close())
	} else if s.read != nil {
		err = errors.Join(err, s.read.Close())
	}
	return errors.Join(err, s.held.Close())
}

// Writable is why nothing can be stored; nil where it can.
func (s *Store) Writable() error { return s.write.refused }

// Dir is the data folder.
func (s *Store) Dir() string { return s.dir }

// Damage is what SQLite said of damage since the database was opened, to whomever it
// said so; nil where it said nothing.
func (s *Store) Damage() error {
	if e := s.damage.Load(); e != nil {
		return e
	}
	return nil
}

// Note keeps what an error says of damage, whoever can't do more about it.
func (s *Store) Note(err error) { _ = s.noted(trouble("reading the database failed", err)) }

// noted keeps what an error says of damage.
func (s *Store) noted(err error) error {
	if e := (*entra.Error)(nil); errors.As(err, &e) && e.Code == entra.CodeDatabaseDamaged {
		s.damage.CompareAndSwap(nil, e)
	}
	return err
}

// trouble tells SQLite's errors in words.
func trouble(what say.Sentence, err error) error { return sqlite.Trouble(what, err) }

func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func fromMillis(ms sql.NullInt64) time.Time {
	if !ms.Valid || ms.Int64 == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

func isNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// SQLiteVersion is the version of the SQLite that is built in.
func SQLiteVersion() string {
	version, _, _ := sqlite3.Version()
	return version
}

// DataVersion changes whenever another process has written to the database.
func (s *Store) DataVersion(ctx context.Context) (int64, error) {
	v, err := s.write.number(ctx, "PRAGMA data_version")
	return v, trouble("reading the database failed", err)
}
