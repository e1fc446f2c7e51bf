package main

import (
	"testing"
	"time"
)

// TestGrowthIsTold finds what grows beneath a swing, and takes a swing alone for none.
func TestGrowthIsTold(t *testing.T) {
	o := options{last: time.Hour, tenants: 2}
	run := func(growth float64) error {
		var samples []sample
		for at := range int(o.last / time.Second) {
			s := sample{at: time.Duration(at) * time.Second, values: [len(measures)]float64{60, 100, 50, 8}}
			if at%60 < 20 { // a sync goes on
				s.values[0], s.values[1], s.values[2] = 80, 190, 100
			}
			s.values[1] += growth * s.at.Hours()
			samples = append(samples, s)
		}
		return report(o, samples, 600, 3)
	}
	if err := run(0); err != nil {
		t.Error(err)
	}
	if err := run(30); err == nil {
		t.Error("30 more goroutines an hour are not told")
	}
	if err := report(o, nil, 600, 0); err == nil {
		t.Error("nothing was measured")
	}
}
