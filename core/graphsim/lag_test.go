package graphsim

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

const lag = time.Minute

func startLagging(t *testing.T) (*sim, *clock) {
	t.Helper()
	c := &clock{now: time.Now()}
	return start(t, Config{Now: c.Now, Lag: lag, PageObjects: 60, PageLinks: 90}), c
}

// TestLagHides holds what Graph says of a change while it lags, and after.
func TestLagHides(t *testing.T) {
	for _, tc := range []struct {
		name         string
		prepare, act func(s *directory.Tenant, user string) error // nil prepare: the user doesn't exist before act
		young, told  int                                          // status of GET while the change lags, and after
		delta        string
	}{
		{"created", nil, nil, 404, 200, "live"},
		{"updated", existing, func(s *directory.Tenant, u string) error { return s.Update(u, map[string]any{"jobTitle": "Cook"}) }, 200, 200, "live"},
		{"deleted", existing, (*directory.Tenant).Delete, 200, 404, "changed"},
		{"purged", existing, (*directory.Tenant).Purge, 200, 404, "deleted"},
		{"restored", (*directory.Tenant).Delete, (*directory.Tenant).Restore, 404, 200, "live"},
		{"deleted and restored", existing, func(s *directory.Tenant, u string) error { return errors.Join(s.Delete(u), s.Restore(u)) }, 200, 200, "live"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, c := startLagging(t)
			latest := s.page(t, firstDelta("users")+"&$deltatoken=latest").Delta
			user, err := s.tenant.Create("users", map[string]any{"displayName": "A"})
			if err != nil {
				t.Fatal(err)
			}
			if tc.prepare != nil {
				if err := tc.prepare(s.tenant, user); err != nil {
					t.Fatal(err)
				}
				c.advance(lag)
				latest = s.page(t, latest).Delta
				if err := tc.act(s.tenant, user); err != nil {
					t.Fatal(err)
				}
			}
			c.advance(lag - 1)
			young := s.page(t, firstDelta("users")+"&$deltatoken=latest").Delta
			holds(t, s, user, tc.young)
			for _, link := range []string{latest, young} {
				if got := describe(s.page(t, link)); got != "" {
					t.Errorf("while it lags, delta says %q", got)
				}
			}
			c.advance(1)
			holds(t, s, user, tc.told)
			for _, link := range []string{latest, young} {
				if got := describe(s.page(t, link)); got != tc.delta {
					t.Errorf("after the lag, delta says %q, want %q", got, tc.delta)
				}
			}
		})
	}
}

func existing(*directory.Tenant, string) error { return nil }

// holds checks that a user's GET has the wanted status, and that the list agrees with it.
func holds(t *testing.T, s *sim, user string, want int) {
	t.Helper()
	if got := s.get(t, "/v1.0/users/"+user).status; got != want {
		t.Errorf("GET says %d, want %d", got, want)
	}
	listed := s.page(t, "/v1.0/users?$select=id&$filter=id eq '"+user+"'").Value
	if (len(listed) == 1) != (want == http.StatusOK) {
		t.Errorf("%d users are listed while GET says %d", len(listed), want)
	}
}

func TestSettleEndsTheLag(t *testing.T) {
	s, _ := startLagging(t)
	link := s.page(t, firstDelta("users")+"&$deltatoken=latest").Delta
	user, _ := s.tenant.Create("users", map[string]any{"displayName": "A"})
	holds(t, s, user, http.StatusNotFound)
	s.tenant.Settle()
	holds(t, s, user, http.StatusOK)
	if got := describe(s.page(t, link)); got != "live" {
		t.Errorf("delta says %q", got)
	}
	young, _ := s.tenant.Create("users", map[string]any{"displayName": "B"})
	holds(t, s, young, http.StatusNotFound)
}

// TestLagLosesNothing pages through a tenant that changes and lags all the while, by enumeration and by list. What was
// held then and the rounds that follow lead to the truth once everything has settled.
func TestLagLosesNothing(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s, c := startLagging(t)
			r := rand.New(rand.NewPCG(seed, 9))
			change := func() {
				s.tenant.MutateAll(r, 12)
				c.advance(time.Duration(r.IntN(int(lag / 2))))
			}
			copies := allCopies()
			listed := newCopy("users")
			change()
			listed.listFirst(t, s, change)
			for range 3 {
				for _, held := range copies {
					held.round(t, s, firstDelta(held.class), change)
				}
				listed.round(t, s, "", change)
			}
			s.tenant.Settle()
			for _, held := range append(copies, listed) {
				held.round(t, s, "", nil)
				held.mustEqualTruth(t, s.tenant, properties(held.class)...)
			}
			for _, held := range copies {
				held.mustEqualLinks(t, s.tenant, trackedRelations[held.class]...)
			}
		})
	}
}

// listFirst fills the copy from the class's list, and lets its rounds begin where the log stood before.
func (c *localCopy) listFirst(t *testing.T, s *sim, between func()) {
	t.Helper()
	latest := s.page(t, firstDelta(c.class)+"&$deltatoken=latest").Delta
	c.fresh = map[string]bool{}
	for next := "/v1.0/" + c.class + "?$top=50&$select=" + strings.Join(properties(c.class), ","); next != ""; between() {
		p := s.page(t, next)
		c.apply(t, p)
		next = p.Next
	}
	c.link = latest
}
