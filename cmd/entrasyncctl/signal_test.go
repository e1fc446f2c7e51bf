//go:build unix

package main

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim"
)

// TestSignals: whichever signal ends the program in order, its rows are closed as
// cancelled and it exits with 130.
func TestSignals(t *testing.T) {
	c, sim := simulateApp(t, graphsim.App{Secret: secret})
	const passphrase = "correct horse"
	c.keychain, c.env[passphraseVariable] = nil, passphrase
	c.addSecret("Main", secret)
	sim.SetLatency(time.Minute)
	// Where nohup started the tests, what they start would be deaf to hanging up, too.
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP)
	defer signal.Stop(heard)
	for _, end := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		sim.ResetRequests()
		program := exec.CommandContext(t.Context(), os.Args[0], "--data-dir", c.dir, "sync")
		program.Env = append(os.Environ(), asProgram+"=1", passphraseVariable+"="+passphrase)
		var printed bytes.Buffer
		program.Stdout, program.Stderr = &printed, &printed
		if err := program.Start(); err != nil {
			t.Fatal(err)
		}
		look := time.NewTicker(5 * time.Millisecond)
		for sim.Count("/{tenant}/oauth2/v2.0/token", http.StatusOK) == 0 && t.Context().Err() == nil { // then Graph does not answer
			<-look.C
		}
		look.Stop()
		if err := program.Process.Signal(end); err != nil {
			t.Fatal(err)
		}
		if err := program.Wait(); program.ProcessState.ExitCode() != exitStopped {
			t.Errorf("%v: %v, %s", end, err, &printed)
		}
		for _, row := range c.rows("history", kindsTenant) {
			if row["status"] != "cancelled" {
				t.Errorf("%v: the row is %v", end, row)
			}
		}
	}
}
