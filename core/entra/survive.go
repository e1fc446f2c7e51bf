package entra

import "runtime/debug"

// Survive runs f. A panic in it becomes the error that failed makes of it: what
// stumbles over one odd thing, or over a fault of ours, takes nothing else along.
// Every goroutine needs its own, because nobody else can catch its panic.
func Survive(f func() error, failed func(panicked any, stack string) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = failed(p, string(debug.Stack()))
		}
	}()
	return f()
}
