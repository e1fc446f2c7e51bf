package graphsim

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestThrottle(t *testing.T) {
	c := &clock{now: time.Now()}
	s := start(t, Config{Now: c.Now, Throttle: &Throttle{Units: 20, Per: 10 * time.Second}})
	warned := 0
	for range 10 {
		a := s.get(t, "/v1.0/users") // 2 units each
		if a.status != 200 {
			t.Fatalf("within the limit: %d", a.status)
		}
		if a.header.Get("x-ms-throttle-limit-percentage") != "" {
			warned++
		}
	}
	if warned != 2 {
		t.Errorf("%d warnings, want 2 above four fifths", warned)
	}
	a := s.get(t, "/v1.0/users")
	after, err := strconv.ParseFloat(a.header.Get("Retry-After"), 64)
	if code, _ := a.problem(t); a.status != 429 || code != "TooManyRequests" || err != nil || after != 1 {
		t.Fatalf("above the limit: %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
	}
	if a.header.Get("x-ms-throttle-scope") == "" || a.header.Get("x-ms-throttle-information") != "ResourceUnitLimitExceeded" {
		t.Errorf("headers %v", a.header)
	}
	if s.get(t, "/v1.0/users").header.Get("Retry-After") != "2.000" {
		t.Error("a retry that comes too early isn't charged")
	}
	c.advance(3100 * time.Millisecond)
	if a := s.get(t, "/v1.0/users"); a.status != 200 {
		t.Errorf("after the wait: %d", a.status)
	}
}

func TestResourceUnits(t *testing.T) {
	s := start(t, Config{})
	for path, want := range map[string]string{
		"/v1.0/users":                 "2",
		"/v1.0/users?$select=id":      "1",
		"/v1.0/users?$top=5":          "1",
		"/v1.0/users/delta":           "1",
		"/v1.0/groups":                "1",
		"/v1.0/subscribedSkus":        "3",
		"/v1.0/applications?$top=999": "2",
		"/v1.0/groups/" + s.tenant.IDOf(directory.Groups, 0) + "/members": "3",
	} {
		if got := s.get(t, path).header.Get("x-ms-resource-unit"); got != want {
			t.Errorf("%s costs %s, want %s", path, got, want)
		}
	}
}

func TestLatency(t *testing.T) {
	s := start(t, Config{})
	s.SetLatency(30 * time.Millisecond)
	began := time.Now()
	s.get(t, "/v1.0/organization")
	if took := time.Since(began); took < 30*time.Millisecond {
		t.Errorf("answered after %v", took)
	}
}
