package datafolder

import (
	"errors"
	"io/fs"
	"os"
	"runtime"

	"github.com/entraidsync/entraidsync/core/entra"
)

// Files are what was opened, by name. SQLite writes on into files that were deleted
// or moved away, and nobody would find what it stored there.
type Files map[string]os.FileInfo

// FilesOf notes the files of a database that is open.
func FilesOf(path string) Files {
	f := Files{}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if info, err := os.Stat(name); err == nil {
			f[name] = info
		}
	}
	return f
}

// Gone tells whether a file is no longer what was opened. On Windows nobody can
// delete one that is open.
func (f Files) Gone() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	for name, opened := range f {
		info, err := os.Stat(name)
		if (err == nil && !os.SameFile(info, opened)) || errors.Is(err, fs.ErrNotExist) {
			return &entra.Error{Code: entra.CodeDatabase, What: "the database can't be used any more", Why: "its files were deleted or moved while it was open",
				Remedy: "start again; what came since then is not stored"}
		}
	}
	return nil
}
