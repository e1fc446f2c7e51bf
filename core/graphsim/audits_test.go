package graphsim

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// The log of audits answers what Graph's documents name, late and to whom may read it.
func TestAudits(t *testing.T) {
	now := time.Now()
	s, err := Start(Config{Now: func() time.Time { return now }, AuditLag: 10 * time.Minute, Tenants: []TenantConfig{
		{Users: 20, Premium: true, Apps: []App{{ClientID: "a", Secret: "s", Roles: []string{"AuditLog.Read.All"}}, {ClientID: "b", Secret: "s", Roles: []string{"User.Read.All"}}}},
		{Domain: "free.example", Seed: 2, Users: 20, Apps: []App{{ClientID: "a", Secret: "s", Roles: []string{"AuditLog.Read.All"}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ask := func(app, domain, options string) (int, string, []map[string]any) {
		form := url.Values{"grant_type": {"client_credentials"}, "client_id": {app}, "client_secret": {"s"}, "scope": {s.Graph() + "/.default"}}
		signedIn, err := s.Client().PostForm(s.Authority()+"/"+domain+"/oauth2/v2.0/token", form)
		if err != nil {
			t.Fatal(err)
		}
		defer signedIn.Body.Close()
		var token struct{ Access_Token string }
		_ = json.NewDecoder(signedIn.Body).Decode(&token)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Graph()+"/v1.0/auditLogs/directoryAudits"+options, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token.Access_Token)
		answer, err := s.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		var body struct {
			Error struct{ Code string }
			Value []map[string]any
		}
		_ = json.NewDecoder(answer.Body).Decode(&body)
		return answer.StatusCode, body.Error.Code, body.Value
	}
	const domain = "contoso.onmicrosoft.com"
	if status, code, _ := ask("b", domain, ""); status != 403 || code != "Authorization_RequestDenied" {
		t.Errorf("without the permission: %d %s", status, code)
	}
	for name, kept := range map[string]int{domain: 30, "free.example": 7} {
		for days, want := range map[int]int{kept: 200, kept + 2: 400} {
			from := now.AddDate(0, 0, -days).UTC().Format(time.RFC3339)
			if status, code, _ := ask("a", name, "?$filter="+url.QueryEscape("activityDateTime ge "+from)); status != want {
				t.Errorf("%s of %d days: %d %s, want %d", name, days, status, code, want)
			}
		}
	}
	tenant := s.Tenant(domain)
	var ids []string
	for o := range tenant.Objects("users") {
		ids = append(ids, o.ID)
	}
	for i, id := range ids[:10] {
		if err := tenant.Update(id, map[string]any{"jobTitle": strings.Repeat("x", i+1)}); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second)
	}
	_, _, soon := ask("a", domain, "")
	now = now.Add(10 * time.Minute)
	_, _, all := ask("a", domain, "?$filter="+url.QueryEscape("result eq 'x'"))
	if all != nil {
		t.Error("a filter that the documents don't name is answered")
	}
	_, _, all = ask("a", domain, "?$orderby="+url.QueryEscape("activityDateTime asc"))
	if len(soon) >= len(all) || len(all) < 10 {
		t.Errorf("%d entries at once, %d later", len(soon), len(all))
	}
	middle := all[len(all)/2]["activityDateTime"].(string)
	if _, _, some := ask("a", domain, "?$filter="+url.QueryEscape("activityDateTime ge "+middle+" and activityDateTime le "+middle)); len(some) == 0 || len(some) >= len(all) {
		t.Errorf("%d entries of one moment", len(some))
	}
	if _, _, some := ask("a", domain, "?$filter="+url.QueryEscape("targetResources/any(t:t/id eq '"+ids[3]+"')")); len(some) == 0 || len(some) > 2 {
		t.Errorf("%d entries of one user", len(some))
	}
	if _, _, newest := ask("a", domain, "?$top=1"); len(newest) != 1 || newest[0]["activityDateTime"].(string) < middle {
		t.Errorf("the newest is %v", newest)
	}
}
