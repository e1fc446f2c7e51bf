// Command entrasync is the desktop app of Entra ID Sync: the window over the
// same core and the same data folder as entrasyncctl.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"github.com/entraidsync/entraidsync/assets"
	"github.com/entraidsync/entraidsync/cmd/internal/demo"
	_ "github.com/entraidsync/entraidsync/cmd/internal/plainlocale"
	"github.com/entraidsync/entraidsync/cmd/internal/profiling"
	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/ui/translations"
	"github.com/entraidsync/entraidsync/ui/widgetmap"
	"github.com/entraidsync/entraidsync/ui/window"
)

// Set by the linker.
var (
	version = "dev"
	commit  = ""
)

// appID names the app to the desktop; the desktop entry has the same.
const appID = "io.github.entraidsync.entraidsync"

// windowClass is by what an X11 desktop finds the entry that belongs to a window
// (its StartupWMClass). glfw takes it from RESOURCE_NAME for each window, and would
// take the title, which is another one in each dialog and in the demo.
const windowClass = "entrasync"

func main() {
	useConsole()
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // the session ended, and nobody wants the program to outlive it
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	switch err := run(ctx, os.Args[1:]); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		tell(err)
		os.Exit(1)
	}
}

// run is the whole program: it shows the window and syncs until the window is
// closed or ctx ends.
func run(ctx context.Context, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	if o.version {
		fmt.Println("entrasync", version, commit)
		return nil
	}
	if o.quit {
		return quit(ctx, o.dataDir)
	}
	if err := measurable(o); err != nil {
		return err
	}
	stopProfiling, err := profiling.Start(ctx)
	if err != nil {
		return err
	}
	defer stopProfiling()
	if err := checkScreen(); err != nil {
		return err
	}
	if err := os.Setenv("RESOURCE_NAME", windowClass); err != nil {
		return err
	}
	quietPreferences()
	a := app.NewWithID(appID)
	dropStoppedHook(a)
	a.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon))
	if err := translations.Add(); err != nil {
		return err
	}
	b, err := start(ctx, o)
	if err != nil {
		return showError(a, err)
	}
	if b.elsewhere {
		return b.stop()
	}
	return errors.Join(show(ctx, a, b), b.stop())
}

// dropStoppedHook keeps the program from waiting for ever at its end. Fyne puts
// its hook, which saves preferences that this program has none of, into a queue
// that the end of its loop closes: one run in some tens loses the hook on the
// way, and the app's Run then waits for it (loop.go of Fyne 2.7.1 and 2.7.4,
// "drain the pending funcQueue").
func dropStoppedHook(a fyne.App) {
	if l, ok := a.Lifecycle().(interface{ SetOnStoppedHookExecuted(hook func()) }); ok {
		l.SetOnStoppedHookExecuted(nil)
	}
}

// showError shows why the app can't start, until that is closed.
func showError(a fyne.App, err error) error {
	window.ShowStartError(title, err)
	a.Run()
	return shown{err}
}

// shown is an error that a window has told already.
type shown struct{ error }

func (s shown) Unwrap() error { return s.error }

const title = "Entra ID Sync"

// widgetMapVariable names a file that keeps telling where the widgets are; the
// end-to-end test clicks by it. Unset, as for everybody else, nothing is written.
const widgetMapVariable = "ENTRASYNC_WIDGET_MAP"

// show runs the app with its main window until it is closed.
func show(ctx context.Context, a fyne.App, b *backend) error {
	w, err := window.Open(ctx, b.window)
	if err != nil {
		return showError(a, err)
	}
	var mapping sync.WaitGroup
	defer mapping.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	a.Lifecycle().SetOnStarted(func() {
		w.Started()
		if file := os.Getenv(widgetMapVariable); file != "" {
			mapping.Go(func() { widgetmap.Keep(ctx, file) })
		}
	})
	go func() { // ends with ctx
		select {
		case <-b.ended:
		case <-ctx.Done():
		}
		fyne.Do(func() {
			w.Leaving()
			a.Quit()
		})
	}()
	a.Run()
	return w.Close()
}

// measurable refuses to write what is measured over the program's own files.
func measurable(o options) error {
	for _, variable := range []string{widgetMapVariable, window.FramesVariable} {
		file := os.Getenv(variable)
		if file == "" {
			continue
		}
		for _, name := range []string{file, file + ".new"} {
			if _, err := datafolder.OutputText(o.dataDir, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// options are the command line.
type options struct {
	dataDir    string
	demo       bool
	users      int
	without    string
	background bool
	version    bool
	quit       bool
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("entrasync", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // what is wrong is told once, by main
	flags.StringVar(&o.dataDir, "data-dir", os.Getenv("ENTRASYNC_DATA_DIR"), "the `folder` that holds the database; by default the user's own")
	flags.BoolVar(&o.demo, "demo", false, "run on a simulated tenant, in a temporary folder unless --data-dir is given")
	flags.IntVar(&o.users, "users", 0, "how many users the demo's tenant has; 0: 2,000")
	flags.StringVar(&o.without, "without", "", "of the demo: "+demo.WithoutHelp)
	flags.BoolVar(&o.background, "background", false, "begin in the tray, where the settings keep the window there")
	flags.BoolVar(&o.version, "version", false, "print the version and exit")
	flags.BoolVar(&o.quit, "quit", false, "end the window that is open, and wait for its end")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(os.Stderr)
		flags.Usage()
	} else if err != nil {
		err = say.Errorf("%s; entrasync --help lists what there is", say.Because(err))
	}
	if err == nil && flags.NArg() > 0 {
		err = say.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if err == nil && o.dataDir != "" {
		o.dataDir, err = filepath.Abs(o.dataDir)
	}
	return o, err
}
