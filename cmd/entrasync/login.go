package main

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/ui/host"
)

// startAtLogin offers to start the app, in the background, when the user signs
// in to the desktop. dataDir is the folder that was asked for; "": the user's own.
func startAtLogin(dataDir string) *host.Login {
	return &host.Login{Enabled: loginEnabled, Set: func(on bool) error {
		command, err := loginCommand(dataDir)
		if err == nil {
			err = setLogin(on, command)
		}
		if err == nil {
			return nil
		}
		return &entra.Error{Code: entra.CodeInternal, What: "starting at login can't be changed", Why: say.Because(err), Remedy: "set it in the desktop's own settings", Err: err}
	}}
}

// loginCommand is what the desktop runs: this program, wherever it lies. An
// AppImage is run as a whole, not from where it is mounted now.
func loginCommand(dataDir string) ([]string, error) {
	program := os.Getenv("APPIMAGE")
	if program == "" {
		var err error
		if program, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	command := []string{program, "--background"}
	if dataDir != "" {
		dir, err := filepath.Abs(dataDir)
		if err != nil {
			return nil, err
		}
		command = append(command, "--data-dir", dir)
	}
	return command, nil
}

// loginFileEnabled tells whether the file is there that starts the app at login.
func loginFileEnabled(path string, err error) (bool, error) {
	if err == nil {
		_, err = os.Stat(path)
	}
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func setLoginFile(on bool, path string, content []byte) error {
	if !on {
		if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return replaceFile(path, content)
}
