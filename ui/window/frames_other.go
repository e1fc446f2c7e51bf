//go:build !linux

package window

import "time"

var started = time.Now()

// threadTime is the clock where a thread's CPU time can't be had.
func threadTime() time.Duration { return time.Since(started) }

// processAge is how long this process has run, from when Go did.
func processAge() time.Duration { return time.Since(started) }
