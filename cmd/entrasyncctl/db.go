package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

func (a *app) dbCommands() *cobra.Command {
	return group("db", "The local database", a.dbCheck(), a.dbBackup(), a.dbRestore())
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
		return &entra.Error{Code: entra.CodeDatabaseDamaged, What: "the database is damaged", Why: say.Foreign(problems[0]), Remedy: "restore a backup with `entrasyncctl db restore FILE`"}
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
