package graph

import (
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// tlsUpTo11 is what an outdated server speaks.
func tlsUpTo11() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
}

func proxyTo(address string) ProxyFunc {
	return func(*http.Request) (*url.URL, error) { return url.Parse(address) }
}

func TestAddresses(t *testing.T) {
	f := newFake(t, good())
	c := f.client(t, func(cfg *Config) { cfg.Cloud.Graph = "https://graph.example" })
	sel := []string{"displayName", "extension_1"}
	users, groups, roles := class(t, "users"), class(t, "groups"), class(t, "directoryRoles")
	for got, want := range map[string]string{
		c.DeltaURL(users, sel):  "/users/delta?$select=id,displayName,extension_1,manager",
		c.LatestURL(users, sel): "/users/delta?$select=id,displayName,extension_1,manager&$deltatoken=latest",
		c.ListURL(users, sel):   "/users?$select=id,displayName,extension_1&$expand=manager($levels=1;$select=id)&$top=999",
		c.DeltaURL(groups, sel): "/groups/delta?$select=id,displayName,extension_1,members,owners",
		c.ListURL(groups, sel):  "/groups?$select=id,displayName,extension_1&$top=999",
		c.ListURL(roles, nil):   "/directoryRoles?$select=id",
	} {
		plain, err := url.QueryUnescape(got)
		if err != nil || plain != "https://graph.example/v1.0"+want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if len(sel) != 2 {
		t.Error("the caller's list was changed")
	}
}

func TestObject(t *testing.T) {
	const id = "a b/../c" // ids are escaped
	tests := []struct {
		name  string
		reply reply
		found bool
		want  entra.Code
	}{
		{"there", reply{body: `{"@odata.context":"x","id":"A b/../c","displayName":"N"}`}, true, ""},
		{"not there", reply{status: 404, body: odata("Request_ResourceNotFound", "Resource 'x' does not exist")}, false, ""},
		{"404 without Graph's words", reply{status: 404, body: "not here"}, false, entra.CodeService},
		{"404 UnknownError", reply{status: 404, body: odata("UnknownError", "")}, false, entra.CodeService},
		{"404 of a proxy", reply{status: 404, header: map[string]string{"Content-Type": "text/html"}, body: "<html>"}, false, entra.CodeAnswer},
		{"no such segment", reply{status: 404, body: odata("BadRequest", "Resource not found for the segment 'users'.")}, false, entra.CodeNotOffered},
		{"another object", reply{body: `{"id":"other"}`}, false, entra.CodeAnswer},
		{"denied", reply{status: 403, body: odata("Authorization_RequestDenied", "")}, false, entra.CodePermission},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, tt.reply)
			o, found, err := f.client(t).Object(t.Context(), class(t, "users"), id, []string{"displayName"})
			if found != tt.found || entra.CodeOf(err) != tt.want {
				t.Fatalf("found %v, %v", found, err)
			}
			if found && string(o.Properties.Value("displayName")) != `"N"` {
				t.Errorf("read %+v", o)
			}
			if got := f.seen[0].URL; got.Path != "/v1.0/users/"+id || got.Query().Get("$select") != "id,displayName" {
				t.Errorf("asked %s", got)
			}
		})
	}
}

func TestDeletedItem(t *testing.T) {
	f := newFake(t, reply{body: `{"@odata.type":"#microsoft.graph.user","id":"u"}`}, reply{status: 404, body: odata("Request_ResourceNotFound", "x")})
	c := f.client(t)
	for _, want := range []bool{true, false} {
		if found, err := c.DeletedItem(t.Context(), "u"); err != nil || found != want {
			t.Errorf("found %v, %v; want %v", found, err, want)
		}
	}
	if f.seen[0].URL.Path != "/v1.0/directory/deletedItems/u" {
		t.Errorf("asked %s", f.seen[0].URL)
	}
}

func TestProbeIsCheap(t *testing.T) {
	f := newFake(t, reply{body: emptyList})
	c := f.client(t)
	for name, want := range map[string]string{"users": "1", "directoryRoles": ""} {
		if err := c.Probe(t.Context(), class(t, name)); err != nil {
			t.Fatal(err)
		}
		q := f.seen[len(f.seen)-1].URL.Query()
		if q.Get("$top") != want || q.Get("$select") != "id" {
			t.Errorf("%s: asked %v", name, q)
		}
	}
}

func TestOrganization(t *testing.T) {
	f := newFake(t, reply{status: 503}, reply{body: `{"value":[{"id":"` + testTenant + `","displayName":"Contoso"}]}`})
	id, name, err := f.client(t).Organization(t.Context())
	if err != nil || id != testTenant || name != "Contoso" {
		t.Fatalf("got %q %q, %v", id, name, err)
	}
	if got := f.seen[1].URL; got.Path != "/v1.0/organization" || got.Query().Get("$select") != "id,displayName" {
		t.Errorf("asked %s", got)
	}
	denied := newFake(t, reply{status: 403, body: odata("Authorization_RequestDenied", "")})
	if _, _, err := denied.client(t).Organization(t.Context()); entra.CodeOf(err) != entra.CodePermission {
		t.Errorf("denied: %v", err)
	}
	for body, want := range map[string]entra.Code{emptyList: "", `{"value":[{}]}`: "", `{"value":[{"id":null}]}`: "", `{"value":[null]}`: "", `{"value":null}`: "",
		`{"value":[{"id":"a"},{"id":"b"}]}`: entra.CodeAnswer, odata("UnknownError", "x"): entra.CodeService} {
		f := newFake(t, reply{body: body})
		if id, _, err := f.client(t).Organization(t.Context()); entra.CodeOf(err) != want || id != "" {
			t.Errorf("%s: %q, %v", body, id, err)
		}
	}
}

// TestNullOrganization: a null beside the organization is none.
func TestNullOrganization(t *testing.T) {
	f := newFake(t, reply{body: `{"value":[null,{"id":"` + testTenant + `","displayName":null}]}`})
	if id, name, err := f.client(t).Organization(t.Context()); err != nil || id != testTenant || name != "" {
		t.Errorf("got %q %q, %v", id, name, err)
	}
}

func TestDiscover(t *testing.T) {
	f := newFake(t, good())
	got, err := Discover(t.Context(), f.cloud(), " Contoso.onmicrosoft.com ", nil)
	if want := (OpenID{testTenant, "graph.example", "EU"}); err != nil || got != want {
		t.Fatalf("got %+v, %v", got, err)
	}
}

func TestDiscoverTroubles(t *testing.T) {
	tests := []struct {
		name  string
		reply reply
		want  entra.Code
	}{
		{"unknown tenant", aadsts(400, 90002, "Tenant not found"), entra.CodeTenantUnknown},
		{"refused for another reason", aadsts(400, 123, "x"), entra.CodeTenantUnknown},
		{"failing", reply{status: 500}, entra.CodeService},
		{"proxy page", reply{header: map[string]string{"Content-Type": "text/html"}, body: "<html>"}, entra.CodeAnswer},
		{"no tenant in the issuer", reply{body: `{"issuer":"https://login/{tenantid}/v2.0"}`}, entra.CodeAnswer},
		{"redirected", reply{status: 302, header: map[string]string{"Location": "https://portal.example"}}, entra.CodeNetwork},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t, tt.reply)
			cloud := f.cloud()
			cloud.Authority = f.graph.URL // whose answers are scripted
			_, err := Discover(t.Context(), cloud, "contoso.com", nil)
			if entra.CodeOf(err) != tt.want {
				t.Fatalf("got %v, want %s", err, tt.want)
			}
			checkError(t, err, "")
		})
	}
}

func TestTenantOfAnotherCloud(t *testing.T) {
	clouds := entra.BuiltInClouds()
	body := fmt.Appendf(nil, `{"issuer":"https://sts.example/%s/","msgraph_host":"graph.microsoft.us"}`, testTenant)
	for i, want := range []entra.Code{entra.CodeTenantUnknown, "", ""} { // public, usgov, usgov-dod
		if _, err := readOpenID(body, "x", clouds[i]); entra.CodeOf(err) != want {
			t.Errorf("%s: %v", clouds[i].Name, err)
		}
	}
}

func TestBodyThatStopsComing(t *testing.T) {
	f := newFake(t, reply{do: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"value":[`))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}}, good())
	c := f.client(t)
	c.limits.bodyIdle = 50 * time.Millisecond
	if _, err := c.Page(t.Context(), f.graph.URL+skipLink, class(t, "users")); err != nil {
		t.Fatal(err)
	}
	if f.requests() < 2 { // on a machine that stands still, the good answer may stop coming, too
		t.Errorf("%d requests", f.requests())
	}
}

func TestBodyThatIsTooLarge(t *testing.T) {
	f := newFake(t, reply{body: `{"value":["` + string(make([]byte, 4096)) + `"]}`})
	c := f.client(t)
	c.limits.body = 1024
	_, err := c.Page(t.Context(), f.graph.URL+skipLink, class(t, "users"))
	if entra.CodeOf(err) != entra.CodeAnswer {
		t.Fatalf("got %v", err)
	}
	checkError(t, err, "larger than")
}

// The one object of a class may come as a list of one. A list of several is not it, and
// where there is none the class is not there, which is no failure of ours.
func TestTheOneObjectOfAClass(t *testing.T) {
	policy := class(t, "authorizationPolicy")
	read := func(answer reply) (*entra.Page, error) {
		f := newFake(t, answer)
		c := f.client(t)
		c.limits.tries = 1
		return c.Page(t.Context(), c.ListURL(policy, nil), policy)
	}
	for _, body := range []string{`{"id":"authorizationPolicy","displayName":"P"}`, `{"@odata.context":"x","value":[ {"displayName":"P","id":"authorizationPolicy"} ]}`} {
		p, err := read(reply{body: body})
		if err != nil || len(p.Objects) != 1 || p.Objects[0].ID != policy.Name || p.Objects[0].Properties.Text("displayName") != "P" {
			t.Errorf("%s gives %v, %v", body, p, err)
		}
	}
	for _, body := range []string{`{"value":[]}`, `{"value":[{"displayName":"P"},{"displayName":"Q"}]}`, `{"value":["P"]}`} {
		if p, err := read(reply{body: body}); entra.CodeOf(err) != entra.CodeAnswer {
			t.Errorf("%s gives %v, %v", body, p, err)
		}
	}
	_, err := read(reply{status: http.StatusNotFound, body: `{"error":{"code":"Request_ResourceNotFound","message":"Resource not found"}}`})
	if e := entra.AsError(err); e.Code != entra.CodeNotOffered || e.Remedy == "" {
		t.Errorf("where there is none: %+v", e)
	}
}

// TestRefusalOfWhatIsGranted: who holds the permission is not told to grant it, but what Graph
// says and what else it can be; who lacks it is told to grant it.
func TestRefusalOfWhatIsGranted(t *testing.T) {
	refused := reply{status: 403, body: `{"error":{"code":"Authorization_RequestDenied","message":"Caller is not in an allowed role."}}`}
	for _, tt := range []struct {
		name, class, claims string
		why, remedy         string
	}{
		{"app", "users", `"roles":["User.Read.All"]`, "Graph refuses, though the token holds User.Read.All: Caller is not in an allowed role.", "a new consent takes time; if it stays, check the tenant's licence (Microsoft Entra ID P1 or P2) and its Conditional Access policies"},
		{"licensed class", "riskyUsers", `"roles":["IdentityRiskyUser.Read.All"]`, "though the token holds IdentityRiskyUser.Read.All", "licence (Microsoft Entra ID P2)"},
		{"person", "users", `"scp":"openid User.Read.All"`, "though the token holds User.Read.All", "give the person who signed in a role that may read Users; if it stays"},
		{"app without it", "users", `"roles":["Group.Read.All"]`, "the app lacks the permission User.Read.All", "grant User.Read.All"},
		{"person without it", "users", `"scp":"openid"`, "the app lacks the permission User.Read.All", "request the delegated permission User.Read.All"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, refused)
			payload := base64.RawURLEncoding.EncodeToString([]byte(`{"tid":"` + testTenant + `",` + tt.claims + `}`))
			f.token = func(int) reply {
				return reply{body: `{"token_type":"Bearer","expires_in":3599,"access_token":"e30.` + payload + `.sig"}`}
			}
			_, err := f.client(t).Page(t.Context(), f.graph.URL+"/v1.0/"+tt.class, class(t, tt.class))
			if e := entra.AsError(err); e.Code != entra.CodePermission || !strings.Contains(e.Why.String(), tt.why) || !strings.Contains(e.Remedy.String(), tt.remedy) {
				t.Errorf("%s: %s; %s", e.Code, e.Why, e.Remedy)
			}
		})
	}
}
