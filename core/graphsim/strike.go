package graphsim

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// instead is the answer of faults that never ask Graph; nil for the others.
func (a *armed) instead(s *Server, r *http.Request) *reply {
	if refused := a.refusal(s, r); refused != nil {
		id := r.Header.Get("client-request-id")
		rep := refused.reply(newID(), id, s.cfg.Now())
		if a.RetryAfter != "" {
			rep.header.Set("Retry-After", a.RetryAfter)
		}
		return rep
	}
	switch a.Kind {
	case Dropped:
		return &reply{dropped: true}
	case Custom:
		return a.custom()
	case HTMLPage:
		return withType("text/html; charset=utf-8", a.body("<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome to Airport WiFi</body></html>"))
	case BrokenJSON:
		return withType("application/json", a.body(`{"value":[{"id":"1","displayName":tru`))
	case EmptyBody:
		return newReply(http.StatusOK, nil)
	case Redirect:
		rep := newReply(http.StatusFound, nil)
		rep.header.Set("Location", a.location(s, r))
		return rep
	}
	return nil
}

// refusal is the error of faults that are one, in Graph's words.
func (a *armed) refusal(s *Server, r *http.Request) *refusal {
	switch a.Kind {
	case Throttling:
		return tooManyRequests()
	case InternalError:
		return refuse(http.StatusInternalServerError, "InternalServerError", "An internal server error occurred.")
	case BadGateway:
		return refuse(http.StatusBadGateway, "BadGateway", "Bad gateway.")
	case Unavailable:
		return refuse(http.StatusServiceUnavailable, "ServiceUnavailable", "The service is temporarily unavailable.")
	case GatewayTimeout:
		return refuse(http.StatusGatewayTimeout, "GatewayTimeout", "The gateway timed out.")
	case ExpiredAccessToken:
		return s.unauthorized("Lifetime validation failed, the token is expired.")
	case ClaimsChallenge:
		return s.challenge()
	case Forbidden:
		return refuse(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	case NoLicence:
		return refuse(http.StatusForbidden, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license")
	case NoPIMLicence:
		return needsPIM
	case ForeignGone:
		return goneTo(a.location(s, r))
	}
	return tokenDeath(a.Kind, s.graph+r.URL.Path)
}

// challenge asks for a token that satisfies a Conditional Access policy.
func (s *Server) challenge() *refusal {
	claims := base64.StdEncoding.EncodeToString([]byte(`{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}`))
	r := s.unauthorized("Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp.")
	return r.with("WWW-Authenticate", fmt.Sprintf(`Bearer realm="", authorization_uri="%s/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="%s"`, s.authority, claims))
}

// deadToken is how a token of an older epoch is refused.
func (c *call) deadToken(kind Kind) *refusal {
	if r := tokenDeath(kind, c.s.graph+c.r.URL.Path); r != nil {
		return r
	}
	return tokenDeath(SyncStateNotFound, "")
}

// tokenDeath is one of the ways in which Graph says that a delta or page token is dead; nil if kind is none.
func tokenDeath(kind Kind, url string) *refusal {
	const text = "The sync state generation is not found. The delta token is expired and data must be synchronized again."
	switch kind {
	case GoneWithLocation:
		return goneTo(url + "?$deltatoken=")
	case GoneSyncState:
		return refuse(http.StatusGone, "SyncStateNotFound", text)
	case SyncStateNotFound:
		return refuse(http.StatusBadRequest, "syncStateNotFound", text)
	case ResyncRequired:
		r := refuse(http.StatusBadRequest, "invalidRequest", "The request is invalid.")
		r.inner = map[string]any{"code": "badRequest", "innererror": map[string]any{"code": "resyncRequired", "message": "The delta token is no longer valid, and the app must reset the sync state."}}
		return r
	case SyncTooLate:
		return refuse(http.StatusBadRequest, "Request_BadRequest", "Sync must reach steady state within 30 days.")
	case NotFoundToken:
		return refuse(http.StatusNotFound, "UnknownError", "")
	case PageTokenNotFound:
		return refuse(http.StatusBadRequest, "DirectoryPageTokenNotFoundException", "The specified page token was not found.")
	}
	return nil
}

func goneTo(location string) *refusal {
	return refuse(http.StatusGone, "syncStateNotFound", "The delta token is no longer valid; synchronize again from the beginning.").with("Location", location)
}

func (a *armed) custom() *reply {
	rep := withType("application/json", a.body("{}"))
	rep.status = a.Status
	if a.RetryAfter != "" {
		rep.header.Set("Retry-After", a.RetryAfter)
	}
	return rep
}

func (a *armed) body(usual string) string {
	if a.Body != "" {
		return a.Body
	}
	return usual
}

func (a *armed) location(s *Server, r *http.Request) string {
	if a.Location != "" {
		return a.Location
	}
	return s.foreign + r.URL.RequestURI()
}

func withType(contentType, body string) *reply {
	rep := newReply(http.StatusOK, []byte(body))
	rep.header.Set("Content-Type", contentType)
	return rep
}

// breakReply spoils an honest answer.
func (a *armed) breakReply(s *Server, r *http.Request, rep *reply) {
	switch a.Kind {
	case DroppedMidBody:
		rep.cut = true
	case SlowBody:
		rep.pause = a.Pause
		if rep.pause == 0 {
			rep.pause = 100 * time.Millisecond
		}
	case TruncatedJSON:
		rep.body = rep.body[:len(rep.body)*2/3]
	case TruncatedGzip:
		rep.cutGzip = true
	case ErrorWithData:
		rep.status = http.StatusBadRequest
	case ForeignNextLink:
		relink(rep, func(link string) string { return strings.Replace(link, s.graph, s.foreign, 1) })
	case PlainNextLink:
		relink(rep, func(link string) string { return strings.Replace(link, s.graph, s.plain, 1) })
	case EndlessNextLink:
		relink(rep, func(string) string { return s.graph + r.URL.RequestURI() })
	}
}

// relink puts another nextLink in place of a page's link, whichever it has.
func relink(rep *reply, change func(link string) string) {
	var page map[string]json.RawMessage
	if json.Unmarshal(rep.body, &page) != nil {
		return
	}
	var link string
	for _, name := range []string{"@odata.nextLink", "@odata.deltaLink"} {
		if raw, ok := page[name]; ok {
			_ = json.Unmarshal(raw, &link)
			delete(page, name)
		}
	}
	page["@odata.nextLink"], _ = json.Marshal(change(link))
	rep.body, _ = json.Marshal(page)
}
