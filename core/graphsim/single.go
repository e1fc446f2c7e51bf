package graphsim

import "net/http"

// single is GET /{class}/{id}.
func (c *call) single(id classID, objectID string) (*reply, error) {
	cl := c.t.classes[id]
	if err := c.require(cl.permission...); err != nil {
		return nil, err
	}
	if err := c.query.allow("$select"); err != nil {
		return nil, err
	}
	want, err := cl.selected(c.query, false)
	if err != nil {
		return nil, err
	}
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	index, ok := c.t.find(id, objectID)
	if !ok || c.t.replica(id).state(index) != Live {
		return nil, notFound(objectID)
	}
	var v view
	v.open(c.t, id, index)
	body := append([]byte(`{"@odata.context":"`), cl.context(c, want)...)
	return c.object(append(body, `/$entity",`...), &v, want, ""), nil
}

func notFound(id string) error {
	return refuse(http.StatusNotFound, "Request_ResourceNotFound", "Resource '%s' does not exist or one of its queried reference-property objects are not present.", id)
}

// object ends a body that holds one object; extra goes before its properties.
func (c *call) object(body []byte, v *view, want fields, extra string) *reply {
	body = append(append(append(body, `"id":"`...), v.id()...), `",`...)
	body = v.appendProperties(append(body, extra...), want&^membersField, want, 0)
	body[len(body)-1] = '}'
	rep := newReply(http.StatusOK, body)
	rep.header.Set("Content-Type", jsonType)
	return rep
}

// deletedItem is GET /directory/deletedItems/{id}.
func (c *call) deletedItem(objectID string) (*reply, error) {
	if err := c.query.allow("$select"); err != nil {
		return nil, err
	}
	if err := c.require("User.Read.All", "Group.Read.All", "Application.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"); err != nil {
		return nil, err
	}
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	r, ok := c.t.findAny(objectID)
	if !ok || c.t.replica(r.class()).state(r.index()) != SoftDeleted {
		return nil, notFound(objectID)
	}
	cl := c.t.classes[r.class()]
	if err := c.require(deletedItemPermission[r.class()], "Directory.Read.All", "Directory.ReadWrite.All"); err != nil {
		return nil, err
	}
	want, err := cl.selected(c.query, false)
	if err != nil {
		return nil, err
	}
	var v view
	v.open(c.t, r.class(), r.index())
	extra := `"deletedDateTime":"` + v.change.gone.UTC().Format("2006-01-02T15:04:05Z") + `",`
	want &^= 1 << cl.byName["deletedDateTime"]
	body := append([]byte(`{"@odata.context":"`), c.root()...)
	body = append(append(body, `$metadata#directoryObjects/$entity","@odata.type":"`...), cl.odataType()...)
	return c.object(append(body, `",`...), &v, want, extra), nil
}

// deletedItemPermission is the least permission to see a deleted object; for groups it is more than for live ones.
var deletedItemPermission = [classCount]string{
	users: "User.Read.All", groups: "Group.Read.All", devices: "Device.Read.All",
	servicePrincipals: "Application.Read.All", applications: "Application.Read.All",
}

// memberList is GET /groups/{id}/members. In v1.0 it leaves out service principals.
func (c *call) memberList(groupID string) (*reply, error) {
	if err := c.require(c.t.classes[groups].permission...); err != nil {
		return nil, err
	}
	if err := c.query.allow("$select", "$top", "$skiptoken"); err != nil {
		return nil, err
	}
	top, err := c.query.top()
	if err != nil {
		return nil, err
	}
	at, err := c.listPosition("members/" + groupID)
	if err != nil {
		return nil, err
	}
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	g, ok := c.t.find(groups, groupID)
	if !ok || c.t.replica(groups).state(g) != Live {
		return nil, notFound(groupID)
	}
	body := c.beginList(c.root()+"$metadata#directoryObjects", func() int { return len(c.t.members[g]) })
	rows, next := c.memberRows(g, at.Next, top)
	return c.endList(append(body, rows...), "members/"+groupID, next), nil
}

// memberRows renders up to top members from a slot on; next is the slot to go on with, -1 at the end.
func (c *call) memberRows(g, slot, top int) (rows []byte, next int) {
	if c.t.hidesMembers(g) && !c.grant.permits("Member.Read.Hidden") {
		return nil, -1
	}
	var v view
	taken := 0
	for ; slot < len(c.t.members[g]); slot++ {
		m := c.t.members[g][slot]
		if m.gone() || !c.t.live(m) || m.class() == servicePrincipals {
			continue
		}
		if taken == top {
			return trimComma(rows), slot
		}
		taken++
		v.open(c.t, m.class(), m.index())
		rows = append(append(rows, `{"@odata.type":"`...), v.class().odataType()...)
		rows = append(append(append(rows, `","id":"`...), v.id()...), `",`...)
		rows = v.appendProperties(rows, c.memberFields(v.class()), 1<<63-1, 0)
		rows[len(rows)-1] = '}'
		rows = append(rows, ',')
	}
	return trimComma(rows), -1
}

// memberFields are the selected properties that this member's class has; Graph takes any name here.
func (c *call) memberFields(cl *class) fields {
	want, err := cl.selected(c.query, false)
	if err != nil {
		want, _ = cl.selected(query{"$select": "id"}, false)
	}
	return want &^ membersField
}
