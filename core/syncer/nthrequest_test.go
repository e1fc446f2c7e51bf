package syncer

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim"
)

// TestEveryRequestFails lets each request of a first scan, and of the delta after it,
// fail in turn, the sign-in's included: once, or it and all that follow. The sync says
// why, if it does not succeed, and the next one comes out equal to the truth.
func TestEveryRequestFails(t *testing.T) {
	for name, f := range map[string]graphsim.Fault{
		"once dropped":      {Kind: graphsim.Dropped, Times: 1},
		"dropped from then": {Kind: graphsim.Dropped, Times: -1},
		"500 from then":     {Kind: graphsim.InternalError, Times: -1},
		"refused once":      {Kind: graphsim.Custom, Status: 400, Body: `{"error":{"code":"Request_BadRequest","message":"no"}}`, Times: 1},
		"a page once":       {Kind: graphsim.HTMLPage, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n, over := 0, false; !over; n++ {
				x := &torturer{r: rand.New(rand.NewPCG(uint64(n), 30)), met: map[string]bool{}, world: newWorld(t, graphsim.TenantConfig{Users: 22, Groups: 5, Devices: 3},
					func(c *graphsim.Config) { c.PageObjects, c.ListObjects = 8, 8 })}
				f.Match, f.Skip = `^[A-Z]+ /`, n
				struck := func() bool {
					defer x.server.Fault(f)()
					x.server.ResetRequests()
					r, err := x.engine.Sync(x.ctx(), x.tenant.Key, SyncOptions{})
					x.tell("ended %s: %v", r.Status, err)
					x.saysWhy(r, err)
					return len(x.server.Requests()) > n
				}
				first := struck()
				x.alone()
				x.before = x.truth()
				x.equal(x.before)
				x.recorded()
				x.sim.Mutate(x.r, 20)
				x.newProcess()
				second := struck()
				x.alone()
				x.equal(x.truth())
				texts := map[string]bool{}
				for _, c := range x.recorded() {
					texts[changeText(c)] = true
				}
				x.sameChanges(texts, net(x.before, x.truth()))
				if over = !first && !second; over && n < 10 {
					t.Errorf("only %d requests failed", n)
				}
				if t.Failed() {
					t.Fatal(fmt.Sprintln(n, x.told))
				}
				x.store.Close()
				x.server.Close()
			}
		})
	}
}
