// Command entrasyncctl is the terminal face of Entra ID Sync: for scheduled
// tasks, for servers without a screen, and for scripts. It works on the same
// data folder as the desktop app and links no window toolkit.
//
// Each command parses its arguments, calls core and prints.
package main

import (
	"cmp"
	"context"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/terminal"
	"github.com/entraidsync/entraidsync/cmd/internal/profiling"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

// Set by the linker.
var (
	version = "dev"
	commit  = ""
)

// enoughMemory is where garbage is collected more often than when the heap has
// doubled: a first scan holds what it reads ahead of the database, whatever the
// tenant's size. It is no limit, and GOMEMLIMIT says otherwise.
const enoughMemory = 50 << 20

// untilSignal ends with the signals that end a command in order. The end of its
// terminal is one, unless the caller wants the program to outlive it (nohup).
func untilSignal() context.Context {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	if os.Getenv(profiling.Variable) == "" { // who looks into the program wants Go's account of its goroutines
		signals = append(signals, syscall.SIGQUIT)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	return ctx
}

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(enoughMemory)
	}
	env := takeEnvironment()
	os.Exit(run(untilSignal(), os.Args[1:], console{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, env: env,
		ask: terminal.AskSecret, keychain: vault.OSKeychain(), attended: terminal.Is(os.Stdin) && terminal.Is(os.Stderr),
	}))
}

func (a *app) versionCommand() *cobra.Command {
	var asJSON bool
	cmd := a.command("version", "Tell the version", cobra.NoArgs, func(context.Context, []string) error {
		sqlite := store.SQLiteVersion()
		document := struct {
			Version string `json:"version"`
			Commit  string `json:"commit"`
			Go      string `json:"go"`
			SQLite  string `json:"sqlite"`
		}{version, commit, runtime.Version(), sqlite}
		return a.answer(asJSON, document, func(w io.Writer) error {
			return lines(w, "entrasyncctl "+version+" ("+cmp.Or(commit, "no commit")+", "+runtime.Version()+", SQLite "+sqlite+")")
		})
	})
	return jsonFlag(cmd, &asJSON)
}
