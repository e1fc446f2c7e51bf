package export

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

// TestRowsComeInBatches: each batch is looked at once, whole, and no more of them than
// are wanted; trouble comes behind the rows before it.
func TestRowsComeInBatches(t *testing.T) {
	source := func(n int, fail error) func(func(int, error) bool) {
		return func(yield func(int, error) bool) {
			for i := range n {
				if !yield(i, nil) {
					return
				}
			}
			if fail != nil {
				yield(-1, fail)
			}
		}
	}
	broken := errors.New("broken")
	for _, c := range []struct {
		rows, want int
		fail       error
		sizes      string
		got        int
	}{{0, 9, nil, "[]", 0}, {3, 9, nil, "[3]", 3}, {450, 999, nil, "[200 200 50]", 450}, {450, 10, nil, "[200]", 10}, {3, 9, broken, "[3]", 3}} {
		sizes, got := []int{}, []int{}
		var failed error
		for row, err := range InBatches(source(c.rows, c.fail), func(some []int) error { sizes = append(sizes, len(some)); return nil }) {
			if failed = err; err != nil {
				break
			}
			if got = append(got, row); len(got) == c.want {
				break
			}
		}
		if fmt.Sprint(sizes) != c.sizes || len(got) != c.got || !slices.IsSorted(got) || !errors.Is(failed, c.fail) {
			t.Errorf("%+v: batches of %v, %d rows, %v", c, sizes, len(got), failed)
		}
	}
	for _, err := range InBatches(source(3, nil), func([]int) error { return broken }) {
		if !errors.Is(err, broken) {
			t.Error("trouble of a batch is not told")
		}
	}
}
