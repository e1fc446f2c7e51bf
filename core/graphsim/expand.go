package graphsim

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// mostExpanded is how many items an expansion gives; nothing says that there are more.
const mostExpanded = 20

// expansion is $expand: one navigation, with options of its own. nil: none was asked for.
type expansion struct {
	navigation
	inner query
}

var expandShape = regexp.MustCompile(`^\s*(\w+)\s*(?:\(([^()]*)\))?\s*$`)

// expansion reads $expand. Graph expands one navigation of a request, and none in an advanced query.
func (c *call) expansion(id directory.ClassID) (*expansion, error) {
	text, ok := c.query["$expand"]
	if !ok {
		return nil, nil
	}
	if c.advanced() {
		return nil, wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "The query option '$expand' is not supported together with 'ConsistencyLevel: eventual' and $count.")
	}
	m := expandShape.FindStringSubmatch(text)
	if m == nil {
		return nil, wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "Only one property can be expanded in a single request: '%s'.", text)
	}
	nav, ok := c.navigation(id, m[1])
	if !ok {
		return nil, wire.Refuse(http.StatusBadRequest, "BadRequest", "Parsing OData Select and Expand failed: Could not find a property named '%s' on type 'microsoft.graph.%s'.", m[1], c.t.Class(id).Kind)
	}
	inner := query{}
	for option := range strings.SplitSeq(m[2], ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(option), "=")
		if name == "" {
			continue
		}
		if err := allowInner(nav, name, value); err != nil {
			return nil, err
		}
		inner[strings.ToLower(name)] = value
	}
	return &expansion{nav, inner}, nil
}

// allowInner refuses what an expansion can't be asked with.
func allowInner(nav navigation, name, value string) error {
	switch strings.ToLower(name) {
	case "$select":
		return nil
	case "$levels":
		if nav.name == "manager" && value == "1" {
			return nil
		}
	}
	return wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "The query option '%s=%s' is not supported in an expansion of '%s'.", name, value, nav.name)
}

// append renders the expansion of an object as `"owners":[…],`; of a single one that there isn't, nothing.
func (e *expansion) append(dst []byte, c *call, index int) []byte {
	if e == nil {
		return dst
	}
	var rows [][]byte
	if e.rows != nil {
		rows = rendered(e.rows(c.t, index), e.inner["$select"])
	} else {
		rows = e.objectRows(c, index)
	}
	if e.single {
		if len(rows) == 0 {
			return dst
		}
		dst = append(append(append(dst, '"'), e.name...), `":`...)
		return append(append(dst, rows[0]...), ',')
	}
	text, _ := sliceOf(rows, slice{0, mostExpanded})
	dst = append(append(append(dst, '"'), e.name...), `":[`...)
	return append(append(dst, text...), `],`...)
}

// objectRows renders the targets that are told, as many as an expansion gives.
func (e *expansion) objectRows(c *call, index int) (rows [][]byte) {
	var v directory.View
	for _, target := range e.objects(index) {
		if len(rows) == mostExpanded {
			return rows
		}
		if target.Gone() || !c.knows(target) {
			continue
		}
		v.Open(c.t, target.Class(), target.Index())
		rows = append(rows, c.appendRelated(nil, &v, e.inner))
	}
	return rows
}
