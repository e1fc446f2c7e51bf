package syncer

import (
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// TestJoin: few objects wait for those that follow, but no longer than a moment,
// and not where there are enough or where none follow.
func TestJoin(t *testing.T) {
	page := func(n int, next string) *entra.Page {
		return &entra.Page{Objects: make([]entra.Object, n), NextLink: next}
	}
	const many, later = enough / 16, moment / 4 // objects
	for name, c := range map[string]struct {
		pages   []*entra.Page // that come one after the other
		objects int           // that are joined
		after   time.Duration
	}{
		"many":                 {[]*entra.Page{page(many, "2"), page(1, "")}, many, 0},
		"few and few":          {[]*entra.Page{page(1, "2"), page(1, "3"), page(1, "")}, 3, 2 * later},
		"few and many":         {[]*entra.Page{page(1, "2"), page(many, "3"), page(1, "")}, many + 1, later},
		"the last":             {[]*entra.Page{page(1, "")}, 1, 0},
		"few, and then no end": {[]*entra.Page{page(1, "2"), page(1, "3")}, 2, moment},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := newQueue(semaphore.NewWeighted(ahead), ahead)
				put := make(chan struct{})
				go func() {
					defer close(put)
					for i, p := range c.pages {
						if i > 0 {
							time.Sleep(later)
						}
						if err := q.put(t.Context(), new(store.Cursor), p); err != nil {
							t.Error(err)
						}
					}
				}()
				a := <-q.waiting
				began := time.Now()
				q.join(&a)
				if len(a.page.Objects) != c.objects {
					t.Errorf("%d objects are joined, not %d", len(a.page.Objects), c.objects)
				}
				if took := time.Since(began); took != c.after {
					t.Errorf("it took %v, not %v", took, c.after)
				}
				<-put
			})
		})
	}
}
