package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/complete"
	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/help"
	"github.com/entraidsync/entraidsync/cmd/internal/profiling"
	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/lookup"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/core/verify"
	"github.com/entraidsync/entraidsync/core/views"
	"github.com/entraidsync/entraidsync/core/watch"
)

// console is the world outside of one call of the program.
type console struct {
	in       io.Reader
	out, err io.Writer
	env      environment
	ask      func(ctx context.Context, prompt string) (vault.Secret, error) // on the terminal; empty where there is none
	keychain vault.Keychain                                                 // nil: none
	attended bool                                                           // somebody sits at the terminal
}

// app is one call of the program. What a command needs is opened when it is
// first asked for.
type app struct {
	console
	dataDir string
	verbose bool
	quiet   bool
	logs    logFormat
	started bool // a command runs: its arguments were understood

	none func() (say.Sentence, error) // why what is listed is empty, and what to do; nil: nobody asks

	opened *store.Store
	vault  *signin.VaultAccess
}

// run is the program: it gives the exit status.
func run(ctx context.Context, args []string, c console) (status int) {
	a := &app{console: c}
	defer func() {
		if p := recover(); p != nil {
			status = a.fail(ctx, errDefect)
		}
	}()
	stopProfiling, err := profiling.Start(ctx)
	if err != nil {
		return a.fail(ctx, err)
	}
	defer stopProfiling()
	root := a.root()
	root.SetArgs(args)
	root.SetIn(c.in)
	root.SetOut(c.out)
	root.SetErr(c.err)
	err = root.ExecuteContext(ctx)
	if err != nil && !a.started {
		a.logs.seek(args)
		err = usage(err)
	}
	if closed := a.close(); err == nil {
		err = closed
	}
	return a.fail(ctx, err)
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "entrasyncctl",
		Version:       version + " (" + cmp.Or(commit, "no commit") + ")",
		Short:         "A local, searchable copy of your Microsoft Entra ID tenants",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	fileFlag(root.PersistentFlags(), &a.dataDir, "data-dir", "the data `folder` (default: ENTRASYNC_DATA_DIR, else the user's own)")
	root.PersistentFlags().BoolVar(&a.verbose, "verbose", false, "log to stderr")
	root.PersistentFlags().BoolVar(&a.quiet, "quiet", false, "no progress, no notes, and not what was done: only what is asked for, warnings and errors")
	a.logs = "text"
	root.PersistentFlags().Var(&a.logs, "log-format", "text, or json: logs to stderr, whose lines are each one JSON object then")
	root.AddCommand(
		a.tenantCommands(), a.syncCommand(), a.runCommand(), a.verifyCommand(),
		a.statusCommand(), a.historyCommand(), a.objectsCommand(), a.membersCommand(), a.linksCommand(), a.rolesCommand(), a.changesCommand(), a.diffCommand(),
		a.viewsCommand(), a.viewCommand(), a.exportCommand(), a.watchCommands(),
		a.profileCommands(), a.cloudCommands(), a.classCommands(),
		a.vaultCommands(), a.dbCommands(), a.demoCommand(), a.versionCommand(),
	)
	addExamples(root)
	complete.Add(root, a.names)
	return root
}

// names are what a shell completes. That makes no file, and says nothing of trouble.
func (a *app) names(ctx context.Context, of complete.Wanted) (names []string) {
	switch of.Kind {
	case complete.Ready:
		return watch.ReadyNames()
	case complete.View:
		names = namesOf(views.All(), func(v views.View) string { return v.Name })
	}
	dir, err := a.dir()
	if err != nil {
		return names
	}
	if _, err := os.Stat(filepath.Join(dir, store.FileName)); err != nil {
		return names
	}
	kept, err := a.keptNames(ctx, of)
	if err != nil {
		return names
	}
	return append(names, kept...)
}

// keptNames are those in the data folder.
func (a *app) keptNames(ctx context.Context, of complete.Wanted) ([]string, error) {
	st, err := a.store(ctx)
	if err != nil {
		return nil, err
	}
	switch of.Kind {
	case complete.Tenant:
		all, err := st.Tenants(ctx)
		return namesOf(all, func(t entra.Tenant) string { return t.Name }), err
	case complete.Profile:
		all, err := st.Profiles(ctx)
		return namesOf(all, func(p entra.Profile) string { return p.Name }), err
	case complete.Cloud:
		all, err := st.Clouds(ctx)
		return namesOf(all, func(c entra.Cloud) string { return c.Name }), err
	case complete.View:
		all, err := views.Owns(ctx, st)
		return namesOf(all, func(o views.Own) string { return o.Name }), err
	case complete.Watch:
		all, err := watch.All(ctx, st)
		return namesOf(all, func(w watch.Watch) string { return w.Name }), err
	case complete.Object, complete.Group, complete.Role:
		return a.objectNames(ctx, of)
	}
	return nil, nil
}

// mostCompleted bounds how many names of objects are offered.
const mostCompleted = 25

// objectNames are names of a tenant's objects that begin with what is typed.
func (a *app) objectNames(ctx context.Context, of complete.Wanted) ([]string, error) {
	st, t, err := a.tenant(ctx, of.Tenant)
	if err != nil {
		return nil, err
	}
	classes := map[complete.Kind][]string{complete.Group: {"groups"}, complete.Role: {"roleDefinitions"}}[of.Kind]
	return lookup.Beginning(of.Typed, mostCompleted, lookup.Query{Ctx: ctx, Store: st, Tenant: t.Key, Classes: classes})
}

func namesOf[T any](all []T, name func(T) string) (names []string) {
	for _, one := range all {
		names = append(names, name(one))
	}
	return names
}

// addExamples gives each command its example, and what is to be said of its columns.
func addExamples(cmd *cobra.Command) {
	cmd.Example = help.Examples[wordsOf(cmd)]
	if note := help.Notes[wordsOf(cmd)]; note != "" {
		cmd.Long = cmd.Short + ".\n\n" + note
	}
	for _, c := range cmd.Commands() {
		addExamples(c)
	}
}

// wordsOf are what calls a command, without the program's name.
func wordsOf(cmd *cobra.Command) string {
	_, rest, _ := strings.Cut(cmd.CommandPath(), " ")
	return rest
}

// command is a command that does something.
func (a *app) command(use, short string, args cobra.PositionalArgs, do func(context.Context, []string) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: args, RunE: func(cmd *cobra.Command, args []string) error {
		if err := unmeant(cmd); err != nil {
			return err
		}
		a.started = true
		return do(cmd.Context(), args)
	}}
}

// group is a command that only holds others.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return entra.Invalid(say.With("%s is not complete", cmd.CommandPath()), "it needs a command", say.With("see `%s --help`", cmd.CommandPath()))
	}}
	g.AddCommand(commands...)
	return g
}

// dir is the data folder, as an absolute path.
func (a *app) dir() (string, error) {
	dir := a.dataDir
	if dir == "" {
		dir = a.env[dataDirVariable]
	}
	if dir == "" {
		return datafolder.DefaultDir()
	}
	return filepath.Abs(dir)
}

// store opens the data folder's database.
func (a *app) store(ctx context.Context) (*store.Store, error) {
	if a.opened != nil {
		return a.opened, nil
	}
	dir, err := a.dir()
	if err == nil {
		a.opened, err = store.Open(ctx, dir, store.Options{})
	}
	return a.opened, err
}

// tenant finds a tenant in the data folder's database.
func (a *app) tenant(ctx context.Context, name string) (*store.Store, entra.Tenant, error) {
	st, err := a.store(ctx)
	if err != nil {
		return nil, entra.Tenant{}, err
	}
	t, err := st.Tenant(ctx, name)
	return st, t, err
}

// object is the id of the object that is named; "" where none is.
func (a *app) object(ctx context.Context, t entra.Tenant, name string, at time.Time) (string, error) {
	if name == "" {
		return "", nil
	}
	end, err := lookup.Object(name, lookup.Query{Ctx: ctx, Store: a.opened, Tenant: t.Key, At: at})
	return end.ID, a.unfound(ctx, t, nil, at, err)
}

// vaultAccess opens and makes the vault of the data folder.
func (a *app) vaultAccess(ctx context.Context) (*signin.VaultAccess, error) {
	st, err := a.store(ctx)
	if err == nil && a.vault == nil {
		a.vault = signin.NewVaultAccess(st, a.keychain, a.passphrase)
	}
	return a.vault, err
}

// vaultForWriting is vaultAccess after ending what was interrupted.
func (a *app) vaultForWriting(ctx context.Context) (*signin.VaultAccess, error) {
	if _, err := a.writing(ctx); err != nil {
		return nil, err
	}
	return a.vaultAccess(ctx)
}

// engine syncs the tenants of the data folder, after ending what was interrupted.
func (a *app) engine(ctx context.Context) (*syncer.Engine, error) {
	e, err := a.newEngine(ctx)
	if err == nil {
		verify.ClearRooms(a.opened.Dir())
		err = a.endRemovals(ctx, e)
	}
	return e, err
}

// writing opens the data folder's database for a command that needs no engine, after
// ending what was interrupted.
func (a *app) writing(ctx context.Context) (*store.Store, error) {
	st, err := a.store(ctx)
	if err == nil {
		err = a.endRemovals(ctx, syncer.New(syncer.Options{Store: st}))
	}
	return st, err
}

// endRemovals ends removals that were interrupted: whoever removed a tenant was
// promised that nothing of it is left.
func (a *app) endRemovals(ctx context.Context, e *syncer.Engine) error {
	ended, err := e.EndRemovals(ctx)
	for _, t := range ended {
		a.tell("note: the removal of " + t.Name + " had been interrupted; now it is removed with all that was synced for it")
	}
	return err
}

// newEngine makes an engine that goes through the proxy that was chosen in the
// window.
func (a *app) newEngine(ctx context.Context) (*syncer.Engine, error) {
	k, err := a.vaultAccess(ctx)
	if err != nil {
		return nil, err
	}
	proxy, err := syncer.NewProxy(ctx, a.opened)
	if err != nil {
		return nil, err
	}
	return syncer.New(syncer.Options{Store: a.opened, Vault: k, Logger: a.logger(), Proxy: proxy.For}), nil
}

func (a *app) logger() *slog.Logger {
	switch {
	case a.logs == "json" && a.quiet:
		return slog.New(slog.NewJSONHandler(a.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	case a.logs == "json":
		return slog.New(slog.NewJSONHandler(a.err, nil))
	case a.verbose:
		return slog.New(slog.NewTextHandler(a.err, nil))
	}
	return nil
}

// logFormat is a flag: how lines on stderr are written.
type logFormat string

func (f *logFormat) String() string { return string(*f) }
func (f *logFormat) Type() string   { return "format" }

// Set refuses formats that don't exist.
func (f *logFormat) Set(text string) error {
	if text != "text" && text != "json" {
		return errors.New("choose text or json")
	}
	*f = logFormat(text)
	return nil
}

// seek finds the format among arguments that were not understood as far as there: that they were not is told in it, too.
func (f *logFormat) seek(args []string) {
	const flag, wanted = "--log-format", "json"
	for i, arg := range args {
		if arg == flag+"="+wanted || arg == flag && i+1 < len(args) && args[i+1] == wanted {
			*f = wanted
		}
	}
}

// progress is where progress is shown: nowhere, where nobody wants it or lines are read
// by a machine.
func (a *app) progress() io.Writer {
	if a.quiet || a.logs == "json" {
		return io.Discard
	}
	return a.err
}

func (a *app) close() error {
	if a.opened == nil {
		return nil
	}
	return a.opened.Close()
}
