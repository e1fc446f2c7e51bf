package lists

import (
	"context"
	"iter"
	"strings"

	"github.com/entraidsync/entraidsync/ui/table"
)

// WalkOf fetches a page of rows that can only be gone through one by one, see [FetchOf].
func WalkOf[T any](rows func(context.Context, Wanted) iter.Seq2[T, error]) func(context.Context, Wanted) (Batch[T], error) {
	return func(ctx context.Context, w Wanted) (out Batch[T], err error) {
		skip := w.Offset
		for r, err := range rows(ctx, w) {
			if err != nil {
				return out, err
			}
			if skip--; skip >= 0 {
				continue
			}
			if out.Rows = append(out.Rows, r); len(out.Rows) == w.Limit {
				break
			}
		}
		return out, nil
	}
}

// CountOf counts such rows.
func CountOf[T any](rows func(context.Context, Wanted) iter.Seq2[T, error]) func(context.Context, Wanted) (int, error) {
	return func(ctx context.Context, w Wanted) (n int, err error) {
		for _, err := range rows(ctx, w) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
}

// Sought is the text by which a row is found: its id, and all that its columns show, in lower case.
func Sought[T any](id string, row T, grid *table.Grid[T]) string {
	texts := []string{id}
	for _, c := range grid.Columns() {
		texts = append(texts, c.Text(row))
	}
	return strings.ToLower(strings.Join(texts, "\n"))
}
