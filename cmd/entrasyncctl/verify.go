package main

import (
	"context"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/terminal"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/verify"
)

func (a *app) verifyCommand() *cobra.Command {
	var o output
	var classes string
	var asJSON, last bool
	cmd := a.command("verify TENANT", "Read a tenant again, and tell whether its copy equals it", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		if err := a.mayWrite(o.file); err != nil {
			return err
		}
		only, err := classList(classes)
		if err != nil {
			return err
		}
		_, t, err := a.tenant(ctx, args[0])
		if err != nil {
			return err
		}
		r, err := a.verified(ctx, t, only, last)
		if err != nil {
			return err
		}
		if err := a.tellVerified(ctx, &o, asJSON, t, r); err != nil {
			return err
		}
		return unequal(t, r)
	})
	o.flags(cmd)
	cmd.Flags().StringVar(&classes, "classes", "", "only these object classes, a `list` with commas")
	cmd.Flags().BoolVar(&last, "last", false, "read nothing: tell again what the last verification told")
	cmd.MarkFlagsMutuallyExclusive("last", "classes")
	jsonFlag(cmd, &asJSON)
	cmd.MarkFlagsMutuallyExclusive("json", "format")
	return cmd
}

// verified verifies a tenant, or gives what the last verification told.
func (a *app) verified(ctx context.Context, t entra.Tenant, classes []string, last bool) (verify.Result, error) {
	if last {
		r, found, err := verify.Last(ctx, a.opened, t.Key)
		if err == nil && !found {
			err = entra.Invalid(say.With("there is no result for %s", t.Name), "it was not verified yet", "leave --last out")
		}
		return r, err
	}
	if classes != nil {
		if classes = slices.DeleteFunc(t.ObjectClasses(), func(c string) bool { return !slices.Contains(classes, c) }); len(classes) == 0 {
			return verify.Result{}, entra.Invalid(say.With("%s is not verified", t.Name), "none of the named classes is among the tenant's", "see `entrasyncctl tenant list`")
		}
	}
	e, err := a.engine(ctx)
	if err != nil {
		return verify.Result{}, err
	}
	show, stop := terminal.ProgressOf(a.progress(), t.Name)
	defer stop()
	return verify.Run(a.mayAsk(ctx), e, t, verify.Options{Classes: classes, Progress: show})
}

// tellVerified prints the result: as one document, as a list of differences, or as a
// table of classes.
func (a *app) tellVerified(ctx context.Context, o *output, asJSON bool, t entra.Tenant, r verify.Result) error {
	differences := list[verify.Row]{columns: verify.Columns(), rows: func(w store.Range) iter.Seq2[verify.Row, error] {
		return within(w, r.Rows(ctx, a.opened, t.Key))
	}}
	if asJSON || o.format == "table" && o.file == "" {
		return a.answer(asJSON, r, func(w io.Writer) error {
			if err := terminal.Table(w, verifiedTable(), rowsOf(r.Classes)(everything)); err != nil || r.Differences() == 0 {
				return err
			}
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
			return terminal.Table(w, verify.Columns(), differences.rows(o.window()))
		})
	}
	return print(a, o, differences)
}

// within is a window of rows.
func within[T any](w store.Range, rows iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		at := 0
		for row, err := range rows {
			if at++; at > w.Offset && (w.Limit == 0 || at <= w.Offset+w.Limit) && !yield(row, err) {
				return
			}
		}
	}
}

func verifiedTable() []export.Column[*verify.Class] {
	links := func(of func(*verify.Links) int) func(*verify.Class) int {
		return func(c *verify.Class) (n int) {
			for _, l := range c.Links {
				n += of(l)
			}
			return n
		}
	}
	missing, extra := links(func(l *verify.Links) int { return len(l.Missing) }), links(func(l *verify.Links) int { return len(l.Extra) })
	return []export.Column[*verify.Class]{
		{Key: "class", Value: func(c *verify.Class) any { return c.Class }},
		{Key: "held", Value: func(c *verify.Class) any { return c.Held }},
		{Key: "read", Value: func(c *verify.Class) any { return c.Read }},
		{Key: "missing", Value: func(c *verify.Class) any { return len(c.Missing) }},
		{Key: "extra", Value: func(c *verify.Class) any { return len(c.Extra) }},
		{Key: "different", Value: func(c *verify.Class) any { return len(c.Different) }},
		{Key: "links_missing", Value: func(c *verify.Class) any { return missing(c) }},
		{Key: "links_extra", Value: func(c *verify.Class) any { return extra(c) }},
		{Key: "changed_meanwhile", Value: func(c *verify.Class) any { return len(c.Meanwhile) }},
		{Key: "error", Value: func(c *verify.Class) any { return export.Text(c.Trouble()) }},
	}
}

// unequal is the error of a copy that differs, or of which not all could be read.
func unequal(t entra.Tenant, r verify.Result) error {
	var names []string
	for _, s := range r.Unread() {
		names = append(names, s.String())
	}
	unread := strings.Join(names, ", ")
	switch n := r.Differences(); {
	case n > 0:
		why := say.With("%d {difference was|differences were} found", n)
		if unread != "" {
			why = say.With("%s; not readable: %s", why, unread)
		}
		return &entra.Error{Code: "different", What: say.With("the copy of %s differs from the tenant", t.Name), Why: why,
			Remedy: say.With("sync, and verify again; what stays is put right by `entrasyncctl sync %s --full`", t.Name)}
	case unread != "":
		return &entra.Error{Code: "unread", What: say.With("%s could not be verified whole", t.Name), Why: say.With("not readable: %s", unread),
			Remedy: say.With("see `entrasyncctl tenant test %s`", t.Name)}
	}
	return nil
}
