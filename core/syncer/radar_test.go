package syncer

import (
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/vault"
)

const day = 24 * time.Hour

// TestRadar reads the end of a client secret from the app's own registration,
// once a day, and gives each threshold once.
func TestRadar(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 5, Groups: 1, Devices: 1})
	end := time.Now().Add(5 * day).Truncate(time.Second)
	w.sim.SetSecretEnd(clientID, end)
	events, unsubscribe := w.engine.Subscribe()
	defer unsubscribe()
	ended, stop := w.loop()
	defer stop()
	ended("")
	for patience := time.After(20 * time.Second); ; {
		var e Event
		select {
		case e = <-events:
		case <-patience:
			t.Fatal("nothing was told")
		}
		if e.Kind == Expiring {
			break
		}
	}
	all, err := w.engine.Expiring(w.ctx())
	if err != nil || len(all) != 1 || !all[0].Credential.Expires.Equal(end) || all[0].Days != 7 || all[0].Profile.Name != "reader" {
		t.Fatalf("%+v %v", all, err)
	}
	for _, want := range []int{1, 0} {
		if newly, err := w.engine.NewlyExpiring(w.ctx()); err != nil || len(newly) != want {
			t.Errorf("%d told anew (%v), want %d", len(newly), err, want)
		}
	}
	for range 2 {
		w.engine.SyncNow(w.tenant.Key)
		ended("")
	}
	if n := w.registrationReads(); n != 1 {
		t.Errorf("the registration was read %d times", n)
	}
}

// registrationReads counts the requests for the app's own registration.
func (w *world) registrationReads() int {
	n := 0
	for _, r := range w.server.Requests() {
		if strings.HasSuffix(r.Path, "/applications") && strings.Contains(r.Query, "appId") {
			n++
		}
	}
	return n
}

// TestRadarWithoutPermission keeps the sync as it is where the app may not read
// its registration, and does not ask again the same day.
func TestRadarWithoutPermission(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 5, Groups: 1, Devices: 1})
	w.sim.SetRoles(clientID, "User.Read.All", "Group.Read.All", "Device.Read.All", "Organization.Read.All", "Member.Read.Hidden")
	w.sync(entra.Succeeded)
	for range 2 {
		if err := w.engine.askExpiries(w.ctx(), w.tenant); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.registrationReads(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	if p, err := w.store.Profile(w.ctx(), "reader"); err != nil || !p.Credentials[0].Expires.IsZero() {
		t.Errorf("%+v %v", p, err)
	}
}

// TestThresholds warns 30, 7 and 1 days before the end and past it, each once,
// and from the start again where the secret was replaced.
func TestThresholds(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 5})
	p, err := w.store.Profile(w.ctx(), "reader")
	if err != nil {
		t.Fatal(err)
	}
	id := p.Credentials[0].ID
	step := func(left time.Duration, want int) {
		t.Helper()
		if err := w.store.SetExpiry(w.ctx(), id, time.Now().Add(left)); err != nil {
			t.Fatal(err)
		}
		newly, err := w.engine.NewlyExpiring(w.ctx())
		if err != nil || (want >= 0) != (len(newly) == 1) || (want >= 0 && newly[0].Days != want) {
			t.Errorf("%v before the end: %+v (%v), want %d", left, newly, err, want)
		}
	}
	step(31*day, -1)
	for left, want := range map[time.Duration]int{30 * day: 30, 8 * day: 30, 7 * day: 7, 25 * time.Hour: 7, day: 1, time.Minute: 1, -time.Minute: 0} {
		if days, near := (entra.Credential{Expires: time.Now().Add(left)}).Warned(time.Now()); !near || days != want {
			t.Errorf("%v before the end: %d %v", left, days, near)
		}
		step(left, want)
	}
	step(-time.Hour, 0)
	if newly, err := w.engine.NewlyExpiring(w.ctx()); err != nil || len(newly) != 0 {
		t.Errorf("told twice: %+v %v", newly, err)
	}
	if err := ReplaceCredential(w.ctx(), w.store, w.engine.Vault, Place{p.ID, id}, Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte("new"))}); err != nil {
		t.Fatal(err)
	}
	if all, err := w.engine.Expiring(w.ctx()); err != nil || len(all) != 0 {
		t.Errorf("the new secret has the old one's end: %+v %v", all, err)
	}
	if kept, err := w.store.Expiries(w.ctx()); err != nil || !kept[id].Asked.IsZero() || kept[id].Warned >= 0 {
		t.Errorf("the new secret is not asked about at once: %+v %v", kept[id], err)
	}
}

// TestLaterThresholdOnly tells of an end that comes nearer, and says nothing
// twice within a threshold.
func TestLaterThresholdOnly(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 5})
	p, _ := w.store.Profile(w.ctx(), "reader")
	for _, c := range []struct {
		days int
		want bool
	}{{30, true}, {30, false}, {7, true}, {30, false}, {1, true}, {0, true}, {0, false}, {1, false}} {
		if newly, err := w.store.Warn(w.ctx(), p.Credentials[0].ID, c.days); err != nil || newly != c.want {
			t.Errorf("%d days: %v %v", c.days, newly, err)
		}
	}
}

// TestEndOf finds a secret's end by its hint; a warning may be early, not late.
func TestEndOf(t *testing.T) {
	now := time.Now()
	at := func(hint string, days int) graph.Password {
		return graph.Password{Hint: hint, End: now.Add(time.Duration(days) * day)}
	}
	for name, c := range map[string]struct {
		passwords []graph.Password
		want      int // days; 0: unknown
	}{
		"none":               {nil, 0},
		"another's":          {[]graph.Password{at("abd", 5)}, 0},
		"no hint":            {[]graph.Password{at("", 5)}, 0},
		"its own":            {[]graph.Password{at("abd", 5), at("abc", 9)}, 9},
		"the soonest":        {[]graph.Password{at("abc", 90), at("abc", 9), at("abc", 40)}, 9},
		"not the past one":   {[]graph.Password{at("abc", -9), at("abc", 90)}, 90},
		"nor after it":       {[]graph.Password{at("abc", 90), at("abc", -9)}, 90},
		"all past: the last": {[]graph.Password{at("abc", -90), at("abc", -9), at("abc", -40)}, -9},
	} {
		want := time.Time{}
		if c.want != 0 {
			want = now.Add(time.Duration(c.want) * day)
		}
		if got := endOf([]byte("abc~secret"), c.passwords, now); !got.Equal(want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
