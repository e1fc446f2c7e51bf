package graphsim

import (
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

const (
	testClient = "11111111-2222-4333-8444-555555555555"
	testSecret = "s3cret~value"
)

// readAll are the permissions that show everything.
var readAll = []string{"User.Read.All", "Group.Read.All", "Device.Read.All", "Application.Read.All",
	"Organization.Read.All", "RoleManagement.Read.Directory", "Member.Read.Hidden",
	"AdministrativeUnit.Read.All", "OrgContact.Read.All", "Directory.Read.All", "Policy.Read.All"}

func testTenant(users int) directory.TenantConfig {
	return directory.TenantConfig{Seed: 7, Domain: "contoso.com", Users: users, Groups: users / 4, Devices: users / 5, Links: users * 6,
		Apps: []directory.App{{ClientID: testClient, Secret: testSecret, Roles: readAll}}}
}

// sim is a running server, its tenant, and a token for it.
type sim struct {
	*Server
	tenant *directory.Tenant
	token  string
}

func start(t *testing.T, cfg Config) *sim {
	t.Helper()
	if len(cfg.Tenants) == 0 {
		cfg.Tenants = []directory.TenantConfig{testTenant(400)}
	}
	s, err := Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	sm := &sim{Server: s, tenant: s.tenants[0]}
	sm.signIn(t)
	return sm
}

// signIn gets a new token with azidentity, as the product does.
func (s *sim) signIn(t *testing.T) {
	t.Helper()
	options := azidentity.ClientSecretCredentialOptions{ClientOptions: s.clientOptions(), DisableInstanceDiscovery: true}
	credential, err := azidentity.NewClientSecretCredential(s.tenant.Domain(), testClient, testSecret, &options)
	if err != nil {
		t.Fatal(err)
	}
	token, err := credential.GetToken(context.Background(), s.tokenRequest())
	if err != nil {
		t.Fatal(err)
	}
	s.token = token.Token
}

func (s *sim) clientOptions() azcore.ClientOptions {
	return azcore.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: s.Authority()},
		Transport: s.Client(),
		Retry:     policy.RetryOptions{MaxRetries: -1},
	}
}

func (s *sim) tokenRequest() policy.TokenRequestOptions {
	return policy.TokenRequestOptions{Scopes: []string{s.Graph() + "/.default"}}
}

// answer is a response read to its end.
type answer struct {
	status int
	header http.Header
	body   string
	err    error // of the connection, or of reading the body
}

// get asks Graph; path begins behind the root, or is a whole link. headers are name and value in turn.
func (s *sim) get(t *testing.T, path string, headers ...string) answer {
	t.Helper()
	return s.do(t, http.MethodGet, path, headers...)
}

func (s *sim) do(t *testing.T, method, path string, headers ...string) answer {
	t.Helper()
	if !strings.HasPrefix(path, "https://") {
		before, query, ok := strings.Cut(path, "?")
		if path = s.Graph() + before; ok {
			path += "?" + strings.NewReplacer("%3D", "=", "%26", "&", "%24", "$", "+", "%20").Replace(url.QueryEscape(query))
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), method, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := s.Client().Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(body), err}
}

// problem is the error of a Graph answer: its code and message.
func (a answer) problem(t *testing.T) (code, message string) {
	t.Helper()
	var body struct {
		Error struct {
			Code, Message string
			InnerError    map[string]any
		}
	}
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		t.Fatalf("error body %q: %v", a.body, err)
	}
	if body.Error.InnerError["request-id"] == "" {
		t.Errorf("error body %q has no request-id", a.body)
	}
	return body.Error.Code, body.Error.Message
}

// graphPage is a page of a list or a delta.
type graphPage struct {
	Context string                       `json:"@odata.context"`
	Next    string                       `json:"@odata.nextLink"`
	Delta   string                       `json:"@odata.deltaLink"`
	Count   *int                         `json:"@odata.count"`
	Value   []map[string]json.RawMessage `json:"value"`
}

// page asks for a page that must come.
func (s *sim) page(t *testing.T, path string, headers ...string) graphPage {
	t.Helper()
	a := s.get(t, path, headers...)
	if a.err != nil || a.status != http.StatusOK {
		t.Fatalf("GET %s: status %d, %v: %s", path, a.status, a.err, a.body)
	}
	var p graphPage
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		t.Fatalf("GET %s: %v in %.2000s", path, err, a.body)
	}
	return p
}

func text(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

func decode(raw json.RawMessage, into any) error { return json.Unmarshal(raw, into) }

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, seed)) }
