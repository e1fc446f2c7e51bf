package graph

import (
	"net/url"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"github.com/entraidsync/entraidsync/core/entra"
)

// Templates of the requests, in the form of the SDK's own request builders.
const (
	listTemplate   = "{?%24select,%24top,%24filter,%24count}"
	deltaTemplate  = "{?%24select,%24deltatoken,%24filter}"
	objectTemplate = "/{id}{?%24select}"
)

// template makes the request of a path under /v1.0.
func (c *Client) template(path string, query map[string]any) *abstractions.RequestInformation {
	info := abstractions.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(
		abstractions.GET, "{+baseurl}"+path, map[string]string{"baseurl": c.base})
	info.QueryParametersAny = query
	return info
}

// address is the URL of a request that was made from the class table.
func (c *Client) address(path string, query map[string]any) string {
	u, err := c.template(path, query).GetUri()
	if err != nil {
		return "" // unreachable: the templates are constants; refused as a link if it ever happens
	}
	return u.String()
}

// DeltaURL is where a class's delta enumeration begins. Sel are the properties
// to track; relations that the class has are added.
func (c *Client) DeltaURL(class entra.Class, sel []string) string {
	return c.address(class.Delta+deltaTemplate, map[string]any{"%24select": tracked(class, sel)})
}

// LatestURL asks for a delta link that starts now, and no objects.
func (c *Client) LatestURL(class entra.Class, sel []string) string {
	return c.address(class.Delta+deltaTemplate, map[string]any{"%24select": tracked(class, sel), "%24deltatoken": "latest"})
}

// ObjectDeltaURL is where the delta enumeration of a single object begins. Of a
// group it tells all members, service principals included, which no list does.
func (c *Client) ObjectDeltaURL(class entra.Class, id string, sel []string) string {
	filter := "id eq '" + strings.ReplaceAll(id, "'", "''") + "'"
	return c.address(class.Delta+deltaTemplate, map[string]any{"%24select": tracked(class, sel), "%24filter": filter})
}

// ListURL is where a class's list begins, in the largest pages it takes.
func (c *Client) ListURL(class entra.Class, sel []string) string {
	return c.address(class.Path+listTemplate, listQuery(withID(sel), class.Top))
}

func listQuery(sel []string, top int) map[string]any {
	query := map[string]any{"%24select": sel}
	if top > 0 {
		query["%24top"] = top
	}
	return query
}

func withID(sel []string) []string { return append([]string{"id"}, sel...) }

func tracked(class entra.Class, sel []string) []string {
	sel = withID(sel)
	for _, r := range class.Relations {
		if r.Read == entra.WithObjects {
			sel = append(sel, r.Name)
		}
	}
	return sel
}

// follow is the request of a link.
func follow(link *url.URL) *abstractions.RequestInformation {
	info := abstractions.NewRequestInformation()
	info.Method = abstractions.GET
	info.SetUri(*link)
	if link.Query().Get("$count") == "true" {
		info.Headers.Add("ConsistencyLevel", "eventual") // no link carries it on
	}
	return info
}

// storedLink tells whether a link carries a token of Graph's, and so may die.
// $deltatoken=latest and an empty token are first requests.
func storedLink(u *url.URL) bool {
	for name, values := range u.Query() {
		name = strings.ToLower(strings.TrimPrefix(name, "$"))
		if name != "skiptoken" && name != "deltatoken" {
			continue
		}
		for _, v := range values {
			if v != "" && !strings.EqualFold(v, "latest") {
				return true
			}
		}
	}
	return false
}
