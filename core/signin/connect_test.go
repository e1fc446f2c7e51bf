package signin

import (
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/vault"
	"testing"
	"time"
)

// TestPassedOverIsTriedAgain goes back to a credential that works again, within
// the hour.
func TestPassedOverIsTriedAgain(t *testing.T) {
	w := newWorld(t, small)
	w.add(Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte("second"))})
	w.sim.SetSecret(clientID, "second", false)
	w.signedInWith(2)
	w.sim.SetSecret(clientID, secret, false)
	w.signedInWith(2)
	w.connections.kept[w.tenant.Key].since = time.Now().Add(-retryFailed)
	w.signedInWith(1)
}

func (w *world) signedInWith(index int) {
	w.Helper()
	if in := w.signedIn(); in.Index != index {
		w.Errorf("%+v, want credential %d", in, index)
	}
}
