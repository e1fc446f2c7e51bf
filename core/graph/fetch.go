package graph

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"
	abstractions "github.com/microsoft/kiota-abstractions-go"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// query is one question to Graph, and what makes its answer usable.
type query struct {
	class  entra.Class
	what   say.Sentence // the first part of its errors: "reading users failed"
	info   *abstractions.RequestInformation
	link   *url.URL               // of a page
	stored bool                   // its link came from Graph: refused means dead
	accept func(m *buffers) error // takes a whole answer, or says what is wrong with it
	begun  func(head []byte)      // sees how a good answer begins, while the rest is on its way; may be nil
}

// trials is the memory of one fetch.
type trials struct {
	lane                    *lane
	sent, broken, throttles int
	tokens                  int // that were refused
	spent, waited           time.Duration
	doubted                 bool
}

// fetch asks q until its answer is accepted. It is the one place that decides
// what is asked again, when, and when to give up.
func (c *Client) fetch(ctx context.Context, q query) error {
	t := trials{lane: c.lanes[q.class.Quota]}
	for {
		leave, err := t.lane.enter(ctx, q.what)
		if ctx.Err() != nil {
			return stopped(ctx, q.what)
		}
		if err != nil {
			return err
		}
		began := time.Now()
		f := c.tryAndLeave(ctx, q, &t, leave)
		t.lane.asked(f != nil && f.then == throttle)
		if f == nil {
			c.troubles.Delete(q.class.Name)
			return nil
		}
		if ctx.Err() != nil {
			return stopped(ctx, q.what)
		}
		t.spent += time.Since(began)
		c.log.DebugContext(ctx, "graph refused", "class", q.class.Name, "code", f.err.Code, "why", f.err.Why, "try", t.sent)
		if err := c.react(ctx, q, f, &t); err != nil {
			if ctx.Err() != nil {
				return stopped(ctx, q.what)
			}
			return err
		}
	}
}

// tryAndLeave makes room for who asks next, whatever comes of it.
func (c *Client) tryAndLeave(ctx context.Context, q query, t *trials, leave func()) *failure {
	defer leave()
	return c.try(ctx, q, t)
}

// react prepares the next try, or gives the error that ends the fetch.
func (c *Client) react(ctx context.Context, q query, f *failure, t *trials) error {
	switch f.then {
	case again:
		c.troubles.Store(q.class.Name, f.err.Why)
		return c.breakOff(ctx, f, t)
	case throttle:
		return c.slowDown(f, t)
	case renew:
		return c.renew(ctx, f, t)
	case doubt:
		if !t.doubted {
			t.doubted = true
			return t.lane.rest(ctx, c.limits.backoff(0), f.err.Why)
		}
	}
	return f.err
}

// mostTokens bounds how many tokens one fetch tries.
const mostTokens = 4

// renew tries one new token, got by this fetch or by another meanwhile. Where that
// is refused too, only one that is newer still: it was revoked again while others
// were getting theirs, for which this waits a moment.
func (c *Client) renew(ctx context.Context, f *failure, t *trials) error {
	t.tokens++
	switch {
	case t.tokens == 1 && f.ofClass:
		err := c.tokens.meet(ctx, f.token, f.claims, c.tokenOptions())
		if err != nil { // without it the class can't be read; the others can
			f.err.Detail += "; " + err.Error()
			err = f.err
		}
		return err
	case t.tokens == 1:
		return c.tokens.renew(ctx, f.token, f.claims)
	}
	newer, err := c.tokens.newer(ctx, f.token)
	if err == nil && !newer {
		if err = sleep(ctx, c.limits.backoff(0)); err == nil {
			newer, err = c.tokens.newer(ctx, f.token)
		}
	}
	if err == nil && (!newer || t.tokens > mostTokens) {
		err = f.err
	}
	return err
}

// breakOff waits before the same question goes out on a new connection.
func (c *Client) breakOff(ctx context.Context, f *failure, t *trials) error {
	t.broken++
	d := max(f.after, c.limits.backoff(t.broken-1))
	t.spent += d
	if f.after > c.limits.spent { // kept as a 429's: who asks sooner only adds to the trouble
		t.lane.hold(f.after, "Graph asks to slow down")
		t.lane.over()
		if c.cfg.OnThrottle != nil {
			c.cfg.OnThrottle(t.lane.quota, time.Now().Add(f.after))
		}
		f.waits(f.after)
		return f.err
	}
	if t.broken >= c.limits.tries || t.spent > c.limits.spent {
		f.err.Why = say.With("%s (asked %d {time|times})", f.err.Why, t.broken)
		return f.err
	}
	c.kept.CloseIdleConnections()
	return t.lane.rest(ctx, d, f.err.Why)
}

// worthKeeping is the least that Graph asks to wait that the next process hears of.
const worthKeeping = time.Second

// slowDown makes all workers wait as long as Graph asks, never less. Where it
// does not say (identity protection never does), the wait grows.
func (c *Client) slowDown(f *failure, t *trials) error {
	d := f.after
	if d < c.limits.base {
		d = max(d, c.limits.backoff(t.throttles))
	}
	t.throttles++
	t.waited += d
	t.lane.hold(d, "Graph asks to slow down") // for the others as well, where this one gives up
	if f.after >= worthKeeping && c.cfg.OnThrottle != nil {
		c.cfg.OnThrottle(t.lane.quota, time.Now().Add(d))
	}
	if t.waited > c.limits.throttled {
		t.lane.over()
		if f.after > 0 {
			f.waits(d)
		}
		return f.err
	}
	return nil
}

// waits words how long Graph asks to wait, where nobody waits that long.
func (f *failure) waits(d time.Duration) {
	f.err.Why = say.With("Graph asks to wait until %s", moment(time.Now().Add(d)))
	f.err.Remedy = "sync again after that; look for another app that uses up the tenant's quota"
}

// try sends q once. Its answer is read whole before anything of it counts.
func (c *Client) try(ctx context.Context, q query, t *trials) *failure {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	req, err := c.request(ctx, q)
	if err != nil {
		return unsent(q, err)
	}
	wire := c.kept
	if t.broken > 0 {
		wire = c.fresh
	}
	c.count(ctx, t.sent > 0)
	t.sent++
	began := time.Now()
	resp, err := wire.Do(req)
	if err != nil {
		return lost(q, err)
	}
	defer resp.Body.Close()
	c.heardClock(resp.Header)
	m := c.pool.take(q.pages())
	defer func() {
		if !m.kept {
			c.pool.give(q.pages(), m)
		}
	}()
	err = c.limits.readBody(resp, cancel, m, q.begun)
	m.decode(resp.Header.Get("Content-Type"))
	c.log.DebugContext(ctx, "graph answered", "path", req.URL.Path, "status", resp.StatusCode, "bytes", m.body.Len(),
		"took", time.Since(began), "request-id", clean(resp.Header.Get("request-id")))
	if d := nearLimit(resp.Header.Get("x-ms-throttle-limit-percentage")); d > 0 {
		t.lane.hold(d, "")
	}
	if err != nil {
		return c.unusable(ctx, q, answer{resp, m.body.Bytes()}, err)
	}
	if resp.StatusCode != http.StatusOK {
		return c.refused(ctx, q, answer{resp, bytes.Clone(m.body.Bytes())})
	}
	if err := accept(q, resp, m); err != nil {
		return c.unusable(ctx, q, answer{resp, m.body.Bytes()}, err)
	}
	return nil
}

// unusable is the failure of an answer that can't be used: by the error that it
// ends with, if it does, else by what is wrong with it.
func (c *Client) unusable(ctx context.Context, q query, a answer, err error) *failure {
	var known *entra.Error
	if a.StatusCode == http.StatusOK && !errors.As(err, &known) && !errors.As(err, new(tooLarge)) {
		if f := c.spliced(ctx, q, a.Response, a.body); f != nil {
			return f
		}
	}
	return broken(q, err)
}

// request makes q's authenticated request. Its host is checked before a token
// is asked for, and again by the guard under the client.
func (c *Client) request(ctx context.Context, q query) (*http.Request, error) {
	q.info.PathParameters["baseurl"] = c.base
	u, err := q.info.GetUri()
	if err != nil {
		return nil, err
	}
	if err := sameHost(u, c.root); err != nil {
		return nil, err
	}
	h := q.info.Headers
	for name, value := range map[string]string{
		"Accept":                   "application/json",
		"Accept-Encoding":          "gzip", // asked for by us, it is ours to unpack: see unpack
		"User-Agent":               userAgent,
		"Prefer":                   "include-unknown-enum-members", // else new enum members are hidden
		"client-request-id":        uuid.NewString(),
		"x-ms-throttle-priority":   "low", // a sync steps back behind people
		"return-client-request-id": "true",
	} {
		h.Remove(name)
		h.Add(name, value)
	}
	h.Remove("Authorization") // of the try before
	native, err := c.adapter.ConvertToNativeRequest(ctx, q.info)
	if err != nil {
		return nil, err
	}
	req, ok := native.(*http.Request)
	// kiota leaves the token out, without an error, for a host it does not know.
	if !ok || req.Header.Get("Authorization") == "" {
		return nil, say.Errorf("the request was not authenticated")
	}
	return req, nil
}
