package wire

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"time"
)

// Hosts are the roots of a server's hosts, without a trailing slash, and the clock on their wall.
type Hosts struct {
	Authority, Graph, IMDS string
	Foreign, Plain         string // where no client should go
	Now                    func() time.Time
}

// Unauthorized refuses a request to Graph for its token's sake.
func (h *Hosts) Unauthorized(message string) *Refusal {
	return Refuse(http.StatusUnauthorized, "InvalidAuthenticationToken", "%s", message).
		with("WWW-Authenticate", fmt.Sprintf(`Bearer realm="", authorization_uri="%s/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`, h.Authority))
}

// challenge asks for a token that satisfies a Conditional Access policy.
func (h *Hosts) challenge() *Refusal {
	claims := base64.StdEncoding.EncodeToString([]byte(`{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}`))
	r := h.Unauthorized("Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp.")
	return r.with("WWW-Authenticate", fmt.Sprintf(`Bearer realm="", authorization_uri="%s/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="%s"`, h.Authority, claims))
}
