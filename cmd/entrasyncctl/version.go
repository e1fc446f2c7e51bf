package main

import (
	"context"
	"io"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/store"
)

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
			return lines(w, "entrasyncctl "+version+" ("+runtime.Version()+", SQLite "+sqlite+")")
		})
	})
	return jsonFlag(cmd, &asJSON)
}
