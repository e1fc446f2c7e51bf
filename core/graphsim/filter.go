package graphsim

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// filter is what a list can be narrowed to: some ids, properties of a value, or users by how their name begins, or how it
// doesn't.
type filter struct {
	ids    []string
	prefix string
	not    []string // prefixes; an advanced query
	equal  []clause
}

// filterable are the properties that a class's list can be asked for by their value without an advanced query.
var filterable = [directory.ClassCount][]string{
	directory.Users:               {"accountEnabled", "city", "country", "department", "displayName", "givenName", "jobTitle", "mail", "mailNickname", "surname", "userPrincipalName", "userType"},
	directory.Groups:              {"displayName", "isAssignableToRole", "mail", "mailEnabled", "mailNickname", "securityEnabled"},
	directory.Devices:             {"accountEnabled", "deviceId", "displayName", "operatingSystem"},
	directory.ServicePrincipals:   {"accountEnabled", "appId", "displayName", "servicePrincipalType"},
	directory.Applications:        {"appId", "displayName"},
	directory.AdministrativeUnits: {"displayName"},
	directory.DirectoryRoles:      {"displayName", "roleTemplateId"},
	directory.Contacts:            {"companyName", "department", "displayName", "givenName", "jobTitle", "mail", "surname"},
	directory.Grants:              {"clientId", "consentType", "principalId", "resourceId"},
}

// flags are filterable properties that are true or false: they begin with nothing.
var flags = []string{"accountEnabled", "isAssignableToRole", "mailEnabled", "securityEnabled"}

// equals reads a filter of properties that equal a value, or begin with one. Grants and roles take eq only.
func equals(c *directory.Class, text string) (f filter, ok bool) {
	all, ok := clauses(text)
	for _, one := range all {
		takes := one.operator == "eq"
		if c.ID() != directory.Grants && c.ID() != directory.DirectoryRoles {
			takes = takes || one.operator == "in" || one.operator == "startswith" && !slices.Contains(flags, one.property)
		}
		if !takes || !slices.Contains(filterable[c.ID()], one.property) {
			return filter{}, false
		}
	}
	return filter{equal: all}, ok
}

// plainText is a JSON value as a filter writes it.
func plainText(value []byte) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	if len(value) == 0 {
		return "null"
	}
	return string(value)
}

var (
	startsWith = regexp.MustCompile(`(?i)^\s*(not\b\s*\(?)?\s*startsWith\(\s*userPrincipalName\s*,\s*'((?:[^']|'')*)'\s*\)\s*\)?\s*$`)
	idEquals   = regexp.MustCompile(`(?i)^\s*\(?\s*id\s+eq\s+'([^']*)'\s*\)?\s*$`)
	orWord     = regexp.MustCompile(`(?i)\s+or\s+`)
	andWord    = regexp.MustCompile(`(?i)\s+and\s+`)
	firstWord  = regexp.MustCompile(`[A-Za-z]\w*\s*(?:\(\s*(\w+))?`)
)

// filterOf reads $filter; at most most ids.
func filterOf(c *directory.Class, q query, most int) (filter, error) {
	text, ok := q["$filter"]
	if !ok {
		return filter{}, nil
	}
	if f, ok := nameFilter(c, text); ok {
		return f, nil
	}
	if f, ok := equals(c, text); ok {
		return f, nil
	}
	var f filter
	wanted := orWord.Split(text, -1)
	for _, clause := range wanted {
		m := idEquals.FindStringSubmatch(clause)
		if m == nil {
			return f, unsupportedFilter(c, text)
		}
		f.ids = append(f.ids, m[1])
	}
	if len(wanted) > most {
		return f, wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "Too many child clauses specified in search filter expression containing 'OR' operators: %d. Max allowed: %d.", len(wanted), most)
	}
	return f, nil
}

// nameFilter reads one startsWith(userPrincipalName,'…'), or several with a not before each.
func nameFilter(c *directory.Class, text string) (f filter, ok bool) {
	clauses := andWord.Split(text, -1)
	for _, clause := range clauses {
		m := startsWith.FindStringSubmatch(clause)
		if m == nil || c.Kind != "user" {
			return filter{}, false
		}
		prefix := strings.ToLower(strings.ReplaceAll(m[2], "''", "'"))
		if m[1] != "" {
			f.not = append(f.not, prefix)
			continue
		}
		f.prefix = prefix
	}
	return f, f.prefix == "" || len(clauses) == 1
}

// passes tells whether an object of the class belongs to the list, ids aside.
func (f filter) passes(v *directory.View) bool {
	for _, c := range f.equal {
		if !c.holds(plainText(v.Value(c.property))) {
			return false
		}
	}
	if f.prefix == "" && f.not == nil {
		return true
	}
	var room [160]byte
	name := v.Append(room[:0], v.Class().ByName["userPrincipalName"])
	for _, prefix := range f.not {
		if begins(name, prefix) {
			return false
		}
	}
	return f.prefix == "" || begins(name, f.prefix)
}

// begins looks at a JSON string, without regard to case.
func begins(name []byte, prefix string) bool {
	return len(name) > len(prefix) && bytes.EqualFold(name[1:1+len(prefix)], []byte(prefix))
}

// needsAdvanced refuses an operator that works with ConsistencyLevel and $count only.
func needsAdvanced(operator string) *wire.Refusal {
	return wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "Operator '%s' is not supported because the required parameters might be missing. Try adding $count=true query parameter and ConsistencyLevel:eventual header. Refer to https://aka.ms/graph-docs/advanced-queries for more information", operator)
}

func unsupportedFilter(c *directory.Class, text string) error {
	property := "unknown"
	if m := firstWord.FindStringSubmatch(text); m != nil {
		property = strings.TrimSpace(m[0])
		if m[1] != "" {
			property = m[1]
		}
	}
	if strings.Contains(strings.ToLower(text), "endswith") {
		return needsAdvanced("endsWith")
	}
	return wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause specified for property '%s' of resource '%s'.", property, c.Resource)
}
