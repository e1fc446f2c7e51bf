package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// sample is what the program takes at a moment.
type sample struct {
	at     time.Duration
	values [len(measures)]float64
}

// measures are what is watched. What grows is what is left at the lowest points, between two syncs: it may grow in all by
// growth from the first sample that counts to the last. It swings with each sync, which a short run can't tell from
// growth: to that belongs swing, which counts the less the more syncs there were.
var measures = [...]struct {
	name, unit    string
	growth, swing float64
}{{"memory", "MB", 10, 40}, {"goroutines", "", 6, 240}, {"file handles", "", 6, 130}, {"write-ahead log", "MB", 6, 6}}

// cycle is the interval of the tenants.
const cycle = time.Minute

// every is how often the program is looked at.
const every = time.Second

// settled is the share of the time after which samples count: first scans, and the caches of SQLite, come before.
const settled = 0.4

func (p *process) watch(ctx context.Context, last time.Duration) (samples []sample, err error) {
	began, tick := time.Now(), time.NewTicker(every)
	defer tick.Stop()
	for time.Since(began) < last {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case err := <-p.ended:
			return nil, fmt.Errorf("the program ended by itself: %v: %s", err, p.trouble.String())
		case <-tick.C:
		}
		s, err := p.sample()
		if err != nil {
			return nil, err
		}
		s.at = time.Since(began)
		samples = append(samples, s)
	}
	return samples, nil
}

const mega = 1 << 20

func (p *process) sample() (s sample, err error) {
	proc := filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid))
	status, err := os.ReadFile(filepath.Join(proc, "status"))
	if err != nil {
		return s, err
	}
	for line := range strings.Lines(string(status)) {
		var kilo float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kilo); n == 1 {
			s.values[0] = kilo * 1024 / mega
		}
	}
	if s.values[1], err = p.goroutines(); err != nil {
		return s, err
	}
	handles, err := os.ReadDir(filepath.Join(proc, "fd"))
	if err != nil {
		return s, err
	}
	s.values[2] = float64(len(handles))
	if log, err := os.Stat(filepath.Join(p.data(), "entrasync.db-wal")); err == nil {
		s.values[3] = float64(log.Size()) / mega
	}
	return s, nil
}

// line is the straight line through samples of one measure: what it is in the middle, and its slope in an hour.
type line struct{ mean, perHour, most float64 }

func fit(samples []sample, of int) (l line) {
	for _, s := range samples {
		l.most = max(l.most, s.values[of])
		l.mean += s.values[of] / float64(len(samples))
	}
	low := lowest(samples, of)
	n := float64(len(low))
	var t, v, tt, tv float64
	for _, s := range low {
		x, y := s.at.Hours(), s.values[of]
		t, v, tt, tv = t+x, v+y, tt+x*x, tv+x*y
	}
	if d := n*tt - t*t; d > 0 {
		l.perHour = (n*tv - t*v) / d
	}
	return l
}

// lowest are the lowest samples of each cycle; of a short run, of each part of it.
func lowest(samples []sample, of int) (low []sample) {
	span := samples[len(samples)-1].at - samples[0].at
	window, last := min(cycle, span/6), -1
	for _, s := range samples {
		switch at := int((s.at - samples[0].at) / window); {
		case at != last:
			low, last = append(low, s), at
		case s.values[of] < low[len(low)-1].values[of]:
			low[len(low)-1] = s
		}
	}
	return low
}

// report prints what was measured, and fails where something grows.
func report(o options, samples []sample, syncs, failed int) error {
	from := 0
	for from < len(samples) && samples[from].at < time.Duration(settled*float64(o.last)) {
		from++
	}
	counted := samples[from:]
	if len(counted) < 10 {
		return errors.New("too few samples: let it last longer")
	}
	span := counted[len(counted)-1].at - counted[0].at
	fmt.Printf("%d tenants that change every %s, %s: %d syncs of classes, %d failed\n", o.tenants, o.changesEvery, o.last, syncs, failed)
	var grows []string
	for i, m := range measures {
		l := fit(counted, i)
		growth, most := l.perHour*span.Hours(), m.growth+m.swing*min(float64(cycle)/float64(span), 1)
		fmt.Printf("%-16s mean %8.1f  most %8.1f  slope %+8.2f %s an hour  %+.2f in %s, at most %+.0f\n", m.name, l.mean, l.most, l.perHour, m.unit, growth, span.Round(time.Second), most)
		if growth > most {
			grows = append(grows, m.name)
		}
	}
	switch {
	case len(grows) > 0:
		return fmt.Errorf("what grows: %s", strings.Join(grows, ", "))
	case syncs < o.tenants*5:
		return fmt.Errorf("only %d syncs of classes", syncs)
	case failed*10 > syncs:
		return fmt.Errorf("%d of %d syncs of classes failed", failed, syncs)
	}
	return nil
}

// keep writes the samples to a file; "": nowhere.
func keep(file string, samples []sample) error {
	if file == "" {
		return nil
	}
	var b strings.Builder
	b.WriteString("seconds,memory_mb,goroutines,file_handles,log_mb\n")
	for _, s := range samples {
		fmt.Fprintf(&b, "%.0f,%.1f,%.0f,%.0f,%.1f\n", s.at.Seconds(), s.values[0], s.values[1], s.values[2], s.values[3])
	}
	return os.WriteFile(file, []byte(b.String()), 0o600)
}
