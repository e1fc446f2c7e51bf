package ui

import (
	"context"
	"sync"

	"fyne.io/fyne/v2"
)

// crew does the work that may wait, off the UI thread, and is waited for when
// the window ends.
type crew struct {
	ctx    context.Context
	cancel context.CancelFunc
	start  func(func()) // runs a piece of work on the side; tests run it at once
	post   func(func()) // runs f on the UI thread
	wait   func()
}

func newCrew(ctx context.Context) *crew {
	ctx, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	return &crew{ctx: ctx, cancel: cancel, post: fyne.Do, wait: working.Wait, start: func(work func()) { working.Go(work) }}
}

// dismiss cancels all work and waits for its end.
func (c *crew) dismiss() {
	c.cancel()
	c.wait()
}

// latest keeps the answers to one question in order: only the newest counts.
// It belongs to the UI thread.
type latest struct {
	turn   int
	cancel context.CancelFunc
	asking bool
	again  bool // keepUp was called while asking
}

// drop forgets the question that is being asked.
func (l *latest) drop() {
	l.turn++
	l.asking, l.again = false, false
	if l.cancel != nil {
		l.cancel()
	}
}

// ask puts a question on the side and shows the answer on the UI thread. An
// older question of the same latest is cancelled, and a late answer dropped.
func ask[T any](c *crew, l *latest, question func(context.Context) (T, error), show func(T, error)) {
	l.drop()
	l.asking = true
	turn := l.turn
	var ctx context.Context
	ctx, l.cancel = context.WithCancel(c.ctx)
	cancel := l.cancel
	c.start(func() {
		defer cancel()
		answer, err := question(ctx)
		c.post(func() {
			if turn == l.turn && c.ctx.Err() == nil {
				l.asking = false
				show(answer, err)
			}
		})
	})
}

// keepUp asks again for what is shown already. While the answer to an earlier
// keepUp is awaited the question is put once more after it, so that events that
// come faster than answers don't hold up every answer.
func keepUp[T any](c *crew, l *latest, question func(context.Context) (T, error), show func(T, error)) {
	if l.asking {
		l.again = true
		return
	}
	ask(c, l, question, func(answer T, err error) {
		again := l.again
		show(answer, err)
		if again && !l.asking {
			keepUp(c, l, question, show)
		}
	})
}

// act does something on the side and tells its end on the UI thread.
func (c *crew) act(work func(context.Context) error, done func(error)) {
	c.start(func() {
		err := work(c.ctx)
		c.post(func() {
			if c.ctx.Err() == nil {
				done(err)
			}
		})
	})
}
