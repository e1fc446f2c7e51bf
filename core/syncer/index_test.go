package syncer

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// TestLoopIndexes makes what the first sync brought quick to search, by itself.
func TestLoopIndexes(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 2500, Groups: 5, Devices: 5})
	ctx, stop := context.WithCancel(w.ctx())
	ended := make(chan error)
	go func() { ended <- w.engine.Loop(ctx) }()
	db, err := sql.Open("sqlite3", "file:"+filepath.ToSlash(filepath.Join(w.store.Dir(), store.FileName))+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	indexed := 0
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(2 * time.Minute); indexed == 0; {
		select {
		case <-deadline:
			t.Fatal("nothing was indexed")
		case <-tick.C:
			if err := db.QueryRow("SELECT coalesce(sum(objects), 0) FROM search_segments").Scan(&indexed); err != nil {
				t.Fatal(err)
			}
		}
	}
	stop()
	<-ended
	if want := w.sim.Count("users"); indexed != want {
		t.Errorf("%d users indexed, %d in the tenant", indexed, want)
	}
	if problems, err := w.store.Check(w.ctx()); len(problems) > 0 || err != nil {
		t.Error(problems, err)
	}
}
