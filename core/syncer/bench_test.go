package syncer

import (
	"math"
	"slices"
	"testing"
	"time"

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

// BenchmarkMembersAtScale reads 20,000 groups with about 200,000 links for the first time, at
// 150 ms an answer: in one chain, then apart. The metrics are both times and their ratio.
func BenchmarkMembersAtScale(b *testing.B) {
	for b.Loop() {
		var took [2]time.Duration
		for i, patience := range []patience{{objects: math.MaxInt}, defaultPatience} {
			b.StopTimer()
			w := newWorld(b, graphsim.TenantConfig{Users: 20_000, Groups: 20_000, Devices: 1, Links: 200_000}, func(c *graphsim.Config) {
				c.Latency, c.Cache, c.Throttle = 150*time.Millisecond, true, &graphsim.Throttle{}
			})
			w.engine.patience = patience
			must := func(r Result, err error) {
				if r.Status != entra.Succeeded {
					b.Fatal(r, err)
				}
			}
			must(w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Classes: []string{"users", "devices"}}))
			before := len(w.server.Requests())
			b.StartTimer()
			began := time.Now()
			must(w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Classes: []string{"groups"}}))
			took[i] = time.Since(began)
			b.StopTimer()
			order, chains := w.groupRequests()
			b.Logf("%v with %d chains of links, %d requests: %s", took[i].Round(10*time.Millisecond), chains, len(w.server.Requests())-before, order)
			w.equal(w.truth())
			b.StartTimer()
		}
		b.ReportMetric(took[0].Seconds(), "serial-s")
		b.ReportMetric(took[1].Seconds(), "apart-s")
		b.ReportMetric(took[1].Seconds()/took[0].Seconds(), "ratio")
	}
}

// BenchmarkBesideSlowClasses syncs 3,000 users, 300 groups and as many devices at 50 ms an
// answer, with all classes that there are and without those that are slow: they have a quota of
// their own, or small pages. The metrics are how long users, groups and devices take, the first
// time and when nothing is new, and how long the sync takes.
func BenchmarkBesideSlowClasses(b *testing.B) {
	for b.Loop() {
		for _, with := range []string{"fast", "all"} {
			w := newWorld(b, graphsim.TenantConfig{Users: 3_000, Groups: 300, Devices: 300, ServicePrincipals: 300, Applications: 200, Premium: true},
				func(c *graphsim.Config) { c.Latency = 50 * time.Millisecond })
			classes := entra.DefaultClasses()
			for _, c := range entra.Classes() {
				if slow := c.Quota != entra.DirectoryQuota || c.Optional; (with == "all" || !slow) && !slices.Contains(classes, c.Name) {
					classes = append(classes, c.Name)
				}
			}
			w.with(classes...)
			for _, sync := range []string{"first", "quiet"} {
				r := w.sync(entra.Succeeded)
				var began, ended, over time.Time
				for _, row := range r.Classes {
					if began.IsZero() || row.Start.Before(began) {
						began = row.Start
					}
					if row.End.After(over) {
						over = row.End
					}
					if row.Relation == "" && slices.Contains(entra.DefaultClasses(), row.Class) && row.End.After(ended) {
						ended = row.End
					}
				}
				b.ReportMetric(ended.Sub(began).Seconds(), sync+"-"+with+"-s")
				b.ReportMetric(over.Sub(began).Seconds(), sync+"-"+with+"-over-s")
			}
		}
	}
}
