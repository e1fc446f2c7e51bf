package datafolder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Make makes the data folder where there is none, for its owner only. A folder on a
// network drive is refused: processes on two computers share no memory, and without
// that a database with a log is damaged sooner or later.
func Make(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return &entra.Error{Code: entra.CodeDatabase, What: "the data folder can't be made", Why: unmade(dir, err),
			Remedy: "choose another with --data-dir", Err: err}
	}
	if drive := network(dir); drive != "" {
		return &entra.Error{Code: entra.CodeDatabase, What: "the data folder can't be used", Why: say.With("it lies on a network drive (%s)", drive),
			Remedy: "choose a folder on a drive of this computer with --data-dir"}
	}
	return nil
}

// unmade is why a folder can't be made. That nothing of this name is there is known: the file
// system takes no folders at that place.
func unmade(dir string, err error) say.Sentence {
	if errors.Is(err, fs.ErrNotExist) {
		return say.With("%s takes no folders", filepath.Dir(dir))
	}
	return say.Because(err)
}
