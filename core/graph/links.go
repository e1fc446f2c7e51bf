package graph

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Templates of the requests, in the form of the SDK's own request builders.
const (
	listTemplate   = "{?%24select,%24expand,%24top,%24filter,%24count}"
	deltaTemplate  = "{?%24select,%24deltatoken,%24filter}"
	objectTemplate = "/{id}{?%24select,%24expand}"
	logTemplate    = "{?%24filter,%24orderby,%24top}"
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
	return c.deltaOf(class, []string{id}, sel)
}

// LinksOfURL is where the delta enumeration of some objects begins that tells their
// links and nothing else: of at most as many as [entra.Class.ByIDs] says.
func (c *Client) LinksOfURL(class entra.Class, ids []string) string {
	return c.deltaOf(class, ids, nil)
}

func (c *Client) deltaOf(class entra.Class, ids, sel []string) string {
	clauses := make([]string, len(ids))
	for i, id := range ids {
		clauses[i] = "id eq '" + strings.ReplaceAll(id, "'", "''") + "'"
	}
	return c.address(class.Delta+deltaTemplate, map[string]any{"%24select": tracked(class, sel), "%24filter": strings.Join(clauses, " or ")})
}

// LinksURL is where the list of one object's links of a relation begins.
func (c *Client) LinksURL(class entra.Class, id, relation string) string {
	return c.address(class.Path+"/"+url.PathEscape(id)+"/"+relation+listTemplate, listQuery(withID(nil), 999))
}

// ItemsURL is where the list of what one object of a class's list holds begins.
func (c *Client) ItemsURL(class entra.Class, id string) string {
	return c.address(class.Path+"/"+url.PathEscape(id)+"/"+class.Inside+listTemplate, listQuery(nil, 999))
}

// ListURL is where a class's list begins, in the largest pages it takes.
func (c *Client) ListURL(class entra.Class, sel []string) string {
	if expands(class) != "" {
		return c.address(class.Path+listTemplate, expandedQuery(class, class.Top))
	}
	query := objectsQuery(class, chosen(class, sel), class.Top)
	if class.Leads != "" && slices.Contains(sel, class.Leads) {
		query["%24expand"] = class.Leads + "($select=id)"
	}
	return c.address(class.Path+listTemplate, query)
}

// WindowURL is where a log's entries of a time begin, the earliest first. Both ends are by Graph's clock, see
// [Client.Clock].
func (c *Client) WindowURL(log entra.Class, from, to time.Time) string {
	const form = "2006-01-02T15:04:05.000Z"
	return c.address(log.Path+logTemplate, map[string]any{
		"%24filter":  "activityDateTime ge " + from.UTC().Format(form) + " and activityDateTime le " + to.UTC().Format(form),
		"%24orderby": "activityDateTime asc", "%24top": log.Top})
}

// chosen are the properties to ask for; nil: all that an object has.
func chosen(class entra.Class, sel []string) []string {
	if class.Whole || class.Single || class.Key != "" {
		return nil
	}
	return withID(slices.DeleteFunc(slices.Clone(sel), func(name string) bool { return name == class.Leads }))
}

// countURL asks for some objects of a class, and for how many there are.
func (c *Client) countURL(class entra.Class, some int) string {
	query := listQuery(withID(nil), some)
	query["%24count"] = "true"
	return c.address(class.Path+listTemplate, query)
}

func listQuery(sel []string, top int) map[string]any {
	query := map[string]any{}
	if sel != nil {
		query["%24select"] = sel
	}
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

// parseLink reads a link that came from Graph. What a URL can't hold as it is,
// such as a blank, is escaped: sent as it is it would make no request.
func parseLink(link string) (*url.URL, error) {
	u, err := url.Parse(escaped(link))
	if err == nil && u.Host == "" {
		err = say.Errorf("it names no host")
	}
	return u, err
}

func escaped(link string) string {
	if !strings.ContainsFunc(link, needsEscape) && !strings.Contains(link, "%") {
		return link
	}
	var b strings.Builder
	for i := 0; i < len(link); i++ {
		c := link[i]
		if needsEscape(rune(c)) || c == '%' && !(i+2 < len(link) && isHex(link[i+1]) && isHex(link[i+2])) {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// needsEscape tells what RFC 3986 allows nowhere in a URL. A # begins no fragment
// here: no link of Graph has one, but names in filters do.
func needsEscape(c rune) bool {
	return c <= ' ' || c >= 0x7f || strings.ContainsRune("\"<>\\^`{|}#", c)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
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

// initials are the characters that Entra allows a user principal name to begin
// with (letters regardless of case), those of most names first.
const initials = "samjcdkbrtlpeghnfvwiozyqux0123456789_-.'!#^~"

// InPart tells whether an object may be of the n-th of the parts that
// [Client.DivideURLs] begins. Whether é counts as e is for Graph to say.
func InPart(class entra.Class, n int, o entra.Object) bool {
	var value string
	if json.Unmarshal(o.Properties.Value(class.Initials), &value) != nil || value == "" {
		return true // it does not tell
	}
	is := strings.IndexByte(initials, strings.ToLower(value[:1])[0])
	return value[0] >= utf8.RuneSelf || is == n || is < 0 && Rest(n)
}

// Rest tells whether the n-th of the parts that [Client.DivideURLs] begins is the last,
// of all others.
func Rest(n int) bool { return n >= len(initials) }

// DivideURLs are where the parts of a class's list begin: of the objects that
// begin with each character that is allowed, and last of all others, if there
// are any in spite of that. A list answers the parts as any other; the last one
// takes an advanced query, which Graph answers from an index that trails, and
// which expands nothing.
func (c *Client) DivideURLs(class entra.Class, sel []string) []string {
	var links, others []string
	for _, first := range initials {
		begins := "startsWith(" + class.Initials + ",'" + strings.ReplaceAll(string(first), "'", "''") + "')"
		query := objectsQuery(class, withID(sel), class.Top)
		query["%24filter"] = begins
		links = append(links, c.address(class.Path+listTemplate, query))
		others = append(others, "not "+begins)
	}
	query := listQuery(withID(sel), class.Top)
	query["%24filter"], query["%24count"] = strings.Join(others, " and "), "true"
	return append(links, c.address(class.Path+listTemplate, query))
}
