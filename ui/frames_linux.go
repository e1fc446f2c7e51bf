package ui

import (
	"syscall"
	"time"
)

// threadTime is the CPU time that this thread has used: unlike the clock it
// does not run while other programs have the processor.
func threadTime() time.Duration {
	const thread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if syscall.Getrusage(thread, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
