package main

import (
	"testing"
	"time"
)

// A scan that has become as slow as the usual client fails where CI asks for more.
func TestSlowScanFails(t *testing.T) {
	var r report
	r.naive.cpu, r.users.first.cpu = 8*time.Second, time.Second
	if err := r.enough(4); err != nil {
		t.Error(err)
	}
	r.users.first.cpu = 4 * time.Second
	if r.enough(4) == nil {
		t.Error("twice as fast is taken for four times")
	}
	if err := r.enough(0); err != nil {
		t.Error(err)
	}
}
