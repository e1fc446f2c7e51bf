package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/terminal"
	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// tableRows is how many rows a table shows unless told otherwise.
const tableRows = 50

// output is how a list is wanted.
type output struct {
	format  format
	page    count
	perPage count
	file    string
}

func (o *output) flags(cmd *cobra.Command) *cobra.Command {
	o.format = "table"
	cmd.Flags().Var(&o.format, "format", "table, csv or jsonl")
	cmd.Flags().Var(&o.page, "page", "which page, from 1")
	cmd.Flags().Var(&o.perPage, "per-page", "rows a page (default 50)")
	fileFlag(cmd.Flags(), &o.file, "output", "write to this `file`, whole or not at all")
	return cmd
}

// window is the rows that are wanted: tables show a page, the other formats all
// unless a page is named.
func (o *output) window() store.Range {
	if o.format != "table" && o.page == 0 && o.perPage == 0 {
		return store.Range{}
	}
	limit := int(o.perPage)
	if limit == 0 {
		limit = tableRows
	}
	before := max(int(o.page), 1) - 1
	if before > math.MaxInt/limit {
		return store.Range{Offset: math.MaxInt, Limit: limit}
	}
	return store.Range{Offset: before * limit, Limit: limit}
}

// list is what a command lists: columns for machines, columns for people (nil:
// the same), and the rows of a window.
type list[T any] struct {
	columns []export.Column[T]
	table   []export.Column[T]
	rows    func(store.Range) iter.Seq2[T, error]
}

// lookedAhead is how many rows behind a table's page are counted, so that it can be
// told how many there are.
const lookedAhead = 1000

// print writes a list as it is wanted. A table that does not show all says so, on
// stderr: who pipes it on would take a page for the whole.
func print[T any](a *app, o *output, l list[T]) error {
	window, read := o.window(), 0
	page := window.Limit
	if o.format == "table" {
		window.Limit += min(lookedAhead, math.MaxInt-page)
	}
	rows := func(yield func(T, error) bool) {
		for row, err := range l.rows(window) {
			if read++; err == nil && o.format == "table" && read > page {
				continue
			}
			if !yield(row, err) {
				return
			}
		}
	}
	err := a.write(o.file, func(w io.Writer) error {
		return printRows(w, o, l, rows)
	})
	switch {
	case err != nil || o.format != "table":
	case read > page || window.Offset > 0:
		a.tell(pageNote(window, page, read).String())
	case read == 0 && a.none != nil:
		var why say.Sentence
		if why, err = a.none(); err == nil {
			a.tell("note: " + why.Short().String())
		}
	}
	return err
}

// pageNote says which rows a table shows, of how many, and how to see the others.
func pageNote(window store.Range, page, read int) say.Sentence {
	first, last := window.Offset+1, window.Offset+min(page, read)
	next := say.With("--page %d goes on, --format csv gives all", window.Offset/page+2)
	switch {
	case read == 0:
		return "there are no rows on this page"
	case read <= page:
		return say.With("rows %d to %d, the last ones", first, last)
	case read < window.Limit:
		return say.With("rows %d to %d of %d; %s", first, last, window.Offset+read, next)
	}
	return say.With("rows %d to %d of more than %d; %s", first, last, window.Offset+read-1, next)
}

// printRows writes rows of a list in its format.
func printRows[T any](w io.Writer, o *output, l list[T], rows iter.Seq2[T, error]) error {
	switch {
	case o.format == "csv":
		return export.CSV(w, l.columns, rows)
	case o.format == "jsonl":
		return export.JSONLines(w, l.columns, rows)
	case l.table != nil:
		return terminal.Table(w, l.table, rows)
	}
	return terminal.Table(w, l.columns, rows)
}

// rowsOf gives windows of a list that is held whole.
func rowsOf[T any](all []T) func(store.Range) iter.Seq2[T, error] {
	return func(r store.Range) iter.Seq2[T, error] {
		return func(yield func(T, error) bool) {
			part := all[min(r.Offset, len(all)):]
			if r.Limit > 0 {
				part = part[:min(r.Limit, len(part))]
			}
			for _, row := range part {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

// answer prints a single answer: one JSON document, or text for people.
func (a *app) answer(asJSON bool, v any, text func(io.Writer) error) error {
	return a.write("", func(w io.Writer) error {
		if !asJSON {
			return text(w)
		}
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	})
}

// write writes to a file, or to stdout where none is named.
func (a *app) write(file string, to func(io.Writer) error) error {
	if file != "" {
		return export.File(a.ownFolder(), file, to)
	}
	out := bufio.NewWriter(a.out)
	err := to(out)
	if flushed := out.Flush(); flushed != nil && err == nil {
		err = flushed
	}
	if _, is := err.(*os.PathError); is {
		return &entra.Error{Code: "file", What: "stdout can't be written", Why: reason(err), Remedy: "see where it leads", Err: err}
	}
	return err
}

// mayWrite refuses a file for output that is one of the program's own, before
// anything is done; [export.File] refuses it, too. "": stdout.
func (a *app) mayWrite(file string) error {
	if file == "" {
		return nil
	}
	_, err := datafolder.OutputText(a.ownFolder(), file)
	return err
}

// ownFolder is the data folder whose files are no place for output; "": there is
// none, so that nothing lies in it.
func (a *app) ownFolder() string {
	dir, err := a.dir()
	if err != nil {
		return ""
	}
	return dir
}

// say prints one line of what was done.
func (a *app) say(format string, args ...any) error {
	if a.quiet {
		return nil
	}
	return a.write("", func(w io.Writer) error {
		_, err := fmt.Fprintln(w, terminal.Plain(fmt.Sprintf(say.Numbered(format, args), args...)))
		return err
	})
}

func jsonFlag(cmd *cobra.Command, to *bool) *cobra.Command {
	cmd.Flags().BoolVar(to, "json", false, "print one JSON document")
	return cmd
}

// format is a flag: the format of a list.
type format string

func (f *format) String() string { return string(*f) }
func (f *format) Type() string   { return "format" }

// Set refuses formats that don't exist.
func (f *format) Set(text string) error {
	if text != "table" && text != "csv" && text != "jsonl" {
		return fmt.Errorf("choose table, csv or jsonl")
	}
	*f = format(text)
	return nil
}

// count is a flag: a number from 1; 0 where it is not given.
type count int

func (c *count) String() string {
	if *c == 0 {
		return ""
	}
	return strconv.Itoa(int(*c))
}

func (c *count) Type() string { return "n" }

// Set refuses what is no number from 1.
func (c *count) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return fmt.Errorf("give a number from 1")
	}
	*c = count(n)
	return nil
}

// call is how a command is called, and what for.
type call struct {
	use, short string
	args       cobra.PositionalArgs
}

// listCommand is a command that prints a list.
func listCommand[T any](a *app, u call, rows func(context.Context, []string) (list[T], error)) *cobra.Command {
	var o output
	return o.flags(a.command(u.use, u.short, u.args, func(ctx context.Context, args []string) error {
		if err := a.mayWrite(o.file); err != nil {
			return err
		}
		l, err := rows(ctx, args)
		if err != nil {
			return err
		}
		return print(a, &o, l)
	}))
}

// fileName is a flag: the name of a file or a folder. An empty one, such as an unset
// variable of a script gives, is refused: it would be taken for no flag at all.
type fileName struct{ to *string }

func fileFlag(flags *pflag.FlagSet, to *string, name, usage string) {
	flags.Var(fileName{to}, name, usage)
}

func (f fileName) String() string {
	if f.to == nil {
		return ""
	}
	return *f.to
}

// Type is what the help calls it where its text does not.
func (f fileName) Type() string { return "file" }

// Set refuses an empty name.
func (f fileName) Set(name string) error {
	if name == "" {
		return errors.New("the name is empty")
	}
	*f.to = name
	return nil
}

// emptyMeans are the flags, by command, whose empty value says something: it takes away what is there.
var emptyMeans = map[string][]string{
	"watch add":   {"webhook"},
	"watch set":   {"ready", "view", "class", "object", "kind", "property", "search", "webhook"},
	"profile add": {"description"},
}

// unmeant refuses a flag that is given with an empty value, such as an unset variable of a
// script gives: it would be taken for no flag at all, and so for everything. Flags that are no plain texts
// refuse it themselves.
func unmeant(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && f.Value.Type() == "string" && f.Value.String() == "" && !slices.Contains(emptyMeans[wordsOf(cmd)], f.Name) {
			err = entra.Invalid("the command can't be run", say.With("--%s is empty", f.Name), "give it a value, or leave it out")
		}
	})
	return err
}
