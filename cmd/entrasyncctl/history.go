package main

import (
	"context"
	"io"
	"iter"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/terminal"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
)

func (a *app) historyCommand() *cobra.Command {
	var search string
	cmd := listCommand(a, call{"history TENANT", "List a tenant's sync history, newest first", cobra.ExactArgs(1)}, func(ctx context.Context, args []string) (list[entra.ClassRun], error) {
		st, t, err := a.tenant(ctx, args[0])
		return list[entra.ClassRun]{export.HistoryColumns(), historyTable(), func(r store.Range) iter.Seq2[entra.ClassRun, error] {
			return st.History(ctx, t.Key, store.HistoryQuery{Search: search, Range: r})
		}}, err
	})
	searchFlag(cmd, &search)
	return cmd
}

func searchFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "search", "", "only rows that hold this `text`, in any column")
}

// historyTable leaves out what people rarely ask for.
func historyTable() []export.Column[entra.ClassRun] {
	c := export.HistoryColumns()
	return append(c[:8:8], c[9], c[8])
}

// lines prints lines.
func lines(w io.Writer, texts ...string) error {
	for _, text := range texts {
		if _, err := io.WriteString(w, terminal.Plain(text)+"\n"); err != nil {
			return err
		}
	}
	return nil
}
