package window

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
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

// processAge is how long this process has run, as the kernel counts it: in
// hundredths of a second. 0: it does not tell.
func processAge() time.Duration {
	stat, err := os.ReadFile("/proc/self/stat")
	_, rest, found := strings.Cut(string(stat), ") ") // after the program's name
	fields := strings.Fields(rest)
	const startTime = 19
	var now unix.Timespec
	if err != nil || !found || len(fields) <= startTime || unix.ClockGettime(unix.CLOCK_BOOTTIME, &now) != nil {
		return 0
	}
	ticks, err := strconv.ParseInt(fields[startTime], 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(now.Nano()) - time.Duration(ticks)*10*time.Millisecond
}
