package datafolder

import (
	"os"
	"path/filepath"
	"runtime"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// DefaultDir is the data folder of the signed-in user, where the OS keeps such
// data that stays on this computer. It need not exist yet.
func DefaultDir() (string, error) {
	dir, err := defaultDir(runtime.GOOS, os.Getenv, os.UserHomeDir)
	if err != nil {
		return "", &entra.Error{Code: entra.CodeInvalid, What: "there is no data folder", Why: say.Because(err), Remedy: "name one with --data-dir", Err: err}
	}
	return dir, nil
}

func defaultDir(system string, env func(string) string, home func() (string, error)) (string, error) {
	if system == "windows" {
		if local := env("LocalAppData"); local != "" {
			return filepath.Join(local, "Entra ID Sync"), nil
		}
		return "", say.Errorf("%%LocalAppData%% is not set")
	}
	if data := env("XDG_DATA_HOME"); system != "darwin" && filepath.IsAbs(data) {
		return filepath.Join(data, "entra-id-sync"), nil
	}
	dir, err := home()
	if err != nil {
		return "", err
	}
	if system == "darwin" {
		return filepath.Join(dir, "Library", "Application Support", "Entra ID Sync"), nil
	}
	return filepath.Join(dir, ".local", "share", "entra-id-sync"), nil
}
