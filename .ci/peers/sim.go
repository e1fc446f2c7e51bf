package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/entraidsync/entraidsync/core/entra"
)

// tenantName is the simulated tenant's domain.
const tenantName = "contoso.onmicrosoft.com"

// sim is a graphsim process and what there is to know of it.
type sim struct {
	access
	bin, dir string
	cmd      *exec.Cmd
}

// startSim starts graphsim and waits until it serves.
func startSim(ctx context.Context, o options, more ...string) (*sim, error) {
	dir, err := os.MkdirTemp("", "peers-")
	if err != nil {
		return nil, err
	}
	s := &sim{bin: o.bin, dir: dir}
	s.CAFile = filepath.Join(dir, "ca.pem")
	args := append([]string{"--cache", "--ca-file", s.CAFile, "--users", strconv.Itoa(o.users), "--groups", strconv.Itoa(o.groups),
		"--devices", strconv.Itoa(o.devices), "--links", strconv.Itoa(10 * o.groups)}, more...)
	s.cmd = exec.CommandContext(ctx, filepath.Join(o.bin, "graphsim"), args...)
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	told := map[string]string{}
	for lines := bufio.NewScanner(out); told["secret"] == "" && lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), " ")
		told[name] = strings.TrimSpace(value)
	}
	if told["secret"] == "" {
		s.stop()
		return nil, errors.New("graphsim did not start")
	}
	s.Authority, s.Graph, s.Tenant, s.ClientID, s.Secret = told["authority"], told["graph"], tenantName, told["client-id"], told["secret"]
	return s, nil
}

func (s *sim) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
	_ = os.RemoveAll(s.dir)
}

// listURL asks for what entrasyncctl asks for.
func (s *sim) listURL() string {
	class, _ := entra.ClassNamed("users")
	return s.url("/users", class.Select, "$expand="+url.QueryEscape("manager($levels=1;$select=id)")+"&$top=999")
}

// deltaURL asks for what entrasyncctl asks for, relations that come with the objects included.
func (s *sim) deltaURL(name string) string {
	class, _ := entra.ClassNamed(name)
	names := slices.Clone(class.Select)
	for _, r := range class.Stream("").Relations {
		names = append(names, r.Name)
	}
	return s.url("/"+name+"/delta", names, "")
}

func (s *sim) url(path string, names []string, option string) string {
	names = append([]string{"id"}, names...)
	return s.Graph + "/v1.0" + path + "?$select=" + url.QueryEscape(strings.Join(names, ",")) + strings.TrimSuffix("&"+option, "&")
}

// cost is what a process took.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // bytes
	out       string
}

func (c cost) better(other cost) cost {
	if c.wall == 0 {
		return other
	}
	return cost{min(c.wall, other.wall), min(c.cpu, other.cpu), min(c.peak, other.peak), other.out}
}

// timed runs a command to its end.
func timed(cmd *exec.Cmd) (cost, error) {
	began := time.Now()
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%s: %w: %s", filepath.Base(cmd.Path), err, exit.Stderr)
		}
		return cost{}, err
	}
	state := cmd.ProcessState
	c := cost{wall: time.Since(began), cpu: state.UserTime() + state.SystemTime(), out: strings.TrimSpace(string(out))}
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		c.peak = usage.Maxrss << 10
	}
	return c, nil
}

// best runs one of the peers several times.
func (s *sim) best(ctx context.Context, runs int, client, first string) (best cost, err error) {
	self, err := os.Executable()
	if err != nil {
		return cost{}, err
	}
	for range runs {
		a := s.access
		a.First = first
		if a.Dir, err = os.MkdirTemp(s.dir, client); err != nil {
			return cost{}, err
		}
		text, err := json.Marshal(a)
		if err != nil {
			return cost{}, err
		}
		cmd := exec.CommandContext(ctx, self, client)
		cmd.Env = append(os.Environ(), accessVariable+"="+string(text))
		c, err := timed(cmd)
		if err != nil {
			return cost{}, err
		}
		best = best.better(c)
		_ = os.RemoveAll(a.Dir)
	}
	return best, nil
}

// synced is what three syncs of one tenant took, and what they left.
type synced struct {
	first, nothing, full cost
	index                cost  // of the search, with a sync that finds nothing new
	requests             int64 // of the sync that found nothing new
	sent, refused        int64 // requests of the first, and those of them that were sent again
	disk, searchable     int64 // bytes, without and with the index
}

func (s synced) better(other synced) synced {
	other.first, other.nothing, other.full = s.first.better(other.first), s.nothing.better(other.nothing), s.full.better(other.full)
	other.index = s.index.better(other.index)
	return other
}

// syncs sets entrasyncctl up and syncs three times: a first scan, a sync that finds nothing new, a full scan over
// unchanged data.
func (s *sim) syncs(ctx context.Context, classes string) (r synced, err error) {
	dir, err := os.MkdirTemp(s.dir, "entrasync")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	if err := s.standIn(ctx, dir); err != nil {
		return r, err
	}
	run := func(args ...string) (cost, error) {
		cmd := exec.CommandContext(ctx, filepath.Join(s.bin, "entrasyncctl"), append([]string{"--data-dir", filepath.Join(dir, "data")}, args...)...)
		cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
		return timed(cmd)
	}
	for _, args := range [][]string{
		{"cloud", "add", "sim", "--authority", s.Authority, "--graph", s.Graph, "--ca-file", s.CAFile},
		{"profile", "add", "reader"},
		{"profile", "add-credential", "reader", "--kind", "azure-cli"},
		{"tenant", "add", tenantName, "--cloud", "sim", "--profile", "reader", "--classes", classes},
	} {
		if _, err := run(args...); err != nil {
			return r, err
		}
	}
	for _, sync := range []struct {
		cost *cost
		args []string
	}{{&r.first, nil}, {&r.nothing, nil}, {&r.full, []string{"--full"}}} {
		if *sync.cost, err = run(append([]string{"sync", "--no-index", tenantName}, sync.args...)...); err != nil {
			return r, err
		}
	}
	if err := r.inspect(ctx, filepath.Join(dir, "data")); err != nil {
		return r, err
	}
	if r.index, err = run("sync", tenantName); err != nil {
		return r, err
	}
	r.searchable, err = databaseSize(filepath.Join(dir, "data"))
	return r, err
}

// standIn puts an az into the folder that hands out a token. Signing in by the Azure CLI needs no vault, so what is
// measured is the sync.
func (s *sim) standIn(ctx context.Context, dir string) error {
	text, err := json.Marshal(s.access)
	if err != nil {
		return err
	}
	if err := os.Setenv(accessVariable, string(text)); err != nil {
		return err
	}
	a, _, credential, err := opened()
	if err != nil {
		return err
	}
	token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{a.Graph + "/.default"}})
	if err != nil {
		return err
	}
	answer, err := json.Marshal(map[string]any{"accessToken": token.Token, "expires_on": token.ExpiresOn.Unix(),
		"expiresOn": token.ExpiresOn.Local().Format("2006-01-02 15:04:05.000000")})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "az"), []byte("#!/bin/sh\necho '"+string(answer)+"'\n"), 0o700)
}

func databaseFile(dir string) string { return filepath.Join(dir, "entrasync.db") }

func databaseSize(dir string) (int64, error) {
	info, err := os.Stat(databaseFile(dir))
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// inspect reads the history of the three syncs and the size of what they left.
func (s *synced) inspect(ctx context.Context, dir string) error {
	var err error
	if s.disk, err = databaseSize(dir); err != nil {
		return err
	}
	db, err := sql.Open("sqlite3", "file:"+databaseFile(dir)+"?mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	return db.QueryRowContext(ctx, `SELECT sum(requests) FILTER (WHERE run = 2),
		sum(requests) FILTER (WHERE run = 1), sum(retries) FILTER (WHERE run = 1) FROM class_runs`).
		Scan(&s.requests, &s.sent, &s.refused)
}
