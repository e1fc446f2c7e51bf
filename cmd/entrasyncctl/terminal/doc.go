// Package terminal is what entrasyncctl shows to people and asks of them:
// aligned tables, one line of progress, text that can command no terminal, and
// secrets that are typed unseen.
package terminal

import (
	"os"

	"golang.org/x/term"
)

// Is tells whether a stream is a terminal.
func Is(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
