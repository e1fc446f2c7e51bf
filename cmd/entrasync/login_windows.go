package main

import (
	"errors"
	"strings"
	"syscall"

	"golang.org/x/sys/windows/registry"
)

// runKey is where Windows looks for what starts when the user signs in.
const runKey = `Software\Microsoft\Windows\CurrentVersion\Run`

// approvedKey is where Windows notes what the user switched off in the Task Manager,
// without taking it out of runKey.
const approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`

func loginEnabled() (bool, error) {
	key, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer key.Close()
	_, _, err = key.GetStringValue(appID)
	if errors.Is(err, registry.ErrNotExist) {
		return false, nil
	}
	return err == nil && !switchedOff(), err
}

// switchedOff tells whether the user switched it off in the Task Manager: the
// first byte that is noted is odd then.
func switchedOff() bool {
	key, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer key.Close()
	note, _, err := key.GetBinaryValue(appID)
	return err == nil && len(note) > 0 && note[0]&1 == 1
}

// approve takes back what the user switched off in the Task Manager.
func approve() error {
	key, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.SET_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer key.Close()
	if err := key.DeleteValue(appID); !errors.Is(err, registry.ErrNotExist) {
		return err
	}
	return nil
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
	if err := approve(); err != nil {
		return err
	}
	return key.SetStringValue(appID, strings.Join(quoted, " "))
}
