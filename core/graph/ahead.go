package graph

import (
	"bytes"
	"context"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
)

// ahead holds the answers that were asked for while the page before was still
// being decoded: the chain of links waits for the network only.
type ahead struct {
	mu      sync.Mutex
	answers map[string]*awaited // by their links
	running sync.WaitGroup
}

// awaited is an answer on its way: once done, its memory or an error.
type awaited struct {
	stop context.CancelFunc
	done chan struct{}
	m    *memory
	err  error
}

// readAhead asks for the page that follows an answer, where its link can be told
// before the answer is decoded. Whether it is a good answer is seen by [Client.Page].
func (c *Client) readAhead(ctx context.Context, q query, body []byte) {
	link := peekNextLink(body)
	follows, err := c.pageQuery(link, q.class)
	if err != nil || sameHost(follows.link, c.root) != nil {
		return
	}
	ctx, stop := context.WithCancel(ctx)
	a := &awaited{stop: stop, done: make(chan struct{})}
	c.ahead.mu.Lock()
	defer c.ahead.mu.Unlock()
	if c.ahead.answers == nil {
		c.ahead.answers = map[string]*awaited{}
	}
	if c.ahead.answers[link] != nil {
		stop()
		return
	}
	c.ahead.answers[link] = a
	follows.accept = func(m *memory) error {
		m.kept = true
		a.m = m
		return nil
	}
	c.ahead.running.Go(func() {
		defer close(a.done)
		defer stop()
		a.err = c.fetch(ctx, follows)
	})
}

// taken gives the answer that was asked for ahead; nil where there is none, or
// only one that was called off.
func (c *Client) taken(ctx context.Context, link string) (*memory, error) {
	c.ahead.mu.Lock()
	a := c.ahead.answers[link]
	delete(c.ahead.answers, link)
	c.ahead.mu.Unlock()
	if a == nil {
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

// Rest calls off what was asked for ahead and nobody wanted, and lets go of the
// memory that pages were read into.
func (c *Client) Rest() {
	c.ahead.mu.Lock()
	for _, a := range c.ahead.answers {
		a.stop()
	}
	c.ahead.answers = nil
	c.ahead.mu.Unlock()
	c.ahead.running.Wait()
	c.memories.rest()
}

// peekNextLink finds the next link of an answer that is not decoded yet: it
// stands before the objects or behind them. It may be wrong in both directions.
func peekNextLink(body []byte) string {
	const near = 4096
	for _, part := range [][]byte{body[:min(len(body), near)], body[max(0, len(body)-near):]} {
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
