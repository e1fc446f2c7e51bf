package graphsim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/signin"
)

const identityClient = "88888888-2222-4333-8444-555555555555"

// TestIMDS gives the host's identity a token, and nobody who does not ask as the host itself does.
func TestIMDS(t *testing.T) {
	cfg := testTenant(20)
	cfg.Apps = append(cfg.Apps, directory.App{ClientID: identityClient, Identity: true, Roles: readAll})
	s := start(t, Config{Tenants: []directory.TenantConfig{cfg}})
	for _, tc := range []struct {
		name       string
		key, value string // of the query; "" and no value: as it should be
		header     string // its name
		status     int
	}{
		{"fine", "", "", "Metadata", 200},
		{"the host's own", "client_id", "", "Metadata", 200},
		{"no Metadata header", "", "", "X-Metadata", 400},
		{"no version", "api-version", "", "Metadata", 400},
		{"no resource", "resource", "", "Metadata", 400},
		{"another identity", "client_id", testClient, "Metadata", 400},
		{"another resource", "resource", "https://vault.azure.net", "Metadata", 400},
	} {
		t.Run(tc.name, func(t *testing.T) {
			q := url.Values{"api-version": {signin.IMDSVersion}, "resource": {s.Graph()}, "client_id": {identityClient}}
			if tc.key != "" {
				q.Set(tc.key, tc.value)
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.IMDS()+"/metadata/identity/oauth2/token?"+q.Encode(), nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set(tc.header, "true")
			status, token := s.hostAnswer(t, req)
			if status != tc.status || (token == "") != (status != 200) {
				t.Fatalf("%d with %q, want %d", status, token, tc.status)
			}
			if token != "" {
				s.token = token
				s.page(t, "/v1.0/users")
			}
		})
	}
}

func (s *sim) hostAnswer(t *testing.T, req *http.Request) (int, string) {
	t.Helper()
	resp, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return resp.StatusCode, answer.Token
}
