package main

import (
	"context"
	"fmt"

	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/terminal"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
)

// mayAsk lets the calls under ctx ask for a sign-in, where somebody sits at the
// terminal. In a scheduled task or behind a pipe nobody is asked.
func (a *app) mayAsk(ctx context.Context) context.Context {
	if !a.attended {
		return ctx
	}
	return signin.Attended(ctx, a.prompt)
}

// prompt asks for a sign-in on a line of its own, past the line of progress.
func (a *app) prompt(p entra.Prompt) {
	line := p.Message
	if p.Code == "" {
		line = "sign in in the browser that opens; if none does, go to " + p.URL
	}
	line = terminal.Plain(line) + "\n"
	if terminal.Is(a.err) {
		line = "\r\x1b[K" + line
	}
	_, _ = fmt.Fprint(a.err, line)
}

// howToSignIn tells the way to sign in again from here.
func howToSignIn(err error) error {
	e := *entra.AsError(err)
	e.Remedy = "run `entrasyncctl tenant test TENANT` on a terminal to sign in, or use a credential that needs nobody"
	return &e
}
