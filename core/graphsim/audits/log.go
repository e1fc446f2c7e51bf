package audits

import (
	"cmp"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// Log is the log of one tenant. Its methods may be called from any goroutine.
type Log struct {
	Tenant *directory.Tenant
	Now    func() time.Time
	Late   time.Duration // how long after what they tell of the last entries appear

	Most int // entries of a page, whatever $top asks for

	mu      sync.Mutex
	told    int // deeds of which entries were made
	entries []entry
	asked   []time.Time // the latest requests
}

// The log keeps an entry so long, for less of a tenant without a premium licence.
const (
	kept       = 30 * 24 * time.Hour
	keptOfFree = 7 * 24 * time.Hour
)

// Graph's limits of reports, for each app in each tenant.
const (
	mostAsked = 5
	askedIn   = 10 * time.Second
)

var badToken = wire.Refuse(http.StatusBadRequest, "BadRequest", "Skip token is invalid.")

// tooEarly refuses what begins before the log does, in Graph's own words.
func tooEarly(first time.Time) error {
	return wire.Refuse(http.StatusBadRequest, "UnknownError", "Specified argument was out of the range of valid values. (Parameter 'Minimum allowed time for activityDateTime is %s')", first.Format("1/2/2006 3:04:05 PM"))
}

// Throttle refuses a request that comes too soon after others; only what is taken counts.
func (l *Log) Throttle() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.Now()
	l.asked = slices.DeleteFunc(l.asked, func(at time.Time) bool { return now.Sub(at) >= askedIn })
	if len(l.asked) >= mostAsked {
		r := wire.TooManyRequests()
		r.Header = map[string]string{"Retry-After": "10"}
		return r
	}
	l.asked = append(l.asked, now)
	return nil
}

// Page is a page of the log.
type Page struct {
	Rows []any
	Next string // the token of the next one; "": there is none
}

// Read answers a request by its options.
func (l *Log) Read(options map[string]string) (Page, error) {
	q, err := parse(options)
	if err != nil {
		return Page{}, err
	}
	kept, now := kept, l.Now()
	if !l.Tenant.Premium() {
		kept = keptOfFree
	}
	if first := now.UTC().Add(-kept).Truncate(24*time.Hour).AddDate(0, 0, -1); !q.from.IsZero() && q.from.Before(first) && q.after.IsZero() {
		return Page{}, tooEarly(first)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.catchUp()
	var found []entry
	for _, e := range l.entries {
		if !e.arrives.After(now) && now.Sub(e.at) < kept && q.passes(e) {
			found = append(found, e)
		}
	}
	order := func(a, b entry) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.number, b.number)) }
	if q.descending {
		ascending := order
		order = func(a, b entry) int { return ascending(b, a) }
	}
	slices.SortFunc(found, order)
	if !q.after.IsZero() { // it goes on behind the last one told: what appeared before that since is not in it
		last := entry{at: q.after, number: q.number}
		found = slices.DeleteFunc(found, func(e entry) bool { return order(e, last) <= 0 })
	}
	var p Page
	if top := min(q.top, l.Most); len(found) > top {
		p.Next = tokenOf(found[top-1])
		found = found[:top]
	}
	p.Rows = []any{}
	for _, e := range found {
		p.Rows = append(p.Rows, e.json())
	}
	return p, nil
}

// catchUp makes the entries of what was done since it was last looked at.
func (l *Log) catchUp() {
	deeds := l.Tenant.Deeds(l.told)
	l.told += len(deeds)
	for _, d := range deeds {
		l.entries = append(l.entries, teller{l.Tenant, l.Late}.entries(d)...)
	}
}

// json is an entry as Graph writes it.
func (e entry) json() map[string]any {
	result, reason := "success", ""
	if e.failed {
		result, reason = "failure", "Microsoft.Online.Workflows.AuthorizationException"
	}
	targets := []any{}
	for _, t := range e.targets {
		changed := []any{}
		for _, m := range t.modified {
			changed = append(changed, map[string]any{"displayName": m.name, "oldValue": orNil(m.old), "newValue": orNil(m.new)})
		}
		targets = append(targets, map[string]any{"id": t.id, "displayName": orNil(t.name), "type": t.kind, "userPrincipalName": orNil(t.upn),
			"groupType": nil, "modifiedProperties": changed})
	}
	return map[string]any{"id": e.id, "category": e.category, "correlationId": e.correlation, "result": result, "resultReason": reason,
		"activityDisplayName": e.activity, "activityDateTime": e.at.UTC().Format("2006-01-02T15:04:05.0000000Z"), "loggedByService": "Core Directory",
		"operationType": e.operation, "userAgent": nil, "initiatedBy": initiated(e.by), "targetResources": targets, "additionalDetails": []any{}}
}

func initiated(by directory.Actor) map[string]any {
	switch by.Kind {
	case "user":
		return map[string]any{"app": nil, "user": map[string]any{"id": by.ID, "displayName": nil, "userPrincipalName": by.Name,
			"ipAddress": "203.0.113.9", "userType": nil, "homeTenantId": nil, "homeTenantName": nil}}
	case "app":
		return map[string]any{"user": nil, "app": map[string]any{"appId": orNil(by.AppID), "displayName": by.Name, "servicePrincipalId": orNil(by.ID), "servicePrincipalName": nil}}
	}
	return map[string]any{"user": nil, "app": nil}
}

func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}
