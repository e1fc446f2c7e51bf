package graph

import (
	"errors"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// reaction is what a failed try leads to.
type reaction int

const (
	final    reaction = iota // asking again would change nothing
	again                    // on a new connection, after a break
	throttle                 // all workers wait
	renew                    // once, with a new token
	doubt                    // once, then the link is dead
)

// failure is a failed try.
type failure struct {
	err    *entra.Error
	then   reaction
	after  time.Duration // as Retry-After asks; 0: nothing asked
	token  string        // the one that was refused
	claims string        // of Graph's challenge
}

// unsent is the failure of a request that did not leave.
func unsent(q query, err error) *failure {
	var e *entra.Error
	if !errors.As(err, &e) {
		return &failure{err: &entra.Error{Code: entra.CodeInternal, What: q.what, Why: clean(err.Error()), Remedy: "report this", Err: err}}
	}
	f := &failure{err: e}
	if e.Code == entra.CodeNetwork || e.Code == entra.CodeService || e.Code == entra.CodeThrottled {
		f.then = again
	}
	return f
}

// lost is the failure of a request without an answer.
func lost(q query, err error) *failure {
	var e *entra.Error // of the guard
	if errors.As(err, &e) {
		return &failure{err: e}
	}
	return &failure{err: networkError(q.what, err), then: again}
}

// broken is the failure of an answer that can't be used.
func broken(q query, err error) *failure {
	var e *entra.Error
	if errors.As(err, &e) {
		return &failure{err: e}
	}
	if errors.As(err, new(unusable)) {
		return &failure{then: doubt, err: &entra.Error{Code: entra.CodeAnswer, What: q.what,
			Why: "the answer came whole and is not what Graph documents: " + told(err), Remedy: "check for a proxy in between; report it if there is none", Err: err}}
	}
	return &failure{then: again, err: &entra.Error{Code: entra.CodeAnswer, What: q.what,
		Why: "the answer is not what Graph documents: " + told(err), Remedy: "check for a proxy in between; else this works again by itself", Err: err}}
}
