package signin

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// IMDSVersion is the one API version of the identity endpoint that stands in Microsoft's documents.
const IMDSVersion = "2018-02-01"

// HostToken gives a token to whoever may speak to the host itself: the Metadata header keeps web pages out, and a
// request that was forwarded comes from elsewhere.
func (h *Host) HostToken(r *http.Request) *wire.Reply {
	refuse := func(status int, code, text string) *wire.Reply {
		return wire.JSON(status, map[string]string{"error": code, "error_description": text})
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
	case q.Get("api-version") != IMDSVersion:
		return refuse(http.StatusBadRequest, "bad_request_103", "Required parameter 'api-version' not specified or not supported")
	case q.Get("resource") == "":
		return refuse(http.StatusBadRequest, "invalid_request", "Required parameter 'resource' not specified")
	}
	t, a := h.identity(q.Get("client_id"))
	if t == nil {
		return refuse(http.StatusBadRequest, "invalid_request", "Identity not found")
	}
	if strings.TrimSuffix(q.Get("resource"), "/") != h.roots.Graph {
		return refuse(http.StatusBadRequest, "invalid_resource", "AADSTS500011: The resource principal named "+q.Get("resource")+" was not found in the tenant named "+t.DisplayName()+".")
	}
	return h.identityReply(t, a, q.Get("resource"))
}

// identity finds the managed identity of the host by its client id; without one the only one, as the host's own.
func (h *Host) identity(clientID string) (*directory.Tenant, directory.App) {
	for _, t := range h.tenants {
		for _, a := range t.Registrations() {
			if a.Identity && (clientID == "" || strings.EqualFold(a.ClientID, clientID)) {
				return t, a
			}
		}
	}
	return nil, directory.App{}
}

// identityReply hands a token out; its numbers are texts, as the real service writes them.
func (h *Host) identityReply(t *directory.Tenant, a directory.App, resource string) *wire.Reply {
	token, err := h.issueToken(t, a, false)
	if err != nil {
		return wire.NewReply(http.StatusInternalServerError, nil)
	}
	now, seconds := h.roots.Now(), strconv.Itoa(int(h.lifetime/time.Second))
	return wire.JSON(http.StatusOK, map[string]string{
		"access_token": token, "client_id": a.ClientID, "resource": resource, "token_type": "Bearer",
		"expires_in": seconds, "ext_expires_in": seconds,
		"expires_on": strconv.FormatInt(now.Add(h.lifetime).Unix(), 10), "not_before": strconv.FormatInt(now.Unix(), 10),
	})
}
