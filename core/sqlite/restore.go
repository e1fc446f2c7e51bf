package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Restoring is a backup that is to become a data folder's database.
type Restoring struct {
	Dir, Backup string
	Newest      uint32 // the newest schema that is known
	Check       func(context.Context, *sql.DB) ([]string, error)
	Now         time.Time
	Steps       datafolder.Steps
}

// Restore puts a backup in the database's place, while nobody has that open
// ([entra.CodeBusy]). The backup is copied with its log, if it has one, and the copy
// is checked, as it stands after it has its place; the old database is moved aside
// with its log, never deleted. A crash at any instant leaves one of them whole: see
// [datafolder.Steps.Replace]. aside is "" where nothing stood there.
func Restore(ctx context.Context, r Restoring) (aside string, err error) {
	if err := r.fit(); err != nil {
		return "", err
	}
	if err := datafolder.Make(r.Dir); err != nil {
		return "", err
	}
	lock, err := datafolder.Seize(r.Dir)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := r.Steps.Recover(r.Dir); err != nil {
		return "", failed(err)
	}
	if err := r.copy(ctx); err != nil {
		return "", errors.Join(failed(err), r.Steps.Drop(r.Dir))
	}
	aside, err = r.Steps.Replace(r.Dir, r.Now, func() error { return r.inPlace(ctx) })
	return aside, failed(err)
}

// fit tells of a backup that can't be one, before anything is done.
func (r Restoring) fit() error {
	unfit := func(why say.Sentence) error {
		return entra.Invalid("the backup can't be restored", why, "choose another backup")
	}
	info, err := os.Stat(r.Backup)
	if errors.Is(err, fs.ErrNotExist) {
		return unfit("there is no such file")
	}
	if live, missing := os.Stat(filepath.Join(r.Dir, datafolder.FileName)); err == nil && missing == nil && os.SameFile(info, live) {
		return unfit("it is the database itself")
	}
	switch found, err := datafolder.Inspect(r.Backup, r.Newest); {
	case err != nil:
		return unfit(entra.AsError(err).Why)
	case found != datafolder.Ours:
		return unfit("it is empty")
	case datafolder.Opened(r.Backup):
		return unfit("another process has it open; `entrasyncctl db backup` makes a whole copy")
	}
	return nil
}

// copy makes the copy, takes into it what the backup's log holds, and checks it.
func (r Restoring) copy(ctx context.Context) error {
	to := filepath.Join(r.Dir, datafolder.CopyName)
	if err := r.Steps.Copy(r.Backup, to); err != nil {
		return err
	}
	if _, err := os.Stat(r.Backup + "-wal"); err != nil {
		if err := whole(to); err != nil {
			return err
		}
	} else {
		if err := r.Steps.Copy(r.Backup+"-wal", to+"-wal"); err != nil {
			return err
		}
	}
	db := Pool(to, "_synchronous=FULL")
	_, err := db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	var problems []string
	if err == nil {
		problems, err = r.Check(ctx, db)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return damagedBackup(Trouble("checking the backup failed", err))
	}
	if len(problems) > 0 {
		return entra.Invalid("the backup can't be restored", say.With("it is damaged (%s)", shortly(problems[0])), "choose another backup")
	}
	if info, err := os.Stat(to + "-wal"); err == nil && info.Size() > 0 {
		return entra.Invalid("the backup can't be restored", "its log can't be taken into it", "choose another backup")
	}
	return nil
}

// whole refuses a database file that is shorter than its first page says: SQLite misses
// nothing where the pages that were cut off were free.
func whole(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	head := make([]byte, 100)
	if _, err := io.ReadFull(f, head); err != nil {
		return err
	}
	size, pages := int64(binary.BigEndian.Uint16(head[16:])), int64(binary.BigEndian.Uint32(head[28:]))
	if size == 1 { // as the format writes 65536
		size = 1 << 16
	}
	if known := bytes.Equal(head[24:28], head[92:96]); known && info.Size() < size*pages {
		return entra.Invalid("the backup can't be restored", say.With("it is damaged (%s)", "its end is missing"), "choose another backup")
	}
	return nil
}

// damagedBackup says that it is the backup that is damaged, where it is: another
// error tells of the data folder.
func damagedBackup(err error) error {
	if e := entra.AsError(err); entra.CodeOf(err) == entra.CodeDatabaseDamaged || says(err, sqlite3.ErrError) { // such as a table that is missing
		return entra.Invalid("the backup can't be restored", say.With("it is damaged (%s)", shortly(e.Why.String())), "choose another backup")
	}
	return err
}

// shortest is how much of a damage is told: the first of it says as much as all.
const shortest = 80

// shortly is what SQLite says of damage, on one short line.
func shortly(why string) string {
	if said, ok := strings.CutPrefix(why, "the database is damaged ("); ok {
		why = strings.TrimSuffix(said, ")")
	}
	words := []rune(strings.Join(strings.Fields(why), " "))
	if len(words) > shortest {
		return string(append(words[:shortest], '…'))
	}
	return string(words)
}

// inPlace checks the database where it now stands.
func (r Restoring) inPlace(ctx context.Context) error {
	path := filepath.Join(r.Dir, datafolder.FileName)
	if _, err := datafolder.Inspect(path, r.Newest); err != nil {
		return err
	}
	db := Pool(path, "mode=ro&immutable=1")
	return errors.Join(Trouble("reading the database failed", usable(ctx, db)), db.Close())
}

// failed tells errors of the file system in words.
func failed(err error) error {
	var known *entra.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) {
		return err
	}
	e := &entra.Error{Code: entra.CodeDatabase, What: "the backup can't be restored", Why: cause(err), Remedy: "check the data folder", Err: err}
	if full(err) {
		e.Code, e.Why, e.Remedy = entra.CodeDiskFull, "the disk is full", "free some space; nothing that was stored is lost"
	}
	return e
}
