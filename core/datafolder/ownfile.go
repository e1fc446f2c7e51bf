package datafolder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// OwnFile refuses to open what stands in the place of one of the program's own files
// and is none: opening a pipe waits for ever, and no signal ends that. What is not
// there yet may be made.
func OwnFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && info.Mode().IsRegular():
		return nil
	case err != nil:
		return &entra.Error{Code: entra.CodeDatabase, What: say.With("%s can't be opened", filepath.Base(path)), Why: reason(err), Remedy: "check the data folder", Err: err}
	}
	return &entra.Error{Code: entra.CodeDatabase, What: say.With("%s can't be opened", filepath.Base(path)), Why: noFile(info.Mode()),
		Remedy: "move it away, or choose another data folder with --data-dir"}
}

// ReadOwn reads one of the program's own files.
func ReadOwn(path string) ([]byte, error) {
	if err := OwnFile(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
