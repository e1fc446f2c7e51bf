package terminal

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"

	"golang.org/x/term"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/vault"
)

// AskSecret asks for a secret on the process's own terminal, never on stdin, which may be
// a pipe. Without a terminal the answer is empty. Nothing that is typed shows,
// not even what is typed ahead. The wait for the person ends with ctx.
func AskSecret(ctx context.Context, prompt string) (vault.Secret, error) {
	in, out, err := openTerminal()
	if err != nil {
		return vault.Secret{}, nil
	}
	defer in.Close()
	defer out.Close()
	before, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return vault.Secret{}, nil
	}
	type answer struct {
		text string
		err  error
	}
	answered := make(chan answer, 1)
	go func() { // ends with the answer, or with the process
		screen := struct {
			io.Reader
			io.Writer
		}{in, out}
		text, err := term.NewTerminal(screen, "").ReadPassword(prompt)
		answered <- answer{text, err}
	}()
	select {
	case got := <-answered:
		if errors.Is(got.err, io.EOF) { // Ctrl-C or Ctrl-D
			got.err = &entra.Error{Code: entra.CodeCancelled, What: "the question was not answered", Err: got.err}
		}
		return vault.NewSecret([]byte(got.text)), errors.Join(got.err, term.Restore(int(in.Fd()), before))
	case <-ctx.Done():
		return vault.Secret{}, errors.Join(ctx.Err(), term.Restore(int(in.Fd()), before))
	}
}

// openTerminal opens the process's own terminal for reading and for writing.
func openTerminal() (in, out *os.File, err error) {
	from, to := "/dev/tty", "/dev/tty"
	if runtime.GOOS == "windows" {
		from, to = "CONIN$", "CONOUT$"
	}
	if in, err = os.OpenFile(from, os.O_RDWR, 0); err != nil {
		return nil, nil, err
	}
	if out, err = os.OpenFile(to, os.O_RDWR, 0); err != nil {
		return nil, nil, errors.Join(err, in.Close())
	}
	return in, out, nil
}
