package graph

import (
	"context"
	"strings"
	"sync"

	"github.com/entraidsync/entraidsync/core/entra"
)

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
func lives(what string, home entra.Cloud) *entra.Error {
	return &entra.Error{Code: entra.CodeTenantUnknown, What: what, Why: "the tenant lives in another cloud, " + home.Label,
		Remedy: "choose the Azure Cloud " + home.Label + " (" + home.Name + ")"}
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
				if there, err := Discover(ctx, other, tenant, s.proxy); err == nil {
					found[i] = there
				}
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
