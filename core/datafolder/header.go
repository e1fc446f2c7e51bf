package datafolder

import (
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// headerSize is the length of the header of an SQLite file.
const headerSize = 100

// isDatabase tells whether a header is that of an SQLite file.
func isDatabase(header []byte) bool { return string(header[:16]) == "SQLite format 3\x00" }

// Found is what stands in a database's place.
type Found int

// What [Inspect] finds.
const (
	Nothing Found = iota // no file, or an empty one: a new beginning
	Unmade               // a database in which nothing was ever made, but for what its log may hold
	Ours
)

// Inspect looks at the database of a data folder, or at any file that is said to be
// one, before SQLite touches it, so that what is refused stays as it was, byte for
// byte, and nothing but a file is ever opened: opening a pipe waits for ever.
// newest is the newest schema that is known. [entra.CodeDatabaseDamaged] is said of
// damage only, [entra.CodeDatabase] of all else that can't be used.
func Inspect(path string, newest uint32) (Found, error) {
	size, err := plainFile(path)
	if err != nil {
		return Nothing, err
	}
	for _, suffix := range companions {
		n, err := plainFile(path + suffix)
		if err != nil {
			return Nothing, err
		}
		if size == 0 && n > 0 && suffix == "-wal" {
			return Nothing, Damaged("it is empty or missing, though its log is there")
		}
	}
	if size == 0 {
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), MarkerName)); err == nil && filepath.Base(path) == FileName {
			return Nothing, Damaged("it is empty or missing, though there was one")
		}
		return Nothing, nil
	}
	header := make([]byte, headerSize)
	if err := readHeader(path, header); errors.Is(err, io.ErrUnexpectedEOF) {
		return Nothing, Damaged("it is cut off")
	} else if err != nil {
		return Nothing, unreadable(err)
	}
	return judge(header, newest)
}

func judge(header []byte, newest uint32) (Found, error) {
	version, application := binary.BigEndian.Uint32(header[60:]), binary.BigEndian.Uint32(header[68:])
	made := binary.BigEndian.Uint32(header[40:]) > 0 // grows with each table
	switch {
	case !isDatabase(header):
		return Nothing, Damaged("it is not a database")
	case application == 0 && version == 0 && !made:
		return Unmade, nil
	case application != ApplicationID:
		return Nothing, Foreign()
	case version > newest:
		return Nothing, Newer(int64(version), int64(newest))
	}
	return Ours, nil
}

func readHeader(path string, header []byte) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.ReadFull(f, header)
	return err
}

// plainFile gives the size of a file, 0 where there is none, and refuses what is no file.
func plainFile(path string) (int64, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, unreadable(err)
	case !info.Mode().IsRegular():
		return 0, &entra.Error{Code: entra.CodeDatabase, What: "the database can't be opened", Why: noFile(info.Mode()),
			Remedy: "move it away, or choose another data folder with --data-dir"}
	}
	return info.Size(), nil
}

// noFile tells what stands in the place of a file.
func noFile(m fs.FileMode) say.Sentence {
	switch {
	case m.IsDir():
		return "a folder stands where a file should be"
	case m&fs.ModeNamedPipe != 0:
		return "a pipe stands where a file should be"
	case m&fs.ModeSocket != 0:
		return "a socket stands where a file should be"
	}
	return "a device stands where a file should be"
}

// reason is an error's cause without the name of the file.
func reason(err error) say.Sentence {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.Is(err, syscall.ELOOP):
		return "its links lead in a circle"
	case errors.As(err, &path):
		return say.Because(path.Err)
	case errors.As(err, &link):
		return say.Because(link.Err)
	}
	return say.Because(err)
}

func unreadable(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return &entra.Error{Code: entra.CodeDatabase, What: "the database can't be opened", Why: say.With("it may not be read (%s)", reason(err)),
			Remedy: "check who owns the data folder", Err: err}
	}
	return &entra.Error{Code: entra.CodeDatabase, What: "the database can't be opened", Why: reason(err), Remedy: "check the data folder", Err: err}
}

// Damaged is the error for a database that is damaged.
func Damaged(why say.Sentence) error {
	return &entra.Error{Code: entra.CodeDatabaseDamaged, What: "the database can't be opened", Why: why,
		Remedy: "restore a backup with `entrasyncctl db restore FILE`, or move the data folder away to begin anew"}
}

// Foreign is the error for a database that another program made.
func Foreign() error {
	return &entra.Error{Code: entra.CodeDatabase, What: "the database can't be opened", Why: "it belongs to another program",
		Remedy: "choose another data folder with --data-dir"}
}

// Newer is the error for a database with a schema that this version does not know.
func Newer(version, newest int64) error {
	return &entra.Error{Code: entra.CodeDatabase, What: "the database can't be opened",
		Why:    say.With("a newer version of Entra ID Sync made it (schema %d, this one knows %d)", version, newest),
		Remedy: "update Entra ID Sync"}
}
