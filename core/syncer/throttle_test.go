package syncer

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// TestPauseOutlivesTheProcess: what Graph asked to wait is kept. The next runs, in
// whatever process, say until when, and ask nothing before.
func TestPauseOutlivesTheProcess(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 20, Groups: 5, Devices: 5})
	w.server.Fault(graphsim.Fault{Kind: graphsim.Throttling, Match: "/v1.0/", RetryAfter: "3600", Times: -1})
	w.sync(entra.Failed)
	if n := w.server.Count("", 429); n == 0 || n > 4 { // those that were under way already
		t.Errorf("%d requests were refused", n)
	}
	w.server.ClearFaults()
	for range 3 {
		w.newProcess()
		w.server.ResetRequests()
		r := w.sync(entra.Failed)
		if entra.CodeOf(r.Err) != entra.CodeThrottled || !strings.Contains(r.Err.Error(), "Graph asked to wait until 20") {
			t.Errorf("got %v", r.Err)
		}
		if n := len(w.server.Requests()); n > 0 {
			t.Errorf("%d requests before the pause was over", n)
		}
	}
	if test := w.engine.Test(t.Context(), w.tenant); !test.OK || w.server.Count("/v1.0/users", -1) > 0 {
		t.Errorf("the test of the connection: %+v", test)
	}
}

// TestKeptPauseIsWaitedFor where it is short: then the run goes on by itself.
func TestKeptPauseIsWaitedFor(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 20, Groups: 5, Devices: 5})
	until := time.Now().Add(time.Second)
	if err := w.store.KeepPause(t.Context(), w.tenant.Key, entra.DirectoryQuota, until); err != nil {
		t.Fatal(err)
	}
	if err := w.store.KeepPause(t.Context(), w.tenant.Key, entra.DirectoryQuota, until.Add(-time.Minute)); err != nil { // shorter: says nothing new
		t.Fatal(err)
	}
	w.sync(entra.Succeeded)
	for _, r := range w.server.Requests() {
		if strings.HasPrefix(r.Path, "/v1.0/") && r.Time.Before(until) {
			t.Errorf("%s was asked for %v too early", r.Path, until.Sub(r.Time))
		}
	}
	w.equal(w.truth())
}

// TestTimeoutTellsOfThrottling: what took the time was Graph.
func TestTimeoutTellsOfThrottling(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 20, Groups: 5, Devices: 5})
	w.server.Fault(graphsim.Fault{Kind: graphsim.Throttling, Match: "/v1.0/", RetryAfter: "60", Times: -1})
	patience := 500 * time.Millisecond
	sync := func() (Result, error) {
		return w.engine.Sync(t.Context(), w.tenant.Key, SyncOptions{Timeout: patience})
	}
	r, err := sync()
	for ; len(r.Classes) == 0 || !strings.Contains(r.Classes[0].ErrorLine(), "slow down"); r, err = sync() {
		if patience *= 2; patience > time.Minute { // so long no machine takes to be refused
			t.Fatalf("got %v, %+v", err, r.Classes)
		}
	}
	if entra.CodeOf(err) != entra.CodeTimeout || !strings.Contains(err.Error(), "it took longer than "+patience.String()+", and Graph had asked to slow down until 20") {
		t.Errorf("got %v", err)
	}
	for _, class := range r.Classes {
		if !strings.Contains(class.ErrorLine(), "Graph had asked to slow down") {
			t.Errorf("%s: %s", class.Class, class.ErrorLine())
		}
	}
}

// TestIdentityProtectionIsAskedSlowly reads the classes that share one request a second
// with all apps. What lies between two of them is judged by all together: the server may
// read any of them late. That nobody waits for them, [TestSlowClassesHoldNobody] sees.
func TestIdentityProtectionIsAskedSlowly(t *testing.T) {
	const gap = 800 * time.Millisecond
	slow := []string{"riskyUsers", "riskyServicePrincipals", "conditionalAccessPolicies", "namedLocations"}
	w := newWorld(t, graphsim.TenantConfig{Users: 300, Groups: 20, Devices: 20, Premium: true}, func(c *graphsim.Config) { c.Latency = 10 * time.Millisecond })
	w.sim.SetRoles(clientID, append([]string{"IdentityRiskyUser.Read.All", "IdentityRiskyServicePrincipal.Read.All", "Policy.Read.All"}, allRoles...)...)
	w.engine.Backoff, w.engine.connections.Backoff = gap, gap
	classes := append(entra.DefaultClasses(), slow...)
	if err := w.engine.SetTenant(t.Context(), w.tenant.Key, store.TenantChange{Classes: classes}); err != nil {
		t.Fatal(err)
	}
	w.server.Fault(graphsim.Fault{Kind: graphsim.Throttling, Match: "conditionalAccess/policies", Times: 2}) // another app asks, too
	began, requests := time.Now(), 0
	w.sync(entra.Succeeded)
	took := time.Since(began)
	for _, q := range w.server.Requests() {
		if strings.Contains(q.Path, "identityProtection") || strings.Contains(q.Path, "conditionalAccess") {
			requests++
		}
	}
	if requests < len(slow)+2 || took < time.Duration(requests-1)*gap {
		t.Errorf("%d requests in %v", requests, took)
	}
	truth := w.truth() // policies lead to users and groups
	policies, _ := entra.ClassNamed("conditionalAccessPolicies")
	truth.live[policies.Name] = w.rows(policies)
	w.equal(truth)
}

// TestFewOfASlowClassAreConfirmed: where Graph takes few requests, some of those that a list
// no longer shows stand for the others: all are gone where these are, and else none is that
// was not asked for.
func TestFewOfASlowClassAreConfirmed(t *testing.T) {
	const class, path = "userRegistrationDetails", "/v1.0/reports/authenticationMethods/userRegistrationDetails"
	w := newWorld(t, graphsim.TenantConfig{Users: 300, Groups: 5, Devices: 5, Premium: true})
	w.sim.SetRoles(clientID, append([]string{"AuditLog.Read.All"}, allRoles...)...)
	w.with("users", class)
	w.sync(entra.Succeeded)
	before := len(w.held(class))
	leave := func(n int) {
		for id := range w.heldUsers() {
			if w.sim.Delete(id) == nil {
				if n--; n == 0 {
					return
				}
			}
		}
	}
	leave(8)
	w.server.ResetRequests()
	w.sync(entra.Succeeded)
	asked := 0
	for _, r := range w.server.Requests() {
		if strings.HasPrefix(r.Path, path+"/") {
			asked++
		}
	}
	if now := len(w.held(class)); asked != fewAsked || now != before-8 {
		t.Errorf("%d were asked for, and %d of %d are held", asked, now, before)
	}
	leave(8)
	w.server.Fault(graphsim.Fault{Kind: graphsim.Forbidden, Match: path + "/", Times: 1})
	w.sync(entra.Warning)
	if now := len(w.held(class)); now != before-8-(fewAsked-1) {
		t.Errorf("%d of %d are held, where one of %d may be there", now, before-8, fewAsked)
	}
}

// TestLinksApartIntoThrottling refuses chains of links in their middle, some with a time
// to wait and some without: nothing is lost, nothing is asked for before that time is
// over, and no chain is given up for the one of all.
func TestLinksApartIntoThrottling(t *testing.T) {
	const wait = time.Second
	chains := `groups/delta\?.*(filter|skiptoken)`
	for name, faults := range map[string][]graphsim.Fault{
		"told for how long": {{Kind: graphsim.Throttling, Match: chains, Skip: 12, Times: 3, RetryAfter: "1"}, {Kind: graphsim.Throttling, Match: chains, Skip: 60, Times: 5, RetryAfter: "1"}},
		"not told":          {{Kind: graphsim.Throttling, Match: chains, Skip: 5, Times: 2}, {Kind: graphsim.Throttling, Match: chains, Skip: 30, Times: 9}, {Kind: graphsim.Throttling, Match: chains, Skip: 90, Times: 4}},
		"both":              {{Kind: graphsim.Throttling, Match: chains, Skip: 9, Times: 4}, {Kind: graphsim.Throttling, Match: chains, Skip: 40, Times: 4, RetryAfter: "1"}, {Kind: graphsim.Throttling, Match: chains, Skip: 80, Times: 6}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, manyGroups, func(c *graphsim.Config) { c.Latency, c.PageLinks = 3*time.Millisecond, 60 })
			for _, f := range faults {
				w.server.Fault(f)
			}
			w.sync(entra.Succeeded)
			w.equal(w.truth())
			if order, begun := w.groupRequests(); strings.HasSuffix(order, "scan") || begun < 19 {
				t.Errorf("asked for %s, with %d chains", order, begun)
			}
			refused, requests := 0, w.server.Requests()
			for i, r := range requests {
				if r.Status != http.StatusTooManyRequests {
					continue
				}
				refused++
				for _, q := range requests[i+1:] { // what others had under way may still come, however late
					if after := q.Time.Sub(r.Time); name == "told for how long" && q.Path == r.Path && q.Query == r.Query && after < wait {
						t.Errorf("%s was asked for again %v after a refusal that asked to wait %v", q.Path, after, wait)
					}
				}
			}
			want := 0
			for _, f := range faults {
				want += f.Times
			}
			if refused != want {
				t.Errorf("%d requests were refused, not %d", refused, want)
			}
			w.sync(entra.Succeeded)
			w.equal(w.truth())
		})
	}
}

// TestLinksApartWithinQuota reads chains of links that could spend the app's quota
// several times over: they slow down by themselves.
func TestLinksApartWithinQuota(t *testing.T) {
	t.Parallel()
	w := newWorld(t, manyGroups, func(c *graphsim.Config) {
		c.Latency, c.PageLinks = 3*time.Millisecond, 60
		c.Throttle = &graphsim.Throttle{Units: 150}
	})
	w.sync(entra.Succeeded)
	w.equal(w.truth())
	refused, all := w.server.Count("", http.StatusTooManyRequests), len(w.server.Requests())
	if 50*refused > all {
		t.Errorf("%d of %d requests were throttled", refused, all)
	}
	if order, chains := w.groupRequests(); chains < 19 {
		t.Errorf("asked for %s, with %d chains", order, chains)
	}
}
