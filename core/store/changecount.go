package store

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"
)

// counted is what changes are counted from: the names and ids of their objects are
// looked up only where somebody searches in them.
func (q ChangeQuery) counted() string {
	if strings.TrimSpace(q.Search) == "" {
		return " changes x"
	}
	return changesFrom
}

// ChangeCount counts what Changes gives, whatever the range.
func (s *Store) ChangeCount(ctx context.Context, tenant int64, q ChangeQuery) (n int, err error) {
	where, args := q.match(tenant)
	err = s.read.QueryRowContext(ctx, "SELECT count(*) FROM"+q.counted()+where, args...).Scan(&n)
	return n, trouble("reading the changes failed", err)
}

// ChangesByDay counts what Changes gives by day, whatever the range. Each day lasts
// from its start to the start of the next, the last one without end: which days there
// are is a matter of the reader's zone.
func (s *Store) ChangesByDay(ctx context.Context, tenant int64, q ChangeQuery, starts []time.Time) ([]DayChanges, error) {
	days, spans := make([]DayChanges, len(starts)), make([]string, len(starts))
	for i, start := range starts {
		end := int64(math.MaxInt64)
		if i+1 < len(starts) {
			end = starts[i+1].UnixMilli()
		}
		days[i].Day, spans[i] = start, fmt.Sprintf("(%d, %d, %d)", i, start.UnixMilli(), end)
	}
	if len(days) == 0 {
		return nil, nil
	}
	where, args := q.match(tenant)
	type count struct {
		day int
		DayChanges
	}
	scan := func(row scanner) (c count, err error) { return c, row.Scan(&c.day, &c.Added, &c.Updated, &c.Deleted) }
	for c, err := range stream(ctx, s.read, scan, query{"reading the changes failed", "WITH days (day, since, until) AS (VALUES " + strings.Join(spans, ", ") + `)
		SELECT y.day, count(*) FILTER (WHERE x.kind IN ('added', 'restored')), count(*) FILTER (WHERE x.kind NOT IN ('added', 'restored', 'deleted')),
		       count(*) FILTER (WHERE x.kind = 'deleted')
		FROM days y CROSS JOIN` + q.counted() + where + " AND x.time >= y.since AND x.time < y.until GROUP BY y.day", args}) {
		if err != nil {
			return nil, err
		}
		days[c.day].Added, days[c.day].Updated, days[c.day].Deleted = c.Added, c.Updated, c.Deleted
	}
	return days, nil
}
