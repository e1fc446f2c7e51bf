package tasks

import (
	"context"
	"errors"
	"testing"
)

// inline is a group that does all work at once.
func inline(t *testing.T) *Group {
	g := New(t.Context(), nil)
	run := func(f func()) { f() }
	g.Start, g.Post = run, run
	return g
}

func TestAskDropsLateAnswers(t *testing.T) {
	var pending []func()
	c := inline(t)
	c.Start = func(f func()) { pending = append(pending, f) }
	var l Latest
	var shown []int
	for n := range 3 {
		Ask(c, &l, func(context.Context) (int, error) { return n, nil }, func(n int, _ error) { shown = append(shown, n) })
	}
	for i := len(pending) - 1; i >= 0; i-- { // the oldest question is answered last
		pending[i]()
	}
	if len(shown) != 1 || shown[0] != 2 {
		t.Errorf("shown %v, want only the newest answer, 2", shown)
	}
}

func TestAskCancelsTheOlderQuestion(t *testing.T) {
	var pending []func()
	c := inline(t)
	c.Start = func(f func()) { pending = append(pending, f) }
	var l Latest
	var first error
	Ask(c, &l, func(ctx context.Context) (int, error) { first = ctx.Err(); return 0, nil }, func(int, error) {})
	Ask(c, &l, func(context.Context) (int, error) { return 0, nil }, func(int, error) {})
	pending[0]()
	if !errors.Is(first, context.Canceled) {
		t.Errorf("the older question's context: %v, want it cancelled", first)
	}
}

func TestGroupIsWaitedFor(t *testing.T) {
	c := New(t.Context(), nil)
	ended := false
	c.Start(func() { <-c.Context.Done(); ended = true })
	c.Stop()
	if !ended {
		t.Error("Stop did not wait for the work to end")
	}
}

func TestKeepUpAsksOnceMoreAfterTheAnswer(t *testing.T) {
	var pending []func()
	c := inline(t)
	c.Start = func(f func()) { pending = append(pending, f) }
	var l Latest
	shown := 0
	refresh := func() {
		KeepUp(c, &l, func(context.Context) (int, error) { return 0, nil }, func(int, error) { shown++ })
	}
	for range 5 { // faster than the answers
		refresh()
	}
	for len(pending) > 0 {
		next := pending[0]
		pending = pending[1:]
		next()
	}
	if shown != 2 {
		t.Errorf("%d answers were shown, want the first and one more for all the others", shown)
	}
}
