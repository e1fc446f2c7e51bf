package graph

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// limits bound how long one question to Graph is asked again.
type limits struct {
	tries     int           // of answers that are broken or 5xx
	spent     time.Duration // on those tries and the breaks between them
	throttled time.Duration // waiting as 429 asks
	base      time.Duration // first break
	gap       time.Duration // between two requests that have to go one by one
	longest   time.Duration // break that is chosen here; a Retry-After may be longer
	body      int64         // bytes of an answer, decompressed
	bodyIdle  time.Duration // without a byte of the answer
	bodyWhole time.Duration // for all of it, however it drips
}

func defaultLimits(base time.Duration) limits {
	if base <= 0 {
		base = time.Second
	}
	return limits{tries: 8, spent: 5 * time.Minute, throttled: 30 * time.Minute, base: base, gap: base + base/10, longest: time.Minute,
		body: maxBody, bodyIdle: 30 * time.Second, bodyWhole: 5 * time.Minute}
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

// pause is the break that all workers share that count against one quota: who is
// told to wait makes the others wait too.
type pause struct {
	tell func(until time.Time, why say.Sentence)
	most time.Duration // longer than this nobody waits

	mu      sync.Mutex
	until   time.Time
	told    bool
	refused bool // Graph's latest answer was to slow down
}

// lane is the way to Graph of all requests that count against one quota.
type lane struct {
	pause
	quota entra.Quota
	turn  chan struct{} // of who may ask; nil: all at once
	gap   time.Duration // between two requests
	next  time.Time     // when one may begin; guarded by turn
}

// newLanes makes the ways to Graph: that of the directory is as wide as its
// quota, the others let one request after the other through.
func newLanes(l limits, tell func(time.Time, say.Sentence)) map[entra.Quota]*lane {
	lanes := map[entra.Quota]*lane{}
	for _, quota := range entra.Quotas() {
		lanes[quota] = &lane{pause: pause{tell: tell, most: l.throttled}, quota: quota}
		if quota != entra.DirectoryQuota {
			lanes[quota].turn, lanes[quota].gap = make(chan struct{}, 1), l.gap
		}
		if quota == entra.ReportsQuota { // five in ten seconds
			lanes[quota].gap *= 2
		}
	}
	return lanes
}

// enter waits until a request may go, and gives what has to be called when its
// answer has come.
func (l *lane) enter(ctx context.Context, what say.Sentence) (leave func(), err error) {
	leave = func() {}
	if l.turn != nil {
		select {
		case l.turn <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		leave = func() { <-l.turn }
	}
	err = l.wait(ctx)
	if err == nil && l.turn != nil {
		err = sleep(ctx, time.Until(l.next))
		l.next = time.Now().Add(l.gap)
	}
	if err != nil {
		leave()
		return nil, heldBack(what, err)
	}
	return leave, nil
}

// heldBack words that Graph asked to wait for longer than anybody does.
func heldBack(what say.Sentence, err error) error {
	var long tooLong
	if !errors.As(err, &long) {
		return err
	}
	return &entra.Error{Code: entra.CodeThrottled, What: what, Why: long.Sentence(),
		Remedy: "sync again after that; look for another app that uses up the tenant's quota"}
}

// HeldBack tells that what would be asked now has to wait until a moment that Graph
// once asked for, and that this is longer than anybody waits; nil: it is not.
func HeldBack(what say.Sentence, until time.Time) error {
	if time.Until(until) <= defaultLimits(0).throttled {
		return nil
	}
	return heldBack(what, tooLong{until})
}

// tooLong is a pause that is not waited for.
type tooLong struct{ until time.Time }

func (e tooLong) Error() string { return e.Sentence().String() }

// Sentence tells it.
func (e tooLong) Sentence() say.Sentence {
	return say.With("Graph asked to wait until %s", moment(e.until))
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 MST") }

// hold makes everybody wait for d from now on, or longer if that was asked for
// already. With a reason the wait is told.
func (p *pause) hold(d time.Duration, why say.Sentence) {
	until := time.Now().Add(d)
	p.mu.Lock()
	longer := until.After(p.until)
	if longer {
		p.until = until
	}
	tells := longer && why != ""
	p.told = p.told || tells
	p.mu.Unlock()
	if tells {
		p.tell(until, why)
	}
}

// asked notes what Graph's latest answer was: to slow down, or another.
func (p *pause) asked(toSlowDown bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = toSlowDown
}

// throttled tells until when Graph asked to wait, if that was its latest answer.
func (p *pause) throttled() (until time.Time, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until, p.refused || time.Until(p.until) > 0 && p.told
}

// wait returns when the break is over, or at once with ctx's error, or where it
// is longer than anybody waits.
func (p *pause) wait(ctx context.Context) error {
	for ctx.Err() == nil {
		p.mu.Lock()
		until := p.until
		left := time.Until(until)
		p.mu.Unlock()
		if left <= 0 {
			break
		}
		if p.most > 0 && left > p.most {
			p.over()
			return tooLong{until}
		}
		_ = sleep(ctx, left)
	}
	p.over()
	return ctx.Err()
}

// over tells once that the break is over.
func (p *pause) over() {
	p.mu.Lock()
	tells := p.told
	p.told = false
	p.mu.Unlock()
	if tells {
		p.tell(time.Time{}, "")
	}
}

// rest is the break of one worker alone.
func (p *pause) rest(ctx context.Context, d time.Duration, why say.Sentence) error {
	p.tell(time.Now().Add(d), why)
	defer p.tell(time.Time{}, "")
	return sleep(ctx, d)
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// mostAsked bounds a Retry-After: Graph's are minutes, and a nonsensical one must
// not keep a tenant from being synced for years.
const mostAsked = 24 * time.Hour

// askedToWait is how long an answer asks to wait; 0: it does not. A date is meant
// by the clock that the answer itself tells: ours may be off by hours.
func askedToWait(h http.Header, now time.Time) time.Duration {
	if told, err := dateOf(h.Get("Date")); err == nil {
		now = told
	}
	var most time.Duration
	for _, value := range h.Values("Retry-After") {
		most = max(most, retryAfter(value, now))
	}
	return most
}

// inSeconds is how Retry-After tells seconds: no sign, no exponent, no Infinity.
var inSeconds = regexp.MustCompile(`^[0-9]+(\.[0-9]*)?$`)

// retryAfter reads Retry-After: seconds, which Graph also gives as a fraction,
// or a date. What can't be read, is negative or past gives 0.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if inSeconds.MatchString(value) {
		seconds, _ := strconv.ParseFloat(value, 64) // of too many digits Inf, which is bounded
		return time.Duration(min(seconds, mostAsked.Seconds()) * float64(time.Second))
	}
	date, err := dateOf(value)
	if err != nil {
		return 0
	}
	return min(max(0, date.Sub(now)), mostAsked)
}

// dateOf reads a date of HTTP, also where its zone is a number or UTC in place of GMT.
func dateOf(value string) (time.Time, error) {
	if date, err := http.ParseTime(value); err == nil {
		return date, nil
	}
	if word, is := strings.CutSuffix(value, " UTC"); is {
		value = word + " +0000"
	}
	return time.Parse(time.RFC1123Z, value)
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
