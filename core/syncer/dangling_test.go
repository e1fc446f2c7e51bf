package syncer

import (
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

// TestGetLagsBehindDelta: the delta tells a new user, but the GET that reads it whole is answered by a replica that
// doesn't know it yet.
// It is asked about again.
func TestGetLagsBehindDelta(t *testing.T) {
	w := newWorld(t, small)
	w.sync(entra.Succeeded)
	user, err := w.sim.Create("users", map[string]any{"displayName": "New"})
	if err != nil {
		t.Fatal(err)
	}
	w.server.Fault(graphsim.Fault{Match: "users/" + user, Kind: graphsim.Custom, Status: 404, Times: 1,
		Body: `{"error":{"code":"Request_ResourceNotFound","message":"Resource '` + user + `' does not exist."}}`})
	w.sync(entra.Succeeded)
	w.sync(entra.Succeeded)
	w.sync(entra.Succeeded)
	w.equal(w.truth())
}

// TestNeverHeldMember: a member that was soft-deleted before the first scan (or created, linked and soft-deleted between
// two syncs) was never held: its membership must not be in sight.
func TestNeverHeldMember(t *testing.T) {
	w := newWorld(t, small)
	for l := range w.truth().links {
		if err := w.sim.Delete(l.target); err == nil {
			break
		}
	}
	w.sync(entra.Succeeded)
	w.equal(w.truth())
}
