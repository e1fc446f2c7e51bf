package export

import "iter"

// InBatches gives rows after fn has looked at some of them together, so that what it asks
// for them is one question for all. The first batch is as long as a page.
func InBatches[T any](rows iter.Seq2[T, error], fn func([]T) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var some []T
		flush := func() (more bool) {
			if len(some) == 0 {
				return true
			}
			if err := fn(some); err != nil {
				yield(some[0], err)
				return false
			}
			for _, row := range some {
				if !yield(row, nil) {
					return false
				}
			}
			some = some[:0]
			return true
		}
		for row, err := range rows {
			if err != nil {
				if flush() {
					yield(row, err)
				}
				return
			}
			if some = append(some, row); len(some) == batch && !flush() {
				return
			}
		}
		flush()
	}
}

// batch is how many rows are looked at together.
const batch = 200
