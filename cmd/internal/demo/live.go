package demo

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// How lively the demo is: changes come at every beat, and no change waits
// longer than syncEvery for its sync.
const (
	beat      = 2 * time.Second
	syncEvery = 10 * time.Second
)

// Live keeps the simulated tenant changing and syncing until ctx ends, and
// waits for the last sync to stop at a page's edge.
func (d *Demo) Live(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { d.tenant().Run(ctx, beat) })
	wg.Go(func() { d.hurry(ctx) })
	return d.Engine.Loop(ctx)
}

// hurry syncs more often than the shortest interval allows.
func (d *Demo) hurry(ctx context.Context) {
	tick := time.NewTicker(syncEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			d.Engine.SyncNow(d.Tenant.Key)
		}
	}
}

func random() *rand.Rand { return rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())) }
