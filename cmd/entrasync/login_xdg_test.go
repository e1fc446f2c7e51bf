//go:build !windows && !darwin

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/assets"
)

func TestStartAtLogin(t *testing.T) {
	config := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	t.Setenv("APPIMAGE", `/opt/my "apps"/$1 50%/entrasync`)
	login := startAtLogin("/data/contoso")
	on := func() bool {
		t.Helper()
		enabled, err := login.Enabled()
		if err != nil {
			t.Fatal(err)
		}
		return enabled
	}
	if on() {
		t.Error("on before it was set")
	}
	for range 2 { // setting it again changes nothing
		if err := login.Set(true); err != nil || !on() {
			t.Fatalf("set: %v, is on: %v", err, on())
		}
	}
	entry, err := os.ReadFile(filepath.Join(config, "autostart", appID+".desktop"))
	if err != nil {
		t.Fatal(err)
	}
	want := `Exec="/opt/my \\"apps\\"/\\$1 50%%/entrasync" "--background" "--data-dir" "/data/contoso"` + "\n"
	if !strings.Contains(string(entry), want) {
		t.Errorf("the entry is\n%s\nand lacks\n%s", entry, want)
	}
	for range 2 {
		if err := login.Set(false); err != nil || on() {
			t.Fatalf("taken back: %v, is on: %v", err, on())
		}
	}
}

// A desktop groups windows under the entry whose StartupWMClass is their class.
func TestDesktopEntryHasTheWindowsClass(t *testing.T) {
	if line := "\nStartupWMClass=" + windowClass + "\n"; !strings.Contains(string(assets.DesktopEntry), line) {
		t.Errorf("the entry lacks %q:\n%s", line, assets.DesktopEntry)
	}
}
