package syncer

import (
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

// BenchmarkFirstScan syncs a tenant from nothing: 20,000 users, 2,000 groups
// with 24,000 memberships, 2,000 devices.
func BenchmarkFirstScan(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b, graphsim.TenantConfig{Users: 20_000, Groups: 2_000, Devices: 2_000})
		b.StartTimer()
		w.sync(entra.Succeeded)
	}
	b.ReportMetric(24_000*float64(b.N)/b.Elapsed().Seconds(), "objects/s")
}

// BenchmarkNothingNew is a delta sync that finds nothing new.
func BenchmarkNothingNew(b *testing.B) {
	w := newWorld(b, graphsim.TenantConfig{Users: 20_000, Groups: 2_000, Devices: 2_000})
	w.sync(entra.Succeeded)
	for b.Loop() {
		w.sync(entra.Succeeded)
	}
}

// BenchmarkFullScanUnchanged reads a whole tenant again of which nothing changed.
func BenchmarkFullScanUnchanged(b *testing.B) {
	w := newWorld(b, graphsim.TenantConfig{Users: 20_000, Groups: 2_000, Devices: 2_000})
	w.sync(entra.Succeeded)
	for b.Loop() {
		if r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true}); err != nil {
			b.Fatal(r, err)
		}
	}
}
