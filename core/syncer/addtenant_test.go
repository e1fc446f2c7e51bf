package syncer

import (
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestAddTenantLooksFirst asks nobody about a tenant that can't be added.
func TestAddTenantLooksFirst(t *testing.T) {
	w := newWorld(t, small)
	w.server.ResetRequests()
	for _, tenant := range []entra.Tenant{{Name: "fabrikam.example", Cloud: "sim", Profile: "none"}, {Name: "fabrikam.example", Cloud: "none", Profile: "reader"}} {
		if _, err := w.engine.AddTenant(w.ctx(), tenant); entra.CodeOf(err) != entra.CodeNotFound {
			t.Error(err)
		}
	}
	if n := len(w.server.Requests()); n > 0 {
		t.Errorf("%d requests", n)
	}
}

// TestTimeoutBeforeTheRun says that the time is over, not that the database
// failed.
func TestTimeoutBeforeTheRun(t *testing.T) {
	w := newWorld(t, small)
	r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Timeout: time.Nanosecond})
	if entra.CodeOf(err) != entra.CodeTimeout || entra.CodeOf(r.Err) != entra.CodeTimeout {
		t.Errorf("%v, %v", r.Err, err)
	}
}
