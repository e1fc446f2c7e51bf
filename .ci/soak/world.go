package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim"
)

const (
	clientID   = "11111111-2222-3333-4444-555555555555"
	secret     = "marker~secret~value"
	passphrase = "ENTRASYNC_PASSPHRASE=a passphrase of the soak"
)

var roles = []string{"User.Read.All", "GroupMember.Read.All", "Device.Read.All", "Organization.Read.All", "Application.Read.All", "Directory.Read.All", "Member.Read.Hidden"}

// world are the simulated tenants, and the data folder that they are synced into.
type world struct {
	o      options
	server *graphsim.Server
	dir    string
	still  context.CancelFunc // ends the tenants' changes
}

func newWorld(ctx context.Context, o options) (*world, error) {
	var tenants []graphsim.TenantConfig
	for i := range o.tenants {
		tenants = append(tenants, graphsim.TenantConfig{Domain: domain(i), Seed: uint64(i + 1), Users: 400, Groups: 60, Devices: 80,
			Apps: []graphsim.App{{ClientID: clientID, Secret: secret, Roles: roles}}})
	}
	server, err := graphsim.Start(graphsim.Config{Tenants: tenants, TokenLifetime: 5 * time.Minute})
	if err != nil {
		return nil, err
	}
	w := &world{o: o, server: server}
	if w.dir, err = os.MkdirTemp("", "soak-"); err != nil {
		return nil, errors.Join(err, server.Close())
	}
	if err := w.setUp(ctx); err != nil {
		w.close()
		return nil, err
	}
	ctx, w.still = context.WithCancel(ctx)
	for i := range o.tenants {
		go server.Tenant(domain(i)).Run(ctx, o.changesEvery)
	}
	w.trouble()
	return w, nil
}

func domain(i int) string { return fmt.Sprintf("tenant%d.onmicrosoft.com", i) }

// trouble makes requests fail now and then, in all the ways that pass.
func (w *world) trouble() {
	for i, f := range []graphsim.Fault{{Kind: graphsim.Throttling, RetryAfter: "1"}, {Kind: graphsim.Unavailable}, {Kind: graphsim.Dropped}, {Kind: graphsim.DroppedMidBody},
		{Kind: graphsim.TruncatedJSON}, {Kind: graphsim.HTMLPage}, {Kind: graphsim.ExpiredAccessToken}, {Kind: graphsim.GoneSyncState}} {
		f.Match, f.Every, f.Times = `^GET /v1\.0/(users|groups|devices)`, 31+10*i, -1
		if f.Kind == graphsim.GoneSyncState {
			f.Match = `deltatoken=`
		}
		w.server.Fault(f)
	}
}

func (w *world) setUp(ctx context.Context) error {
	ca := filepath.Join(w.dir, "ca.pem")
	if err := os.WriteFile(ca, w.server.CA(), 0o600); err != nil {
		return err
	}
	calls := [][]string{{"cloud", "add", "sim", "--authority", w.server.Authority(), "--graph", w.server.Graph(), "--ca-file", ca}, {"profile", "add", "soak"},
		{"profile", "add-credential", "soak", "--kind", "client-secret", "--client-id", clientID, "--secret-stdin"}}
	for i := range w.o.tenants {
		calls = append(calls, []string{"tenant", "add", domain(i), "--cloud", "sim", "--profile", "soak", "--interval", "1m", "--classes", "users,groups,devices,applications,servicePrincipals"})
	}
	for _, args := range calls {
		if out, err := w.command(ctx, args...).CombinedOutput(); err != nil {
			return fmt.Errorf("%q: %w: %s", args, err, out)
		}
	}
	return nil
}

func (w *world) data() string { return filepath.Join(w.dir, "data") }

func (w *world) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(w.o.bin, "entrasyncctl"), append([]string{"--data-dir", w.data()}, args...)...)
	cmd.Env = append(os.Environ(), passphrase)
	cmd.Stdin = strings.NewReader(secret + "\n")
	return cmd
}

// synced counts the syncs of classes, and those that failed.
func (w *world) synced(ctx context.Context) (syncs, failed int, err error) {
	for i := range w.o.tenants {
		out, err := w.command(ctx, "history", domain(i), "--format", "csv").Output()
		if err != nil {
			return 0, 0, fmt.Errorf("reading the history: %w", err)
		}
		syncs += bytes.Count(out, []byte("\n")) - 1
		failed += bytes.Count(out, []byte(",failed,"))
	}
	return syncs, failed, nil
}

func (w *world) close() {
	if w.still != nil {
		w.still()
	}
	_ = w.server.Close()
	_ = os.RemoveAll(w.dir)
}

// process is the program that is watched.
type process struct {
	*world
	cmd      *exec.Cmd
	profiles string // where it tells of its goroutines
	ended    chan error
	trouble  bytes.Buffer
}

func (w *world) start(ctx context.Context) (*process, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &process{world: w, cmd: w.command(ctx, "run"), profiles: l.Addr().String(), ended: make(chan error, 1)}
	if err := l.Close(); err != nil {
		return nil, err
	}
	p.cmd.Env = append(p.cmd.Env, "ENTRASYNC_PPROF="+p.profiles)
	p.cmd.Stderr = &p.trouble
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { p.ended <- p.cmd.Wait() }()
	for began := time.Now(); ; {
		if _, err := p.goroutines(); err == nil || time.Since(began) > time.Minute {
			return p, err
		}
		select {
		case err := <-p.ended:
			return nil, fmt.Errorf("the program ended by itself: %v: %s", err, p.trouble.String())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// stop ends the program as an admin does.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	var exit *exec.ExitError
	select {
	case err := <-p.ended:
		if errors.As(err, &exit) && exit.ExitCode() == 130 {
			return nil
		}
		return fmt.Errorf("the program ended %v: %s", err, p.trouble.String())
	case <-time.After(time.Minute):
		_ = p.cmd.Process.Kill()
		return errors.New("the program does not end when it is told to")
	}
}

// goroutines asks the program how many it has.
func (p *process) goroutines() (n float64, err error) {
	r, err := http.Get("http://" + p.profiles + "/debug/pprof/goroutine?debug=1")
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	line, err := bufio.NewReader(io.LimitReader(r.Body, 1<<20)).ReadString('\n')
	if err == nil {
		_, err = fmt.Sscanf(line, "goroutine profile: total %f", &n)
	}
	return n, err
}
