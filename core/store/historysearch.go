package store

import (
	"strings"
	"time"
)

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
	historyLine = startTime + " || ' ' || " + endTime + " || ' ' || " + className +
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
	ask(like(text), "r.status"+matches, "r.error"+matches, "r.class IN (SELECT class FROM classes WHERE name"+matches+")")
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
