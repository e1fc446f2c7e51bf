package graph

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// OpenID is what a tenant's OpenID document tells.
type OpenID struct {
	TenantID  string // GUID
	GraphHost string // host of the Graph that serves the tenant; "" where it is not told
	Region    string // such as EU; "" where it is not told
}

const discoverTimeout = 30 * time.Second

// Discover reads the OpenID document of a tenant, by its domain or its id. It
// needs no credential. An unknown tenant is [entra.CodeTenantUnknown], and so
// is one that lives in another built-in cloud.
func Discover(ctx context.Context, cloud entra.Cloud, tenant string, proxy ProxyFunc) (OpenID, error) {
	tenant, err := entra.TenantName(tenant)
	if err != nil {
		return OpenID{}, err
	}
	what := say.With("looking up %s failed", tenant)
	transport, err := newTransport(cloud, proxy)
	if err != nil {
		return OpenID{}, err
	}
	defer transport.CloseIdleConnections()
	wire := &authorityTransport{cloud: cloud, client: &http.Client{Transport: transport, CheckRedirect: stayHere, Timeout: discoverTimeout}}
	status, body, err := wire.document(ctx, cloud.Authority+"/"+tenant+"/v2.0/.well-known/openid-configuration")
	switch {
	case ctx.Err() != nil:
		return OpenID{}, stopped(ctx, what)
	case err != nil:
		return OpenID{}, networkError(what, err)
	case status != http.StatusOK:
		said, _ := readRefusal(body, nil) // none: it is not Entra that answered
		return OpenID{}, unknownTenant(authorityError(what, status, said))
	}
	return readOpenID(body, what, cloud)
}

// document reads an OpenID document, and asks again where it, or the connection, was
// cut off.
func (a *authorityTransport) document(ctx context.Context, address string) (status int, body []byte, err error) {
	for range 3 {
		status, body, err = a.get(ctx, address)
		if err == nil && status == http.StatusOK {
			if _, cut := readFields(body); errors.Is(cut, errCut) {
				err = cut
			}
		}
		if !brokeOff(err) {
			break
		}
	}
	return status, body, err
}

// brokeOff tells whether an answer ended too early, or the connection before it came.
func brokeOff(err error) bool {
	var op *net.OpError
	return errors.Is(err, errCut) || errors.Is(err, io.EOF) || errors.As(err, &op) && op.Op == "read" && !op.Timeout()
}

// unknownTenant makes the refusal of a name into what it means here: nothing
// but the name was sent, so nothing else can have been refused.
func unknownTenant(e *entra.Error) error {
	if e.Code == entra.CodeSignIn {
		e.Code = entra.CodeTenantUnknown
		e.Remedy = "check the spelling of the tenant, and that the Azure Cloud is the right one"
	}
	return e
}

func readOpenID(body []byte, what say.Sentence, cloud entra.Cloud) (OpenID, error) {
	all, err := readFields(body)
	doc := openIDDocument{Issuer: all.word("issuer"), Region: clean(all.word("tenant_region_scope")), SubRegion: all.word("tenant_region_sub_scope"),
		Instance: all.word("cloud_instance_name"), Graph: clean(all.word("msgraph_host"))}
	id := OpenID{TenantID: tenantOf(doc.Issuer), GraphHost: doc.Graph, Region: doc.Region}
	if err == nil && id.TenantID == "" {
		err = say.Errorf("its issuer names no tenant")
	}
	if err != nil {
		return OpenID{}, &entra.Error{Code: entra.CodeAnswer, What: what, Why: say.With("the answer is no OpenID document of Entra: %s", err),
			Remedy: "check the cloud's authority, and for a proxy or sign-in page"}
	}
	if home, ok := doc.elsewhere(cloud); ok {
		return id, lives(what, home)
	}
	return id, nil
}

// tenantOf finds the tenant id in an issuer such as https://host/GUID/v2.0.
func tenantOf(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return ""
	}
	for part := range strings.SplitSeq(strings.ToLower(u.Path), "/") {
		if entra.IsGUID(part) {
			return part
		}
	}
	return ""
}

// openIDDocument is what a tenant's OpenID document tells of where it lives.
type openIDDocument struct {
	Issuer    string
	Region    string // tenant_region_scope: WW, EU, NA, USGov, …
	SubRegion string // tenant_region_sub_scope: GCC, DODCON (GCC High), DOD
	Instance  string // cloud_instance_name: microsoftonline.us
	Graph     string // msgraph_host
}

// instances are the built-in clouds by what their OpenID documents call them,
// where that is not the authority without its "login.".
var instances = map[string]string{"partner.microsoftonline.cn": "china"}

// subRegions tell the two clouds apart that share one authority.
var subRegions = map[string]string{"dodcon": "usgov", "dod": "usgov-dod"}

// elsewhere finds the built-in cloud that a tenant lives in, where that is
// another than the chosen one: the authority of one cloud also knows tenants of
// others. What the document does not tell is not held against the choice.
func (d openIDDocument) elsewhere(chosen entra.Cloud) (home entra.Cloud, ok bool) {
	if !chosen.BuiltIn {
		return home, false
	}
	if name, told := subRegions[strings.ToLower(d.SubRegion)]; told {
		home, ok = builtIn(func(c entra.Cloud) bool { return c.Name == name })
		return home, ok && home.Name != chosen.Name
	}
	home, ok = builtIn(func(c entra.Cloud) bool { return strings.EqualFold(c.Graph, "https://"+d.Graph) })
	if !ok {
		instance := strings.ToLower(d.Instance)
		home, ok = builtIn(func(c entra.Cloud) bool {
			return c.Name == instances[instance] || c.Authority == "https://login."+instance
		})
	}
	return home, ok && home.Authority != chosen.Authority
}

func builtIn(is func(entra.Cloud) bool) (entra.Cloud, bool) {
	for _, c := range entra.BuiltInClouds() {
		if is(c) {
			return c, true
		}
	}
	return entra.Cloud{}, false
}

// lives is the error of a tenant that lives in another cloud than the chosen.
func lives(what say.Sentence, home entra.Cloud) *entra.Error {
	return &entra.Error{Code: entra.CodeTenantUnknown, What: what, Why: say.With("the tenant lives in another cloud, %s", home),
		Remedy: say.With("choose the Azure Cloud %s (%s)", home, home.Name)}
}

// Locate is [Discover] for somebody who waits: where a built-in cloud knows no
// such tenant, the others are asked by its name, and the error names the one
// that it lives in. With that error comes the tenant's id.
func Locate(ctx context.Context, cloud entra.Cloud, tenant string, proxy ProxyFunc) (OpenID, error) {
	return search{entra.BuiltInClouds(), proxy}.locate(ctx, cloud, tenant)
}

// search asks clouds for a tenant.
type search struct {
	clouds []entra.Cloud
	proxy  ProxyFunc
}

func (s search) locate(ctx context.Context, cloud entra.Cloud, tenant string) (OpenID, error) {
	id, err := Discover(ctx, cloud, tenant, s.proxy)
	if entra.CodeOf(err) != entra.CodeTenantUnknown || !cloud.BuiltIn || id.TenantID != "" {
		return id, err
	}
	found := make([]OpenID, len(s.clouds))
	var asking sync.WaitGroup
	for i, other := range s.clouds {
		if other.Authority != cloud.Authority {
			asking.Go(func() {
				_ = entra.Survive(func() error { // then this cloud does not answer
					there, err := Discover(ctx, other, tenant, s.proxy)
					if err == nil {
						found[i] = there
					}
					return err
				}, func(any, string) error { return nil })
			})
		}
	}
	asking.Wait()
	for i, other := range s.clouds {
		if found[i].TenantID != "" {
			return found[i], lives(entra.AsError(err).What, other)
		}
	}
	return id, err
}
