package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim"
)

const watchSecret = "a secret that signs notices"

// receiver is what a webhook leads to.
type receiver struct {
	*httptest.Server
	t       *testing.T
	mu      sync.Mutex
	got     []received
	refuses bool
	then    func(*http.Request) // once, when one has come, before it is answered
}

// received is one notice that came, with its id.
type received struct {
	id   string
	body map[string]any
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{t: t}
	r.Server = httptest.NewTLSServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return // whoever sent it was killed
	}
	id, at := q.Header.Get("Webhook-Id"), q.Header.Get("Webhook-Timestamp")
	mac := hmac.New(sha256.New, []byte(watchSecret))
	mac.Write([]byte(id + "." + at + "." + string(body)))
	if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); q.Header.Get("Webhook-Signature") != want || q.Method != http.MethodPost {
		r.t.Errorf("%s, signed %q, want %q", q.Method, q.Header.Get("Webhook-Signature"), want)
	}
	fits(r.t, "webhook", bytes.NewReader(body))
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		r.t.Error(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refuses {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	r.got = append(r.got, received{id, m})
	if then := r.then; then != nil {
		r.then = nil
		then(q)
	}
}

// taken are the notices that were taken, and forgets them.
func (r *receiver) taken() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.got
	r.got = nil
	return got
}

func (r *receiver) refuse(refuses bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refuses = refuses
}

// roots is a file with the roots that its certificate is trusted by.
func (r *receiver) roots() string {
	r.t.Helper()
	ca := filepath.Join(r.t.TempDir(), "hook.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.Certificate().Raw}), 0o600); err != nil {
		r.t.Fatal(err)
	}
	return ca
}

// watch adds a watch that tells the receiver.
func (r *receiver) watch(c *cli, args ...string) {
	r.t.Helper()
	all := append([]string{"watch", "add"}, append(args, "--webhook", r.URL+"/hook", "--ca-file", r.roots(), "--secret-stdin")...)
	if got := c.call(watchSecret+"\n", all...); got.status != exitDone {
		r.t.Fatalf("%q: %+v", args, got)
	}
}

func liveUsers(sim *graphsim.Server) (ids []string) {
	for o := range sim.Tenant(tenantName).Objects("users") {
		if o.State == graphsim.Live {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// TestWatches tells of what matches from when the watch was added on, once, signed, by a
// filter and by a ready watch, and of nothing else.
func TestWatches(t *testing.T) {
	c, sim := simulateSynced(t)
	r := newReceiver(t)
	tenant, users := sim.Tenant(tenantName), liveUsers(sim)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(tenant.Update(users[0], map[string]any{"city": "Before"}))
	c.must("sync")
	r.watch(c, "cities", "--tenant", tenantName, "--class", "users", "--property", "city")
	r.watch(c, "guests", "--ready", "guest-invited")
	r.watch(c, "floods", "--ready", "many-deletions", "--more-than", "2")
	c.must("watch", "test", "cities")
	if got := r.taken(); len(got) != 1 || got[0].body["test"] != true {
		t.Errorf("test: %v", got)
	}
	must(tenant.Update(users[1], map[string]any{"city": "After"}))
	must(tenant.Update(users[2], map[string]any{"jobTitle": "Lead"}))
	guest, err := tenant.Create("users", map[string]any{"displayName": "Gast", "userType": "Guest"})
	must(err)
	for _, id := range users[10:13] {
		must(tenant.Delete(id))
	}
	c.must("sync")
	c.must("sync")
	told := map[string]string{}
	for _, n := range r.taken() {
		watch := n.body["watch"].(string)
		if _, again := told[watch]; again {
			t.Errorf("%s tells again: %v", watch, n.body)
		}
		told[watch], _ = n.body["text"].(string)
		if event, is := n.body["event"].(map[string]any); is {
			told[watch] = event["subject"].(string)
		}
	}
	if told["cities"] != "users/"+users[1] || told["guests"] != "users/"+guest || !strings.Contains(told["floods"], "3 of users") || len(told) != 3 {
		t.Errorf("told: %v", told)
	}
	rows := c.rows("watch", "told", "cities")
	if len(rows) != 1 || rows[0]["status"] != "told" || !strings.Contains(rows[0]["what"].(string), ": City of ") || !strings.HasSuffix(rows[0]["what"].(string), " → After") {
		t.Errorf("%v", rows)
	}
	c.must("watch", "set", "cities", "--off")
	must(tenant.Update(users[1], map[string]any{"city": "Later"}))
	c.must("sync")
	if got := r.taken(); len(got) != 0 {
		t.Errorf("while it is off: %v", got)
	}
	c.must("watch", "set", "cities", "--on")
	c.must("sync")
	if got := r.taken(); len(got) != 1 {
		t.Errorf("on again: %v", got)
	}
	c.must("watch", "remove", "guests")
	if rows := c.rows("watch", "list"); len(rows) != 2 || rows[0]["name"] != "cities" || rows[0]["signed"] != true || rows[0]["tenant"] != tenantName {
		t.Errorf("%v", rows)
	}
}

// TestViewIsWatchedFromTheTerminal tells of what comes into a view.
func TestViewIsWatchedFromTheTerminal(t *testing.T) {
	c, sim := simulateSynced(t)
	r := newReceiver(t)
	c.refused(exitUsage, "no view nothing", "watch", "add", "w", "--view", "nothing", "--desktop")
	c.refused(exitUsage, "a view is watched whole", "watch", "add", "w", "--view", "guests", "--class", "users", "--desktop")
	r.watch(c, "guests", "--view", "guests")
	are := map[any]bool{}
	for _, row := range c.rows("view", tenantName, "guests") {
		are[row["id"]] = true
	}
	guest := ""
	for _, id := range liveUsers(sim) {
		if !are[id] {
			guest = id
		}
	}
	if err := sim.Tenant(tenantName).Update(guest, map[string]any{"userType": "Guest"}); err != nil {
		t.Fatal(err)
	}
	c.must("sync")
	c.must("sync")
	got := r.taken()
	if len(got) != 1 {
		t.Fatalf("%v", got)
	}
	object, _ := got[0].body["object"].(map[string]any)
	if object["id"] != guest || object["entered"] != true || object["view"] != "guests" || got[0].body["event"] != nil {
		t.Errorf("%v", got[0].body)
	}
	if rows := c.rows("watch", "list"); len(rows) != 1 || rows[0]["view"] != "guests" {
		t.Errorf("%v", rows)
	}
}

// TestWatchIsTriedAgain keeps what its receiver does not take, over processes, and sends
// it under the same id.
func TestWatchIsTriedAgain(t *testing.T) {
	c, sim := simulateSynced(t)
	r := newReceiver(t)
	r.watch(c, "cities", "--property", "city")
	r.refuse(true)
	if err := sim.Tenant(tenantName).Update(liveUsers(sim)[0], map[string]any{"city": "After"}); err != nil {
		t.Fatal(err)
	}
	c.must("sync")
	rows := c.rows("watch", "told", "cities")
	if len(rows) != 1 || rows[0]["status"] != "waits" || !strings.Contains(rows[0]["error"].(string), "503") {
		t.Fatalf("%v", rows)
	}
	c.refused(exitFailed, "it answered 503", "watch", "test", "cities")
	r.refuse(false)
	c.must("sync") // too early for another try
	if got := r.taken(); len(got) != 0 {
		t.Errorf("tried at once: %v", got)
	}
}

// TestWatchRefuses what can't be told, or is not safe to.
func TestWatchRefuses(t *testing.T) {
	c, _ := simulateSynced(t)
	c.refused(exitUsage, "no https address", "watch", "add", "w", "--webhook", "http://hooks.example/x")
	c.refused(exitUsage, "user name", "watch", "add", "w", "--webhook", "https://me:pw@hooks.example/x")
	c.refused(exitUsage, "no ready watch", "watch", "add", "w", "--ready", "nothing", "--webhook", "https://hooks.example/x")
	for says, args := range map[string][]string{"line break": {"--class", "users"}, "fewer deletions": {"--ready", "many-deletions", "--more-than", "-3"}, "many-deletions alone": {"--class", "users", "--more-than", "5"}} {
		name := "w"
		if says == "line break" {
			name = "ev\x1b[31mil"
		}
		c.refused(exitUsage, says, append([]string{"watch", "add", name, "--webhook", "https://hooks.example/x"}, args...)...)
	}
	for _, odd := range []string{"https://hooks.example:99999/x", "https://hooks.example:0/x", "https://hooks.example/x#part"} {
		c.refused(exitUsage, "no https address", "watch", "add", "w", "--webhook", odd)
	}
	c.refused(exitUsage, "there is no watch", "watch", "test", "w")
	if r := c.call("short\n", "watch", "add", "w", "--webhook", "https://hooks.example/x", "--secret-stdin"); r.status != exitUsage || !strings.Contains(r.err, "shorter") {
		t.Errorf("%+v", r)
	}
	if r := c.call("", "watch", "add", "w", "--webhook", "https://hooks.example/x"); r.status != exitDone || !strings.HasPrefix(r.err, warningLine) {
		t.Errorf("%+v", r)
	}
	c.refused(exitUsage, "exists already", "watch", "add", "W", "--webhook", "https://hooks.example/x")
}

// TestWatchTellsTheDesktop keeps what the desktop is to tell until a window runs, and says
// so; the terminal shows nothing.
func TestWatchTellsTheDesktop(t *testing.T) {
	c, sim := simulateSynced(t)
	c.refused(exitUsage, "it tells nobody", "watch", "add", "w")
	if r := c.call("", "watch", "add", "cities", "--property", "city", "--desktop"); r.status != exitDone || !strings.Contains(r.err, "by the window alone") || strings.Contains(r.err, warningLine) {
		t.Errorf("%+v", r)
	}
	c.refused(exitUsage, "test it at the window", "watch", "test", "cities")
	if err := sim.Tenant(tenantName).Update(liveUsers(sim)[0], map[string]any{"city": "After"}); err != nil {
		t.Fatal(err)
	}
	c.must("sync")
	c.must("sync")
	if rows := c.rows("watch", "told", "cities"); len(rows) != 1 || rows[0]["by"] != "desktop" || rows[0]["status"] != "waits" {
		t.Errorf("%v", rows)
	}
	if rows := c.rows("watch", "list"); len(rows) != 1 || rows[0]["desktop"] != true || rows[0]["webhook"] != nil {
		t.Errorf("%v", rows)
	}
	c.must("watch", "set", "cities", "--desktop=false", "--webhook", "https://hooks.example/x")
	c.must("sync")
	if rows := c.rows("watch", "told", "cities"); len(rows) != 0 {
		t.Errorf("of the desktop there waits still: %v", rows)
	}
}

// TestWatchOverAKill kills the program between a change and its notice: it comes, once.
func TestWatchOverAKill(t *testing.T) {
	v := newVictim(t)
	r := newReceiver(t)
	r.watch(v.cli, "cities", "--property", "city")
	held := map[any]bool{} // some are new in the tenant
	for _, row := range v.rows("objects", tenantName, "--class", "users") {
		held[row["id"]] = true
	}
	users := slices.DeleteFunc(liveUsers(v.sim), func(id string) bool { return !held[id] })
	user := users[len(users)-1]
	if err := v.sim.Tenant(tenantName).Update(user, map[string]any{"city": "Killed"}); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "--data-dir", v.dir, "sync", "--no-index")
	cmd.Env = append(os.Environ(), asProgram+"=1", passphraseVariable+"="+killPassphrase)
	cmd.Stdout = &onText{text: "TENANT", then: func() { _ = cmd.Process.Kill() }} // what came is stored by then
	if err := cmd.Run(); err == nil {
		t.Fatal("it was not killed")
	}
	before := r.taken()
	v.must("sync")
	v.must("sync")
	ids := map[string]int{}
	for _, n := range append(before, r.taken()...) {
		if event := n.body["event"].(map[string]any); event["subject"] == "users/"+user {
			ids[n.id]++
		}
	}
	if len(ids) != 1 {
		t.Errorf("told: %v", ids)
	}
	for id, n := range ids {
		if n != 1 {
			t.Errorf("%s came %d times", id, n)
		}
	}
}

// TestWatchAnswerLostToAKill kills the program while it waits for the answer to its notice:
// it comes again, under the same id, so that a receiver which keeps ids acts on it once.
func TestWatchAnswerLostToAKill(t *testing.T) {
	v := newVictim(t)
	r := newReceiver(t)
	r.watch(v.cli, "cities", "--property", "city")
	rows := v.rows("objects", tenantName, "--class", "users")
	live := liveUsers(v.sim)
	user := ""
	for _, row := range rows {
		if id := row["id"].(string); slices.Contains(live, id) {
			user = id
		}
	}
	if err := v.sim.Tenant(tenantName).Update(user, map[string]any{"city": "Lost"}); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "--data-dir", v.dir, "sync", "--no-index")
	cmd.Env = append(os.Environ(), asProgram+"=1", passphraseVariable+"="+killPassphrase)
	r.mu.Lock()
	started := make(chan struct{})
	r.then = func(q *http.Request) {
		<-started
		_ = cmd.Process.Kill()
		<-q.Context().Done() // it is dead, and has no answer
	}
	r.mu.Unlock()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	close(started)
	if err := cmd.Wait(); err == nil {
		t.Fatal("it was not killed")
	}
	v.must("sync")
	v.must("sync")
	times, lost, ours := map[string]int{}, "", map[string]bool{} // other users move, too
	for _, n := range r.taken() {
		if lost == "" {
			lost = n.id
		}
		times[n.id]++
		if event := n.body["event"].(map[string]any); event["subject"] == "users/"+user {
			ours[n.id] = true
		}
	}
	if len(ours) != 1 || times[lost] != 2 {
		t.Errorf("told under the ids %v; the lost one came %d times", ours, times[lost])
	}
	for id, n := range times {
		if id != lost && n != 1 {
			t.Errorf("%s came %d times", id, n)
		}
	}
}
