package graph

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// prefetch holds the answers that were asked for while the pages before were still
// on their way or being decoded: a chain of links waits for round trips only.
type prefetch struct {
	mu      sync.Mutex
	answers map[string]*awaited // by their links
	running sync.WaitGroup
	held    int // bytes of answers that have come and nobody has wanted yet
}

// mostPrefetched is how many pages of a chain may be under way that nobody wants yet.
const mostPrefetched = 2

// enoughHeld is how many bytes of answers may wait for who wants them before no more are asked
// for ahead: it is the database that is waited for then, no answer.
const enoughHeld = 8 << 20

// chain is the pages that lead to each other.
type chain struct {
	ctx      context.Context // of who follows it
	unwanted int
}

// awaited is an answer on its way: once done, its memory or an error.
type awaited struct {
	chain *chain
	next  string // the link that was followed ahead of it
	stop  context.CancelFunc
	done  chan struct{}
	m     *buffers
	size  int // of the answer, in bytes, while nobody wants it
	err   error
}

// prefetchNext asks for the page that follows an answer, of which body is all or the
// beginning, where its link can be told before the answer is decoded. Whether it is
// a good answer is seen by [Client.Page].
func (c *Client) prefetchNext(a *awaited, class entra.Class, body []byte) {
	link := peekNextLink(body)
	if link == "" || link == a.next {
		return
	}
	if a.next != "" { // by an answer that broke off, and had another link
		c.callOff(a.next)
	}
	a.next = ""
	q, err := c.pageQuery(link, class)
	if err != nil || sameHost(q.link, c.root) != nil {
		return
	}
	if c.ask(a.chain, q, link) {
		a.next = link
	}
}

// ask sends for a page that nobody wants yet.
func (c *Client) ask(ch *chain, q query, link string) bool {
	c.prefetch.mu.Lock()
	defer c.prefetch.mu.Unlock()
	if c.prefetch.answers == nil {
		c.prefetch.answers = map[string]*awaited{}
	}
	if c.prefetch.answers[link] != nil || ch.unwanted >= mostPrefetched || c.prefetch.held > enoughHeld || c.spare {
		return false
	}
	ch.unwanted++
	ctx, stop := context.WithCancel(ch.ctx)
	a := &awaited{chain: ch, stop: stop, done: make(chan struct{})}
	c.prefetch.answers[link] = a
	q.begun = func(head []byte) { c.prefetchNext(a, q.class, head) }
	q.accept = func(m *buffers) error {
		m.kept = true
		a.m = m
		return nil
	}
	c.prefetch.running.Go(func() {
		defer close(a.done)
		defer stop()
		a.err = entra.Survive(func() error { return c.fetch(ctx, q) }, c.panicked(q.what))
		c.prefetch.mu.Lock()
		defer c.prefetch.mu.Unlock()
		if c.prefetch.answers[link] == a && a.m != nil {
			a.size = a.m.body.Len()
			c.prefetch.held += a.size
		}
	})
	return true
}

// panicked makes a panic of ours the error of what was asked.
func (c *Client) panicked(what say.Sentence) func(any, string) error {
	return func(panicked any, stack string) error {
		c.log.Error("panic", "asking", what, "panic", fmt.Sprint(panicked), "stack", stack)
		return &entra.Error{Code: entra.CodeInternal, What: what, Why: "an error of this program", Remedy: "try again; report it if it stays"}
	}
}

// wanted gives the answer that was asked for ahead, or one that is yet to be
// asked for, as the next page of a chain that ctx follows.
func (c *Client) wanted(ctx context.Context, link string) *awaited {
	c.prefetch.mu.Lock()
	defer c.prefetch.mu.Unlock()
	a := c.prefetch.answers[link]
	if a == nil {
		return &awaited{chain: &chain{ctx: ctx}}
	}
	c.prefetch.leave(link, a)
	a.chain.ctx = ctx
	return a
}

// answer waits for what was asked for; nil where it was not, or was called off.
func (a *awaited) answer(ctx context.Context) (*buffers, error) {
	if a.done == nil {
		return nil, nil
	}
	select {
	case <-a.done:
	case <-ctx.Done():
		return nil, nil
	}
	if entra.CodeOf(a.err) == entra.CodeCancelled {
		return nil, nil
	}
	return a.m, a.err
}

// callOff forgets an answer that nobody will want.
func (c *Client) callOff(link string) {
	c.prefetch.mu.Lock()
	defer c.prefetch.mu.Unlock()
	if a := c.prefetch.answers[link]; a != nil {
		a.stop()
		c.prefetch.leave(link, a)
	}
}

// leave takes an answer out of those that nobody wants yet.
func (p *prefetch) leave(link string, a *awaited) {
	delete(p.answers, link)
	a.chain.unwanted--
	p.held -= a.size
}

// Rest calls off what was asked for ahead and nobody wanted, and lets go of the
// memory that pages were read into.
func (c *Client) Rest() {
	c.prefetch.mu.Lock()
	for _, a := range c.prefetch.answers {
		a.stop()
	}
	c.prefetch.answers, c.prefetch.held = nil, 0
	c.prefetch.mu.Unlock()
	c.prefetch.running.Wait()
	c.pool.rest()
}

// Spare makes the client hold less in memory from now on, and read slower: it asks for no page before it is wanted.
func (c *Client) Spare() { c.spare = true }

// peekNextLink finds the next link of an answer that is not decoded yet: it
// stands before the objects or behind them. It may be wrong in both directions.
func peekNextLink(body []byte) string {
	for _, part := range [][]byte{body[:min(len(body), headSize)], body[max(0, len(body)-headSize):]} {
		_, after, _ := bytes.Cut(part, []byte(`"@odata.nextLink"`))
		after, found := bytes.CutPrefix(bytes.TrimLeft(after, " \t\r\n"), []byte(":"))
		after = bytes.TrimLeft(after, " \t\r\n")
		if !found || len(after) == 0 || after[0] != '"' {
			continue
		}
		end := bytes.IndexByte(after[1:], '"') // no link has a quote in it
		if link, err := jsontext.AppendUnquote(nil, after[:end+2]); err == nil {
			return string(link)
		}
	}
	return ""
}
