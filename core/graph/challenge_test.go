package graph

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

func TestClaimsChallenge(t *testing.T) {
	const asked = `{"access_token":{"nbf":{"essential":true}}}`
	f := newFake(t, reply{status: 401, header: map[string]string{"WWW-Authenticate": `Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ=="`}},
		reply{body: emptyList})
	if err := f.client(t).Probe(t.Context(), class(t, "users")); err != nil {
		t.Fatal(err)
	}
	if len(f.signIns) != 2 || !strings.Contains(f.signIns[1].Get("claims"), `"nbf"`) {
		t.Errorf("signed in with %v, want the claims %s the second time", f.signIns, asked)
	}
}

// What one class is challenged for is no trouble of the others: a token that meets it can't
// be had, and the one that is held goes on.
func TestChallengeOfOneClass(t *testing.T) {
	acrs := base64.StdEncoding.EncodeToString([]byte(`{"access_token":{"acrs":{"essential":true,"value":"c1"}}}`))
	nbf := base64.StdEncoding.EncodeToString([]byte(`{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}`))
	for name, asked := range map[string]reply{"403": {status: 403, body: nbf}, "401 for an authentication context": {status: 401, body: acrs}} {
		for _, granted := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", granted ", granted), func(t *testing.T) {
				challenge := reply{status: asked.status, header: map[string]string{"WWW-Authenticate": `Bearer realm="", error="insufficient_claims", claims="` + asked.body + `"`},
					body: `{"error":{"code":"InsufficientClaims","message":"The policy asks for more."}}`}
				replies := []reply{challenge, {body: emptyList}}
				if granted {
					replies = []reply{challenge, challenge, {body: emptyList}}
				}
				f := newFake(t, replies...)
				plain := f.token
				f.token = func(n int) reply {
					if n == 2 && !granted {
						return reply{status: 400, body: `{"error":"interaction_required","error_description":"AADSTS53003: Access has been blocked by Conditional Access policies.","error_codes":[53003]}`}
					}
					return plain(n)
				}
				c := f.client(t)
				err := c.Probe(t.Context(), class(t, "applications"))
				if e := entra.AsError(err); e.Code != entra.CodePermission || !strings.Contains(e.Error(), "Conditional Access asks for more than the app's token shows, to read Applications: The policy asks for more.") {
					t.Errorf("%s: %v", e.Code, err)
				}
				if err := c.Probe(t.Context(), class(t, "users")); err != nil {
					t.Error("another class fails:", err)
				}
				if len(f.signIns) != 2 || f.signIns[1].Get("claims") == "" {
					t.Errorf("signed in with %v", f.signIns)
				}
			})
		}
	}
}
