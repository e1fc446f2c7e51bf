package graph

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

const simClient = "11111111-2222-4333-8444-555555555555"

// simulate starts a simulated tenant and a client for it.
func simulate(t *testing.T) (*graphsim.Server, *Client) {
	t.Helper()
	sim, err := graphsim.Start(graphsim.Config{Tenants: []graphsim.TenantConfig{{
		Seed: 3, Domain: "contoso.com", DisplayName: "Contoso", Users: 900, Groups: 150, Devices: 120, Links: 4000, Premium: true,
		Apps: []graphsim.App{{ClientID: simClient, Secret: testSecret, Roles: []string{"User.Read.All", "Group.Read.All", "Device.Read.All",
			"Application.Read.All", "Organization.Read.All", "RoleManagement.Read.Directory", "Member.Read.Hidden"}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	c, err := New(Config{
		Cloud:      entra.Cloud{Name: "sim", Authority: sim.Authority(), Graph: sim.Graph(), CA: sim.CA()},
		Tenant:     "contoso.com",
		Credential: Credential{Kind: entra.ClientSecret, ClientID: simClient, Secret: []byte(testSecret)},
		Backoff:    time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	c.limits.longest = 4 * time.Millisecond
	t.Cleanup(c.Close)
	return sim, c
}

// copied is what a client gathers from pages, by the rules of delta.
type copied struct {
	live  map[string]bool
	links map[[3]string]bool
}

func newCopied() *copied { return &copied{map[string]bool{}, map[[3]string]bool{}} }

// follow reads pages up to the last one and gives its delta link.
func (k *copied) follow(t *testing.T, c *Client, link string, class entra.Class) string {
	t.Helper()
	for pages := 0; link != ""; pages++ {
		if pages > 1000 {
			t.Fatal("the pages don't end")
		}
		page, err := c.Page(t.Context(), link, class)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.Objects {
			k.apply(o)
		}
		if page.DeltaLink != "" {
			return page.DeltaLink
		}
		link = page.NextLink
	}
	return ""
}

// expand reads the links of relations that are streams of their own.
func (k *copied) expand(t *testing.T, c *Client, class entra.Class) {
	t.Helper()
	for link := range k.links {
		if slices.Contains(class.Apart(), link[0]) {
			delete(k.links, link)
		}
	}
	for _, relation := range class.Apart() {
		stream := class.Stream(relation)
		for link := c.ListURL(stream, nil); link != ""; {
			page, err := c.Page(t.Context(), link, stream)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range page.Objects {
				for _, l := range o.Links {
					k.links[[3]string{relation, o.ID, l.Target}] = k.live[o.ID]
				}
			}
			if len(page.Cut) > 0 {
				t.Errorf("%d of a page's %s may have more %s", len(page.Cut), class.Name, relation)
			}
			link = page.NextLink
		}
	}
}

func (k *copied) apply(o entra.Object) {
	k.live[o.ID] = o.Removed == entra.NotRemoved
	for _, l := range o.Links {
		k.links[[3]string{l.Relation, o.ID, l.Target}] = !l.Removed
	}
}

// check compares the copy with the truth.
func (k *copied) check(t *testing.T, tenant *graphsim.Tenant, class entra.Class) {
	t.Helper()
	want := map[string]bool{}
	for o := range tenant.Objects(class.Name) {
		if o.State == graphsim.Live {
			want[o.ID] = true
		}
	}
	compare(t, class.Name, want, k.live)
	links, got := map[[3]string]bool{}, map[[3]string]bool{}
	for _, r := range class.Relations {
		for l := range tenant.Links(class.Name, r.Name) {
			if r.Read == entra.Expanded && l.Target != graphsim.Live { // lists don't show who is deleted
				continue
			}
			links[[3]string{r.Name, l.SourceID, l.TargetID}] = true
		}
	}
	for link, there := range k.links { // the links of groups that are deleted are hidden with them
		got[link] = there && want[link[1]]
	}
	compare(t, "links", links, got)
}

func compare[K comparable](t *testing.T, what string, want, got map[K]bool) {
	t.Helper()
	for key := range want {
		if !got[key] {
			t.Errorf("%s: %v is missing", what, key)
			return
		}
	}
	for key, there := range got {
		if there && !want[key] {
			t.Errorf("%s: %v is not in the tenant", what, key)
			return
		}
	}
}

func TestSimulatedTenantIsReadWhole(t *testing.T) {
	sim, c := simulate(t)
	tenant := sim.Tenant("contoso.com")
	for _, name := range []string{"users", "groups", "devices", "applications", "servicePrincipals"} {
		t.Run(name, func(t *testing.T) {
			class := class(t, name)
			k := newCopied()
			link := k.follow(t, c, c.DeltaURL(class, []string{"displayName"}), class)
			k.expand(t, c, class)
			k.check(t, tenant, class)
			tenant.Mutate(rand.New(rand.NewPCG(1, 2)), 60)
			k.follow(t, c, link, class)
			k.expand(t, c, class)
			k.check(t, tenant, class)
		})
	}
}

func TestSimulatedFastScan(t *testing.T) {
	sim, c := simulate(t)
	users := class(t, "users")
	k := newCopied()
	base := k.follow(t, c, c.LatestURL(users, users.Select), users)
	if len(k.live) != 0 || base == "" {
		t.Fatalf("latest gave %d objects and the link %q", len(k.live), base)
	}
	k.follow(t, c, c.ListURL(users, users.Select), users)
	sim.Tenant("contoso.com").Mutate(rand.New(rand.NewPCG(1, 2)), 60)
	k.follow(t, c, base, users)
	k.expand(t, c, users)
	k.check(t, sim.Tenant("contoso.com"), users)
}

func TestSimulatedFaults(t *testing.T) {
	sim, c := simulate(t)
	users := class(t, "users")
	link := newCopied().follow(t, c, c.LatestURL(users, users.Select), users)
	tests := []struct {
		name  string
		fault graphsim.Fault
		want  entra.Code // "": passes
	}{
		{"429", graphsim.Fault{Kind: graphsim.Throttling, RetryAfter: "0.02", Times: 3}, ""},
		{"429 without", graphsim.Fault{Kind: graphsim.Throttling, Times: 3}, ""},
		{"500", graphsim.Fault{Kind: graphsim.InternalError, Times: 7}, ""},
		{"502", graphsim.Fault{Kind: graphsim.BadGateway}, ""},
		{"503", graphsim.Fault{Kind: graphsim.Unavailable}, ""},
		{"504 for ever", graphsim.Fault{Kind: graphsim.GatewayTimeout, Times: -1}, entra.CodeService},
		{"dropped", graphsim.Fault{Kind: graphsim.Dropped}, ""},
		{"dropped in the body", graphsim.Fault{Kind: graphsim.DroppedMidBody}, ""},
		{"dropped for ever", graphsim.Fault{Kind: graphsim.Dropped, Times: -1}, entra.CodeNetwork},
		{"slow body", graphsim.Fault{Kind: graphsim.SlowBody, Pause: time.Millisecond}, ""},
		{"truncated JSON", graphsim.Fault{Kind: graphsim.TruncatedJSON}, ""},
		{"truncated gzip", graphsim.Fault{Kind: graphsim.TruncatedGzip}, ""},
		{"broken JSON", graphsim.Fault{Kind: graphsim.BrokenJSON}, ""},
		{"web page", graphsim.Fault{Kind: graphsim.HTMLPage, Times: -1}, entra.CodeAnswer},
		{"empty", graphsim.Fault{Kind: graphsim.EmptyBody}, ""},
		{"400 with data", graphsim.Fault{Kind: graphsim.ErrorWithData, Times: -1}, entra.CodeDeltaLinkDead},
		{"410", graphsim.Fault{Kind: graphsim.GoneWithLocation}, entra.CodeDeltaLinkDead},
		{"410 foreign", graphsim.Fault{Kind: graphsim.ForeignGone}, entra.CodeDeltaLinkDead},
		{"410 sync state", graphsim.Fault{Kind: graphsim.GoneSyncState}, entra.CodeDeltaLinkDead},
		{"400 sync state", graphsim.Fault{Kind: graphsim.SyncStateNotFound}, entra.CodeDeltaLinkDead},
		{"resync", graphsim.Fault{Kind: graphsim.ResyncRequired}, entra.CodeDeltaLinkDead},
		{"too late", graphsim.Fault{Kind: graphsim.SyncTooLate}, entra.CodeDeltaLinkDead},
		{"404 once", graphsim.Fault{Kind: graphsim.NotFoundToken}, ""},
		{"404 for ever", graphsim.Fault{Kind: graphsim.NotFoundToken, Times: -1}, entra.CodeDeltaLinkDead},
		{"page token", graphsim.Fault{Kind: graphsim.PageTokenNotFound}, entra.CodeDeltaLinkDead},
		{"401", graphsim.Fault{Kind: graphsim.ExpiredAccessToken}, ""},
		{"401 for ever", graphsim.Fault{Kind: graphsim.ExpiredAccessToken, Times: -1}, entra.CodeUnauthorized},
		{"claims", graphsim.Fault{Kind: graphsim.ClaimsChallenge}, ""},
		{"403", graphsim.Fault{Kind: graphsim.Forbidden}, entra.CodePermission},
		{"licence", graphsim.Fault{Kind: graphsim.NoLicence}, entra.CodeLicence},
		{"PIM licence", graphsim.Fault{Kind: graphsim.NoPIMLicence}, entra.CodeLicence},
		{"foreign link", graphsim.Fault{Kind: graphsim.ForeignNextLink}, entra.CodeForeignHost},
		{"http link", graphsim.Fault{Kind: graphsim.PlainNextLink}, entra.CodeForeignHost},
		{"redirect", graphsim.Fault{Kind: graphsim.Redirect}, entra.CodeForeignHost},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer sim.Fault(tt.fault)()
			_, err := c.Page(t.Context(), link, users)
			if entra.CodeOf(err) != tt.want || (err == nil) != (tt.want == "") {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			if err != nil {
				checkError(t, err, "")
			}
		})
	}
	for _, r := range sim.Requests() {
		onGraph := "https://"+r.Host == sim.Graph()
		if onGraph && r.Method != "GET" || r.Authorized && !onGraph {
			t.Errorf("seen: %+v", r)
		}
	}
}

func TestSimulatedConnection(t *testing.T) {
	sim, c := simulate(t)
	id, err := Discover(t.Context(), c.cfg.Cloud, "contoso.com", nil)
	if err != nil || id.TenantID != sim.Tenant("contoso.com").ID() {
		t.Fatalf("discovered %+v, %v", id, err)
	}
	if _, err := Discover(t.Context(), c.cfg.Cloud, "nobody.example", nil); entra.CodeOf(err) != entra.CodeTenantUnknown {
		t.Errorf("unknown tenant: %v", err)
	}
	org, name, err := c.Organization(t.Context())
	if err != nil || org != id.TenantID || name != "Contoso" {
		t.Errorf("organization %q %q, %v", org, name, err)
	}
	for _, name := range []string{"users", "groups", "devices"} {
		if err := c.Probe(t.Context(), class(t, name)); err != nil {
			t.Error(err)
		}
	}
	sim.Tenant("contoso.com").SetRoles(simClient, "Group.Read.All")
	c.tokens.token.Token = "" // a new consent shows only in a new token
	c.tokens.credential = nil
	if err := c.Probe(t.Context(), class(t, "users")); entra.CodeOf(err) != entra.CodePermission {
		t.Errorf("without User.Read.All: %v", err)
	}
}
