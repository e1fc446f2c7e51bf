package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"

	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/terminal"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// The exit statuses that scripts rely on.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitBusy    = 3
	exitLocked  = 4
	exitStopped = 130
)

var errDefect = &entra.Error{Code: entra.CodeInternal, What: "the command was stopped", Why: "an error of this program",
	Remedy: "try again; report it if it stays"}

// told is the exit status of trouble that stderr has been told already.
type told int

func (t told) Error() string { return fmt.Sprintf("exit status %d", int(t)) }

// usage is what cobra says of arguments that it does not understand.
func usage(err error) error {
	var known *entra.Error
	if errors.As(err, &known) {
		return err
	}
	return entra.Invalid("the command can't be run", say.Because(err), "see --help")
}

// fail tells err on one line of stderr and gives the exit status.
func (a *app) fail(ctx context.Context, err error) int {
	var already told
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &already):
	case stopped(ctx, err):
		a.tell("stopped; everything committed so far is kept")
	case entra.CodeOf(err) == entra.CodeSignInAgain:
		a.tell("entrasyncctl: " + howToSignIn(err).Error())
	default:
		a.tell("entrasyncctl: " + entra.AsError(err).Error())
	}
	return exitStatus(ctx, err)
}

// stopped tells whether a signal, or Ctrl-C at a prompt, is what ended the command.
func stopped(ctx context.Context, err error) bool {
	return entra.CodeOf(err) == entra.CodeCancelled || (ctx.Err() != nil && errors.Is(err, context.Canceled))
}

func exitStatus(ctx context.Context, err error) int {
	var already told
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &already):
		return int(already)
	case stopped(ctx, err):
		return exitStopped
	}
	switch entra.CodeOf(err) {
	case entra.CodeInvalid, entra.CodeNotFound, entra.CodeExists, entra.CodeInUse, entra.CodeDisabled:
		return exitUsage
	case entra.CodeBusy:
		return exitBusy
	case entra.CodeVaultLocked:
		return exitLocked
	}
	return exitFailed
}

// worst is the exit status of several tenants' work.
func worst(a, b int) int {
	rank := map[int]int{exitUsage: 1, exitBusy: 2, exitLocked: 3, exitFailed: 4, exitStopped: 5}
	if rank[b] > rank[a] {
		return b
	}
	return a
}

// What lines on stderr begin with that are more than notes.
const (
	troubleLine = "entrasyncctl: "
	warningLine = "warning: "
)

// tell writes one line to stderr, where there is nobody left to tell of an error.
func (a *app) tell(line string) {
	level := slog.LevelInfo
	switch {
	case strings.HasPrefix(line, troubleLine):
		level = slog.LevelError
	case strings.HasPrefix(line, warningLine):
		level = slog.LevelWarn
	case a.quiet:
		return
	}
	if a.logs == "json" {
		line = strings.TrimPrefix(strings.TrimPrefix(line, troubleLine), warningLine)
		a.logger().Log(context.Background(), level, line)
		return
	}
	_, _ = fmt.Fprintln(a.err, terminal.Plain(line))
}

// reason is an error's cause without the name of the file.
func reason(err error) say.Sentence {
	var path *fs.PathError
	if errors.As(err, &path) {
		return say.Because(path.Err)
	}
	return say.Because(err)
}
