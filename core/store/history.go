package store

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store/rows"
)

// HistoryQuery says which rows of a tenant's history are wanted.
type HistoryQuery struct {
	Search     string        // in any column, as the export has them; empty matches all
	Words      []HistoryWord // each has to fit: what a person reads in the columns, or the export's form
	Failed     bool          // only what failed or warned
	Since      time.Time     // only what began from then on; zero: all
	Sort       string        // a column as the export names them; "" or an unknown one: start_time, newest first
	Descending bool
	Range
}

// historyOrder is what the history can be sorted by.
var historyOrder = map[string]string{
	"start_time": "r.started", "end_time": "r.ended", "type": streamName, "status": "r.status",
	"total": "r.total", "changed": "r.changed", "deleted": "r.deleted", "filtered": "r.filtered",
}

// className is a subquery and no join, so that skipping to a late page reads
// the index alone.
const (
	className    = "(SELECT name FROM classes c WHERE c.class = r.class)"
	relationName = "coalesce((SELECT name FROM relations n WHERE n.relation = r.relation), '')"
	streamName   = className + " || coalesce((SELECT '/' || name FROM relations n WHERE n.relation = r.relation), '')" // see entra.ClassRun.Stream
)

// History gives a tenant's history rows.
func (s *Store) History(ctx context.Context, tenant int64, q HistoryQuery) iter.Seq2[entra.ClassRun, error] {
	if page, ok := s.farPage(ctx, tenant, q); ok {
		return page
	}
	where, args := q.match(tenant)
	return s.classRuns(ctx, where+q.order()+" LIMIT ? OFFSET ?", append(args, q.limit(), q.Offset)...)
}

// far is the offset from which a page may be nearer to the other end, so much
// so that reading it from there is worth knowing the number of rows.
const far = 10_000

// farPage reads a page of the far half from the other end: skipping half a
// million rows takes longer than a frame.
func (s *Store) farPage(ctx context.Context, tenant int64, q HistoryQuery) (iter.Seq2[entra.ClassRun, error], bool) {
	if q.Offset < far || q.Limit == 0 || !q.all() {
		return nil, false
	}
	rows, err := s.HistoryCount(ctx, tenant, "")
	if err != nil || q.Offset < rows/2 {
		return nil, false
	}
	limit := max(0, min(q.Limit, rows-q.Offset))
	where, args := historyMatch(tenant, "")
	return func(yield func(entra.ClassRun, error) bool) {
		var page []entra.ClassRun
		for row, err := range s.classRuns(ctx, where+q.reverse().order()+" LIMIT ? OFFSET ?", append(args, limit, rows-q.Offset-limit)...) {
			if err != nil {
				yield(row, err)
				return
			}
			page = append(page, row)
		}
		for _, row := range slices.Backward(page) {
			if !yield(row, nil) {
				return
			}
		}
	}, true
}

// all tells whether every row of the tenant is wanted.
func (q HistoryQuery) all() bool {
	return strings.TrimSpace(q.Search) == "" && len(q.Words) == 0 && !q.Failed && q.Since.IsZero()
}

// match is what SQL asks of a row.
func (q HistoryQuery) match(tenant int64) (string, []any) {
	where, args := historyMatch(tenant, q.Search)
	for _, w := range q.Words {
		condition, more := w.match()
		where, args = where+" AND ("+condition+")", append(args, more...)
	}
	if q.Failed {
		where += " AND r.status IN ('failed', 'warning', 'interrupted')"
	}
	if !q.Since.IsZero() {
		where, args = where+" AND r.started >= ?", append(args, q.Since.UnixMilli())
	}
	return where, args
}

// HistoryMatches counts the rows that [Store.History] would give in all.
func (s *Store) HistoryMatches(ctx context.Context, tenant int64, q HistoryQuery) (n int, err error) {
	if q.all() {
		return s.HistoryCount(ctx, tenant, "")
	}
	where, args := q.match(tenant)
	err = s.read.QueryRowContext(ctx, "SELECT count(*) FROM class_runs r"+where, args...).Scan(&n)
	return n, trouble("counting the history failed", err)
}

// reverse is the same from the other end.
func (q HistoryQuery) reverse() HistoryQuery {
	if _, ok := historyOrder[q.Sort]; !ok {
		q.Sort, q.Descending = "start_time", true
	}
	q.Descending = !q.Descending
	return q
}

func (q HistoryQuery) order() string {
	column, ok := historyOrder[q.Sort]
	if !ok {
		column, q.Descending = historyOrder["start_time"], true
	}
	direction := " ASC"
	if q.Descending {
		direction = " DESC"
	}
	return " ORDER BY " + column + direction + ", r.class_run" + direction
}

// HistoryCount counts the rows that [Store.History] would give in all.
func (s *Store) HistoryCount(ctx context.Context, tenant int64, search string) (int, error) {
	var n int
	if strings.TrimSpace(search) == "" {
		err := s.read.QueryRowContext(ctx, "SELECT history FROM tenants WHERE tenant = ?", tenant).Scan(&n)
		if isNoRows(err) {
			err = nil
		}
		return n, trouble("counting the history failed", err)
	}
	where, args := historyMatch(tenant, search)
	err := s.read.QueryRowContext(ctx, "SELECT count(*) FROM class_runs r"+where, args...).Scan(&n)
	return n, trouble("counting the history failed", err)
}

// like makes a pattern that matches the text literally, anywhere.
func like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
}

func (s *Store) classRuns(ctx context.Context, where string, args ...any) iter.Seq2[entra.ClassRun, error] {
	return stream(ctx, s.read, scanClassRun, query{"reading the history failed", "SELECT " + classRunColumns + where, args})
}

// What reads rows, by the names that this package calls them.
type (
	scanner = rows.Scanner
	queryer = rows.Queryer
)

// query is what is asked, and what for.
type query struct {
	what say.Sentence // for errors: "reading the history failed"
	sql  string
	args []any
}

func (q query) rows() rows.Query { return rows.Query{What: q.what, SQL: q.sql, Args: q.args} }

// stream gives a query's rows one by one, see [rows.Stream].
func stream[T any](ctx context.Context, db queryer, scan func(scanner) (T, error), q query) iter.Seq2[T, error] {
	return rows.Stream(ctx, db, scan, q.rows())
}

// DayChanges counts one day's changes of objects, for the picture of recent
// activity.
type DayChanges struct {
	Day                     time.Time // midnight UTC
	Added, Updated, Deleted int64
}

// Activity counts changes by day since a time, over all tenants.
func (s *Store) Activity(ctx context.Context, since time.Time) ([]DayChanges, error) {
	scan := func(row scanner) (DayChanges, error) {
		var d DayChanges
		var day int64
		err := row.Scan(&day, &d.Added, &d.Updated, &d.Deleted)
		d.Day = time.UnixMilli(day * 86_400_000).UTC()
		return d, err
	}
	var out []DayChanges
	for d, err := range stream(ctx, s.read, scan, query{"reading the changes failed", `SELECT time / 86400000,
		count(*) FILTER (WHERE kind IN ('added', 'restored')), count(*) FILTER (WHERE kind NOT IN ('added', 'restored', 'deleted')), count(*) FILTER (WHERE kind = 'deleted')
		FROM changes WHERE tenant IN (SELECT tenant FROM tenants) AND time >= ? GROUP BY 1 ORDER BY 1`, []any{since.UnixMilli()}}) {
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// historyMatch is what SQL asks of a history row: that it is the tenant's, and
// that its columns, with a space between them, hold the text.
func historyMatch(tenant int64, search string) (string, []any) {
	where, args := " WHERE r.tenant = ?", []any{tenant}
	switch search = strings.TrimSpace(search); {
	case search == "":
		return where, args
	case strings.Contains(search, " "): // it may reach from one column into the next
		return where + " AND " + historyLine + ` LIKE ? ESCAPE '\'`, append(args, like(search))
	}
	columns, more := historyColumns(search)
	return where + " AND (" + strings.Join(columns, " OR ") + ")", append(args, more...)
}

const (
	startTime   = "strftime('%Y-%m-%dT%H:%M:%SZ', r.started / 1000, 'unixepoch')"
	endTime     = "coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', r.ended / 1000, 'unixepoch'), '')"
	historyLine = startTime + " || ' ' || " + endTime + " || ' ' || " + streamName +
		" || ' ' || r.total || ' ' || r.changed || ' ' || r.deleted || ' ' || r.filtered || ' ' || r.status || ' ' || r.error"
)

// historyColumns are the columns that may hold a text without a space, each with
// what it is asked. To write out the times of a million rows takes seconds, so
// only those are asked that can hold it.
func historyColumns(text string) (columns []string, args []any) {
	ask := func(arg any, asked ...string) {
		for _, column := range asked {
			columns, args = append(columns, column), append(args, arg)
		}
	}
	const matches = ` LIKE ? ESCAPE '\'`
	ask(like(text), "r.status"+matches, "r.error"+matches, "r.class IN (SELECT class FROM classes WHERE name"+matches+")", "r.relation > 0 AND "+streamName+matches)
	if strings.Trim(text, "0123456789") == "" {
		ask(like(text), "r.total"+matches, "r.changed"+matches, "r.deleted"+matches, "r.filtered"+matches)
	}
	if from, to, ok := timesOf(text); ok {
		columns = append(columns, "r.started >= ? AND r.started < ?", "r.ended >= ? AND r.ended < ?")
		args = append(args, from.UnixMilli(), to.UnixMilli(), from.UnixMilli(), to.UnixMilli())
	} else if strings.Trim(strings.ToUpper(text), "0123456789-:TZ") == "" {
		ask(like(text), startTime+matches, endTime+matches)
	}
	return columns, args
}

// timesOf reads the beginning of a time, which no other part of one can hold: it
// stands for all times that begin so.
func timesOf(text string) (from, to time.Time, ok bool) {
	text = strings.ToUpper(text)
	for _, l := range []struct {
		layout string
		month  int
		unit   time.Duration
	}{{"2006-01", 1, 0}, {"2006-01-02", 0, 24 * time.Hour}, {"2006-01-02T15", 0, time.Hour}, {"2006-01-02T15:04", 0, time.Minute},
		{"2006-01-02T15:04:05", 0, time.Second}, {"2006-01-02T15:04:05Z", 0, time.Second}} {
		if from, err := time.Parse(l.layout, text); err == nil && from.Format(l.layout) == text {
			return from, from.AddDate(0, l.month, 0).Add(l.unit), true
		}
	}
	return from, to, false
}

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

// HistoryWord is one word of a search, and what it may mean to who reads the history.
type HistoryWord struct {
	Text      string   // as it stands, in any column of the export
	Number    string   // its digits, where it is a number as people write it
	Times     []Span   // that begin or end there
	Clock     *Clock   // that begin or end at a time of the day
	Classes   []string // whose name for people holds it
	Relations []string // likewise
	Statuses  []entra.Status
	FullScans bool
	Errors    [][]string // what an error says that reads like it in another language: its parts, in their order
}

// Span is time from a moment to before another.
type Span struct{ Since, Until time.Time }

// Clock is a time of the day, to before another, where the clock differs from UTC by so much
// in each of some spans.
type Clock struct {
	From, To time.Duration
	Zones    []Zone
}

// Zone is a span with the difference of the clock from UTC.
type Zone struct {
	Span
	Ahead time.Duration
}

// match is what SQL asks of a row for the word.
func (w HistoryWord) match() (string, []any) {
	columns, args := historyColumns(w.Text)
	ask := func(condition string, more ...any) { columns, args = append(columns, condition), append(args, more...) }
	if w.Number != "" {
		for _, count := range []string{"r.total", "r.changed", "r.deleted", "r.filtered", "r.tries"} {
			ask(count+` LIKE ? ESCAPE '\'`, like(w.Number))
		}
	}
	for _, column := range []string{"r.started", "r.ended"} {
		for _, t := range w.Times {
			ask(column+" >= ? AND "+column+" < ?", t.Since.UnixMilli(), t.Until.UnixMilli())
		}
		if w.Clock != nil {
			for _, z := range w.Clock.Zones {
				ask(column+" >= ? AND "+column+" < ? AND ("+column+" + ?) % 86400000 >= ? AND ("+column+" + ?) % 86400000 < ?",
					z.Since.UnixMilli(), z.Until.UnixMilli(), z.Ahead.Milliseconds(), w.Clock.From.Milliseconds(), z.Ahead.Milliseconds(), w.Clock.To.Milliseconds())
			}
		}
	}
	for _, list := range []struct {
		condition string
		names     []string
	}{{"r.class IN (SELECT class FROM classes WHERE name IN (%s))", w.Classes}, {"r.relation IN (SELECT relation FROM relations WHERE name IN (%s))", w.Relations}, {"r.status IN (%s)", namesOf(w.Statuses)}} {
		if len(list.names) > 0 {
			ask(fmt.Sprintf(list.condition, "?"+strings.Repeat(", ?", len(list.names)-1)), anys(list.names)...)
		}
	}
	if w.FullScans {
		ask("r.full_scan = 1")
	}
	if len(w.Errors) > 0 {
		ask(`EXISTS (SELECT 1 FROM json_each(?) e WHERE r.error LIKE e.value ESCAPE '\')`, patterns(w.Errors))
	}
	return strings.Join(columns, " OR "), args
}

func namesOf(statuses []entra.Status) (out []string) {
	for _, s := range statuses {
		out = append(out, string(s))
	}
	return out
}

func anys(list []string) (out []any) {
	for _, text := range list {
		out = append(out, text)
	}
	return out
}
