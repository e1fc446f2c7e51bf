package audits

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// query is what is asked of the log.
type query struct {
	clauses    []func(entry) bool
	from       time.Time // where the asked time begins; zero: it does not
	top        int
	descending bool
	after      time.Time // of the last entry that was told
	number     int
}

func (q query) passes(e entry) bool {
	for _, holds := range q.clauses {
		if !holds(e) {
			return false
		}
	}
	return true
}

const usualPage, mostPage = 1000, 1000

// parse reads the options. What the documents don't name is refused.
func parse(options map[string]string) (q query, err error) {
	q = query{top: usualPage, descending: true}
	for name, value := range options {
		switch name {
		case "$filter":
			err = q.filter(value)
		case "$top":
			if q.top, err = strconv.Atoi(value); err != nil || q.top < 1 || q.top > mostPage {
				err = wire.Refuse(http.StatusBadRequest, "BadRequest", "Invalid page size specified: '%s'. Must be between 1 and %d inclusive.", value, mostPage)
			}
		case "$orderby":
			switch strings.Join(strings.Fields(strings.ToLower(value)), " ") {
			case "activitydatetime", "activitydatetime asc":
				q.descending = false
			case "activitydatetime desc":
			default:
				err = wire.Refuse(http.StatusBadRequest, "BadRequest", "Sorting by '%s' is not supported.", value)
			}
		case "$skiptoken":
			q.after, q.number, err = readToken(value)
		default:
			err = wire.Refuse(http.StatusBadRequest, "BadRequest", "The query option '%s' is not supported for this request.", name)
		}
		if err != nil {
			return q, err
		}
	}
	return q, nil
}

var (
	moment = regexp.MustCompile(`^(?i)activityDateTime\s+(eq|ge|le|gt|lt)\s+(\S+)$`)
	equal  = regexp.MustCompile(`^(?i)([\w/]+)\s+eq\s+'((?:[^']|'')*)'$`)
	begins = regexp.MustCompile(`^(?i)startswith\(\s*([\w/]+)\s*,\s*'((?:[^']|'')*)'\s*\)$`)
	anyOf  = regexp.MustCompile(`^(?i)targetResources/any\(\s*(\w+)\s*:\s*(\w+)/(id|displayName)\s+eq\s+'((?:[^']|'')*)'\s*\)$`)
	joint  = regexp.MustCompile(`(?i)\s+and\s+`)
)

// fields are the properties that are compared with a text.
var fields = map[string]func(entry) string{
	"id":                                 func(e entry) string { return e.id },
	"activitydisplayname":                func(e entry) string { return e.activity },
	"category":                           func(e entry) string { return e.category },
	"correlationid":                      func(e entry) string { return e.correlation },
	"loggedbyservice":                    func(entry) string { return "Core Directory" },
	"initiatedby/user/id":                func(e entry) string { return of(e, "user", e.by.ID) },
	"initiatedby/user/userprincipalname": func(e entry) string { return of(e, "user", e.by.Name) },
	"initiatedby/app/appid":              func(e entry) string { return of(e, "app", e.by.AppID) },
	"initiatedby/app/displayname":        func(e entry) string { return of(e, "app", e.by.Name) },
}

func of(e entry, kind, text string) string {
	if e.by.Kind != kind {
		return ""
	}
	return text
}

// filter reads comparisons that all have to hold.
func (q *query) filter(text string) error {
	for _, one := range joint.Split(strings.TrimSpace(text), -1) {
		holds, err := clause(strings.TrimSpace(one))
		if err != nil {
			return err
		}
		q.clauses = append(q.clauses, holds)
		if m := moment.FindStringSubmatch(strings.TrimSpace(one)); m != nil && strings.HasPrefix(strings.ToLower(m[1]), "g") {
			q.from, _ = time.Parse(time.RFC3339Nano, m[2]) // as the clause did
		}
	}
	return nil
}

func clause(text string) (func(entry) bool, error) {
	if m := moment.FindStringSubmatch(text); m != nil {
		at, err := time.Parse(time.RFC3339Nano, m[2])
		if err != nil {
			return nil, wire.Refuse(http.StatusBadRequest, "BadRequest", "Invalid date '%s' in the filter clause.", m[2])
		}
		return compared(strings.ToLower(m[1]), at), nil
	}
	if m := equal.FindStringSubmatch(text); m != nil {
		if field, ok := fields[strings.ToLower(m[1])]; ok {
			return func(e entry) bool { return strings.EqualFold(field(e), strings.ReplaceAll(m[2], "''", "'")) }, nil
		}
	}
	if m := begins.FindStringSubmatch(text); m != nil {
		if field, ok := fields[strings.ToLower(m[1])]; ok {
			return func(e entry) bool {
				return strings.HasPrefix(strings.ToLower(field(e)), strings.ToLower(strings.ReplaceAll(m[2], "''", "'")))
			}, nil
		}
	}
	if m := anyOf.FindStringSubmatch(text); m != nil && m[1] == m[2] {
		return func(e entry) bool {
			for _, t := range e.targets {
				if value := map[bool]string{true: t.id, false: t.name}[strings.EqualFold(m[3], "id")]; strings.EqualFold(value, m[4]) {
					return true
				}
			}
			return false
		}, nil
	}
	return nil, wire.Refuse(http.StatusBadRequest, "BadRequest", "Invalid filter clause: '%s'.", text)
}

func compared(operator string, with time.Time) func(entry) bool {
	return func(e entry) bool {
		switch d := e.at.Compare(with); operator {
		case "ge":
			return d >= 0
		case "gt":
			return d > 0
		case "le":
			return d <= 0
		case "lt":
			return d < 0
		default:
			return d == 0
		}
	}
}

// tokenOf names the place behind an entry.
func tokenOf(e entry) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d_%d", e.at.UnixNano(), e.number))
}

func readToken(token string) (at time.Time, number int, err error) {
	var nanos int64
	text, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		_, err = fmt.Sscanf(string(text), "%d_%d", &nanos, &number)
	}
	if err != nil {
		return at, 0, badToken
	}
	return time.Unix(0, nanos), number, nil
}
