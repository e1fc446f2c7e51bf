// Command soak runs `entrasyncctl run` for long beside simulated tenants that change all the time, with faults, and
// measures its memory, goroutines, file handles and write-ahead log. It fails where one of them grows: each is taken as
// a slope, a straight line through all samples after the beginning. Linux only: it counts on /proc.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// options are the command line.
type options struct {
	bin          string
	last         time.Duration
	tenants      int
	changesEvery time.Duration
	samples      string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	var o options
	flag.StringVar(&o.bin, "bin", "bin", "folder of entrasyncctl")
	flag.DurationVar(&o.last, "for", time.Hour, "how long")
	flag.IntVar(&o.tenants, "tenants", 12, "simulated tenants, each synced every minute")
	flag.DurationVar(&o.changesEvery, "change-every", 250*time.Millisecond, "change each tenant a little, this often")
	flag.StringVar(&o.samples, "samples", "", "write what was measured to this file, as CSV")
	flag.Parse()
	w, err := newWorld(ctx, o)
	if err != nil {
		return err
	}
	defer w.close()
	p, err := w.start(ctx)
	if err != nil {
		return err
	}
	samples, err := p.watch(ctx, o.last)
	if stopErr := p.stop(); err == nil {
		err = stopErr
	}
	if err != nil {
		return err
	}
	if err := keep(o.samples, samples); err != nil {
		return err
	}
	syncs, failed, err := w.synced(ctx)
	if err != nil {
		return err
	}
	return report(o, samples, syncs, failed)
}
