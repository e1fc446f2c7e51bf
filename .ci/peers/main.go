// Command peers measures entrasyncctl beside two other clients, all as whole processes, in turn, against the same
// answers of a graphsim process: the usual Go client (Microsoft's SDK, one INSERT an object), and one that downloads
// and throws away. It prints ratios, and which goals they keep. Linux only: it counts on how Linux tells a process's
// peak memory.
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
	bin                    string
	users, groups, devices int
	latency                time.Duration
	runs                   int
	least                  float64
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 && clients[args[0]] != nil {
		return clients[args[0]](ctx)
	}
	var o options
	f := flag.NewFlagSet("peers", flag.ContinueOnError)
	f.StringVar(&o.bin, "bin", "bin", "folder of graphsim and entrasyncctl")
	f.IntVar(&o.users, "users", 100_000, "users of the simulated tenant")
	f.IntVar(&o.groups, "groups", 20_000, "its groups, with ten members each")
	f.IntVar(&o.devices, "devices", 30_000, "its devices")
	f.DurationVar(&o.latency, "latency", 150*time.Millisecond, "of each answer where latency is measured; 0: it isn't")
	f.IntVar(&o.runs, "runs", 3, "how often each client runs; the best counts")
	f.Float64Var(&o.least, "least", 0, "fail where a first scan of users is not so many times as fast as the usual client, in CPU")
	if err := f.Parse(args); err != nil {
		return err
	}
	return measure(ctx, o)
}

// clients are the peers: this program starts itself as each of them.
var clients = map[string]func(context.Context) error{"naive": naive, "download": download}

// measure runs everybody and prints the report.
func measure(ctx context.Context, o options) error {
	r := &report{out: os.Stdout}
	fmt.Fprintf(r.out, "%d users, %d groups with %d members, %d devices; best of %d runs\n\n", o.users, o.groups, 10*o.groups, o.devices, o.runs)
	if err := wireFree(ctx, o, r); err != nil {
		return err
	}
	if o.latency > 0 {
		if err := withLatency(ctx, o, r); err != nil {
			return err
		}
	}
	r.goals()
	return r.enough(o.least)
}

// wireFree measures on loopback, where the client's own work is what takes time.
func wireFree(ctx context.Context, o options, r *report) error {
	s, err := startSim(ctx, o)
	if err != nil {
		return err
	}
	defer s.stop()
	for range 2 { // the first makes the answers that all others are given
		if r.download, err = s.best(ctx, o.runs, "download", s.listURL()); err != nil {
			return err
		}
	}
	if r.naive, err = s.best(ctx, o.runs, "naive", s.listURL()); err != nil {
		return err
	}
	if _, err := s.syncs(ctx, "users,groups,devices"); err != nil {
		return err
	}
	for range o.runs {
		users, err := s.syncs(ctx, "users")
		if err != nil {
			return err
		}
		r.users = r.users.better(users)
		all, err := s.syncs(ctx, "users,groups,devices")
		if err != nil {
			return err
		}
		r.all = r.all.better(all)
	}
	return nil
}

// withLatency measures what it takes when every answer takes its time.
func withLatency(ctx context.Context, o options, r *report) error {
	s, err := startSim(ctx, o, "--throttle", "--latency", o.latency.String())
	if err != nil {
		return err
	}
	defer s.stop()
	if r.userChain, err = s.best(ctx, 1, "download", s.deltaURL("users")); err != nil {
		return err
	}
	if r.groupChain, err = s.best(ctx, 1, "download", s.deltaURL("groups")); err != nil {
		return err
	}
	if r.usersLate, err = s.syncs(ctx, "users"); err != nil {
		return err
	}
	r.allLate, err = s.syncs(ctx, "users,groups,devices")
	return err
}
