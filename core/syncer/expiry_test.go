package syncer

import (
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
)

const day = 24 * time.Hour

// TestExpiryIsTold reads the end of a client secret from the app's own registration,
// once a day, and gives each threshold once.
func TestExpiryIsTold(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 5, Groups: 1, Devices: 1})
	end := time.Now().Add(5 * day).Truncate(time.Second)
	w.sim.SetSecretEnd(clientID, end)
	events, unsubscribe := w.engine.Subscribe()
	defer unsubscribe()
	ended, stop := w.loop()
	defer stop()
	ended("")
	for patience := time.After(2 * time.Minute); ; {
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
	if err := signin.ReplaceCredential(w.ctx(), w.store, w.engine.Vault, signin.Place{Profile: p.ID, Credential: id}, signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte("new"))}); err != nil {
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
