package store

import "context"

// CatchUp is the part of a fast first scan that follows the delta link of its
// beginning. All its other parts are lists: part 0 the whole one, from 2 on
// those that it was divided into, the remainder last.
const CatchUp = 1

// lists tells whether the objects of a part come whole, from a list.
func (r *Round) lists(part int) bool {
	return r.Kind == Poll || (r.Kind == Fast && part != CatchUp)
}

func (t *tx) addPart(round int64, part int, first string) error {
	_, err := t.exec("INSERT INTO cursors (round, part, first, link) VALUES (?1, ?2, ?3, ?3)", round, part, first)
	return err
}

// RestartPart sets one part of a round back to its first page.
func (s *Store) RestartPart(ctx context.Context, r *Round, part int) error {
	return s.tx(ctx, "restarting the part", func(t *tx) error {
		n, err := t.exec("UPDATE cursors SET link = first, done = 0 WHERE round = ? AND part = ? AND EXISTS (SELECT 1 FROM rounds WHERE round = ? AND over = 0)",
			r.Key, part, r.Key)
		if err == nil && n == 0 {
			return ErrRoundOver
		}
		return err
	})
}

// Divide puts several lists in the place of a fast first scan's one list, which
// need not come to its end. links are their first pages, the remainder's last.
func (s *Store) Divide(ctx context.Context, r *Round, links []string) error {
	return s.tx(ctx, "dividing the list", func(t *tx) error {
		n, err := t.exec("UPDATE cursors SET link = '', done = 1 WHERE round = ? AND part = 0 AND EXISTS (SELECT 1 FROM rounds WHERE round = ? AND over = 0)", r.Key, r.Key)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrRoundOver
		}
		for i, link := range links {
			if err := t.addPart(r.Key, CatchUp+1+i, link); err != nil {
				return err
			}
		}
		now, err := t.round(r.Tenant, r.Class)
		if err == nil {
			r.Cursors = now.Cursors
		}
		return err
	})
}
