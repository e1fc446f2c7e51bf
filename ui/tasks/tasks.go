package tasks

import (
	"context"
	"sync"
)

// Group does the work that may wait, off the UI thread, and is waited for when
// the window ends.
type Group struct {
	Context context.Context
	cancel  context.CancelFunc
	Start   func(func()) // runs a piece of work on the side; tests run it at once
	Post    func(func()) // runs f on the UI thread, unless the work was cancelled
	wait    func()
}

// New makes a group whose work ends with ctx. post runs a function on the UI
// thread.
func New(ctx context.Context, post func(func())) *Group {
	ctx, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	return &Group{
		Context: ctx, cancel: cancel, wait: working.Wait,
		Start: func(work func()) { working.Go(work) },
		Post: func(f func()) { // the UI thread's queue closes at its end, and who writes to it then panics
			if ctx.Err() == nil {
				post(f)
			}
		},
	}
}

// Cancel tells all work to end.
func (g *Group) Cancel() { g.cancel() }

// Stop cancels all work and waits for its end.
func (g *Group) Stop() {
	g.cancel()
	g.wait()
}

// Latest keeps the answers to one question in order: only the newest counts.
// It belongs to the UI thread.
type Latest struct {
	turn   int
	cancel context.CancelFunc
	asking bool
	again  bool // KeepUp was called while asking
}

// Drop forgets the question that is being asked.
func (l *Latest) Drop() {
	l.turn++
	l.asking, l.again = false, false
	if l.cancel != nil {
		l.cancel()
	}
}

// Ask puts a question on the side and shows the answer on the UI thread. An
// older question of the same latest is cancelled, and a late answer dropped.
func Ask[T any](g *Group, l *Latest, question func(context.Context) (T, error), show func(T, error)) {
	l.Drop()
	l.asking = true
	turn := l.turn
	var ctx context.Context
	ctx, l.cancel = context.WithCancel(g.Context)
	cancel := l.cancel
	g.Start(func() {
		defer cancel()
		answer, err := question(ctx)
		g.Post(func() {
			if turn == l.turn && g.Context.Err() == nil {
				l.asking = false
				show(answer, err)
			}
		})
	})
}

// KeepUp asks again for what is shown already. While the answer to an earlier
// keepUp is awaited the question is put once more after it, so that events that
// come faster than answers don't hold up every answer.
func KeepUp[T any](g *Group, l *Latest, question func(context.Context) (T, error), show func(T, error)) {
	if l.asking {
		l.again = true
		return
	}
	Ask(g, l, question, func(answer T, err error) {
		again := l.again
		show(answer, err)
		if again && !l.asking {
			KeepUp(g, l, question, show)
		}
	})
}

// Act does something on the side and tells its end on the UI thread.
func (g *Group) Act(work func(context.Context) error, done func(error)) {
	g.Start(func() {
		err := work(g.Context)
		g.Post(func() {
			if g.Context.Err() == nil {
				done(err)
			}
		})
	})
}
