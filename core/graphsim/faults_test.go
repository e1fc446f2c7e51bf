package graphsim

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestFaultAnswers(t *testing.T) {
	s := start(t, Config{})
	for _, tc := range []struct {
		fault  Fault
		status int
		code   string // anywhere in the body
		header string
		value  string // the header's beginning
	}{
		{Fault{Kind: Throttling, RetryAfter: "2.128"}, 429, "TooManyRequests", "Retry-After", "2.128"},
		{Fault{Kind: Throttling}, 429, "TooManyRequests", "Retry-After", ""},
		{Fault{Kind: InternalError}, 500, "InternalServerError", "", ""},
		{Fault{Kind: BadGateway}, 502, "BadGateway", "", ""},
		{Fault{Kind: Unavailable, RetryAfter: "1"}, 503, "ServiceUnavailable", "Retry-After", "1"},
		{Fault{Kind: GatewayTimeout}, 504, "GatewayTimeout", "", ""},
		{Fault{Kind: Custom, Status: 509, Body: "out of bandwidth"}, 509, "out of bandwidth", "", ""},
		{Fault{Kind: HTMLPage}, 200, "<!DOCTYPE html>", "Content-Type", "text/html"},
		{Fault{Kind: EmptyBody}, 200, "", "Content-Length", "0"},
		{Fault{Kind: ErrorWithData}, 400, `"value":[`, "", ""},
		{Fault{Kind: GoneWithLocation}, 410, "syncStateNotFound", "Location", s.Graph() + "/v1.0/users/delta?$deltatoken="},
		{Fault{Kind: ForeignGone}, 410, "", "Location", s.Foreign()},
		{Fault{Kind: GoneSyncState}, 410, `"SyncStateNotFound"`, "Location", ""},
		{Fault{Kind: SyncStateNotFound}, 400, `"syncStateNotFound"`, "", ""},
		{Fault{Kind: ResyncRequired}, 400, `"innererror":{"code":"resyncRequired"`, "", ""},
		{Fault{Kind: SyncTooLate}, 400, "within 30 days", "", ""},
		{Fault{Kind: NotFoundToken}, 404, "UnknownError", "", ""},
		{Fault{Kind: PageTokenNotFound}, 400, "DirectoryPageTokenNotFoundException", "", ""},
		{Fault{Kind: ExpiredAccessToken}, 401, "InvalidAuthenticationToken", "WWW-Authenticate", "Bearer"},
		{Fault{Kind: ClaimsChallenge}, 401, "InvalidAuthenticationToken", "WWW-Authenticate", `Bearer realm="", authorization_uri=`},
		{Fault{Kind: Forbidden}, 403, "Authorization_RequestDenied", "", ""},
		{Fault{Kind: NoLicence}, 403, "NonPremiumTenant", "", ""},
		{Fault{Kind: NoPIMLicence}, 400, "AadPremiumLicenseRequired", "", ""},
		{Fault{Kind: SlowBody, Pause: time.Millisecond}, 200, `"value":[`, "", ""},
	} {
		s.Fault(tc.fault)
		a := s.get(t, "/v1.0/users/delta")
		if a.err != nil || a.status != tc.status || !strings.Contains(a.body, tc.code) {
			t.Errorf("kind %d: %d %v %.300s", tc.fault.Kind, a.status, a.err, a.body)
		}
		got := a.header.Get(tc.header)
		if !strings.HasPrefix(got, tc.value) || tc.value == "" && got != "" {
			t.Errorf("kind %d: %s is %q, want %q", tc.fault.Kind, tc.header, got, tc.value)
		}
		if a := s.get(t, "/v1.0/users/delta"); a.status != 200 {
			t.Errorf("kind %d struck twice", tc.fault.Kind)
		}
	}
}

func TestFaultsThatBreakTheBody(t *testing.T) {
	s := start(t, Config{})
	for kind, broken := range map[Kind]func(a answer) bool{
		Dropped:        func(a answer) bool { return a.err != nil && a.status == 0 },
		DroppedMidBody: func(a answer) bool { return a.err != nil && a.status == 200 && len(a.body) > 0 },
		TruncatedGzip:  func(a answer) bool { return a.err != nil && a.status == 200 },
		TruncatedJSON:  func(a answer) bool { return a.err == nil && !json.Valid([]byte(a.body)) },
		BrokenJSON:     func(a answer) bool { return a.err == nil && !json.Valid([]byte(a.body)) },
	} {
		s.Fault(Fault{Kind: kind, Match: "users"})
		if a := s.get(t, "/v1.0/users"); !broken(a) {
			t.Errorf("kind %d: %d %v %.200s", kind, a.status, a.err, a.body)
		}
		if got := s.Requests(); got[len(got)-1].Fault != kind {
			t.Errorf("kind %d is recorded as %d", kind, got[len(got)-1].Fault)
		}
	}
}

func TestFaultsThatLeadAstray(t *testing.T) {
	s := start(t, Config{})
	first := s.Graph() + "/v1.0/users/delta?$select=displayName"
	for kind, prefix := range map[Kind]string{
		ForeignNextLink: s.Foreign() + "/v1.0/users/delta?$skiptoken=",
		PlainNextLink:   "http://localhost:",
		EndlessNextLink: first,
	} {
		s.Fault(Fault{Kind: kind})
		if p := s.page(t, first); !strings.HasPrefix(p.Next, prefix) || p.Delta != "" || len(p.Value) == 0 {
			t.Errorf("kind %d: nextLink %q, deltaLink %q, %d objects", kind, p.Next, p.Delta, len(p.Value))
		}
	}
	s.Fault(Fault{Kind: Redirect})
	s.Client().CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if a := s.get(t, "/v1.0/users"); a.status != 302 || a.header.Get("Location") != s.Foreign()+"/v1.0/users" {
		t.Errorf("redirect: %d to %q", a.status, a.header.Get("Location"))
	}
	s.get(t, s.Foreign()+"/v1.0/users")
	got := s.Requests()
	if last := got[len(got)-1]; last.Host != strings.TrimPrefix(s.Foreign(), "https://") || !last.Authorized {
		t.Errorf("the foreign host recorded %+v", last)
	}
}

func TestFaultSchedules(t *testing.T) {
	s := start(t, Config{})
	for _, tc := range []struct {
		fault Fault
		want  string // of eight requests, x where it strikes
	}{
		{Fault{}, "x......."},
		{Fault{Skip: 2, Times: 3}, "..xxx..."},
		{Fault{Times: -1}, "xxxxxxxx"},
		{Fault{Every: 3, Times: -1}, "..x..x.."},
		{Fault{Every: 2, Skip: 1, Times: 2}, "..x.x..."},
		{Fault{Match: `^GET /v1.0/users\?\$top=5$`}, "x......."},
		{Fault{Match: "devices"}, "........"},
	} {
		tc.fault.Kind = BadGateway
		lift := s.Fault(tc.fault)
		got := ""
		for range 8 {
			if s.get(t, "/v1.0/users?$top=5").status == 502 {
				got += "x"
			} else {
				got += "."
			}
		}
		lift()
		if got != tc.want {
			t.Errorf("%+v: %s, want %s", tc.fault, got, tc.want)
		}
	}
	s.Fault(Fault{Kind: BadGateway, Times: -1})
	s.ClearFaults()
	if a := s.get(t, "/v1.0/users"); a.status != 200 {
		t.Errorf("a cleared fault struck: %d", a.status)
	}
}

func TestFaultsAtSignIn(t *testing.T) {
	s := start(t, Config{})
	s.Fault(Fault{Match: "oauth2/v2.0/token", Kind: Unavailable})
	if status, _ := postForm(t, s, "/contoso.com/oauth2/v2.0/token", nil); status != 503 {
		t.Errorf("status %d", status)
	}
}

func TestTokensDie(t *testing.T) {
	now := time.Now()
	s := start(t, Config{Now: func() time.Time { return now }, TokenLifetime: 1000 * time.Hour})
	for _, tc := range []struct {
		kind   Kind
		status int
		code   string
	}{
		{GoneWithLocation, 410, "syncStateNotFound"},
		{GoneSyncState, 410, "SyncStateNotFound"},
		{SyncStateNotFound, 400, "syncStateNotFound"},
		{ResyncRequired, 400, "resyncRequired"},
		{NotFoundToken, 404, "UnknownError"},
	} {
		next := s.page(t, firstDelta("users")).Next
		delta := s.page(t, firstDelta("users")+"&$deltatoken=latest").Delta
		s.tenant.ExpireTokens(tc.kind)
		for _, link := range []string{next, delta} {
			for range 2 {
				if a := s.get(t, link); a.status != tc.status || !strings.Contains(a.body, `"`+tc.code+`"`) {
					t.Errorf("kind %d: %d %s", tc.kind, a.status, a.body)
				}
			}
		}
		if fresh := s.page(t, s.Graph()+"/v1.0/users/delta?$deltatoken="); len(fresh.Value) == 0 {
			t.Error("an empty $deltatoken doesn't begin again")
		}
	}
	link := s.page(t, firstDelta("users")+"&$deltatoken=latest").Delta
	now = now.Add(6 * 24 * time.Hour)
	link = s.page(t, link).Delta
	now = now.Add(6 * 24 * time.Hour)
	s.page(t, link)
	now = now.Add(2 * 24 * time.Hour)
	if a := s.get(t, link); a.status != 400 || !strings.Contains(a.body, "syncStateNotFound") {
		t.Errorf("after 8 days: %d %s", a.status, a.body)
	}
}
