package main

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2/app"

	"github.com/entraidsync/entraidsync/cmd/internal/secrets"
)

func TestParse(t *testing.T) {
	here := t.TempDir()
	t.Chdir(here) // a relative folder is meant from here, wherever the program goes
	t.Setenv("ENTRASYNC_DATA_DIR", "from-env")
	for _, c := range []struct {
		args []string
		want options
		ok   bool
	}{
		{nil, options{dataDir: filepath.Join(here, "from-env")}, true},
		{[]string{"--data-dir", "x", "--demo", "--users", "5"}, options{dataDir: filepath.Join(here, "x"), demo: true, users: 5}, true},
		{[]string{"extra"}, options{}, false},
		{[]string{"--users", "many"}, options{}, false},
	} {
		got, err := parse(c.args)
		if (err == nil) != c.ok || (c.ok && got != c.want) {
			t.Errorf("%v: %+v, %v", c.args, got, err)
		}
	}
}

func TestPassphraseLeavesTheEnvironment(t *testing.T) {
	t.Setenv(secrets.Passphrase, "marker")
	b, err := start(t.Context(), options{dataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.stop(); err != nil {
			t.Error(err)
		}
	}()
	if secret, err := b.passphrase(t.Context()); err != nil || string(secret.Reveal()) != "marker" {
		t.Errorf("the vault is given %q, %v", secret.Reveal(), err)
	}
	if text, set := os.LookupEnv(secrets.Passphrase); set {
		t.Errorf("still in the environment: %q", text)
	}
}

// A hook that Fyne runs at its end may be lost on the way, and the program would
// wait for it for ever.
func TestNothingIsAwaitedAtTheEnd(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_HOME", os.DevNull) // Fyne writes its settings there after a while
	a := app.NewWithID("test")
	end := a.Lifecycle().(interface{ OnStopped() func() })
	if end.OnStopped() == nil {
		t.Fatal("Fyne has no hook of its own anymore: dropStoppedHook can go")
	}
	if dropStoppedHook(a); end.OnStopped() != nil {
		t.Error("Fyne's hook is still there")
	}
}
