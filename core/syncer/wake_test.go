package syncer

import (
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim"
)

// Whoever wakes the loop for hundreds of tenants, at once or one by one, has none
// forgotten, however busy the loop is.
func TestSyncNowForgetsNoneOfMany(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 1})
	var all []int64
	for key := int64(1); key <= 501; key++ {
		all = append(all, key)
		w.engine.SyncNow(key)
	}
	w.engine.SyncNow(all...)
	if woke := w.engine.whoWoke(); len(woke) != 501 || len(w.engine.wake) != 1 {
		t.Errorf("%d of 501 tenants were woken, by %d wakes", len(woke), len(w.engine.wake))
	}
	if woke := w.engine.whoWoke(); len(woke) != 0 {
		t.Errorf("%d tenants are woken again", len(woke))
	}
}
