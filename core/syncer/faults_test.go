package syncer

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

var small = graphsim.TenantConfig{Users: 900, Groups: 60, Devices: 150}

// TestFaultsComeOutEqual strikes a first scan and a delta sync with every
// passing fault: each ends well and equal to the truth.
func TestFaultsComeOutEqual(t *testing.T) {
	for name, f := range map[string]graphsim.Fault{
		"429 with Retry-After":    {Kind: graphsim.Throttling, RetryAfter: "0.2", Every: 3, Times: 3},
		"429 without Retry-After": {Kind: graphsim.Throttling, Every: 4, Times: 3},
		"500":                     {Kind: graphsim.InternalError, Every: 3, Times: 3},
		"503":                     {Kind: graphsim.Unavailable, RetryAfter: "0", Every: 3, Times: 3},
		"dropped":                 {Kind: graphsim.Dropped, Every: 3, Times: 3},
		"dropped in the body":     {Kind: graphsim.DroppedMidBody, Every: 3, Times: 3},
		"cut JSON":                {Kind: graphsim.TruncatedJSON, Every: 3, Times: 3},
		"broken JSON":             {Kind: graphsim.BrokenJSON, Every: 3, Times: 3},
		"a proxy's page":          {Kind: graphsim.HTMLPage, Every: 3, Times: 2},
		"an empty answer":         {Kind: graphsim.EmptyBody, Every: 3, Times: 2},
		"an expired token":        {Kind: graphsim.ExpiredAccessToken, Skip: 2, Times: 1},
		"a claims challenge":      {Kind: graphsim.ClaimsChallenge, Skip: 2, Times: 1},
		"a dead page token":       {Kind: graphsim.PageTokenNotFound, Match: `skiptoken`, Skip: 1, Times: 2},
		"410 in the middle":       {Kind: graphsim.GoneWithLocation, Match: `skiptoken`, Skip: 1, Times: 2},
		"400 in the middle":       {Kind: graphsim.SyncStateNotFound, Match: `groups/delta.*skiptoken`, Times: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, small)
			if f.Match == "" {
				f.Match = `/v1\.0/(users|groups|devices)`
			}
			lift := w.server.Fault(f)
			w.sync(entra.Succeeded)
			lift()
			w.equal(w.truth())
			w.sim.Mutate(rand.New(rand.NewPCG(1, 2)), 40)
			defer w.server.Fault(f)()
			w.sync(entra.Succeeded)
			w.equal(w.truth())
		})
	}
}

// TestDeadDeltaLink has Graph forget a delta link, in all its forms: a full
// scan follows by itself, says so in its row, and what it finds are changes.
func TestDeadDeltaLink(t *testing.T) {
	for _, kind := range []graphsim.Kind{graphsim.GoneWithLocation, graphsim.ForeignGone, graphsim.GoneSyncState, graphsim.SyncStateNotFound,
		graphsim.ResyncRequired, graphsim.NotFoundToken, graphsim.SyncTooLate} {
		t.Run(fmt.Sprint("kind ", int(kind)), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, small)
			w.sync(entra.Succeeded)
			before := w.truth()
			w.sim.Mutate(rand.New(rand.NewPCG(5, 6)), 30)
			after := w.truth()
			w.server.Fault(graphsim.Fault{Kind: kind, Match: `(users|groups|devices)/delta.*deltatoken`, Times: -1})
			r := w.sync(entra.Succeeded)
			w.equal(after)
			got, _ := w.changes(0)
			w.sameChanges(got, net(before, after))
			for _, c := range r.Classes {
				if c.Relation != "" { // it has no delta link
					continue
				}
				if !c.FullScan || !strings.Contains(c.ErrorLine(), "no longer honoured") {
					t.Errorf("%s: full scan %v, says %q", c.Class, c.FullScan, c.ErrorLine())
				}
			}
			for _, q := range w.server.Requests() {
				if "https://"+q.Host == w.server.Foreign() {
					t.Errorf("a request went to the foreign host")
				}
			}
		})
	}
}

// TestLeadAway has Graph's links lead to a foreign host, to http, and in a
// circle: an error, and no request beyond.
func TestLeadAway(t *testing.T) {
	for kind, want := range map[graphsim.Kind]entra.Code{
		graphsim.ForeignNextLink: entra.CodeForeignHost, graphsim.PlainNextLink: entra.CodeForeignHost, graphsim.EndlessNextLink: entra.CodeLoop,
	} {
		t.Run(string(want), func(t *testing.T) {
			w := newWorld(t, graphsim.TenantConfig{Users: 2500, Groups: 10, Devices: 10}) // several pages of users
			w.server.Fault(graphsim.Fault{Kind: kind, Match: `/users\?`, Times: -1})
			r := w.sync(entra.Failed)
			if entra.CodeOf(r.Err) != want {
				t.Errorf("%v, want %s", r.Err, want)
			}
			if r.Classes[1].Status != entra.Succeeded {
				t.Errorf("the other classes must not fail: %+v", r.Classes[1])
			}
			for _, q := range w.server.Requests() {
				if "https://"+q.Host == w.server.Foreign() {
					t.Error("a request went to the foreign host")
				}
			}
		})
	}
}

// TestPermissionMissing leaves one class out with a warning that names the
// permission, deletes nothing of it, and syncs the others (row 15 of the
// faults).
func TestPermissionMissing(t *testing.T) {
	w := newWorld(t, small)
	w.sync(entra.Succeeded)
	w.sim.SetRoles(clientID, "User.Read.All", "Group.Read.All", "Organization.Read.All")
	w.newProcess()
	r := w.sync(entra.Warning)
	if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0].String(), "Device.Read.All") {
		t.Errorf("warnings %q", r.Warnings)
	}
	w.equal(w.truth())
	w.sim.SetRoles(clientID, "Organization.Read.All")
	w.newProcess()
	r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{})
	if r.Status != entra.Failed || entra.CodeOf(err) != entra.CodePermission {
		t.Errorf("with nothing permitted: %s, %v", r.Status, err)
	}
	w.equal(w.truth())
}

// TestClassNotToBeHad leaves a class out that the tenant has no licence for, or
// its cloud no such list of, with a note, and syncs the others (row 21).
func TestClassNotToBeHad(t *testing.T) {
	for name, tt := range map[string]struct {
		fault graphsim.Fault // none: the simulated tenant holds no licence
		says  string
		asked int // twice where a property may be what is refused: the second time without any
	}{
		"no licence":         {graphsim.Fault{}, "the tenant has no licence for Risky Users (Microsoft Entra ID P2)", 1},
		"no premium licence": {graphsim.Fault{Kind: graphsim.NoLicence, Match: "riskyUsers", Times: -1}, "the tenant has no licence for Risky Users", 1},
		"a P2 licence":       {graphsim.Fault{Kind: graphsim.NoPIMLicence, Match: "riskyUsers", Times: -1}, "the tenant has no licence for Risky Users", 1},
		"not in this cloud": {graphsim.Fault{Kind: graphsim.Custom, Match: "riskyUsers", Times: -1, Status: 400,
			Body: `{"error":{"code":"BadRequest","message":"Resource not found for the segment 'riskyUsers'."}}`}, "this cloud or tenant has no Risky Users", 1},
		"not implemented": {graphsim.Fault{Kind: graphsim.Custom, Match: "riskyUsers", Times: -1, Status: 501,
			Body: `{"error":{"code":"NotImplemented","message":"This operation target is not yet supported."}}`}, "Graph does not offer this", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, graphsim.TenantConfig{Users: 30, Groups: 3, Devices: 3}, func(c *graphsim.Config) {
				c.Tenants[0].Apps[0].Roles = append([]string{"IdentityRiskyUser.Read.All"}, allRoles...)
			})
			classes := append(entra.DefaultClasses(), "riskyUsers")
			if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Classes: classes}); err != nil {
				t.Fatal(err)
			}
			if tt.fault.Kind != 0 {
				w.server.Fault(tt.fault)
			}
			r := w.sync(entra.Warning)
			if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0].String(), tt.says) {
				t.Errorf("warnings %q", r.Warnings)
			}
			if n := w.server.Count("/v1.0/identityProtection/riskyUsers", -1); n != tt.asked {
				t.Errorf("asked %d times, not %d", n, tt.asked)
			}
			for range 2 { // the loop does not ask before a day is over, and says so in each run
				r, _ = w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{IfDue: true})
				if r.Status != entra.Warning || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0].String(), tt.says) || r.row("riskyUsers").Requests != 0 {
					t.Errorf("the loop's run ended %s with warnings %q", r.Status, r.Warnings)
				}
			}
			if n := w.server.Count("/v1.0/identityProtection/riskyUsers", -1); n != tt.asked {
				t.Errorf("asked %d times, not %d", n, tt.asked)
			}
			w.equal(w.truth())
		})
	}
}

// TestTokenThatHardlyLives goes on with new tokens, and stops with the reason
// where every one is refused: each class gets one more, and tries those that others
// got meanwhile (rows 17 and 19: expired, and challenged by a Conditional Access policy).
func TestTokenThatHardlyLives(t *testing.T) {
	t.Run("a second", func(t *testing.T) {
		began := time.Now() // for Graph time stands still, so that none is refused however slow this machine is
		w := newWorld(t, graphsim.TenantConfig{Users: 300, Groups: 10, Devices: 10}, func(c *graphsim.Config) {
			c.TokenLifetime, c.Now = time.Second, func() time.Time { return began }
		})
		w.sync(entra.Succeeded)
		w.equal(w.truth())
		if n := w.server.Count("/{tenant}/oauth2/v2.0/token", -1); n < 4 {
			t.Errorf("%d sign-ins: a token was used to its very end", n)
		}
	})
	for name, kind := range map[string]graphsim.Kind{"always refused": graphsim.ExpiredAccessToken, "always challenged": graphsim.ClaimsChallenge} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, graphsim.TenantConfig{Users: 3, Groups: 1, Devices: 1})
			w.sync(entra.Succeeded)
			w.server.ResetRequests()
			w.server.Fault(graphsim.Fault{Kind: kind, Times: -1})
			r := w.sync(entra.Failed)
			e := entra.AsError(r.Err)
			if e.Code != entra.CodeUnauthorized || e.Why == "" || e.Remedy == "" {
				t.Errorf("%+v", e)
			}
			if n := w.server.Count("", 401); n > 4*len(r.Classes) {
				t.Errorf("%d requests for %d classes", n, len(r.Classes))
			}
			if n := w.server.Count("/{tenant}/oauth2/v2.0/token", -1); n > len(r.Classes) {
				t.Errorf("%d sign-ins for %d classes", n, len(r.Classes))
			}
			w.equal(w.truth())
		})
	}
}

// newProcess makes an engine without a token, as after a restart.
func (w *world) newProcess() {
	w.engine = New(Options{Store: w.store, Vault: w.engine.Vault, Backoff: time.Millisecond})
	w.engine.lately = 0
}

// TestSignInFails says in one line what is wrong and what to do, without the
// secret, and reads nothing.
func TestSignInFails(t *testing.T) {
	w := newWorld(t, small)
	w.sim.SetSecret(clientID, "another", false)
	r := w.sync(entra.Failed)
	e := entra.AsError(r.Err)
	if e.Code != entra.CodeSignIn || e.Remedy == "" || strings.Contains(e.Error()+e.Detail, secret) || strings.Contains(e.Error(), "\n") {
		t.Errorf("%+v", e)
	}
	if len(r.Classes) != 3 || r.Classes[0].Status != entra.Failed || r.Classes[0].ErrorLine() == "" {
		t.Errorf("each class has a row that says why: %+v", r.Classes)
	}
	w.sim.SetSecret(clientID, secret, true)
	if r := w.sync(entra.Failed); !strings.Contains(r.Err.Error(), "expired") {
		t.Error(r.Err)
	}
}

func TestUnknownTenant(t *testing.T) {
	w := newWorld(t, small)
	nobody, err := w.store.AddTenant(w.ctx(), entra.Tenant{Name: "nobody.onmicrosoft.com", Cloud: "sim", Profile: "reader", Enabled: true})
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.engine.Sync(w.ctx(), nobody.Key, SyncOptions{})
	if r.Status != entra.Failed || entra.CodeOf(err) != entra.CodeTenantUnknown {
		t.Errorf("%s %v", r.Status, err)
	}
}

// TestOffline keeps one row that counts its tries.
func TestOffline(t *testing.T) {
	w := newWorld(t, small)
	w.sync(entra.Succeeded)
	w.server.Close()
	w.newProcess()
	for range 3 {
		w.sync(entra.Failed)
	}
	var failed []entra.ClassRun
	for row, err := range w.store.History(w.ctx(), w.tenant.Key, store.HistoryQuery{Search: "failed"}) {
		if err != nil {
			t.Fatal(err)
		}
		failed = append(failed, row)
	}
	if len(failed) != 3 || failed[0].Tries != 3 { // one a class
		t.Errorf("%d failed rows, the first counts %d tries", len(failed), failed[0].Tries)
	}
}

// TestTenantMoved refuses a tenant whose name answers with another id.
func TestTenantMoved(t *testing.T) {
	w := newWorld(t, small)
	if err := w.store.RemoveTenant(w.ctx(), w.tenant.Key); err != nil {
		t.Fatal(err)
	}
	moved, err := w.store.AddTenant(w.ctx(), entra.Tenant{Name: w.sim.Domain(), TenantID: "99999999-0000-0000-0000-000000000000", Cloud: "sim", Profile: "reader", Enabled: true})
	if err != nil {
		t.Fatal(err)
	}
	w.server.ResetRequests()
	r, err := w.engine.Sync(w.ctx(), moved.Key, SyncOptions{})
	if r.Status != entra.Failed || entra.CodeOf(err) != entra.CodeTenantMismatch {
		t.Errorf("%s %v", r.Status, err)
	}
	for _, q := range w.server.Requests() {
		if strings.HasPrefix(q.Path, "/v1.0") {
			t.Errorf("Graph was asked: %s", q.Path)
		}
	}
}

// TestAnotherOrganizationAnswers stores nothing of what another tenant tells.
func TestAnotherOrganizationAnswers(t *testing.T) {
	w := newWorld(t, small)
	w.server.Fault(graphsim.Fault{Match: `/organization`, Kind: graphsim.Custom, Status: 200, Times: 1,
		Body: `{"value":[{"id":"99999999-0000-0000-0000-000000000000","displayName":"Fabrikam"}]}`})
	if r := w.sync(entra.Failed); entra.CodeOf(r.Err) != entra.CodeTenantMismatch {
		t.Error(r.Err)
	}
	for _, class := range []string{"users", "groups", "devices"} {
		n, err := w.store.ObjectCount(w.ctx(), w.tenant.Key, store.ObjectQuery{Class: class})
		if err != nil || n > 0 {
			t.Errorf("%d %s are stored, %v", n, class, err)
		}
	}
	w.sync(entra.Succeeded)
	w.equal(w.truth())
	if got, err := w.store.TenantByKey(w.ctx(), w.tenant.Key); err != nil || got.DisplayName == "" || got.DisplayName == "Fabrikam" {
		t.Errorf("the tenant is called %q, %v", got.DisplayName, err)
	}
}

// TestAuthorityStumbles asks the authority again when it fails, or breaks off, for a moment.
func TestAuthorityStumbles(t *testing.T) {
	for _, kind := range []graphsim.Kind{graphsim.Unavailable, graphsim.Dropped, graphsim.DroppedMidBody} {
		w := newWorld(t, small)
		w.server.Fault(graphsim.Fault{Kind: kind, Match: `openid-configuration`, Times: 2})
		w.sync(entra.Succeeded)
		w.equal(w.truth())
	}
}
