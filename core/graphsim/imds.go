package graphsim

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// imdsVersion is the one API version of the identity endpoint that stands in Microsoft's documents.
const imdsVersion = "2018-02-01"

// IMDS is the root of an Azure host's metadata service, which gives out the tokens of managed identities. On Azure it
// is http://169.254.169.254.
func (s *Server) IMDS() string { return s.imds }

// serveIMDS gives a token to whoever may speak to the host itself: the Metadata header keeps web pages out, and a
// request that was forwarded comes from elsewhere.
func (s *Server) serveIMDS(w http.ResponseWriter, r *http.Request) {
	entry := s.newRequest(r)
	entry.Template = entry.Path
	strike := s.faults.match(r)
	entry.Fault = strike.kind()
	rep := strike.spoil(s, r, func() *reply { return s.hostToken(r) })
	entry.Status = rep.status
	s.log.add(entry)
	send(w, r, rep)
}

func (s *Server) hostToken(r *http.Request) *reply {
	refuse := func(status int, code, text string) *reply {
		return jsonReply(status, map[string]string{"error": code, "error_description": text})
	}
	q := r.URL.Query()
	switch {
	case r.URL.Path != "/metadata/identity/oauth2/token":
		return refuse(http.StatusNotFound, "not_found", "The requested resource does not exist")
	case r.Method != http.MethodGet:
		return refuse(http.StatusMethodNotAllowed, "method_not_allowed", "Only GET is allowed")
	case r.Header.Get("Metadata") != "true":
		return refuse(http.StatusBadRequest, "bad_request_102", "Required metadata header not specified")
	case r.Header.Get("X-Forwarded-For") != "":
		return refuse(http.StatusForbidden, "forbidden", "A request that was forwarded is not answered")
	case q.Get("api-version") != imdsVersion:
		return refuse(http.StatusBadRequest, "bad_request_103", "Required parameter 'api-version' not specified or not supported")
	case q.Get("resource") == "":
		return refuse(http.StatusBadRequest, "invalid_request", "Required parameter 'resource' not specified")
	}
	t, a := s.identity(q.Get("client_id"))
	if t == nil {
		return refuse(http.StatusBadRequest, "invalid_request", "Identity not found")
	}
	if strings.TrimSuffix(q.Get("resource"), "/") != s.graph {
		return refuse(http.StatusBadRequest, "invalid_resource", "AADSTS500011: The resource principal named "+q.Get("resource")+" was not found in the tenant named "+t.cfg.DisplayName+".")
	}
	return s.identityReply(t, a, q.Get("resource"))
}

// identity finds the managed identity of the host by its client id; without one the only one, as the host's own.
func (s *Server) identity(clientID string) (*Tenant, App) {
	for _, t := range s.tenants {
		t.mu.RLock()
		apps := t.apps
		t.mu.RUnlock()
		for _, a := range apps {
			if a.Identity && (clientID == "" || strings.EqualFold(a.ClientID, clientID)) {
				return t, a
			}
		}
	}
	return nil, App{}
}

// identityReply hands a token out; its numbers are texts, as the real service writes them.
func (s *Server) identityReply(t *Tenant, a App, resource string) *reply {
	token, err := s.issueToken(t, a, false)
	if err != nil {
		return newReply(http.StatusInternalServerError, nil)
	}
	now, seconds := s.cfg.Now(), strconv.Itoa(int(s.cfg.TokenLifetime/time.Second))
	return jsonReply(http.StatusOK, map[string]string{
		"access_token": token, "client_id": a.ClientID, "resource": resource, "token_type": "Bearer",
		"expires_in": seconds, "ext_expires_in": seconds,
		"expires_on": strconv.FormatInt(now.Add(s.cfg.TokenLifetime).Unix(), 10), "not_before": strconv.FormatInt(now.Unix(), 10),
	})
}
