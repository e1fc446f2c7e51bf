//go:build !windows && !darwin

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"github.com/entraidsync/entraidsync/assets"
)

// loginPath is the desktop entry that the XDG autostart specification asks for.
func loginPath() (string, error) {
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "autostart", appID+".desktop"), err
}

func loginEnabled() (bool, error) { return loginFileEnabled(loginPath()) }

func setLogin(on bool, command []string) error {
	path, err := loginPath()
	if err != nil {
		return err
	}
	quoted := make([]string, len(command))
	for i, word := range command {
		quoted[i] = quoteExec(word)
	}
	line := []byte("\nExec=" + strings.Join(quoted, " ") + "\n")
	return setLoginFile(on, path, bytes.Replace(assets.DesktopEntry, []byte("\nExec=entrasync\n"), line, 1))
}

// quoteExec quotes a word of a desktop entry's Exec: first as its arguments
// are, then as every string of the entry is.
func quoteExec(word string) string {
	word = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`, `%`, `%%`).Replace(word)
	return strings.ReplaceAll(`"`+word+`"`, `\`, `\\`)
}
