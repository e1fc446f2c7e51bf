package phrase

import (
	"testing"
	"time"
)

func TestAgo(t *testing.T) {
	now := time.Date(2026, 3, 12, 12, 0, 0, 0, time.Local)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.Time{}, "never"},
		{now.Add(-3 * time.Second), "just now"},
		{now.Add(time.Second), "just now"}, // a clock that runs ahead
		{now.Add(-41 * time.Second), "41 s ago"},
		{now.Add(-2 * time.Minute), "2 min ago"},
		{now.Add(-59*time.Minute - 50*time.Second), "1 h ago"},
		{now.Add(-5 * time.Hour), "5 h ago"},
		{now.Add(-48 * time.Hour), "10 Mar 12:00:00"},
		{now.AddDate(-1, 0, 0), "12 Mar 2025 12:00"},
	} {
		if got := Ago(c.at, now); got != c.want {
			t.Errorf("Ago(%v) = %q, want %q", c.at, got, c.want)
		}
	}
}

func TestEnd(t *testing.T) {
	start := time.Date(2026, 3, 12, 23, 59, 0, 0, time.Local)
	for end, want := range map[time.Time]string{
		{}:                          "",
		start.Add(30 * time.Second): "23:59:30",
		start.Add(2 * time.Minute):  "13 Mar 00:01:00",
	} {
		if got := End(start, end, start); got != want {
			t.Errorf("End(%v) = %q, want %q", end, got, want)
		}
	}
}

func TestLasted(t *testing.T) {
	for d, want := range map[time.Duration]string{
		430 * time.Millisecond: "0.4 s",
		41 * time.Second:       "41 s",
		125 * time.Second:      "2 min 5 s",
		3 * time.Hour:          "3 h",
	} {
		if got := Lasted(d); got != want {
			t.Errorf("Lasted(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	if got := Number(1_234_567); len(got) < 9 {
		t.Errorf("Number(1234567) = %q, want separators between thousands", got)
	}
}

// A rest is told so finely that rounding takes it no more than a tenth away.
func TestRestIsToldWithinATenth(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "1 s", 12400 * time.Millisecond: "12 s", 59 * time.Second: "59 s", 64 * time.Second: "1 min", 86 * time.Second: "1 min 30 s", 297 * time.Second: "5 min",
		12*time.Minute + 20*time.Second: "12 min", 58 * time.Minute: "58 min", 66 * time.Minute: "1 h 10 min", 3*time.Hour + 2*time.Minute: "3 h", 30 * time.Hour: "1 d",
	} {
		if got := Rest(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
