package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
)

// showDemo starts the demo beside this window, as a process of its own: with its own
// temporary folder, which goes with it, and nothing that this one was told by its
// environment.
func showDemo() error {
	own, err := os.Executable()
	if err != nil {
		return err
	}
	c := exec.Command(own, "--demo")
	c.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "ENTRASYNC_") })
	if err := c.Start(); err != nil {
		return err
	}
	go func() { _ = c.Wait() }() // it ends when it is closed, which is nobody's trouble
	return nil
}
