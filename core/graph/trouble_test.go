package graph

import (
	"context"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestServiceThatAsksToWaitLong: a 503 that asks for an hour is not asked again before,
// and whoever comes next hears of it, as with a 429.
func TestServiceThatAsksToWaitLong(t *testing.T) {
	users := class(t, "users")
	f := newFake(t, reply{status: http.StatusServiceUnavailable, header: map[string]string{"Retry-After": "3600"}})
	var kept time.Time
	c := f.client(t, func(cfg *Config) { cfg.OnThrottle = func(_ entra.Quota, until time.Time) { kept = until } })
	_, err := c.Page(t.Context(), c.DeltaURL(users, nil), users)
	if err == nil || !strings.Contains(err.Error(), "Graph asks to wait until") {
		t.Errorf("got %v", err)
	}
	if left := time.Until(kept); left < 59*time.Minute || left > time.Hour {
		t.Errorf("kept for %v", left)
	}
	if n := f.requests(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// timesUp is a context whose time is over when the one below it is cancelled.
type timesUp struct{ context.Context }

func (c timesUp) Err() error {
	if c.Context.Err() != nil {
		return context.DeadlineExceeded
	}
	return nil
}

// TestTroubleIsKnownWhenTheTimeIsUp: why an answer is asked for again can be told
// where the time ends before the tries do.
func TestTroubleIsKnownWhenTheTimeIsUp(t *testing.T) {
	users := class(t, "users")
	f := newFake(t, reply{status: http.StatusBadGateway}, reply{body: `{"value":[]}`})
	c := f.client(t)
	c.limits.base, c.limits.longest = time.Hour, time.Hour
	c.limits.spent = 3 * time.Hour
	ctx, over := context.WithTimeout(t.Context(), time.Minute)
	defer over()
	go func() {
		for c.Trouble(users) == "" && ctx.Err() == nil {
			time.Sleep(time.Millisecond) // nobody tells of the break
		}
		over()
	}()
	if _, err := c.Page(timesUp{ctx}, c.DeltaURL(users, nil), users); entra.CodeOf(err) != entra.CodeTimeout {
		t.Errorf("got %v", err)
	}
	if why := c.Trouble(users); !strings.Contains(why.String(), "502") {
		t.Errorf("says %q", why)
	}
	if _, err := c.Page(t.Context(), c.ListURL(users, nil), users); err != nil {
		t.Fatal(err)
	}
	if why := c.Trouble(users); why != "" {
		t.Errorf("after a good answer it says %q", why)
	}
}

// What the network refuses is told in an admin's words; the technical text stays beside it.
func TestNetworkTroubleIsToldInWords(t *testing.T) {
	const address = "127.0.0.1:1" // what another test's server never gets
	_, err := net.Dial("tcp", address)
	e := networkError("signing in failed", err)
	if want := "the connection failed: nothing takes connections at " + address; e.Why.String() != want {
		t.Errorf("why: %q, want %q", e.Why, want)
	}
	if strings.Contains(e.Error(), "dial") || !strings.Contains(e.Detail, "dial "+address) {
		t.Errorf("%q, with the detail %q", e.Error(), e.Detail)
	}
	for number, want := range map[syscall.Errno]string{
		syscall.ECONNRESET: "the connection to 10.0.0.1:443 was cut", syscall.EHOSTUNREACH: "no way leads to 10.0.0.1:443 from here",
		syscall.ETIMEDOUT: "no answer came from 10.0.0.1:443 in time", 10061: "nothing takes connections at 10.0.0.1:443"} {
		op := &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 443}, Err: number}
		if got := plain(op).String(); got != want {
			t.Errorf("%v: %q, want %q", number, got, want)
		}
	}
}
