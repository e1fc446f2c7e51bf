package graph

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"
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
		{"1e300", 365 * 24 * time.Hour},
		{"Inf", 365 * 24 * time.Hour},
		{"Fri, 02 Jan 2026 03:04:12 GMT", 7 * time.Second},
		{"Fri, 02 Jan 2026 03:04:00 GMT", 0},
	}
	for _, tt := range tests {
		if got := retryAfter(tt.value, now); got != tt.want {
			t.Errorf("%q gives %v, want %v", tt.value, got, tt.want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("2.128")
	f.Add("Fri, 02 Jan 2026 03:04:12 GMT")
	f.Fuzz(func(t *testing.T, value string) {
		if d := retryAfter(value, time.Unix(1e9, 0)); d < 0 {
			t.Errorf("%q gives %v", value, d)
		}
	})
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
	c := &Client{limits: defaultLimits(0), pause: &pause{tell: func(time.Time, string) {}}}
	f := &failure{then: throttle, err: stopped(context.Background(), "x")}
	var tr trials
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
		p := &pause{tell: func(until time.Time, _ string) { told = append(told, until) }}
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
