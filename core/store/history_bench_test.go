package store

import "testing"

// BenchmarkHistory reads pages of a history of 1,000,000 rows: the newest, one
// in the middle, the oldest, and how many there are.
func BenchmarkHistory(b *testing.B) {
	const rows = 1_000_000
	s := newBench(b)
	s.must(s.tx(s.Context(), "filling the history", func(t *tx) error {
		_, err := t.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?3)
			INSERT INTO class_runs (run, tenant, class, started, ended, updated, status, total, changed)
			SELECT ?1, ?2, 1 + i % 3, 1000000 * i, 1000000 * i + 5000, 1000000 * i + 5000, 'succeeded', 250000, i % 97 FROM n`, s.run, s.tenant.Key, rows)
		return err
	}))
	page := func(q HistoryQuery) func(*testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				n := 0
				for _, err := range s.History(s.Context(), s.tenant.Key, q) {
					s.must(err)
					n++
				}
				if n != q.Limit {
					b.Fatalf("%d rows, want %d", n, q.Limit)
				}
			}
		}
	}
	b.Run("first", page(HistoryQuery{Range: Range{Limit: 50}}))
	b.Run("middle", page(HistoryQuery{Range: Range{Limit: 50, Offset: rows / 2}}))
	b.Run("last", page(HistoryQuery{Range: Range{Limit: 50, Offset: rows - 50}}))
	b.Run("thousand", page(HistoryQuery{Range: Range{Limit: 1000}}))
	b.Run("byChanged", page(HistoryQuery{Sort: "changed", Descending: true, Range: Range{Limit: 50}}))
	b.Run("count", func(b *testing.B) {
		for b.Loop() {
			if n, err := s.HistoryCount(s.Context(), s.tenant.Key, ""); n != rows || err != nil {
				b.Fatal(n, err)
			}
		}
	})
	b.Run("searchCount", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.HistoryCount(s.Context(), s.tenant.Key, "2001-09-09"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
