package wire

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Request is one request that reached any of the server's hosts, and what it was answered.
type Request struct {
	Time       time.Time
	Method     string
	Host       string // with its port, as the client asked for it
	Path       string // without the query
	Template   string // the path with ids written as {id} and {tenant}
	Query      string // decoded
	Status     int    // 0: the connection was dropped
	Tenant     string // id; empty before sign-in
	Authorized bool   // it carried an Authorization header
	Fault      Kind   // the fault that struck it; 0: none
}

// requestsKept bounds the log: a demo runs for days.
const requestsKept = 100_000

// Log holds the latest requests.
type Log struct {
	mu       sync.Mutex
	requests []Request
}

// Add writes a request down.
func (l *Log) Add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.requests) == requestsKept {
		l.requests = append(l.requests[:0], l.requests[requestsKept/2:]...)
	}
	l.requests = append(l.requests, r)
}

// All are the latest 50,000 or more requests since the last [Log.Reset], oldest first.
func (l *Log) All() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Request(nil), l.requests...)
}

// Reset forgets the requests so far.
func (l *Log) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests = nil
}

var guid = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

// NewRequest describes r before it is answered.
func NewRequest(r *http.Request, now time.Time) Request {
	return Request{
		Time: now, Method: r.Method, Host: r.Host, Path: r.URL.Path,
		Template: template(r.URL.Path), Query: decodedQuery(r),
		Authorized: r.Header.Get("Authorization") != "",
	}
}

func template(path string) string {
	if strings.HasPrefix(path, "/v1.0/") {
		return guid.ReplaceAllLiteralString(path, "{id}")
	}
	if _, rest, ok := strings.Cut(strings.TrimPrefix(path, "/"), "/"); ok {
		return "/{tenant}/" + rest
	}
	return path
}

func decodedQuery(r *http.Request) string {
	q, err := url.QueryUnescape(r.URL.RawQuery)
	if err != nil {
		return r.URL.RawQuery
	}
	return q
}
