package graphsim

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

// requestLog holds the latest requests.
type requestLog struct {
	mu       sync.Mutex
	requests []Request
}

func (l *requestLog) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.requests) == requestsKept {
		l.requests = append(l.requests[:0], l.requests[requestsKept/2:]...)
	}
	l.requests = append(l.requests, r)
}

// Requests are the latest 50,000 or more requests since the last [Server.ResetRequests], oldest first.
func (s *Server) Requests() []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return append([]Request(nil), s.log.requests...)
}

// Count is the number of logged requests whose template and status are these; an empty template or a status of -1
// matches any.
func (s *Server) Count(template string, status int) int {
	n := 0
	for _, r := range s.Requests() {
		if (template == "" || r.Template == template) && (status == -1 || r.Status == status) {
			n++
		}
	}
	return n
}

// ResetRequests forgets the requests so far.
func (s *Server) ResetRequests() {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.log.requests = nil
}

var guid = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

// newRequest describes r before it is answered.
func (s *Server) newRequest(r *http.Request) Request {
	return Request{
		Time: s.cfg.Now(), Method: r.Method, Host: r.Host, Path: r.URL.Path,
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
