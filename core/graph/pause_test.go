package graph

import (
	"context"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		value string
		want  time.Duration
	}{
		{"7", 7 * time.Second},
		{"2.128", 2128 * time.Millisecond},
		{" 0.9 ", 900 * time.Millisecond},
		{"0", 0},
		{"300", 5 * time.Minute},
		{"", 0},
		{"soon", 0},
		{"-5", 0},
		{"NaN", 0},
		{"1e300", 0},
		{"9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999", mostAsked},
		{"Inf", 0},
		{"Infinity", 0},
		{"-Infinity", 0},
		{"1e1", 0},
		{"0x10", 0},
		{"1_0", 0},
		{"+5", 0},
		{".", 0},
		{"7.", 7 * time.Second},
		{"Fri, 02 Jan 2026 03:04:12 +0000", 7 * time.Second},
		{"Fri, 02 Jan 2026 03:04:12 -0000", 7 * time.Second},
		{"Fri, 02 Jan 2026 03:04:12 UTC", 7 * time.Second},
		{"Fri, 02 Jan 2026 05:04:12 +0200", 7 * time.Second},
		{"Fri, 02 Jan 2026 03:04:12 CET", 0},
		{"99999999999", mostAsked},
		{"2,5", 0},
		{"Fri, 02 Jan 2099 03:04:00 GMT", mostAsked},
		{"Fri, 02 Jan 2026 03:04:12 GMT", 7 * time.Second},
		{"Fri, 02 Jan 2026 03:04:00 GMT", 0},
	}
	for _, tt := range tests {
		if got := retryAfter(tt.value, now); got != tt.want {
			t.Errorf("%q gives %v, want %v", tt.value, got, tt.want)
		}
	}
}

// TestRetryAfterByTheServersClock: a date is meant by the clock of who says it,
// which may be an hour ahead of ours, or behind.
func TestRetryAfterByTheServersClock(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tt := range []struct {
		date string
		says []string
		want time.Duration
	}{
		{"Fri, 02 Jan 2026 04:04:05 GMT", []string{"Fri, 02 Jan 2026 04:04:07 GMT"}, 2 * time.Second},
		{"Fri, 02 Jan 2026 02:04:05 GMT", []string{"Fri, 02 Jan 2026 02:04:07 GMT"}, 2 * time.Second},
		{"Friday, 02-Jan-26 04:04:05 GMT", []string{"Fri Jan  2 04:04:07 2026"}, 2 * time.Second},
		{"Fri, 02 Jan 2026 04:04:05 GMT", []string{"Fri, 02 Jan 2026 04:04:05 GMT"}, 0},
		{"Fri, 02 Jan 2026 04:04:05 GMT", []string{"Fri, 02 Jan 2026 03:04:07 GMT"}, 0}, // by its own clock that is past
		{"Fri, 02 Jan 2026 04:04:05 GMT", []string{"7"}, 7 * time.Second},
		{"nonsense", []string{"Fri, 02 Jan 2026 03:04:07 GMT"}, 2 * time.Second},
		{"", []string{"Fri, 02 Jan 2026 03:04:07 GMT"}, 2 * time.Second},
		{"", []string{"1", "3"}, 3 * time.Second},
		{"", nil, 0},
	} {
		h := http.Header{"Retry-After": tt.says}
		if tt.date != "" {
			h.Set("Date", tt.date)
		}
		if got := askedToWait(h, now); got != tt.want {
			t.Errorf("%q at %q gives %v, want %v", tt.says, tt.date, got, tt.want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("2.128", "")
	f.Add("Fri, 02 Jan 2026 03:04:12 GMT", "Fri, 02 Jan 2026 03:04:05 GMT")
	f.Add("-1", "x")
	f.Add("1e309", "Fri, 02 Jan 0000 03:04:05 GMT")
	f.Fuzz(func(t *testing.T, value, date string) {
		if d := askedToWait(http.Header{"Retry-After": {value}, "Date": {date}}, time.Unix(1e9, 0)); d < 0 || d > mostAsked {
			t.Errorf("%q at %q gives %v", value, date, d)
		}
	})
}

// TestIdentityProtectionHasItsOwnQueue: one request at a time, a second apart,
// and a pause there stops nobody else.
func TestIdentityProtectionHasItsOwnQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lanes := newLanes(defaultLimits(0), func(time.Time, say.Sentence) {})
		slow, wide := lanes[entra.IdentityQuota], lanes[entra.DirectoryQuota]
		begun := time.Now()
		var mu sync.Mutex
		var starts []time.Duration
		under := 0
		var workers sync.WaitGroup
		for range 4 {
			workers.Go(func() {
				leave, err := slow.enter(t.Context(), "x")
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				starts = append(starts, time.Since(begun))
				under++
				if under > 1 {
					t.Error("two requests at a time")
				}
				mu.Unlock()
				time.Sleep(300 * time.Millisecond) // the answer
				mu.Lock()
				under--
				mu.Unlock()
				leave()
			})
		}
		workers.Wait()
		for i := 1; i < len(starts); i++ {
			if apart := starts[i] - starts[i-1]; apart < time.Second || apart > 1500*time.Millisecond {
				t.Errorf("request %d came %v after the one before", i, apart)
			}
		}
		slow.hold(time.Minute, "slow down")
		paused := time.Now()
		for range 3 {
			leave, err := wide.enter(t.Context(), "x")
			if err != nil || time.Since(paused) > 0 {
				t.Fatalf("another class waited %v, %v", time.Since(paused), err)
			}
			defer leave()
		}
		if _, err := slow.enter(t.Context(), "x"); err != nil || time.Since(paused) < time.Minute {
			t.Errorf("waited %v, %v", time.Since(paused), err)
		}
	})
}

// TestNobodyWaitsForTooLong: a pause that is longer than a run waits is told at once.
func TestNobodyWaitsForTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(defaultLimits(0), func(time.Time, say.Sentence) {})[entra.DirectoryQuota]
		l.hold(31*time.Minute, "slow down")
		_, err := l.enter(t.Context(), "reading users failed")
		if entra.CodeOf(err) != entra.CodeThrottled || !strings.Contains(err.Error(), "Graph asked to wait until 2000-01-01 00:31:00 UTC") {
			t.Errorf("got %v", err)
		}
		time.Sleep(2 * time.Minute)
		if _, err := l.enter(t.Context(), "x"); err != nil {
			t.Error(err)
		}
	})
}

// TestPauseIsKeptAndHeld: what Graph asks for is told at once, to be kept, and
// another client that hears of it sends nothing.
func TestPauseIsKeptAndHeld(t *testing.T) {
	f := newFake(t, reply{status: 429, header: map[string]string{"Retry-After": "3600"}})
	var quota entra.Quota = "none"
	var until time.Time
	c := f.client(t, func(cfg *Config) { cfg.OnThrottle = func(q entra.Quota, u time.Time) { quota, until = q, u } })
	for range 5 {
		if err := c.Probe(t.Context(), class(t, "users")); entra.CodeOf(err) != entra.CodeThrottled {
			t.Fatal(err)
		}
	}
	if d := time.Until(until); quota != entra.DirectoryQuota || d < 59*time.Minute || d > time.Hour {
		t.Errorf("kept for %q until %v", quota, until)
	}
	other := f.client(t)
	other.Hold(quota, until)
	if err := other.Probe(t.Context(), class(t, "groups")); entra.CodeOf(err) != entra.CodeThrottled {
		t.Error(err)
	}
	if f.requests() != 1 {
		t.Errorf("Graph saw %d requests", f.requests())
	}
}

func TestNearLimit(t *testing.T) {
	for value, want := range map[string]float64{"": 0, "0.79": 0, "0.8": 0.5, "0.9": 1.5, "1.8": 10.5, "9": 12.5, "x": 0, "NaN": 0} {
		if d := nearLimit(value); math.Abs(d.Seconds()-want) > 0.01 {
			t.Errorf("%q gives %v, want %v s", value, d, want)
		}
	}
}

func TestBackoffGrowsToItsLimit(t *testing.T) {
	l := defaultLimits(0)
	for n, most := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60} {
		most *= time.Second
		for range 100 {
			if d := l.backoff(n); d > most || d < most*3/4 {
				t.Fatalf("break %d is %v, want between 3/4 and all of %v", n, d, most)
			}
		}
	}
	if d := l.backoff(1 << 20); d > time.Minute {
		t.Errorf("a late break is %v", d)
	}
}

func TestThrottledWithoutRetryAfterGivesUpAfterHalfAnHour(t *testing.T) {
	c := &Client{limits: defaultLimits(0)}
	f := &failure{then: throttle, err: stopped(context.Background(), "x")}
	tr := trials{lane: &lane{pause: pause{tell: func(time.Time, say.Sentence) {}}}}
	for tr.waited <= 30*time.Minute {
		if err := c.slowDown(f, &tr); (err != nil) != (tr.waited > 30*time.Minute) {
			t.Fatalf("after %v of waiting: %v", tr.waited, err)
		}
	}
	if tr.throttles > 60 {
		t.Errorf("asked %d times in half an hour", tr.throttles)
	}
}

func TestPauseIsSharedAndTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []time.Time
		p := &pause{tell: func(until time.Time, _ say.Sentence) { told = append(told, until) }}
		start := time.Now()
		p.hold(10*time.Second, "slow")
		p.hold(3*time.Second, "shorter: says nothing new")
		p.hold(12*time.Second, "longer")
		p.hold(13*time.Second, "") // small breaks are not told
		done := make(chan time.Duration, 3)
		for range 3 {
			go func() {
				_ = p.wait(t.Context())
				done <- time.Since(start)
			}()
		}
		for range 3 {
			if waited := <-done; waited != 13*time.Second {
				t.Errorf("a worker waited %v", waited)
			}
		}
		want := []time.Time{start.Add(10 * time.Second), start.Add(12 * time.Second), {}}
		if len(told) != 3 || !told[0].Equal(want[0]) || !told[1].Equal(want[1]) || !told[2].IsZero() {
			t.Errorf("told %v, want %v", told, want)
		}
	})
}
