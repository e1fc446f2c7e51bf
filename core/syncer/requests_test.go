package syncer

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

// TestQuietRequestsAreDocumented measures how many requests each class and each relation
// takes, the first time and where nothing changes, and holds the table of
// docs/performance.md to it.
func TestQuietRequestsAreDocumented(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 3000, Groups: 200, Devices: 300, ServicePrincipals: 300, Applications: 200, Premium: true})
	w.engine.lately = entra.PollInterval
	var names []string
	for _, c := range entra.Classes() {
		names = append(names, c.Name)
	}
	w.with(names...)
	rounds := []struct {
		after time.Duration
		loop  bool
	}{{0, false}, {5 * time.Minute, true}, {65 * time.Minute, true}, {26 * time.Hour, true}, {26*time.Hour + 5*time.Minute, false}}
	requests, total := map[string][]int64{}, make([]int64, len(rounds))
	for i, round := range rounds {
		w.ahead.Store(int64(round.after))
		r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{IfDue: round.loop})
		if err != nil || r.Status != entra.Succeeded {
			t.Fatalf("round %d ended %s (%v) %v", i, r.Status, err, r.Warnings)
		}
		for _, row := range r.Classes {
			if requests[row.Stream()] == nil {
				requests[row.Stream()] = make([]int64, len(rounds))
			}
			requests[row.Stream()][i] += row.Requests
			total[i] += row.Requests
		}
	}
	table := "| stream | first | loop | loop, an hour later | loop, a day later | a person asks |\n|---|---|---|---|---|---|\n"
	line := func(name string, counts []int64) {
		table += "| " + name
		for _, n := range counts {
			cell := fmt.Sprint(n)
			if n == 0 {
				cell = "-"
			}
			table += " | " + cell
		}
		table += " |\n"
	}
	for _, c := range entra.Classes() {
		for _, stream := range c.Streams() {
			name := entra.ClassRun{Class: c.Name, Relation: stream.Alone}.Stream()
			line("`"+name+"`", requests[name])
		}
	}
	line("all", total)
	if !strings.Contains(document(t, "performance.md"), table) {
		t.Errorf("docs/performance.md has to hold:\n%s", table)
	}
}
