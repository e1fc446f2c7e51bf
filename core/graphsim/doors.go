package graphsim

import (
	"net/http"

	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// IMDS is the root of an Azure host's metadata service, which gives out the tokens of managed identities. On Azure it
// is http://169.254.169.254.
func (s *Server) IMDS() string { return s.hosts.IMDS }

// Fault arms a fault and answers how to lift it. A Match that is no regular expression panics: it is a mistake of
// the caller.
func (s *Server) Fault(f wire.Fault) (lift func()) { return s.faults.Arm(f) }

// Tamper makes the next answers to requests that match odd, a number of times (-1: until it is lifted): what tamper makes
// of a body is sent in its place. See [Before], [Replaced], [Spliced], [UpperIDs]; and [Without] for [Fault.Ask].
func (s *Server) Tamper(match string, times int, tamper func(r *http.Request, body []byte) (odd []byte)) (lift func()) {
	return s.Fault(Fault{Kind: Odd, Match: match, Times: times, Tamper: tamper})
}

// ClearFaults lifts every fault.
func (s *Server) ClearFaults() { s.faults.Clear() }

// TypeCode does what a person does on the sign-in page with the code that a program showed; false: there is no such
// code.
func (s *Server) TypeCode(userCode string) bool { return s.signIn.TypeCode(userCode) }

// Requests are the latest 50,000 or more requests since the last [Server.ResetRequests], oldest first.
func (s *Server) Requests() []wire.Request { return s.log.All() }

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
func (s *Server) ResetRequests() { s.log.Reset() }

// serveSignIn is the simulated login.microsoftonline.com.
func (s *Server) serveSignIn(w http.ResponseWriter, r *http.Request) {
	entry := wire.NewRequest(r, s.hosts.Now())
	strike := s.faults.Match(r)
	entry.Fault = strike.Struck()
	rep := strike.Spoil(&s.hosts, r, func(r *http.Request) *wire.Reply {
		rep, t := s.signIn.Answer(r)
		if t != nil {
			entry.Tenant = t.ID()
		}
		return rep
	})
	rep.Header.Set("Date", s.hosts.Now().UTC().Format(http.TimeFormat))
	entry.Status = rep.Status
	s.log.Add(entry)
	wire.Send(w, r, rep)
}

// serveIMDS is the simulated identity endpoint of an Azure host.
func (s *Server) serveIMDS(w http.ResponseWriter, r *http.Request) {
	entry := wire.NewRequest(r, s.hosts.Now())
	entry.Template = entry.Path
	strike := s.faults.Match(r)
	entry.Fault = strike.Struck()
	rep := strike.Spoil(&s.hosts, r, func(r *http.Request) *wire.Reply { return s.signIn.HostToken(r) })
	entry.Status = rep.Status
	s.log.Add(entry)
	wire.Send(w, r, rep)
}

// serveForeign records who was led astray, and answers with a page that would do harm if it were believed.
func (s *Server) serveForeign(w http.ResponseWriter, r *http.Request) {
	entry := wire.NewRequest(r, s.hosts.Now())
	entry.Status = http.StatusOK
	s.log.Add(entry)
	wire.Send(w, r, wire.JSON(http.StatusOK, map[string]any{
		"@odata.deltaLink": s.hosts.Foreign + r.URL.Path + "?$deltatoken=foreign",
		"value":            []any{map[string]any{"id": "00000000-0000-4000-8000-000000000bad", "displayName": "foreign"}},
	}))
}
