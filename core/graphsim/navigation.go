package graphsim

import (
	"strings"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// navigation is what a URL or $expand may follow from an object: to other objects, or to rows that belong to it.
type navigation struct {
	name    string
	single  bool                                       // there is one at most
	objects func(index int) []directory.Ref            // each at a place that it keeps; gone: none is there
	rows    func(t *directory.Tenant, index int) []any // nil: none is there
	noApps  bool                                       // read on its own, it leaves service principals out
}

// backward are the navigations that lead from targets to sources.
var backward = []struct {
	name      string
	of        []directory.ClassID
	relations []directory.RelationID
}{
	{"memberOf", []directory.ClassID{directory.Users, directory.Groups, directory.Devices, directory.ServicePrincipals, directory.Contacts},
		[]directory.RelationID{directory.GroupMembers, directory.RoleMembers, directory.UnitMembers}},
	{"ownedObjects", []directory.ClassID{directory.Users, directory.ServicePrincipals},
		[]directory.RelationID{directory.GroupOwners, directory.ApplicationOwners, directory.PrincipalOwners}},
	{"ownedDevices", []directory.ClassID{directory.Users}, []directory.RelationID{directory.DeviceOwners}},
	{"registeredDevices", []directory.ClassID{directory.Users}, []directory.RelationID{directory.DeviceUsers}},
	{"directReports", []directory.ClassID{directory.Users}, []directory.RelationID{directory.UserManager}},
}

// navigation finds what a name leads to from an object of a class.
func (c *call) navigation(id directory.ClassID, name string) (navigation, bool) {
	if r, ok := id.RelationNamed(name); ok {
		return navigation{name: name, single: r.Relation().Single, noApps: r == directory.GroupMembers || r == directory.GroupOwners,
			objects: func(index int) []directory.Ref {
				if c.t.Hides(r, index) && !c.grant.Permits("Member.Read.Hidden") {
					return nil
				}
				return c.t.Slots(r, index)
			}}, true
	}
	for _, b := range backward {
		if b.name == name && contains(b.of, id) {
			return navigation{name: name, objects: func(index int) []directory.Ref { return c.sources(b.relations, directory.NewRef(id, index)) }}, true
		}
	}
	for _, o := range owned {
		if o.name == name && contains(o.of, id) {
			return navigation{name: name, rows: func(t *directory.Tenant, index int) []any { return o.rows(t, directory.NewRef(id, index)) }}, true
		}
	}
	return navigation{}, false
}

func contains(classes []directory.ClassID, id directory.ClassID) bool {
	for _, c := range classes {
		if c == id {
			return true
		}
	}
	return false
}

// sources are the objects that link to a target, each at the place of its class and index.
func (c *call) sources(relations []directory.RelationID, target directory.Ref) []directory.Ref {
	var sources []directory.Ref
	for _, r := range relations {
		of := r.Relation().Of
		for index := range c.t.Ever(of) {
			source := directory.NewRef(of, index)
			if !c.t.Linked(r, index, target) || c.t.Hides(r, index) && !c.grant.Permits("Member.Read.Hidden") {
				source |= directory.GoneBit
			}
			sources = append(sources, source)
		}
	}
	return sources
}

// related is GET /{class}/{id}/{navigation}, or with a cast behind it: /groups/{id}/members/microsoft.graph.user.
func (c *call) related(id directory.ClassID, objectID string, path []string) (*wire.Reply, error) {
	nav, ok := c.navigation(id, path[0])
	var cast string
	if ok && len(path) == 2 && nav.objects != nil {
		cast, ok = strings.CutPrefix(path[1], "microsoft.graph.")
	}
	if !ok || len(path) > 2 {
		return nil, refuseSegment(path[len(path)-1])
	}
	if err := c.require(c.t.Class(id).Permission...); err != nil {
		return nil, err
	}
	if nav.single {
		return c.relatedOne(id, objectID, nav)
	}
	if err := c.query.allow("$select", "$top", "$count", "$skiptoken"); err != nil {
		return nil, err
	}
	top, err := c.query.top()
	if err != nil {
		return nil, err
	}
	purpose := strings.Join(path, "/") + "/" + objectID
	at, err := c.listPosition(purpose)
	if err != nil {
		return nil, err
	}
	defer c.t.Hold()()
	index, ok := c.t.Find(id, objectID)
	if !ok || c.t.Replica(id).State(index) != directory.Live {
		return nil, notFound(objectID)
	}
	rows := c.relatedRows(nav, cast, index)
	body := c.beginList(c.root()+"$metadata#"+contextOf(nav), func() int { return len(rows) - countNil(rows) })
	text, next := sliceOf(rows, slice{at.Next, top})
	return c.endList(append(body, text...), purpose, next), nil
}

func contextOf(nav navigation) string {
	if nav.objects != nil {
		return "directoryObjects"
	}
	return nav.name
}

// relatedOne is GET /users/{id}/manager.
func (c *call) relatedOne(id directory.ClassID, objectID string, nav navigation) (*wire.Reply, error) {
	if err := c.query.allow("$select"); err != nil {
		return nil, err
	}
	defer c.t.Hold()()
	index, ok := c.t.Find(id, objectID)
	if !ok || c.t.Replica(id).State(index) != directory.Live {
		return nil, notFound(objectID)
	}
	for _, target := range nav.objects(index) {
		if target.Gone() || !c.t.Live(target) {
			continue
		}
		var v directory.View
		v.Open(c.t, target.Class(), target.Index())
		body := append([]byte(`{"@odata.context":"`), c.root()...)
		body = append(body, `$metadata#directoryObjects/$entity",`...)
		return jsonBody(append(body, c.appendRelated(nil, &v, c.query)[1:]...)), nil
	}
	return nil, notFound(nav.name)
}

// knows tells whether an object is live for those who ask Graph: what it leads to comes
// from the same copy as the lists. The caller holds the tenant.
func (c *call) knows(r directory.Ref) bool {
	if c.replicas[r.Class()] == nil {
		replica := c.t.Replica(r.Class())
		c.replicas[r.Class()] = &replica
	}
	return c.replicas[r.Class()].State(r.Index()) == directory.Live
}

// relatedRows renders what a navigation leads to; a place where nothing is to be told is nil.
func (c *call) relatedRows(nav navigation, cast string, index int) [][]byte {
	if nav.rows != nil {
		return rendered(nav.rows(c.t, index), c.query["$select"])
	}
	var rows [][]byte
	var v directory.View
	for _, target := range nav.objects(index) {
		hidden := target.Gone() || !c.knows(target) || nav.noApps && target.Class() == directory.ServicePrincipals
		if hidden || cast != "" && c.t.Class(target.Class()).Kind != cast {
			rows = append(rows, nil)
			continue
		}
		v.Open(c.t, target.Class(), target.Index())
		rows = append(rows, c.appendRelated(nil, &v, c.query))
	}
	return rows
}

// appendRelated renders an object that a link leads to. Who may not read its class sees its type and id, and nothing
// else of it.
func (c *call) appendRelated(dst []byte, v *directory.View, q query) []byte {
	cl := v.Class()
	want, err := selected(cl, q, false)
	if err != nil {
		want, _ = selected(cl, lenient(cl, q), false) // targets are of several classes: each gives what it has
	}
	dst = append(append(dst, `{"@odata.type":"`...), cl.ODataType()...)
	dst = append(append(append(dst, `","id":"`...), v.ID()...), `",`...)
	if c.grant.Permits(cl.Permission...) {
		dst = v.AppendProperties(dst, want.Properties(), ^directory.Fields(0), 0)
	} else {
		dst = appendNulls(dst, cl, want)
	}
	dst[len(dst)-1] = '}'
	return dst
}

func appendNulls(dst []byte, cl *directory.Class, want directory.Fields) []byte {
	for n, p := range cl.Properties {
		if want.Has(n) {
			dst = append(append(append(dst, '"'), p.Name...), `":null,`...)
		}
	}
	return dst
}

// lenient are the options with those selected properties only that the class has.
func lenient(cl *directory.Class, q query) query {
	known := []string{"id"}
	for name := range strings.SplitSeq(q["$select"], ",") {
		if _, ok := cl.ByName[strings.TrimSpace(name)]; ok {
			known = append(known, name)
		}
	}
	return query{"$select": strings.Join(known, ",")}
}

// sliceOf joins up to top rows from a place on; next is where to go on, -1 at the end.
func sliceOf(rows [][]byte, s slice) (text []byte, next int) {
	taken := 0
	for at := s.at; at < len(rows); at++ {
		if rows[at] == nil {
			continue
		}
		if taken == s.top {
			return trimComma(text), at
		}
		taken++
		text = append(append(text, rows[at]...), ',')
	}
	return trimComma(text), -1
}

func countNil(rows [][]byte) (n int) {
	for _, row := range rows {
		if row == nil {
			n++
		}
	}
	return n
}
