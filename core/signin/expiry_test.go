package signin

import (
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"strings"
	"testing"
	"time"
)

// TestExpiriesWithoutPermission is no trouble where the app may not read
// its registration, and does not ask again the same day.
func TestExpiriesWithoutPermission(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 5, Groups: 1, Devices: 1})
	w.sim.SetRoles(clientID, "User.Read.All", "Group.Read.All", "Device.Read.All", "Organization.Read.All", "Member.Read.Hidden")
	w.signedIn()
	for range 2 {
		if err := w.connections.ReadExpiries(w.ctx(), w.tenant); err != nil {
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
