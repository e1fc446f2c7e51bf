package main

import (
	"errors"
	"strings"
	"syscall"

	"golang.org/x/sys/windows/registry"
)

// runKey is where Windows looks for what starts when the user signs in.
const runKey = `Software\Microsoft\Windows\CurrentVersion\Run`

func loginEnabled() (bool, error) {
	key, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if err != nil {
		return false, err
	}
	defer key.Close()
	_, _, err = key.GetStringValue(appID)
	if errors.Is(err, registry.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func setLogin(on bool, command []string) error {
	key, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer key.Close()
	if !on {
		if err := key.DeleteValue(appID); !errors.Is(err, registry.ErrNotExist) {
			return err
		}
		return nil
	}
	quoted := make([]string, len(command))
	for i, word := range command {
		quoted[i] = syscall.EscapeArg(word)
	}
	return key.SetStringValue(appID, strings.Join(quoted, " "))
}
