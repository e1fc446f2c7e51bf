package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/terminal"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

func (a *app) tenantCommands() *cobra.Command {
	return group("tenant", "Tenants and their sync policy",
		listCommand(a, call{"list", "List the tenants", cobra.NoArgs}, a.tenants),
		a.tenantAdd(), a.tenantSet(), a.tenantTest(), a.tenantRemove(), a.tenantHeld(), a.tenantConfirm())
}

func (a *app) tenants(ctx context.Context, _ []string) (list[entra.Tenant], error) {
	st, err := a.store(ctx)
	if err != nil {
		return list[entra.Tenant]{}, err
	}
	tenants, err := st.Tenants(ctx)
	if err != nil {
		return list[entra.Tenant]{}, err
	}
	removing, err := st.Removing(ctx)
	tenants = append(tenants, removing...)
	a.none = func() (say.Sentence, error) { return "there is no tenant; add one with `entrasyncctl tenant add`", nil }
	columns := tenantColumns()
	table := append(columns[:1:1], columns[2:6]...)
	table = append(append(table, columns[9:]...), export.Column[entra.Tenant]{Key: "classes", Value: tenantClasses})
	return list[entra.Tenant]{columns, table, rowsOf(tenants)}, err
}

// tenantClasses are the classes that a tenant syncs as people read them: all, or which ones.
func tenantClasses(t entra.Tenant) any {
	switch all := len(entra.Choices()); {
	case t.Unchosen:
		return "permitted: " + strings.Join(t.Classes, ", ")
	case len(t.Classes) == all:
		return "all " + strconv.Itoa(all)
	}
	return t.Classes
}

func tenantColumns() []export.Column[entra.Tenant] {
	return []export.Column[entra.Tenant]{
		{Key: "name", Value: func(t entra.Tenant) any { return t.Name }},
		{Key: "tenant_id", Value: func(t entra.Tenant) any { return export.Text(t.TenantID) }},
		{Key: "cloud", Value: func(t entra.Tenant) any { return t.Cloud }},
		{Key: "enabled", Value: func(t entra.Tenant) any { return t.Enabled }},
		{Key: "profile", Value: func(t entra.Tenant) any { return t.Profile }},
		{Key: "interval", Value: func(t entra.Tenant) any { return t.Interval.String() }},
		{Key: "classes", Value: func(t entra.Tenant) any { return append([]string{}, t.Classes...) }},
		{Key: "filters", Value: func(t entra.Tenant) any { return filters(t) }},
		{Key: "full_scan", Value: func(t entra.Tenant) any { return t.FullScan }},
		{Key: "last_sync_start", Value: func(t entra.Tenant) any { return t.LastSyncStart }},
		{Key: "last_sync_status", Value: func(t entra.Tenant) any { return export.Text(string(t.LastSyncStatus)) }},
	}
}

func filters(t entra.Tenant) map[string]string {
	if t.Filters == nil {
		return map[string]string{}
	}
	return t.Filters
}

func (a *app) tenantAdd() *cobra.Command {
	var t entra.Tenant
	var disabled bool
	var classes string
	cmd := a.command("add TENANT", "Add a tenant, by its domain or its id", cobra.ExactArgs(1), func(ctx context.Context, args []string) (err error) {
		t.Name, t.Enabled = args[0], !disabled
		if classes != "" {
			if t.Classes, t.Unchosen, err = entra.ParseChoice(classes); err != nil {
				return err
			}
		}
		if err := entra.CheckInterval(t.Interval); err != nil {
			return err
		}
		e, err := a.engine(ctx)
		if err != nil {
			return err
		}
		added, err := e.AddTenant(ctx, t)
		if err != nil {
			return err
		}
		if added.TenantID == "" {
			a.tell("its tenant id could not be looked up now; its first sync does that")
		}
		if added.Unchosen {
			a.tellTakes(added)
		}
		return a.say("added the tenant %s; its first sync is a full scan", added.Name)
	})
	cmd.Flags().StringVar(&t.Cloud, "cloud", "", "its Azure Cloud, by `name`")
	cmd.Flags().StringVar(&t.Profile, "profile", "", "its credential profile, by `name`")
	cmd.Flags().BoolVar(&disabled, "disabled", false, "add it without syncing it")
	cmd.Flags().DurationVar(&t.Interval, "interval", entra.DefaultInterval, "from sync to sync, 1m to 24h")
	cmd.Flags().StringVar(&classes, "classes", "", "the object classes to sync, a `list` with commas; permitted in it: what may be read (default permitted, users, groups and devices at least)")
	required(cmd, "cloud", "profile")
	return cmd
}

func (a *app) tenantRemove() *cobra.Command {
	var yes bool
	cmd := a.command("remove TENANT", "Remove a tenant with all that was synced for it", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		t, interrupted, err := a.removable(ctx, args[0])
		if err != nil {
			return err
		}
		if !yes && !interrupted {
			return needsYes(say.With("the tenant %s is not removed", t.Name), "all that was synced for it would be lost")
		}
		e, err := a.newEngine(ctx)
		if err != nil {
			return err
		}
		if err := e.RemoveTenant(ctx, t.Key); err != nil {
			return err
		}
		if err := a.say("removed the tenant %s with all that was synced for it", t.Name); err != nil {
			return err
		}
		return errors.Join(a.tellCopies(ctx, t), a.endRemovals(ctx, e))
	})
	return yesFlag(cmd, &yes)
}

// removable finds the tenant to remove, or one whose removal was interrupted.
func (a *app) removable(ctx context.Context, name string) (t entra.Tenant, interrupted bool, err error) {
	st, t, err := a.tenant(ctx, name)
	if entra.CodeOf(err) != entra.CodeNotFound {
		return t, false, err
	}
	removing, e := st.Removing(ctx)
	if e != nil {
		return t, false, e
	}
	for _, r := range removing {
		if r.Named(name) {
			return r, true, nil
		}
	}
	return t, false, err
}

// tellCopies tells where a removed tenant still stands: files of ours that are not
// the database are the admin's to delete.
func (a *app) tellCopies(ctx context.Context, t entra.Tenant) error {
	files, err := a.opened.CopiesOf(ctx, t)
	for _, file := range files {
		a.tell("note: " + file + ", an older copy of the database, still holds " + t.Name + "; delete it if that should go, too")
	}
	if err == nil {
		a.tell("note: backups of your own that hold " + t.Name + " keep it")
	}
	return err
}

func yesFlag(cmd *cobra.Command, to *bool) *cobra.Command {
	cmd.Flags().BoolVar(to, "yes", false, "yes, do it")
	return cmd
}

func needsYes(what, why say.Sentence) error { return entra.Invalid(what, why, "add --yes to do it") }

func (a *app) tenantTest() *cobra.Command {
	var asJSON bool
	cmd := a.command("test TENANT", "Test Connection: sign-in, then what may be read", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		_, t, err := a.tenant(ctx, args[0])
		if err != nil {
			return err
		}
		e, err := a.engine(ctx)
		if err != nil {
			return err
		}
		began := time.Now()
		d := e.Diagnose(a.mayAsk(ctx), t)
		if err := a.answer(asJSON, d.Connection, func(w io.Writer) error { return connectionText(w, d.Connection, time.Since(began)) }); err != nil {
			return err
		}
		a.tellTaken(t, d.Taken)
		for _, note := range d.Notes { // beside the document, whose keys are fixed
			a.tell("Note: " + note.String())
		}
		return connectionError(ctx, d.Connection)
	})
	return jsonFlag(cmd, &asJSON)
}

// tellTakes tells that a tenant takes what it may read.
func (a *app) tellTakes(t entra.Tenant) {
	a.tell(t.Name + " takes what it may read: its next test or sync says what that is; `entrasyncctl tenant set --classes LIST` chooses")
}

// tellTaken tells which classes a tenant has begun to sync by itself.
func (a *app) tellTaken(t entra.Tenant, taken []string) {
	if len(taken) > 0 {
		a.tell("Note: " + t.Name + " syncs these from now on, too, because it may read them: " + strings.Join(taken, ", "))
	}
}

// connectionError is what keeps a connection from signing in; what is not
// granted is no error.
func connectionError(ctx context.Context, c entra.Connection) error {
	if c.Error == nil || (c.OK && ctx.Err() == nil) {
		return nil
	}
	return &entra.Error{Code: c.Error.Code, What: c.Error.Message, Remedy: c.Error.Remedy}
}

func connectionText(w io.Writer, c entra.Connection, took time.Duration) error {
	if !c.OK {
		return nil // stderr says why
	}
	if err := lines(w, "connected to "+c.DisplayName+" ("+c.TenantID+") in "+took.Round(time.Millisecond).String()); err != nil {
		return err
	}
	var rows []entra.Permission
	var aside []string // nobody has chosen these, so it is no loss that they can't be read
	for _, p := range c.Permissions {
		if p.Unchosen && !p.Granted {
			aside = append(aside, p.Class+" ("+lacking(p)+")")
			continue
		}
		rows = append(rows, p)
	}
	err := terminal.Table(w, []export.Column[entra.Permission]{
		{Key: "class", Value: func(p entra.Permission) any { return p.Class }},
		{Key: "permission", Value: func(p entra.Permission) any { return p.Permission }},
		{Key: "granted", Value: func(p entra.Permission) any { return p.Granted }},
		{Key: "reason", Value: func(p entra.Permission) any { return p.Reason }},
	}, rowsOf(rows)(everything))
	if err == nil && len(aside) > 0 {
		err = lines(w, "can't be read, and is not synced: "+strings.Join(aside, ", "))
	}
	return err
}

// lacking is what keeps a class from being read, in a word or two.
func lacking(p entra.Permission) string {
	class, _ := entra.ClassNamed(p.Class)
	switch p.Code {
	case entra.CodeLicence:
		return cmp.Or(class.Licence, "a licence").String()
	case entra.CodeNotOffered:
		return "not offered here"
	}
	return p.Permission
}

func (a *app) tenantHeld() *cobra.Command {
	return listCommand(a, call{"held TENANT", "List the deletions that the loss guard holds", cobra.ExactArgs(1)}, func(ctx context.Context, args []string) (list[store.Held], error) {
		st, t, err := a.tenant(ctx, args[0])
		a.none = func() (say.Sentence, error) {
			return say.With("the loss guard holds no deletion of %s: there is nothing to confirm", t.Name), nil
		}
		return list[store.Held]{heldColumns(), heldColumns(), func(r store.Range) iter.Seq2[store.Held, error] {
			return st.Held(ctx, t.Key, "", r)
		}}, err
	})
}

func heldColumns() []export.Column[store.Held] {
	return []export.Column[store.Held]{
		{Key: "class", Value: func(h store.Held) any { return h.Class }},
		{Key: "id", Value: func(h store.Held) any { return h.ID }},
		{Key: "display_name", Value: func(h store.Held) any { return h.DisplayName }},
		{Key: "since", Value: func(h store.Held) any { return h.Since }},
		{Key: "links", Value: func(h store.Held) any { return h.Links }},
	}
}

func (a *app) tenantConfirm() *cobra.Command {
	var yes bool
	var class string
	cmd := a.command("confirm-deletions TENANT", "Apply the deletions that the loss guard holds", cobra.ExactArgs(1), func(ctx context.Context, args []string) (err error) {
		var classes []string
		if class != "" {
			if class, err = className(class); err != nil {
				return err
			}
			classes = []string{class}
		}
		_, t, err := a.tenant(ctx, args[0])
		if err != nil {
			return err
		}
		if !yes {
			return needsYes(say.With("the held deletions of %s are not applied", t.Name), "what `entrasyncctl tenant held` lists would be deleted from the copy")
		}
		e, err := a.engine(ctx)
		if err != nil {
			return err
		}
		n, err := e.ConfirmDeletions(ctx, t.Key, classes)
		if err != nil {
			return err
		}
		if n == 0 {
			return a.say("nothing of %s is held", t.Name)
		}
		return a.say("applied %d held {deletion|deletions} of %s", n, t.Name)
	})
	cmd.Flags().StringVar(&class, "class", "", "only of this object `class`, with the links of its objects")
	return yesFlag(cmd, &yes)
}
