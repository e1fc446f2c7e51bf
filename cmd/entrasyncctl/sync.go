package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/terminal"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
)

// sideBySide is how many tenants are synced at a time.
const sideBySide = 4

func (a *app) syncCommand() *cobra.Command {
	var o syncer.SyncOptions
	var classes string
	var asJSON, noIndex bool
	cmd := a.command("sync [TENANT…]", "Sync tenants once: the named ones, or all that are enabled", cobra.ArbitraryArgs, func(ctx context.Context, args []string) (err error) {
		if o.Timeout < 0 {
			return entra.Invalid("the timeout can't be used", "it is negative", "give a duration such as 30m")
		}
		if o.Classes, err = classList(classes); err != nil {
			return err
		}
		tenants, err := a.wanted(ctx, args)
		if err != nil {
			return err
		}
		if o.IfDue {
			tenants = slices.DeleteFunc(tenants, a.early)
		}
		results, err := a.syncAll(ctx, tenants, o)
		if err != nil {
			return err
		}
		if err := a.answer(asJSON, syncAnswer{results}, func(w io.Writer) error {
			if a.quiet {
				return nil
			}
			return syncText(w, results)
		}); err != nil {
			return err
		}
		err = a.conclude(ctx, results)
		a.tellWatched(ctx)
		if !noIndex {
			err = errors.Join(err, a.index(ctx, tenants))
		}
		return err
	})
	cmd.Flags().BoolVar(&noIndex, "no-index", false, "do not make what came quick to search; it is found all the same, only slower")
	cmd.Flags().BoolVar(&o.Full, "full", false, "read everything anew")
	cmd.Flags().BoolVar(&o.IfDue, "if-due", false, "only tenants whose interval is over, and of classes without delta query only those whose own is")
	cmd.MarkFlagsMutuallyExclusive("full", "if-due")
	cmd.Flags().StringVar(&classes, "classes", "", "only these object classes, a `list` with commas")
	cmd.Flags().DurationVar(&o.Timeout, "timeout", 30*time.Minute, "stop after so long, to go on at the next sync; 0: never")
	return jsonFlag(cmd, &asJSON)
}

// early tells on stderr of a tenant that the loop would not sync yet.
func (a *app) early(t entra.Tenant) bool {
	now, due := time.Now(), t.LastSyncStart.Add(t.Interval)
	if t.LastSyncStart.After(now) || !due.After(now) {
		return false
	}
	a.tell(t.Name + " is not due before " + due.UTC().Format(time.RFC3339))
	return true
}

// wanted are the named tenants, or all enabled ones.
func (a *app) wanted(ctx context.Context, names []string) ([]entra.Tenant, error) {
	st, err := a.store(ctx)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		all, err := st.Tenants(ctx)
		if all = slices.DeleteFunc(all, func(t entra.Tenant) bool { return !t.Enabled }); len(all) == 0 && err == nil {
			st.Look(ctx) // damage may hide tenants, and no run would tell of it
			err = st.Damage()
		}
		return all, err
	}
	var out []entra.Tenant
	for _, name := range names {
		t, err := st.Tenant(ctx, name)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(out, func(u entra.Tenant) bool { return u.Key == t.Key }) {
			out = append(out, t)
		}
	}
	return out, nil
}

// synced is what came of one tenant's sync.
type synced struct {
	syncer.Result
	err    error
	recent []string // relations that it left as they were read within the hour
}

// syncAll syncs tenants a few at a time.
func (a *app) syncAll(ctx context.Context, tenants []entra.Tenant, o syncer.SyncOptions) ([]synced, error) {
	e, err := a.engine(ctx)
	if err != nil {
		return nil, err
	}
	defer terminal.Progress(a.progress(), e, tenants)()
	results := make([]synced, len(tenants))
	free := make(chan struct{}, sideBySide)
	var wg sync.WaitGroup
	for i, t := range tenants {
		free <- struct{}{}
		wg.Go(func() {
			results[i].recent, _ = e.Recent(ctx, t, o) // a note: what can't be read now, the sync will tell
			results[i].Result, results[i].err = e.Sync(a.mayAsk(ctx), t.Key, o)
			results[i].Tenant = t
			<-free
		})
	}
	wg.Wait()
	return results, nil
}

// index makes what was synced quick to search, and takes away what is past its
// retention. Stopping it fails nothing: the sync is over, and the next one goes on with it.
func (a *app) index(ctx context.Context, tenants []entra.Tenant) error {
	for _, t := range tenants {
		if err := errors.Join(a.opened.Index(ctx, t.Key), a.opened.Prune(ctx, t.Key)); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// conclude tells warnings and failures on stderr, a line each, and gives the
// exit status of the worst.
func (a *app) conclude(ctx context.Context, results []synced) error {
	status := exitDone
	for _, r := range results {
		a.tellTaken(r.Tenant, r.Taken)
		if len(r.recent) > 0 && r.err == nil {
			a.tell("note: " + r.Tenant.Name + ": read within the hour, and not again now: " + strings.Join(r.recent, ", ") + "; --full reads them at once")
		}
		for _, warning := range r.Warnings {
			a.tell("warning: " + entra.AsError(entra.Invalid(warning, "", "")).Error())
		}
		status = worst(status, a.fail(ctx, r.err))
	}
	if status == exitDone {
		return nil
	}
	return told(status)
}

// syncAnswer is the JSON document of a sync.
type syncAnswer struct {
	Tenants []synced `json:"tenants"`
}

// MarshalJSON gives the name, the status, the error and the history rows.
func (s synced) MarshalJSON() ([]byte, error) {
	out := struct {
		Name    string            `json:"name"`
		Status  entra.Status      `json:"status"`
		Error   any               `json:"error"`
		Classes []json.RawMessage `json:"classes"`
	}{Name: s.Tenant.Name, Status: s.Status, Classes: []json.RawMessage{}}
	if s.err != nil {
		out.Error = entra.AsError(s.err).Error()
	}
	for _, run := range s.Classes {
		row, err := export.Object(export.HistoryColumns(), run)
		if err != nil {
			return nil, err
		}
		out.Classes = append(out.Classes, row)
	}
	return json.Marshal(out)
}

// classOf is one class's run beside its tenant's name.
type classOf struct {
	tenant string
	entra.ClassRun
}

func syncText(w io.Writer, results []synced) error {
	var rows []classOf
	for _, r := range results {
		for _, run := range r.Classes {
			rows = append(rows, classOf{r.Tenant.Name, run})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	columns := []export.Column[classOf]{{Key: "tenant", Value: func(c classOf) any { return c.tenant }}}
	for _, c := range historyTable()[2:] {
		columns = append(columns, export.Column[classOf]{Key: c.Key, Value: func(r classOf) any { return c.Value(r.ClassRun) }})
	}
	return terminal.Table(w, columns, rowsOf(rows)(everything))
}

// everything is the window of all rows.
var everything = store.Range{}
