package syncer
import ("testing";"time";"sync/atomic"
"github.com/entraidsync/entraidsync/core/entra"
"github.com/entraidsync/entraidsync/core/graphsim")
func unified(w *world) string { id, err := w.sim.Create("groups", map[string]any{"displayName":"G","groupTypes":[]string{"Unified"}}); if err!=nil{w.Fatal(err)}; return id }
// S1: delta tells the new user, GET doesn't know it.
func TestScratchGetBehindDelta(t *testing.T) {
	w := newWorld(t, small)
	w.sync(entra.Succeeded)
	u, _ := w.sim.Create("users", map[string]any{"displayName":"New"})
	w.server.Fault(graphsim.Fault{Match: "users/"+u, Kind: graphsim.NotFoundToken, Times: 9})
	r := w.sync(entra.Succeeded)
	t.Logf("%+v", r.Classes)
	for _, q := range w.server.Requests() { if q.Fault != 0 { t.Log(q.Path, q.Status) } }
	w.server.Fault(graphsim.Fault{Match: "users/"+u, Kind: graphsim.NotFoundToken, Times: 0})
	w.sync(entra.Succeeded)
	t.Log("held after next sync:", w.heldUsers()[u])
	w.full()
	t.Log("held after full:", w.heldUsers()[u])
}
// S2: a full scan is answered by a replica further behind than the delta before.
func TestScratchStaleReplica(t *testing.T) {
	var ahead atomic.Int64
	w := newWorld(t, small, func(c *graphsim.Config){ c.Lag=500*time.Millisecond; begin:=time.Now(); c.Now=func() time.Time {return begin.Add(time.Duration(ahead.Load()))} })
	w.sync(entra.Succeeded)
	g := unified(w)
	ahead.Add(int64(time.Second))
	u, _ := w.sim.Create("users", map[string]any{"displayName":"New"})
	if err := w.sim.AddMember(g, u); err != nil { t.Fatal(err) }
	ahead.Add(int64(600*time.Millisecond))
	w.sync(entra.Succeeded)
	t.Log("held after delta:", w.heldUsers()[u])
	w.equal(w.truth())
	ahead.Add(-int64(300*time.Millisecond))
	w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true, Classes: []string{"users"}})
	t.Log("held after stale full scan:", w.heldUsers()[u])
	got,_ := w.changes(0)
	for c := range got { t.Log(c) }
	ahead.Add(int64(2*time.Second))
	w.sync(entra.Succeeded)
	t.Log("held after next sync:", w.heldUsers()[u])
	w.equal(w.truth())
}
