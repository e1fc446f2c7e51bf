package datafolder

import (
	"os"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Make makes the data folder where there is none, for its owner only. A folder on a
// network drive is refused: processes on two computers share no memory, and without
// that a database with a log is damaged sooner or later.
func Make(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return &entra.Error{Code: entra.CodeDatabase, What: "the data folder can't be used", Why: say.Because(err),
			Remedy: "choose another with --data-dir", Err: err}
	}
	if drive := network(dir); drive != "" {
		return &entra.Error{Code: entra.CodeDatabase, What: "the data folder can't be used", Why: say.With("it lies on a network drive (%s)", drive),
			Remedy: "choose a folder on a drive of this computer with --data-dir"}
	}
	return nil
}
