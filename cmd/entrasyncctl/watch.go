package main

import (
	"cmp"
	"context"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/watch"
)

func (a *app) watchCommands() *cobra.Command {
	return group("watch", "Be told of changes, by a webhook or the desktop", a.watchList(), a.watchReady(), a.watchAdd(), a.watchSet(), a.watchRemove(), a.watchTest(), a.watchTold())
}

// watchFlags are the flags of `watch add` and `watch set`.
type watchFlags struct {
	tenant, ready, view, class, object, kinds, property, search string
	webhook, caFile, secretFile                                 string
	secretStdin, unsigned, off, on, desktop                     bool
	more                                                        int
}

func (f *watchFlags) flags(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().StringVar(&f.tenant, "tenant", "", "only of this `tenant`; all: of every one")
	cmd.Flags().StringVar(&f.ready, "ready", "", "a ready watch by its `name`, see `watch ready`")
	cmd.Flags().StringVar(&f.view, "view", "", "what comes into the view with this `name`, or leaves it, see `views`")
	cmd.Flags().IntVar(&f.more, "more-than", 500, "of many-deletions: tell of more than so many")
	cmd.Flags().StringVar(&f.class, "class", "", "only changes of this object `class`; links are of their source")
	cmd.Flags().StringVar(&f.object, "object", "", "only of this `object`: its own changes, those of links from it and to it (the roles and groups that a person got), and of roles and grants given to it: "+objectNamed+"; its id where the watch is of all tenants")
	cmd.Flags().StringVar(&f.kinds, "kind", "", "only of these kinds, a `list` such as added,member_added")
	cmd.Flags().StringVar(&f.property, "property", "", "only updates of the property with this `name`")
	cmd.Flags().StringVar(&f.search, "search", "", "only those that hold this `text` in a name, an id or a value")
	cmd.Flags().StringVar(&f.webhook, "webhook", "", "the https `address` that is told; empty: none")
	cmd.Flags().BoolVar(&f.desktop, "desktop", false, "a notice of the desktop tells, where and while the window runs")
	fileFlag(cmd.Flags(), &f.caFile, "ca-file", "the only roots that are trusted for it: a `file` in PEM")
	cmd.Flags().BoolVar(&f.secretStdin, "secret-stdin", false, "read the secret that signs what is sent from stdin")
	fileFlag(cmd.Flags(), &f.secretFile, "secret-file", "read the secret from a `file`")
	cmd.MarkFlagsMutuallyExclusive("secret-stdin", "secret-file")
	return cmd
}

// apply brings what the flags say into a watch.
func (f *watchFlags) apply(ctx context.Context, a *app, cmd *cobra.Command, w *watch.Watch) (err error) {
	st, err := a.writing(ctx)
	if err != nil {
		return err
	}
	given := cmd.Flags().Changed
	if given("tenant") {
		if w.Tenant = 0; f.tenant != "all" {
			t, err := st.Tenant(ctx, f.tenant)
			if err != nil {
				return err
			}
			w.Tenant = t.Key
		}
	}
	if given("class") {
		if w.Filter.Class = ""; f.class != "" {
			if w.Filter.Class, err = className(f.class); err != nil {
				return err
			}
		}
	}
	if given("kind") {
		if w.Filter.Kinds, err = changeKinds(f.kinds); err != nil {
			return err
		}
	}
	for flag, to := range map[string]struct{ to, from *string }{"ready": {&w.Ready, &f.ready}, "view": {&w.View, &f.view}, "object": {&w.Filter.Object, &f.object},
		"property": {&w.Filter.Property, &f.property}, "search": {&w.Filter.Search, &f.search}, "webhook": {&w.Webhook, &f.webhook}} {
		if given(flag) {
			*to.to = *to.from
		}
	}
	if given("object") && w.Tenant != 0 { // of all tenants nobody can say which object is meant
		if w.Filter.Object, err = a.object(ctx, entra.Tenant{Key: w.Tenant}, f.object, time.Time{}); err != nil {
			return err
		}
	}
	if given("desktop") {
		w.Desktop = f.desktop
	}
	if given("more-than") && w.Ready != watch.ManyDeletions {
		return entra.Invalid("the watch can't be used", "--more-than is of many-deletions alone", "leave it out, or watch --ready many-deletions")
	}
	if given("more-than") || w.ID == "" {
		w.More = f.more
	}
	if f.caFile != "" {
		if w.CA, err = os.ReadFile(f.caFile); err != nil {
			return entra.Invalid("the CA file can't be read", reason(err), "check the path")
		}
	}
	return f.secret(ctx, a, w)
}

// secret seals the secret that the flags give.
func (f *watchFlags) secret(ctx context.Context, a *app, w *watch.Watch) error {
	if f.unsigned {
		w.Secret = nil
	}
	secret, err := a.secretFrom("secret", f.secretStdin, f.secretFile)
	if err != nil || !f.secretStdin && f.secretFile == "" {
		return err
	}
	defer secret.Clear()
	if len(secret.Reveal()) < 16 {
		return entra.Invalid("the secret can't be used", "it is shorter than 16 characters", "make one by chance, such as with `openssl rand -base64 32`")
	}
	k, err := a.vaultForWriting(ctx)
	if err != nil {
		return err
	}
	return w.Seal(ctx, k, secret)
}

func (a *app) watchAdd() *cobra.Command {
	var f watchFlags
	var cmd *cobra.Command
	cmd = f.flags(a.command("add NAME", "Watch for changes from now on: a filter of changes, a ready watch, or a view", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		w := watch.Watch{Name: args[0]}
		if err := f.apply(ctx, a, cmd, &w); err != nil {
			return err
		}
		if _, err := watch.Named(ctx, a.opened, w.Name); err == nil {
			return &entra.Error{Code: entra.CodeExists, What: say.With("the watch %q exists already", w.Name), Remedy: "choose another name, or change it with `watch set`"}
		}
		if _, err := watch.Put(ctx, a.opened, w); err != nil {
			return err
		}
		if w.Webhook != "" && w.Secret == nil {
			a.tell("warning: what is sent is not signed: whoever knows the address can send the same; give a secret with --secret-stdin")
		}
		if w.Desktop {
			a.tell("the desktop is told by the window alone, while it runs: what comes meanwhile is summed up when it starts")
		}
		return a.say("added the watch %s; `entrasyncctl run`, and each sync, tell of what changes from now on", w.Name)
	}))
	return cmd
}

func (a *app) watchSet() *cobra.Command {
	var f watchFlags
	var cmd *cobra.Command
	cmd = f.flags(a.command("set NAME", "Change a watch", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		st, err := a.writing(ctx)
		if err != nil {
			return err
		}
		w, err := watch.Named(ctx, st, args[0])
		if err != nil {
			return err
		}
		if err := f.apply(ctx, a, cmd, &w); err != nil {
			return err
		}
		w.Off = (w.Off || f.off) && !f.on
		if _, err := watch.Put(ctx, st, w); err != nil {
			return err
		}
		return a.say("changed the watch %s", w.Name)
	}))
	cmd.Flags().BoolVar(&f.off, "off", false, "tell of nothing until it is on again: what changes meanwhile is told then")
	cmd.Flags().BoolVar(&f.on, "on", false, "tell again")
	cmd.Flags().BoolVar(&f.unsigned, "unsigned", false, "forget the secret")
	cmd.MarkFlagsMutuallyExclusive("off", "on")
	cmd.MarkFlagsMutuallyExclusive("unsigned", "secret-stdin", "secret-file")
	return cmd
}

func (a *app) watchRemove() *cobra.Command {
	return a.command("remove NAME", "Remove a watch, with what it was to tell yet", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		st, err := a.writing(ctx)
		if err != nil {
			return err
		}
		w, err := watch.Named(ctx, st, args[0])
		if err == nil {
			err = watch.Remove(ctx, st, w)
		}
		if err != nil {
			return err
		}
		return a.say("removed the watch %s", w.Name)
	})
}

func (a *app) watchTest() *cobra.Command {
	return a.command("test NAME", "Send a test to a watch's webhook; its desktop is tested at the window", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		k, err := a.keeper(ctx)
		if err != nil {
			return err
		}
		w, err := watch.Named(ctx, k.Store, args[0])
		if err == nil {
			err = k.Test(ctx, w)
		}
		if err != nil {
			return err
		}
		return a.say("the webhook of %s took the test", w.Name)
	})
}

// keeper tells of what is watched for.
func (a *app) keeper(ctx context.Context) (*watch.Keeper, error) {
	e, err := a.newEngine(ctx)
	if err != nil {
		return nil, err
	}
	return &watch.Keeper{Store: a.opened, Vault: a.vault, Proxy: e.Proxy, Logger: a.logger()}, nil
}

// watches tells of what is watched for while the loop runs, until stop is called.
func (a *app) watches(ctx context.Context) (stop func(), err error) {
	k, err := a.keeper(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		k.Run(ctx)
	}()
	return func() {
		cancel()
		<-done
	}, nil
}

// tellWatched tells once of what a sync has brought. That nobody takes it fails nothing:
// it is tried again.
func (a *app) tellWatched(ctx context.Context) {
	k, err := a.keeper(ctx)
	if err == nil {
		err = k.Once(ctx)
	}
	if err != nil && ctx.Err() == nil {
		a.tell(warningLine + entra.AsError(err).Error())
	}
}

func (a *app) watchList() *cobra.Command {
	return listCommand(a, call{"list", "List the watches", cobra.NoArgs}, func(ctx context.Context, _ []string) (list[watch.Watch], error) {
		st, err := a.store(ctx)
		if err != nil {
			return list[watch.Watch]{}, err
		}
		tenants, err := st.Tenants(ctx)
		if err != nil {
			return list[watch.Watch]{}, err
		}
		names := map[int64]string{}
		for _, t := range tenants {
			names[t.Key] = t.Name
		}
		all, err := watch.All(ctx, st)
		a.none = func() (say.Sentence, error) {
			return "no watch is set up; `entrasyncctl watch ready` lists ready ones, `entrasyncctl watch add` sets one up", nil
		}
		return list[watch.Watch]{columns: watchColumns(names), rows: rowsOf(all)}, err
	})
}

func watchColumns(tenants map[int64]string) []export.Column[watch.Watch] {
	text := func(key string, of func(watch.Watch) string) export.Column[watch.Watch] {
		return export.Column[watch.Watch]{Key: key, Value: func(w watch.Watch) any { return export.Text(of(w)) }}
	}
	return []export.Column[watch.Watch]{text("name", func(w watch.Watch) string { return w.Name }),
		{Key: "on", Value: func(w watch.Watch) any { return !w.Off }},
		text("tenant", func(w watch.Watch) string {
			if w.Tenant == 0 {
				return ""
			}
			return cmp.Or(tenants[w.Tenant], "removed")
		}),
		text("ready", func(w watch.Watch) string { return w.Ready }), text("view", func(w watch.Watch) string { return w.View }), text("class", func(w watch.Watch) string { return w.Filter.Class }),
		text("object", func(w watch.Watch) string { return w.Filter.Object }),
		text("kinds", func(w watch.Watch) string {
			kinds := make([]string, len(w.Filter.Kinds))
			for i, k := range w.Filter.Kinds {
				kinds[i] = string(k)
			}
			return strings.Join(kinds, ",")
		}),
		text("property", func(w watch.Watch) string { return w.Filter.Property }), text("search", func(w watch.Watch) string { return w.Filter.Search }),
		{Key: "desktop", Value: func(w watch.Watch) any { return w.Desktop }},
		text("webhook", func(w watch.Watch) string { return w.Webhook }),
		{Key: "signed", Value: func(w watch.Watch) any { return w.Secret != nil }}}
}

func (a *app) watchReady() *cobra.Command {
	return listCommand(a, call{"ready", "List the ready watches", cobra.NoArgs}, func(context.Context, []string) (list[watch.Ready], error) {
		return list[watch.Ready]{columns: []export.Column[watch.Ready]{{Key: "name", Value: func(r watch.Ready) any { return r.Name }},
			{Key: "meaning", Value: func(r watch.Ready) any { return r.Meaning.String() }}}, rows: rowsOf(watch.ReadyOnes())}, nil
	})
}

func (a *app) watchTold() *cobra.Command {
	return listCommand(a, call{"told NAME", "List what a watch told, and has to tell yet, the newest first", cobra.ExactArgs(1)}, func(ctx context.Context, args []string) (none list[watch.Notice], err error) {
		st, err := a.store(ctx)
		if err != nil {
			return none, err
		}
		w, err := watch.Named(ctx, st, args[0])
		if err != nil {
			return none, err
		}
		told, err := watch.Told(ctx, st, w)
		if err != nil {
			return none, err
		}
		k := &watch.Keeper{Store: st}
		a.none = func() (say.Sentence, error) {
			return say.With("%s has told nothing yet: nothing that it watches has changed since it was set up", w.Name), nil
		}
		return list[watch.Notice]{columns: toldColumns(ctx, k, w), rows: func(r store.Range) iter.Seq2[watch.Notice, error] { return rowsOf(slices.Clone(told))(r) }}, nil
	})
}

func toldColumns(ctx context.Context, k *watch.Keeper, w watch.Watch) []export.Column[watch.Notice] {
	return []export.Column[watch.Notice]{{Key: "by", Value: func(n watch.Notice) any {
		if n.Desktop {
			return "desktop"
		}
		return "webhook"
	}}, {Key: "found", Value: func(n watch.Notice) any { return n.Made.UTC() }},
		{Key: "told", Value: func(n watch.Notice) any {
			if !n.Taken {
				return time.Time{}
			}
			return n.Ended.UTC()
		}},
		{Key: "status", Value: func(n watch.Notice) any { return n.Status() }}, {Key: "tries", Value: func(n watch.Notice) any { return n.Tries }},
		{Key: "what", Value: func(n watch.Notice) any { return export.Text(k.Text(ctx, w, n)) }},
		{Key: "error", Value: func(n watch.Notice) any { return export.Text(n.Trouble().String()) }}}
}
