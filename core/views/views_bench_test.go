package views

import (
	"os"
	"slices"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/store"
)

// BenchmarkViews asks each ready view for its first 50 rows, of the large tenant that
// BenchmarkReading of core/store has left in the folder ENTRASYNC_BENCH_DIR.
func BenchmarkViews(b *testing.B) {
	dir := os.Getenv("ENTRASYNC_BENCH_DIR")
	if dir == "" {
		b.Skip("ENTRASYNC_BENCH_DIR names no folder")
	}
	s, err := store.Open(b.Context(), dir, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	tenant, err := s.Tenant(b.Context(), "contoso.com")
	if err != nil {
		b.Fatal(err)
	}
	q := Question{Ctx: b.Context(), Store: s, Tenant: tenant, Now: time.Now()}
	for _, v := range All() {
		b.Run(v.Name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began, n := time.Now(), 0
				for _, err := range v.Rows(q) {
					if err != nil {
						b.Fatal(err)
					}
					if n++; n == 50 {
						break
					}
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(took[len(took)*95/100].Seconds()*1e3, "p95-ms")
		})
	}
}
