package graph

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

const (
	hostOwn    = "33333333-2222-4333-8444-555555555555"
	linkLocal  = "169.254.169.254:80"
	simDomain  = "contoso.com"
	notOnAHost = "44444444-2222-4333-8444-555555555555"
)

// azureHost is a client on a simulated Azure host: what would go to the link
// goes to the simulator. Dialled is where the client meant to go.
func azureHost(t *testing.T, clientID string) (sim *graphsim.Server, c *Client, dialled func() []string) {
	t.Helper()
	sim, err := graphsim.Start(graphsim.Config{Tenants: []graphsim.TenantConfig{{Domain: simDomain, Users: 5,
		Apps: []graphsim.App{{ClientID: hostOwn, Identity: true, Roles: []string{"User.Read.All"}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	var mu sync.Mutex
	var addresses []string
	c, err = New(Config{
		Cloud:      entra.Cloud{Name: "sim", Authority: sim.Authority(), Graph: sim.Graph(), CA: sim.CA()},
		Tenant:     sim.Tenant(simDomain).ID(),
		Credential: Credential{Kind: entra.ManagedIdentity, ClientID: clientID},
		Backoff:    time.Millisecond,
		dialHost: func(ctx context.Context, network, address string) (net.Conn, error) {
			mu.Lock()
			addresses = append(addresses, address)
			mu.Unlock()
			return (&net.Dialer{}).DialContext(ctx, network, strings.TrimPrefix(sim.IMDS(), "http://"))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return sim, c, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return addresses
	}
}

// TestManagedIdentityOfAnAzureHost asks the host's metadata service, by the
// client id and without one, and reads Graph with what it gives.
func TestManagedIdentityOfAnAzureHost(t *testing.T) {
	for _, clientID := range []string{hostOwn, ""} {
		_, c, dialled := azureHost(t, clientID)
		if err := c.Probe(t.Context(), class(t, "users")); err != nil {
			t.Errorf("client id %q: %v", clientID, err)
		}
		for _, address := range dialled() {
			if address != linkLocal {
				t.Errorf("%s was asked for a token", address)
			}
		}
		if len(dialled()) != 1 {
			t.Errorf("%d connections to the host", len(dialled()))
		}
	}
}

func TestManagedIdentityTroubles(t *testing.T) {
	tests := []struct {
		name, clientID string
		fault          graphsim.Fault // none: Kind 0
		says           string         // "": it works in the end
	}{
		{"not this host's", notOnAHost, graphsim.Fault{}, "this host has no such managed identity (400)"},
		{"failing for a moment", hostOwn, graphsim.Fault{Kind: graphsim.Unavailable, Match: "metadata", Times: 2}, ""},
		{"failing", hostOwn, graphsim.Fault{Kind: graphsim.Unavailable, Match: "metadata", Times: -1}, "identity endpoint refuses (503)"},
		{"forbidden", hostOwn, graphsim.Fault{Kind: graphsim.Forbidden, Match: "metadata", Times: -1}, "identity endpoint refuses (403)"},
		{"nobody there", hostOwn, graphsim.Fault{Kind: graphsim.Dropped, Match: "metadata", Times: -1}, "nobody answers as an identity endpoint"},
		{"a web page", hostOwn, graphsim.Fault{Kind: graphsim.HTMLPage, Match: "metadata", Times: -1}, "nobody answers as an identity endpoint"},
		{"a redirect", hostOwn, graphsim.Fault{Kind: graphsim.Redirect, Match: "metadata", Times: -1}, "identity endpoint refuses (302)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sim, c, _ := azureHost(t, tt.clientID)
			if tt.fault.Kind != 0 {
				sim.Fault(tt.fault)
			}
			err := c.SignIn(t.Context())
			if tt.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if entra.CodeOf(err) != entra.CodeSignIn {
				t.Fatalf("got %v", err)
			}
			checkError(t, err, tt.says)
			checkError(t, err, "run this on an Azure resource that has this managed identity")
			for _, r := range sim.Requests() {
				if "https://"+r.Host == sim.Foreign() {
					t.Error("a redirect of the host's endpoint was followed")
				}
			}
		})
	}
}

// TestHostIsAskedPastProxies: a proxy would get the token of its own host.
func TestHostIsAskedPastProxies(t *testing.T) {
	if hostClient(nil).Transport.(*http.Transport).Proxy != nil {
		t.Error("the identity endpoint of this host would be asked by a proxy")
	}
}
