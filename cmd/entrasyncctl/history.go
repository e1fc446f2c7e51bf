package main

import (
	"context"
	"errors"
	"io"
	"iter"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/terminal"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/status"
	"github.com/entraidsync/entraidsync/core/store"
)

func (a *app) historyCommand() *cobra.Command {
	var search string
	cmd := listCommand(a, call{"history TENANT", "List a tenant's sync history, newest first", cobra.ExactArgs(1)}, func(ctx context.Context, args []string) (list[entra.ClassRun], error) {
		st, t, err := a.tenant(ctx, args[0])
		a.none = func() (say.Sentence, error) {
			if search != "" {
				return say.With("no row of the history holds %q; leave --search out to see all", search), nil
			}
			return say.With("%s was never synced; run `entrasyncctl sync %s`", t.Name, t.Name), nil
		}
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

// inPrometheus is a format of status alone: Prometheus' text.
const inPrometheus format = "prometheus"

// statusFormat is a flag: the format of status.
type statusFormat format

func (f *statusFormat) String() string { return string(*f) }
func (f *statusFormat) Type() string   { return "format" }

// Set refuses formats that don't exist.
func (f *statusFormat) Set(text string) error {
	if text == string(inPrometheus) {
		*f = statusFormat(inPrometheus)
		return nil
	}
	if (*format)(f).Set(text) != nil {
		return errors.New("choose table, csv, jsonl or prometheus")
	}
	return nil
}

func (a *app) statusCommand() *cobra.Command {
	var o output
	cmd := o.flags(a.command("status [TENANT…]", "Tell how the sync of each class stands: the last one, how old the copy is, counts and errors", cobra.ArbitraryArgs, func(ctx context.Context, args []string) error {
		if err := a.mayWrite(o.file); err != nil {
			return err
		}
		st, err := a.store(ctx)
		if err != nil {
			return err
		}
		tenants, err := st.Tenants(ctx) // disabled ones, too
		if len(args) > 0 {
			tenants, err = a.wanted(ctx, args)
		}
		if err != nil {
			return err
		}
		stand, err := status.Of(ctx, st, tenants)
		if err != nil {
			return err
		}
		if o.format == inPrometheus {
			return a.write(o.file, func(w io.Writer) error { return status.Prometheus(w, stand, st.Now()) })
		}
		var classes []status.Class
		for _, t := range stand {
			classes = append(classes, t.Classes...)
		}
		return print(a, &o, list[status.Class]{columns: status.Columns(), rows: rowsOf(classes)})
	}))
	cmd.Flags().Lookup("format").Value = (*statusFormat)(&o.format)
	cmd.Flags().Lookup("format").Usage = "table, csv, jsonl or prometheus (its text format, for existing monitoring)"
	return cmd
}
