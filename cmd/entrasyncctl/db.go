package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/terminal"
	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

func (a *app) dbCommands() *cobra.Command {
	return group("db", "The local database", a.dbCheck(), a.dbBackup(), a.dbRestore(), a.dbSize(), a.dbCompact(), a.dbRetention())
}

func (a *app) dbCheck() *cobra.Command {
	var asJSON bool
	cmd := a.command("check", "Look for damage", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		problems, err := a.problems(ctx)
		switch entra.CodeOf(err) {
		case "":
			if err != nil {
				return err
			}
		case entra.CodeDatabase, entra.CodeBusy, entra.CodeDiskFull: // it can't be looked at, which says nothing of damage
			problems = []string{entra.AsError(err).Why.String()}
		default:
			return err
		}
		document := struct {
			OK       bool     `json:"ok"`
			Problems []string `json:"problems"`
		}{len(problems) == 0, append([]string{}, problems...)}
		if err := a.answer(asJSON, document, func(w io.Writer) error { return checkText(w, problems) }); err != nil {
			return err
		}
		if len(problems) == 0 || err != nil {
			return err
		}
		return &entra.Error{Code: entra.CodeDatabaseDamaged, What: "the check found damage", Why: say.Foreign(problems[0]), Remedy: "restore a backup with `entrasyncctl db restore FILE`"}
	})
	return jsonFlag(cmd, &asJSON)
}

// problems looks for damage in the database, even one that can't be opened.
func (a *app) problems(ctx context.Context) ([]string, error) {
	dir, err := a.dir()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, store.FileName)
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		held, err := datafolder.Enter(dir)
		if err != nil {
			return nil, err
		}
		problems, err := store.CheckFile(ctx, path)
		return problems, errors.Join(err, held.Close())
	}
	// Empty or missing: opening it tells whether there was one.
	st, err := a.store(ctx)
	if entra.CodeOf(err) == entra.CodeDatabaseDamaged {
		return []string{entra.AsError(err).Why.String()}, nil
	}
	if err != nil {
		return nil, err
	}
	return st.Check(ctx)
}

func checkText(w io.Writer, problems []string) error {
	if len(problems) == 0 {
		return lines(w, "the database is sound")
	}
	return lines(w, problems...)
}

func (a *app) dbBackup() *cobra.Command {
	return a.command("backup FILE", "Write a consistent copy of the database, while syncs run", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		file, err := datafolder.Output(a.ownFolder(), args[0])
		if err != nil {
			return err
		}
		st, err := a.writing(ctx)
		if err != nil {
			return err
		}
		if err := st.Backup(ctx, args[0]); err != nil {
			return err
		}
		return a.say("backed up to %s", file)
	})
}

func (a *app) dbRestore() *cobra.Command {
	return a.command("restore FILE", "Put a backup in the database's place; the old one is moved aside", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		dir, err := a.dir()
		if err != nil {
			return err
		}
		file, err := filepath.Abs(args[0])
		if err != nil {
			return err
		}
		aside, err := store.Restore(ctx, dir, file, time.Now())
		if err != nil {
			return restoreError(err)
		}
		if aside == "" {
			return a.say("restored %s", file)
		}
		return a.say("restored %s; the old database is now %s", file, aside)
	})
}

// restoreError tells errors of the file system in words.
func restoreError(err error) error {
	var known *entra.Error
	if errors.As(err, &known) {
		return err
	}
	return &entra.Error{Code: entra.CodeDatabase, What: "the backup can't be restored", Why: reason(err), Remedy: "check the data folder", Err: err}
}

func (a *app) dbSize() *cobra.Command {
	return listCommand(a, call{"size", "What the database takes, by part", cobra.NoArgs}, func(ctx context.Context, _ []string) (none list[store.Weight], err error) {
		st, err := a.store(ctx)
		if err != nil {
			return none, err
		}
		parts, total, err := st.Weigh(ctx)
		columns := []export.Column[store.Weight]{
			{Key: "part", Value: func(w store.Weight) any { return w.Part }},
			{Key: "rows", Value: func(w store.Weight) any { return w.Rows }},
			{Key: "bytes", Value: func(w store.Weight) any { return w.Bytes }},
		}
		return list[store.Weight]{columns, nil, rowsOf(append(parts, store.Weight{Part: "total", Bytes: total}))}, err
	})
}

func (a *app) dbCompact() *cobra.Command {
	return a.command("compact", "Give back the room that is free in the database", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		st, err := a.writing(ctx)
		if err != nil {
			return err
		}
		_, before, err := st.Weigh(ctx)
		if err != nil {
			return err
		}
		if err := st.Compact(ctx, terminal.Part(a.progress(), "compacting")); err != nil {
			return err
		}
		_, after, err := st.Weigh(ctx)
		if err != nil {
			return err
		}
		return a.say("the database takes %d {byte|bytes}, %d before", after, before)
	})
}

func (a *app) dbRetention() *cobra.Command {
	var asJSON bool
	set := map[string]*days{"changes": {}, "history": {}, "deleted": {}}
	cmd := a.command("retention", "For how long what is past is kept; set it with the flags", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		st, err := a.store(ctx)
		if err != nil {
			return err
		}
		r, err := st.Retention(ctx)
		if err != nil {
			return err
		}
		changed := false
		for name, to := range map[string]*int{"changes": &r.Changes, "history": &r.History, "deleted": &r.Deleted} {
			if set[name].given {
				*to, changed = set[name].n, true
			}
		}
		if changed {
			if st, err = a.writing(ctx); err != nil {
				return err
			}
			if err := a.setRetention(ctx, st, r); err != nil {
				return err
			}
		}
		document := map[string]any{"changes": kept(r.Changes), "history": kept(r.History), "deleted": kept(r.Deleted)}
		return a.answer(asJSON, document, func(w io.Writer) error {
			return lines(w, "changes  "+keptText(r.Changes), "history  "+keptText(r.History), "deleted  "+keptText(r.Deleted))
		})
	})
	cmd.Flags().Var(set["changes"], "changes", "what changed, and how far back --as-of reaches: `days`, or forever")
	cmd.Flags().Var(set["history"], "history", "rows of the sync history: `days`, or forever")
	cmd.Flags().Var(set["deleted"], "deleted", "what deleted objects were like: `days`, or forever")
	return jsonFlag(cmd, &asJSON)
}

// setRetention says what the next syncs take away for it.
func (a *app) setRetention(ctx context.Context, st *store.Store, r store.Retention) error {
	if err := st.SetRetention(ctx, r); err != nil {
		return err
	}
	o, err := st.Overdue(ctx, r)
	if err == nil && o.Any() {
		a.tell(say.With("the next sync of each tenant takes away what is past its time: %d {change or link|changes and links} that ended, %d {row|rows} of the history, what %d deleted {object was|objects were} like",
			o.Changes, o.History, o.Deleted).String())
	}
	return err
}

// kept is a number of days for machines: null is for ever.
func kept(days int) any {
	if days == 0 {
		return nil
	}
	return days
}

func keptText(days int) string {
	if days == 0 {
		return "for ever"
	}
	return say.With("%d {day|days}", days).String()
}

// days is a flag: a number of days from 1, or forever.
type days struct {
	n     int
	given bool
}

func (d *days) String() string { return "" }

func (d *days) Type() string { return "days" }

// Set reads it.
func (d *days) Set(text string) (err error) {
	d.given = true
	if text == "forever" {
		d.n = 0
		return nil
	}
	if d.n, err = strconv.Atoi(text); err != nil || d.n < 1 {
		return errors.New("give a number of days from 1, or forever")
	}
	return nil
}
