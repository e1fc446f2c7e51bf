package graphsim

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// query are a request's options, by their lower-case name with the $.
type query map[string]string

func parseQuery(raw string) (query, error) {
	values, err := url.ParseQuery(strings.ReplaceAll(raw, ";", "%3B")) // it parts the options of an expansion
	if err != nil {
		return nil, wire.Refuse(http.StatusBadRequest, "BadRequest", "Invalid query string.")
	}
	q := query{}
	for name, all := range values {
		if len(all) > 1 {
			return nil, wire.Refuse(http.StatusBadRequest, "BadRequest", "Query option '%s' was specified more than once, but it must be specified at most once.", name)
		}
		q[strings.ToLower(name)] = all[0]
	}
	return q, nil
}

func (q query) has(name string) bool {
	_, ok := q[name]
	return ok
}

// allow refuses options that Graph doesn't know, and those it knows but doesn't support here.
func (q query) allow(names ...string) error {
	allowed := map[string]bool{}
	for _, name := range names {
		allowed[name] = true
	}
	for name := range q {
		switch {
		case allowed[name]:
		case name == "$search":
			return wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'")
		case name == "$orderby":
			return wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "Sorting not supported for current query.")
		case name == "$skip":
			return wire.Refuse(http.StatusBadRequest, "Request_BadRequest", "'$skip' is not supported by the service.")
		case name == "$expand", name == "$filter", name == "$count", name == "$select", name == "$top", name == "$skiptoken":
			return wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "The query option '%s' is not supported for this request.", name)
		default:
			return wire.Refuse(http.StatusBadRequest, "Request_BadRequest", "Unrecognized query argument specified: '%s'.", strings.TrimPrefix(name, "$"))
		}
	}
	return nil
}

// top is the page size of a list.
func (q query) top() (int, error) {
	text, ok := q["$top"]
	if !ok {
		return 100, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, wire.Refuse(http.StatusBadRequest, "BadRequest", "Invalid value '%s' for $top query option found. The $top query option requires a non-negative integer value.", text)
	}
	if n < 1 || n > 999 {
		return 0, wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "Invalid page size specified: '%s'. Must be between 1 and 999 inclusive.", text)
	}
	return n, nil
}

// outside are properties of a user that aren't kept in Entra ID: Graph can't select them in lists and delta.
var outside = regexp.MustCompile(`^(aboutMe|birthday|hireDate|interests|mySite|pastProjects|preferredName|responsibilities|schools|skills)$`)

// extension is the shape of an extension property's name; Graph takes any.
var extension = regexp.MustCompile(`^extension_[0-9a-fA-F]{32}_\w+$`)

// selected is what is selected, without what the caller may not see: Graph leaves that out and refuses nobody.
func (c *call) selected(cl *directory.Class, delta bool) (directory.Fields, error) {
	want, err := selected(cl, c.query, delta)
	if n, ok := cl.ByName["customSecurityAttributes"]; ok && !c.grant.Permits("CustomSecAttributeAssignment.Read.All", "CustomSecAttributeAssignment.ReadWrite.All") {
		want &^= 1 << n
	}
	return want, err
}

// selected reads $select; without it come the class's standard properties. Relations are properties in delta only.
func selected(c *directory.Class, q query, delta bool) (directory.Fields, error) {
	text, ok := q["$select"]
	if !ok {
		return c.Standard, nil
	}
	var chosen directory.Fields
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		n, known := c.ByName[name]
		switch {
		case known:
			chosen |= 1 << n
		case name == "id", extension.MatchString(name):
		case delta && c.Tracks(name) != 0:
			chosen |= c.Tracks(name)
		case c.Kind == "user" && outside.MatchString(name):
			return 0, wire.Refuse(http.StatusNotImplemented, "NotImplemented", "This operation target is not yet supported.")
		default:
			return 0, wire.Refuse(http.StatusBadRequest, "BadRequest", "Parsing OData Select and Expand failed: Could not find a property named '%s' on type 'microsoft.graph.%s'.", name, c.Kind)
		}
	}
	return chosen, nil
}
