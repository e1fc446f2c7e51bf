package watch

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
)

// Keeper looks at what is recorded, and tells. One process at a time does.
type Keeper struct {
	Store  *store.Store
	Vault  *signin.VaultAccess
	Proxy  func(*http.Request) (*url.URL, error) // nil: none
	Logger *slog.Logger                          // nil: nothing is logged
	Now    func() time.Time                      // nil: the clock

	desktop atomic.Pointer[func(context.Context, Sum) error] // nil: no window runs here
	woken   chan struct{}
	made    sync.Once     // of woken
	looked  time.Duration // how long it took to look last, what is sent aside
	turn    time.Duration // see [oneTurn]
}

func (k *Keeper) now() time.Time {
	if k.Now != nil {
		return k.Now()
	}
	return time.Now()
}

// lockName is the file that whoever writes a watch's state holds.
const lockName = "watch.lock"

const (
	lookEvery = 2 * time.Second
	restful   = 20               // many tenants take long to look at: it rests so many times as long
	firstWait = 10 * time.Second // before a notice that was not taken is tried again; then twice as long each time,
	mostWait  = time.Hour        // at most so long,
	mostTries = 100              // and so often: four days

	oneTurn = 10 * time.Second // so long a watch sends what waits; then the others have their turn
	pause   = 100 * time.Millisecond
)

// Run looks and tells until ctx ends.
func (k *Keeper) Run(ctx context.Context) {
	for {
		if _, err := k.round(ctx); err != nil && ctx.Err() == nil && k.Logger != nil {
			k.Logger.Warn("telling of changes failed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-k.wake():
		case <-time.After(max(lookEvery, restful*k.looked)):
		}
	}
}

// Once looks at what has come, and tells all that is due.
func (k *Keeper) Once(ctx context.Context) (err error) {
	for {
		more, failed := k.round(ctx)
		if err = cmp.Or(err, failed); !more {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause): // whoever changes a watch waits for the lock
		}
	}
}

// wake ends the keeper's rest.
func (k *Keeper) wake() chan struct{} {
	k.made.Do(func() { k.woken = make(chan struct{}, 1) })
	return k.woken
}

// round gives each watch a turn; more tells that one has more to tell. What is wrong with one hinders no other. Where another
// process is at it, it does nothing.
func (k *Keeper) round(ctx context.Context) (more bool, err error) {
	k.looked = 0
	all, err := All(ctx, k.Store)
	if err != nil || len(all) == 0 || k.Store.Writable() != nil {
		return false, err
	}
	lock, err := datafolder.TryLock(filepath.Join(k.Store.Dir(), lockName))
	if err != nil || lock == nil {
		return false, err
	}
	defer lock.Close()
	for _, w := range all {
		if w.Off || ctx.Err() != nil {
			continue
		}
		failed := entra.Survive(func() error {
			left, err := k.one(ctx, w)
			more = more || left
			return err
		}, k.panicked)
		err = cmp.Or(err, failed)
	}
	return more, err
}

func (k *Keeper) panicked(value any, stack string) error {
	if k.Logger != nil {
		k.Logger.Error("panic", "telling", "of changes", "panic", fmt.Sprint(value), "stack", stack)
	}
	return say.Errorf("an error of this program")
}

// one looks at what has come for one watch, and tells what is due as long as its turn is.
func (k *Keeper) one(ctx context.Context, w Watch) (more bool, err error) {
	var s state
	if err := read(ctx, k.Store, stateOf(w), &s); err != nil {
		return false, err
	}
	began := time.Now()
	err = k.find(ctx, w, &s)
	if k.looked += time.Since(began); err != nil {
		return false, err
	}
	if err := k.show(ctx, w, &s); err != nil {
		return false, err
	}
	return k.tell(ctx, w, &s)
}

// tell sends what is due; more tells that its turn is over before all is sent. Each end is written before the next one is sent.
func (k *Keeper) tell(ctx context.Context, w Watch, s *state) (more bool, err error) {
	began := time.Now()
	for i := 0; i < len(s.Waiting) && ctx.Err() == nil; {
		n := &s.Waiting[i]
		if k.now().Before(n.Next) {
			i++
			continue
		}
		if w.Webhook == "" { // it was taken away meanwhile
			s.Waiting = nil
			return false, write(ctx, k.Store, stateOf(w), s)
		}
		m, found, err := k.message(ctx, w, *n)
		if err != nil {
			return false, err
		}
		if found {
			err = k.post(ctx, w, n.id(w), m)
		}
		if ctx.Err() != nil {
			return false, nil // it is tried again
		}
		over := k.noted(n, found, err)
		if over {
			s.over(*n)
			s.Waiting = slices.Delete(s.Waiting, i, i+1)
		}
		if err := write(store.Outliving(ctx), k.Store, stateOf(w), s); err != nil {
			return false, err
		}
		if !over {
			return false, nil // its receiver takes nothing now: the others are as good as tried
		}
		if time.Since(began) >= cmp.Or(k.turn, oneTurn) {
			return len(s.Waiting) > 0, nil
		}
	}
	return false, nil
}

// gone is why nothing is told of what retention took away.
const gone say.Sentence = "it is no longer kept"

// noted keeps how a try ended; true where there is no other.
func (k *Keeper) noted(n *Notice, found bool, err error) bool {
	n.Tries++
	n.Error = ""
	switch {
	case !found:
		n.Ended, n.Error = k.now(), gone.Kept()
	case err == nil:
		n.Ended, n.Taken = k.now(), true
	case entra.CodeOf(err) == entra.CodeVaultLocked: // nobody was asked: it waits for whoever opens the vault
		n.Tries--
		n.Error, n.Next = entra.AsError(err).Message().Kept(), k.now().Add(firstWait)
	default:
		n.Error = entra.AsError(err).Message().Kept()
		var asked later
		errors.As(err, &asked)
		n.Next = k.now().Add(max(min(firstWait<<min(n.Tries-1, 10), mostWait), time.Duration(asked)))
		if n.Tries >= mostTries {
			n.Ended = k.now()
		}
	}
	return !n.Ended.IsZero()
}

// Test tells of nothing, once, on each way on which the watch tells.
func (k *Keeper) Test(ctx context.Context, w Watch) error {
	if w.Webhook == "" && !k.Shows() {
		return &entra.Error{Code: entra.CodeInvalid, What: "the notice can't be shown", Why: "the desktop is told by the window alone", Remedy: "test it at the window, on the page Watches"}
	}
	if w.Desktop && k.Shows() {
		if err := (*k.desktop.Load())(ctx, Sum{Watch: w, Test: true}); err != nil {
			return err
		}
	}
	if w.Webhook == "" {
		return nil
	}
	return k.post(ctx, w, "test-"+rand.Text(), Message{Watch: w.Name, Test: true, Text: "a test of " + w.Name, Event: []byte("null"), Sync: []byte("null")})
}
