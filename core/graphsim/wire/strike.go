package wire

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// instead is the answer of faults that never ask Graph; nil for the others.
func (a *armed) instead(hosts *Hosts, r *http.Request) *Reply {
	if refused := a.refusal(hosts, r); refused != nil {
		id := r.Header.Get("client-request-id")
		rep := refused.Reply(NewID(), id, hosts.Now())
		if a.RetryAfter != "" {
			rep.Header.Set("Retry-After", a.RetryAfter)
		}
		return rep
	}
	switch a.Kind {
	case Dropped:
		rep := NewReply(0, nil)
		rep.Dropped = true
		return rep
	case Custom:
		return a.custom()
	case HTMLPage:
		return Typed("text/html; charset=utf-8", a.body("<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome to Airport WiFi</body></html>"))
	case BrokenJSON:
		return Typed("application/json", a.body(`{"value":[{"id":"1","displayName":tru`))
	case EmptyBody:
		return NewReply(http.StatusOK, nil)
	case Redirect:
		rep := NewReply(http.StatusFound, nil)
		rep.Header.Set("Location", a.location(hosts, r))
		return rep
	}
	return nil
}

// refusal is the error of faults that are one, in Graph's words.
func (a *armed) refusal(hosts *Hosts, r *http.Request) *Refusal {
	switch a.Kind {
	case Throttling:
		return TooManyRequests()
	case InternalError:
		return Refuse(http.StatusInternalServerError, "InternalServerError", "An internal server error occurred.")
	case BadGateway:
		return Refuse(http.StatusBadGateway, "BadGateway", "Bad gateway.")
	case Unavailable:
		return Refuse(http.StatusServiceUnavailable, "ServiceUnavailable", "The service is temporarily unavailable.")
	case GatewayTimeout:
		return Refuse(http.StatusGatewayTimeout, "GatewayTimeout", "The gateway timed out.")
	case ExpiredAccessToken:
		return hosts.Unauthorized("Lifetime validation failed, the token is expired.")
	case ClaimsChallenge:
		return hosts.challenge()
	case Forbidden:
		return Refuse(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	case NoLicence:
		return Refuse(http.StatusForbidden, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license")
	case NoPIMLicence:
		return NeedsPIM
	case ForeignGone:
		return goneTo(a.location(hosts, r))
	}
	return TokenDeath(a.Kind, hosts.Graph+r.URL.Path)
}

// TooManyRequests is how Graph refuses who asks too often.
func TooManyRequests() *Refusal {
	r := Refuse(http.StatusTooManyRequests, "TooManyRequests", "Please retry again later.")
	r.inner = map[string]any{"code": "429", "message": "Please retry after", "status": "429"}
	return r
}

// NeedsPIM is the answer to tenants without the licence that privileged identity management needs.
var NeedsPIM = Refuse(http.StatusBadRequest, "AadPremiumLicenseRequired", "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.")

// TokenDeath is one of the ways in which Graph says that a delta or page token is dead; nil if kind is none.
func TokenDeath(kind Kind, url string) *Refusal {
	const text = "The sync state generation is not found. The delta token is expired and data must be synchronized again."
	switch kind {
	case GoneWithLocation:
		return goneTo(url + "?$deltatoken=")
	case GoneSyncState:
		return Refuse(http.StatusGone, "SyncStateNotFound", text)
	case SyncStateNotFound:
		return Refuse(http.StatusBadRequest, "syncStateNotFound", text)
	case ResyncRequired:
		r := Refuse(http.StatusBadRequest, "invalidRequest", "The request is invalid.")
		r.inner = map[string]any{"code": "badRequest", "innererror": map[string]any{"code": "resyncRequired", "message": "The delta token is no longer valid, and the app must reset the sync state."}}
		return r
	case SyncTooLate:
		return Refuse(http.StatusBadRequest, "Request_BadRequest", "Sync must reach steady state within 30 days.")
	case NotFoundToken:
		return Refuse(http.StatusNotFound, "UnknownError", "")
	case PageTokenNotFound:
		return Refuse(http.StatusBadRequest, "DirectoryPageTokenNotFoundException", "The specified page token was not found.")
	}
	return nil
}

func goneTo(location string) *Refusal {
	return Refuse(http.StatusGone, "syncStateNotFound", "The delta token is no longer valid; synchronize again from the beginning.").with("Location", location)
}

func (a *armed) custom() *Reply {
	rep := Typed("application/json", a.body("{}"))
	rep.Status = a.Status
	if a.RetryAfter != "" {
		rep.Header.Set("Retry-After", a.RetryAfter)
	}
	return rep
}

func (a *armed) body(usual string) string {
	if a.Body != "" {
		return a.Body
	}
	return usual
}

func (a *armed) location(hosts *Hosts, r *http.Request) string {
	if a.Location != "" {
		return a.Location
	}
	return hosts.Foreign + r.URL.RequestURI()
}

// breakReply spoils an honest answer.
func (a *armed) breakReply(hosts *Hosts, r *http.Request, rep *Reply) {
	switch a.Kind {
	case DroppedMidBody:
		rep.cut = true
	case SlowBody:
		rep.pause = a.Pause
		if rep.pause == 0 {
			rep.pause = 100 * time.Millisecond
		}
	case TruncatedJSON:
		rep.Body = rep.Body[:len(rep.Body)*2/3]
	case TruncatedGzip:
		rep.cutGzip = true
	case ErrorWithData:
		rep.Status = http.StatusBadRequest
	case ForeignNextLink:
		relink(rep, func(link string) string { return strings.Replace(link, hosts.Graph, hosts.Foreign, 1) })
	case PlainNextLink:
		relink(rep, func(link string) string { return strings.Replace(link, hosts.Graph, hosts.Plain, 1) })
	case Odd:
		a.tamper(r, rep)
	case EndlessNextLink:
		relink(rep, func(string) string { return hosts.Graph + r.URL.RequestURI() })
	}
}

// relink puts another nextLink in place of a page's link, whichever it has.
func relink(rep *Reply, change func(link string) string) {
	var page map[string]json.RawMessage
	if json.Unmarshal(rep.Body, &page) != nil {
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
	rep.Body, _ = json.Marshal(page)
}
