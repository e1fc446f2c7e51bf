package graph

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
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
	what := "looking up " + tenant + " failed"
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

// document reads an OpenID document, and asks again where it was cut off.
func (a *authorityTransport) document(ctx context.Context, address string) (status int, body []byte, err error) {
	for range 3 {
		status, body, err = a.get(ctx, address)
		if err == nil && status == http.StatusOK {
			if _, cut := readFields(body); errors.Is(cut, errCut) {
				err = cut
			}
		}
		if !errors.Is(err, errCut) {
			break
		}
	}
	return status, body, err
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

func readOpenID(body []byte, what string, cloud entra.Cloud) (OpenID, error) {
	all, err := readFields(body)
	doc := openIDDocument{Issuer: all.word("issuer"), Region: clean(all.word("tenant_region_scope")), SubRegion: all.word("tenant_region_sub_scope"),
		Instance: all.word("cloud_instance_name"), Graph: clean(all.word("msgraph_host"))}
	id := OpenID{TenantID: tenantOf(doc.Issuer), GraphHost: doc.Graph, Region: doc.Region}
	if err == nil && id.TenantID == "" {
		err = errors.New("its issuer names no tenant")
	}
	if err != nil {
		return OpenID{}, &entra.Error{Code: entra.CodeAnswer, What: what, Why: "the answer is no OpenID document of Entra: " + err.Error(),
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
