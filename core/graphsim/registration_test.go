package graphsim

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// registered is an app registration as Graph tells it.
type registered struct {
	AppID     string `json:"appId"`
	Passwords []struct {
		Hint, KeyID string
		SecretText  *string
		EndDateTime time.Time
	} `json:"passwordCredentials"`
	Keys []struct {
		Type, Usage string
		EndDateTime time.Time
	} `json:"keyCredentials"`
}

func (s *sim) registered(t *testing.T, clientID string) []registered {
	t.Helper()
	a := s.get(t, "/v1.0/applications?$filter=appId eq '"+clientID+"'&$select=id,appId,passwordCredentials,keyCredentials")
	var body struct{ Value []registered }
	if err := json.Unmarshal([]byte(a.body), &body); a.status != http.StatusOK || err != nil {
		t.Fatalf("%d %s (%v)", a.status, a.body, err)
	}
	return body.Value
}

// An app's own registration tells its secret's hint and end, and its
// certificate's end, and never the secret.
func TestOwnRegistration(t *testing.T) {
	certificate, _ := selfSigned(t)
	cfg := testTenant(50)
	cfg.Apps[0].Certificate = certificate
	s := start(t, Config{Tenants: []directory.TenantConfig{cfg}})
	end := time.Now().Add(7 * 24 * time.Hour).UTC().Truncate(time.Second)
	s.tenant.SetSecretEnd(testClient, end)
	apps := s.registered(t, strings.ToUpper(testClient))
	if len(apps) != 1 || len(apps[0].Passwords) != 1 || len(apps[0].Keys) != 1 {
		t.Fatalf("%+v", apps)
	}
	p, k := apps[0].Passwords[0], apps[0].Keys[0]
	if p.Hint != testSecret[:3] || !p.EndDateTime.Equal(end) || p.SecretText != nil || p.KeyID == "" || apps[0].AppID != testClient {
		t.Errorf("%+v", apps[0])
	}
	if !k.EndDateTime.Equal(certificate.NotAfter) || k.Type != "AsymmetricX509Cert" || k.Usage != "Verify" {
		t.Errorf("%+v", k)
	}
	if again := s.registered(t, testClient); again[0].Passwords[0].KeyID != p.KeyID {
		t.Error("another key id at the second time")
	}
	if none := s.registered(t, "99999999-2222-3333-4444-555555555555"); len(none) != 0 {
		t.Errorf("of an unknown app: %+v", none)
	}
	s.tenant.SetRoles(testClient, "User.Read.All")
	s.signIn(t)
	if a := s.get(t, "/v1.0/applications?$filter=appId eq '"+testClient+"'&$select=id"); a.status != http.StatusForbidden {
		t.Errorf("without the permission: %d", a.status)
	}
}

// A secret that has ended, as its registration says, signs in no longer.
func TestSecretEnds(t *testing.T) {
	s := start(t, Config{Tenants: []directory.TenantConfig{testTenant(50)}})
	s.tenant.SetSecretEnd(testClient, time.Now().Add(-time.Minute))
	resp, err := s.Client().PostForm(s.Authority()+"/"+s.tenant.ID()+"/oauth2/v2.0/token", map[string][]string{
		"grant_type": {"client_credentials"}, "client_id": {testClient}, "client_secret": {testSecret}, "scope": {s.Graph() + "/.default"}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var refusal struct {
		Codes []int `json:"error_codes"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&refusal); err != nil || len(refusal.Codes) != 1 || refusal.Codes[0] != 7000222 {
		t.Errorf("%v (%v)", refusal, err)
	}
}
