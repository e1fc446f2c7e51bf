package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// report gathers what was measured and prints it.
type report struct {
	out io.Writer

	download, naive       cost
	users, all            synced
	userChain, groupChain cost // downloads of delta chains, with latency
	usersLate, allLate    synced
}

func (r *report) line(name string, c cost) {
	fmt.Fprintf(r.out, "%-52s %7.2f s wall %7.2f s CPU %5.0f MB\n", name, c.wall.Seconds(), c.cpu.Seconds(), float64(c.peak)/1e6)
}

func (r *report) goal(kept bool, format string, args ...any) {
	sign := "kept  "
	if !kept {
		sign = "MISSED"
	}
	fmt.Fprintf(r.out, "%s  %s\n", sign, fmt.Sprintf(format, args...))
}

// goals prints all figures, and beside each goal whether it is kept.
func (r *report) goals() {
	r.line("download and throw away, users", r.download)
	r.line("the usual Go client, users", r.naive)
	r.line("entrasyncctl, users: first scan", r.users.first)
	r.line("  nothing new", r.users.nothing)
	r.line("  full scan, nothing changed", r.users.full)
	r.line("  search index, with a sync that finds nothing new", r.users.index)
	r.line("entrasyncctl, users, groups, devices: first scan", r.all.first)
	r.line("  nothing new", r.all.nothing)
	r.line("  full scan, nothing changed", r.all.full)
	r.line("  search index, with a sync that finds nothing new", r.all.index)
	if r.userChain.wall > 0 {
		r.line("with latency: users' delta chain, thrown away", r.userChain)
		r.line("  groups' delta chain, thrown away", r.groupChain)
		r.line("  entrasyncctl, users: first scan", r.usersLate.first)
		r.line("  entrasyncctl, users, groups, devices: first scan", r.allLate.first)
	}
	fmt.Fprintln(r.out)
	r.wireFree()
	if r.userChain.wall > 0 {
		r.withLatency()
	}
}

func (r *report) wireFree() {
	first := r.users.first
	r.goal(ratio(r.naive.wall, first.wall) >= 10, "1  %.1f times the usual client in wall (goal 10)", ratio(r.naive.wall, first.wall))
	r.goal(ratio(r.naive.cpu, first.cpu) >= 10, "1  %.1f times the usual client in CPU (goal 10)", ratio(r.naive.cpu, first.cpu))
	r.goal(ratio(r.download.wall, first.wall) >= 0.5, "1  %.2f of the rate of downloading alone (goal 0.5)", ratio(r.download.wall, first.wall))
	r.goal(r.all.requests == 3, "2  nothing new: %d requests for 3 classes", r.all.requests)
	cpu := r.all.nothing.cpu
	r.goal(cpu < 50*time.Millisecond, "2  nothing new: %d ms of CPU (goal 50; opening a vault by passphrase would add %d)", cpu.Milliseconds(), unlocking().Milliseconds())
	r.goal(ratio(first.wall, r.users.full.wall) >= 1.2, "3  users, full scan over unchanged data: %.2f times as fast as the first (goal 1.2)", ratio(first.wall, r.users.full.wall))
	r.goal(ratio(r.all.first.wall, r.all.full.wall) >= 1.2, "3  all classes: %.2f times as fast (goal 1.2)", ratio(r.all.first.wall, r.all.full.wall))
	r.goal(r.all.first.peak < 100e6, "5  peak %.0f MB (goal 100)", float64(r.all.first.peak)/1e6)
	r.goal(float64(r.users.disk) <= 0.6*float64(jsonBytes(r.download)), "6  the users' database is %.2f of their JSON (goal 0.6)", float64(r.users.disk)/float64(jsonBytes(r.download)))
	r.goal(float64(r.users.searchable) <= 0.9*float64(jsonBytes(r.download)), "6  with search %.2f (goal 0.9)", float64(r.users.searchable)/float64(jsonBytes(r.download)))
}

// enough is an error where a first scan of users is less than so many times as fast as the
// usual client. CPU is compared: a busy machine moves it the least.
func (r *report) enough(least float64) error {
	if times := ratio(r.naive.cpu, r.users.first.cpu); times < least {
		return fmt.Errorf("a first scan of users is %.1f times as fast as the usual client in CPU, less than %.1f: something has become slow", times, least)
	}
	return nil
}

func (r *report) withLatency() {
	r.goal(ratio(r.userChain.wall, r.usersLate.first.wall) >= 4, "4  users: %.1f times as fast as their delta chain (goal 4)", ratio(r.userChain.wall, r.usersLate.first.wall))
	chain := max(r.groupChain.wall, r.usersLate.first.wall)
	r.goal(ratio(r.allLate.first.wall, chain) <= 1.1, "4  groups beside them: %.2f of the longer of the groups' own delta chain and the users (goal 1)", ratio(r.allLate.first.wall, chain))
	late := r.allLate
	r.goal(100*late.refused <= late.sent, "4  %d of %d requests were throttled, or sent again for another reason (goal 1%%)", late.refused, late.sent)
}

func ratio(a, b time.Duration) float64 { return a.Seconds() / b.Seconds() }

// jsonBytes is how much JSON a download says it threw away.
func jsonBytes(c cost) int64 {
	bytes, _, _ := strings.Cut(c.out, " ")
	n, _ := strconv.ParseInt(bytes, 10, 64)
	return n
}
