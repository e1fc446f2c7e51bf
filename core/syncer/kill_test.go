package syncer

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

// The test binary starts itself as a child that syncs and can be killed.
const (
	childDir    = "ENTRASYNC_TEST_CHILD"
	childTenant = "ENTRASYNC_TEST_TENANT"
	childLog    = "child.log" // in the data folder
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		os.Exit(child(dir))
	}
	if ca := os.Getenv(browserCA); ca != "" {
		os.Exit(browser(ca, os.Args[1]))
	}
	os.Exit(m.Run())
}

// childPassphrase seals the vault that parent and child share.
func childPassphrase(context.Context) (vault.Secret, error) {
	return vault.NewSecret([]byte("correct horse")), nil
}

func child(dir string) int {
	ctx := context.Background()
	st, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	key, _ := strconv.ParseInt(os.Getenv(childTenant), 10, 64)
	log, err := os.OpenFile(filepath.Join(dir, childLog), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	everything := slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})
	e := New(Options{Store: st, Vault: signin.NewVaultAccess(st, nil, childPassphrase), Backoff: time.Millisecond, Logger: slog.New(everything)})
	e.patience = divideAtOnce
	go func() {
		for len(e.Activity(key).Classes) == 0 {
			time.Sleep(time.Millisecond)
		}
		fmt.Println("syncing") // the history rows are open: the parent may choose its moment
	}()
	if _, err := e.Sync(ctx, key, SyncOptions{}); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// TestKilled kills a first scan, whose users come in parts, with SIGKILL at
// random moments, then lets it run to its end: equal to the truth, nothing
// counted twice, no part begun again, the history honest.
func TestKilled(t *testing.T) {
	kills := 20
	if testing.Short() {
		kills = 4
	}
	w := newWorld(t, graphsim.TenantConfig{Users: 3500, Groups: 700, Devices: 900, Links: 14_000}, func(c *graphsim.Config) { c.Latency, c.ListObjects = 50*time.Millisecond, 40 })
	sealInVault(w)
	r := rand.New(rand.NewPCG(3, uint64(time.Now().UnixNano())))
	interrupted := 0
	parts := parts{}
	for range kills {
		parts.begin(w)
		asked := parts.asked + 2 + r.IntN(40) // requests, however long they take
		random := func(done <-chan struct{}) {
			for len(w.server.Requests()) < asked && !over(done) {
				time.Sleep(time.Millisecond)
			}
		}
		if killed := runChild(w, random); killed {
			interrupted++
		}
		parts.end(w)
	}
	parts.begin(w)
	if out, err := childCommand(w).CombinedOutput(); err != nil {
		t.Fatalf("the last sync failed: %v\n%s", err, out)
	}
	parts.end(w)
	w.equal(w.truth())
	w.baselineCountedOnce(interrupted)
	if asked := w.partsAskedFor(0); len(asked) != 44 {
		t.Errorf("%d parts, want 44", len(asked))
	}
	t.Logf("%d of %d kills hit a running sync", interrupted, kills)
}

// parts checks that no process goes back to the beginning of a part of which another has
// stored a page.
type parts struct {
	filters map[int]string  // by the parts' numbers
	stored  map[string]bool // filters of parts of which a page is stored
	asked   int             // requests so far
}

// begin looks where the parts stand before a process begins.
func (p *parts) begin(w *world) {
	w.Helper()
	if p.filters == nil {
		p.filters = map[int]string{}
	}
	p.stored, p.asked = map[string]bool{}, len(w.server.Requests())
	class, _ := entra.ClassNamed("users")
	r, err := w.store.Round(w.ctx(), w.tenant.Key, class)
	if err != nil || r == nil {
		return
	}
	for _, c := range r.Cursors {
		u, err := url.Parse(c.Link)
		if err != nil {
			w.Fatal(err)
		}
		query, _ := url.QueryUnescape(u.RawQuery)
		filter, token, ok := partOf(query)
		if ok {
			p.filters[c.Part] = filter
		}
		if filter := p.filters[c.Part]; filter != "" && (c.Done || token != "") {
			p.stored[filter] = true
		}
	}
}

// end looks for what the process asked for.
func (p *parts) end(w *world) {
	w.Helper()
	for filter, first := range w.partsAskedFor(p.asked) {
		if first && p.stored[filter] {
			w.Errorf("the part %s began again", filter)
		}
	}
}

// partsAskedFor tells of the filters of parts that were asked for behind some requests whether
// their first page was.
func (w *world) partsAskedFor(behind int) map[string]bool {
	asked := map[string]bool{}
	for _, r := range w.server.Requests()[behind:] {
		if filter, token, ok := partOf(r.Query); ok {
			asked[filter] = asked[filter] || token == ""
		}
	}
	return asked
}

// partOf reads which part of a divided list a query asks for, and where in it.
func partOf(query string) (filter, token string, ok bool) {
	for option := range strings.SplitSeq(query, "&") {
		switch name, value, _ := strings.Cut(option, "="); {
		case name == "$filter" && strings.HasPrefix(value, "startsWith"):
			filter = value
		case name == "$skiptoken":
			token = value
		}
	}
	return filter, token, filter != ""
}

// sealInVault gives the profile a credential that a child can open, too.
func sealInVault(w *world) {
	w.Helper()
	w.withVault(signin.NewVaultAccess(w.store, nil, childPassphrase))
	if err := w.store.RemoveCredential(w.ctx(), "reader", 1); err != nil {
		w.Fatal(err)
	}
	if err := signin.AddCredential(w.ctx(), w.store, w.engine.Vault, "reader", signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte(secret))}); err != nil {
		w.Fatal(err)
	}
}

func childCommand(w *world) *exec.Cmd {
	cmd := exec.CommandContext(w.ctx(), os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+w.store.Dir(), childTenant+"="+strconv.FormatInt(w.tenant.Key, 10))
	return cmd
}

// over tells whether a channel is closed.
func over(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// runChild kills a child when moment returns, which is called when its sync begins;
// false if it was done before, which moment is told.
func runChild(w *world, moment func(done <-chan struct{})) bool {
	w.Helper()
	cmd := childCommand(w)
	out, err := cmd.StdoutPipe()
	if err != nil {
		w.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		w.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "syncing" {
		w.Fatalf("the child did not begin: %s", lines.Text())
	}
	done := make(chan struct{})
	var ended error
	go func() {
		defer close(done)
		ended = cmd.Wait()
	}()
	moment(done)
	cmd.Process.Kill()
	<-done
	return ended != nil
}

// baselineCountedOnce checks the history of a baseline that took several runs:
// each object counted in exactly one of them.
func (w *world) baselineCountedOnce(interrupted int) {
	w.Helper()
	changed := map[string]int64{}
	dead := map[int64]bool{}
	for row, err := range w.store.History(w.ctx(), w.tenant.Key, store.HistoryQuery{}) {
		if err != nil {
			w.Fatal(err)
		}
		changed[row.Stream()] += row.Changed
		switch row.Status {
		case entra.Interrupted:
			dead[row.Run] = true
			if row.End.IsZero() {
				w.Errorf("the interrupted row %d has no end", row.Key)
			}
		case entra.Succeeded:
		default:
			w.Errorf("row %d is %s", row.Key, row.Status)
		}
	}
	if len(dead) == 0 || len(dead) > interrupted {
		w.Errorf("%d runs are interrupted, %d processes were killed", len(dead), interrupted)
	}
	for _, class := range []string{"users", "devices"} { // a group counts again in each run that gives it members
		if got, want := changed[class], int64(w.sim.Count(class)); got != want {
			w.Errorf("%s: %d counted in all runs together, %d in the tenant", class, got, want)
		}
	}
}

// TestKilledAfterTooLittleWasTold kills a run between the page whose objects tell less by
// themselves than in their list and the end of its round: the run that goes on behind that
// page does not take what was left out for ended, and says so.
func TestKilledAfterTooLittleWasTold(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 4, Devices: 10, ServicePrincipals: 30, Applications: 6}, func(c *graphsim.Config) { c.ListObjects = 7 })
	w.with("users", "groups", "devices", "applications", "servicePrincipals", "appRoleAssignments")
	sealInVault(w)
	ids := map[string][]string{}
	for _, class := range []string{"users", "devices"} {
		for o := range w.sim.Objects(class) {
			ids[class] = append(ids[class], o.ID)
		}
	}
	for _, user := range ids["users"] { // refused where the link is there already
		_ = w.sim.AddLink(ids["devices"][0], "registeredUsers", user)
	}
	w.sync(entra.Succeeded)
	before := w.held("appRoleAssignments")
	links := w.openLinks("registeredUsers")
	_, last := w.changes(0)
	less := w.server.Fault(graphsim.Fault{Kind: graphsim.Custom, Status: 200, Body: `{"value":[]}`, Match: `/(registeredUsers|appRoleAssignedTo)(\?|$)`, Times: -1})
	w.killedBefore(3, "appRoleAssignments", `GET /v1.0/servicePrincipals\?.*appRoleAssignedTo.*skiptoken`)
	r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{})
	row, _ := r.of("appRoleAssignments")
	if row.Status != entra.Warning || !strings.Contains(row.ErrorLine(), "tells less of some objects") {
		t.Errorf("it ended %s (%v): %s", row.Status, err, row.ErrorLine())
	}
	if now := w.held("appRoleAssignments"); len(now) != len(before) {
		t.Errorf("%d assignments are held, %d before", len(now), len(before))
	}
	if now := w.openLinks("registeredUsers"); now != links {
		t.Errorf("%d links are held, %d before", now, links)
	}
	if recorded, _ := w.changes(last); len(recorded) > 0 {
		t.Errorf("%d changes are recorded", len(recorded))
	}
	less()
	w.sync(entra.Succeeded)
	if now := w.held("appRoleAssignments"); len(now) != len(before) {
		t.Errorf("%d assignments are held once all is told again, %d before", len(now), len(before))
	}
}

// killedBefore kills a child once the page of a class's list that comes after skip others
// that match is asked for, and all before it is stored.
func (w *world) killedBefore(skip int, name, match string) {
	w.Helper()
	class, _ := entra.ClassNamed(name)
	page, killed := make(chan string, 1), make(chan struct{})
	w.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Match: match, Skip: skip, Ask: func(r *http.Request) *http.Request {
		page <- r.URL.Query().Get("$skiptoken")
		<-killed
		return r
	}})
	defer close(killed)
	if !runChild(w, func(done <-chan struct{}) {
		var token string
		select {
		case token = <-page:
		case <-done:
			return
		}
		for !over(done) { // another process stores the pages before it
			r, err := w.store.Round(w.ctx(), w.tenant.Key, class)
			if err != nil || r == nil {
				w.Fatal("it has no round", err)
			}
			if u, err := url.Parse(r.Cursors[0].Link); err == nil && u.Query().Get("$skiptoken") == token {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}) {
		w.Fatal("the child was through before it was killed")
	}
}
