package graphsim

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

func TestFaultAnswers(t *testing.T) {
	s := start(t, Config{})
	for _, tc := range []struct {
		fault  wire.Fault
		status int
		code   string // anywhere in the body
		header string
		value  string // the header's beginning
	}{
		{wire.Fault{Kind: wire.Throttling, RetryAfter: "2.128"}, 429, "TooManyRequests", "Retry-After", "2.128"},
		{wire.Fault{Kind: wire.Throttling}, 429, "TooManyRequests", "Retry-After", ""},
		{wire.Fault{Kind: wire.InternalError}, 500, "InternalServerError", "", ""},
		{wire.Fault{Kind: wire.BadGateway}, 502, "BadGateway", "", ""},
		{wire.Fault{Kind: wire.Unavailable, RetryAfter: "1"}, 503, "ServiceUnavailable", "Retry-After", "1"},
		{wire.Fault{Kind: wire.GatewayTimeout}, 504, "GatewayTimeout", "", ""},
		{wire.Fault{Kind: wire.Custom, Status: 509, Body: "out of bandwidth"}, 509, "out of bandwidth", "", ""},
		{wire.Fault{Kind: wire.HTMLPage}, 200, "<!DOCTYPE html>", "Content-Type", "text/html"},
		{wire.Fault{Kind: wire.EmptyBody}, 200, "", "Content-Length", "0"},
		{wire.Fault{Kind: wire.ErrorWithData}, 400, `"value":[`, "", ""},
		{wire.Fault{Kind: wire.GoneWithLocation}, 410, "syncStateNotFound", "Location", s.Graph() + "/v1.0/users/delta?$deltatoken="},
		{wire.Fault{Kind: wire.ForeignGone}, 410, "", "Location", s.Foreign()},
		{wire.Fault{Kind: wire.GoneSyncState}, 410, `"SyncStateNotFound"`, "Location", ""},
		{wire.Fault{Kind: wire.SyncStateNotFound}, 400, `"syncStateNotFound"`, "", ""},
		{wire.Fault{Kind: wire.ResyncRequired}, 400, `"innererror":{"code":"resyncRequired"`, "", ""},
		{wire.Fault{Kind: wire.SyncTooLate}, 400, "within 30 days", "", ""},
		{wire.Fault{Kind: wire.NotFoundToken}, 404, "UnknownError", "", ""},
		{wire.Fault{Kind: wire.PageTokenNotFound}, 400, "DirectoryPageTokenNotFoundException", "", ""},
		{wire.Fault{Kind: wire.ExpiredAccessToken}, 401, "InvalidAuthenticationToken", "WWW-Authenticate", "Bearer"},
		{wire.Fault{Kind: wire.ClaimsChallenge}, 401, "InvalidAuthenticationToken", "WWW-Authenticate", `Bearer realm="", authorization_uri=`},
		{wire.Fault{Kind: wire.Forbidden}, 403, "Authorization_RequestDenied", "", ""},
		{wire.Fault{Kind: wire.NoLicence}, 403, "NonPremiumTenant", "", ""},
		{wire.Fault{Kind: wire.NoPIMLicence}, 400, "AadPremiumLicenseRequired", "", ""},
		{wire.Fault{Kind: wire.SlowBody, Pause: time.Millisecond}, 200, `"value":[`, "", ""},
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
	for kind, broken := range map[wire.Kind]func(a answer) bool{
		wire.Dropped:        func(a answer) bool { return a.err != nil && a.status == 0 },
		wire.DroppedMidBody: func(a answer) bool { return a.err != nil && a.status == 200 && len(a.body) > 0 },
		wire.TruncatedGzip:  func(a answer) bool { return a.err != nil && a.status == 200 },
		wire.TruncatedJSON:  func(a answer) bool { return a.err == nil && !json.Valid([]byte(a.body)) },
		wire.BrokenJSON:     func(a answer) bool { return a.err == nil && !json.Valid([]byte(a.body)) },
	} {
		s.Fault(wire.Fault{Kind: kind, Match: "users"})
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
	for kind, prefix := range map[wire.Kind]string{
		wire.ForeignNextLink: s.Foreign() + "/v1.0/users/delta?$skiptoken=",
		wire.PlainNextLink:   "http://localhost:",
		wire.EndlessNextLink: first,
	} {
		s.Fault(wire.Fault{Kind: kind})
		if p := s.page(t, first); !strings.HasPrefix(p.Next, prefix) || p.Delta != "" || len(p.Value) == 0 {
			t.Errorf("kind %d: nextLink %q, deltaLink %q, %d objects", kind, p.Next, p.Delta, len(p.Value))
		}
	}
	s.Fault(wire.Fault{Kind: wire.Redirect})
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
		fault wire.Fault
		want  string // of eight requests, x where it strikes
	}{
		{wire.Fault{}, "x......."},
		{wire.Fault{Skip: 2, Times: 3}, "..xxx..."},
		{wire.Fault{Times: -1}, "xxxxxxxx"},
		{wire.Fault{Every: 3, Times: -1}, "..x..x.."},
		{wire.Fault{Every: 2, Skip: 1, Times: 2}, "..x.x..."},
		{wire.Fault{Match: `^GET /v1.0/users\?\$top=5$`}, "x......."},
		{wire.Fault{Match: "devices"}, "........"},
	} {
		tc.fault.Kind = wire.BadGateway
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
	s.Fault(wire.Fault{Kind: wire.BadGateway, Times: -1})
	s.ClearFaults()
	if a := s.get(t, "/v1.0/users"); a.status != 200 {
		t.Errorf("a cleared fault struck: %d", a.status)
	}
}

func TestFaultsAtSignIn(t *testing.T) {
	s := start(t, Config{})
	s.Fault(wire.Fault{Match: "oauth2/v2.0/token", Kind: wire.Unavailable})
	if status, _ := postForm(t, s, "/contoso.com/oauth2/v2.0/token", nil); status != 503 {
		t.Errorf("status %d", status)
	}
}

func TestTokensDie(t *testing.T) {
	now := time.Now()
	s := start(t, Config{Now: func() time.Time { return now }, TokenLifetime: 1000 * time.Hour})
	for _, tc := range []struct {
		kind   wire.Kind
		status int
		code   string
	}{
		{wire.GoneWithLocation, 410, "syncStateNotFound"},
		{wire.GoneSyncState, 410, "SyncStateNotFound"},
		{wire.SyncStateNotFound, 400, "syncStateNotFound"},
		{wire.ResyncRequired, 400, "resyncRequired"},
		{wire.NotFoundToken, 404, "UnknownError"},
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

// TestRestart: a server that starts anew is at its old addresses, and knows its tokens.
func TestRestart(t *testing.T) {
	s := start(t, Config{})
	graph := s.Graph()
	before := s.get(t, "/v1.0/users?$top=3")
	if err := s.Restart(time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if s.Graph() != graph {
		t.Errorf("it was at %s and is at %s", graph, s.Graph())
	}
	rows, next, _ := strings.Cut(before.body, `"@odata.nextLink":"`) // a token tells of its time
	if after := s.get(t, "/v1.0/users?$top=3"); after.status != 200 || !strings.HasPrefix(after.body, rows) {
		t.Errorf("%d %s\nwas %s", after.status, after.body, before.body)
	}
	next, _, _ = strings.Cut(next, `"`)
	if a := s.get(t, next); a.status != 200 {
		t.Errorf("the link from before: %d %s", a.status, a.body)
	}
}
