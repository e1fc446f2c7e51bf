package graph

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// limits bound how long one question to Graph is asked again.
type limits struct {
	tries     int           // of answers that are broken or 5xx
	spent     time.Duration // on those tries and the breaks between them
	throttled time.Duration // waiting as 429 asks
	base      time.Duration // first break
	longest   time.Duration // break that is chosen here; a Retry-After may be longer
	body      int64         // bytes of an answer, decompressed
	bodyIdle  time.Duration // without a byte of the answer
}

func defaultLimits(base time.Duration) limits {
	if base <= 0 {
		base = time.Second
	}
	return limits{tries: 8, spent: 5 * time.Minute, throttled: 30 * time.Minute, base: base, longest: time.Minute,
		body: maxBody, bodyIdle: 30 * time.Second}
}

// backoff is the n-th break, from 0: doubling, and shaken so that workers that
// failed together don't come back together.
func (l limits) backoff(n int) time.Duration {
	d := l.base << min(n, 16)
	if d > l.longest {
		d = l.longest
	}
	return d - time.Duration(rand.Int64N(int64(d)/4+1))
}

// pause is the break that all workers of a tenant share: who is told to wait
// makes the others wait too.
type pause struct {
	tell func(until time.Time, why string)

	mu    sync.Mutex
	until time.Time
	told  bool
}

// hold makes everybody wait for d from now on, or longer if that was asked for
// already. With a reason the wait is told.
func (p *pause) hold(d time.Duration, why string) {
	until := time.Now().Add(d)
	p.mu.Lock()
	longer := until.After(p.until)
	if longer {
		p.until = until
	}
	say := longer && why != ""
	p.told = p.told || say
	p.mu.Unlock()
	if say {
		p.tell(until, why)
	}
}

// wait returns when the break is over, or at once with ctx's error.
func (p *pause) wait(ctx context.Context) error {
	for ctx.Err() == nil {
		p.mu.Lock()
		left := time.Until(p.until)
		p.mu.Unlock()
		if left <= 0 {
			break
		}
		_ = sleep(ctx, left)
	}
	p.over()
	return ctx.Err()
}

// over tells once that the break is over.
func (p *pause) over() {
	p.mu.Lock()
	say := p.told
	p.told = false
	p.mu.Unlock()
	if say {
		p.tell(time.Time{}, "")
	}
}

// rest is the break of one worker alone.
func (p *pause) rest(ctx context.Context, d time.Duration, why string) error {
	p.tell(time.Now().Add(d), why)
	defer p.tell(time.Time{}, "")
	return sleep(ctx, d)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retryAfter reads Retry-After: seconds, which Graph also gives as a fraction,
// or a date. What can't be read, is negative or past gives 0.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		const most = 365 * 24 * 3600
		if !(seconds > 0) {
			return 0
		}
		return time.Duration(min(seconds, most) * float64(time.Second))
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return max(0, date.Sub(now))
}

// nearLimit is the break that Graph's warning calls for: from 0.8 of the quota
// on it tells how much is used. The quota is a bucket that refills evenly in
// quotaTime, so this is how long it takes until there is room again.
func nearLimit(percentage string) time.Duration {
	const room = 0.75
	share, err := strconv.ParseFloat(percentage, 64)
	if err != nil || !(share >= 0.8) {
		return 0
	}
	return time.Duration((min(share, 2) - room) * float64(quotaTime))
}

// quotaTime is the time that Graph counts an app's resource units over.
const quotaTime = 10 * time.Second
