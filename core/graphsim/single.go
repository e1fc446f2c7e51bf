package graphsim

import (
	"net/http"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// single is GET /{class}/{id}.
func (c *call) single(id directory.ClassID, objectID string) (*wire.Reply, error) {
	cl := c.t.Class(id)
	if err := c.require(cl.Permission...); err != nil {
		return nil, err
	}
	if err := c.query.allow("$select", "$expand"); err != nil {
		return nil, err
	}
	want, err := c.selected(cl, false)
	if err != nil {
		return nil, err
	}
	expand, err := c.expansion(id)
	if err != nil {
		return nil, err
	}
	defer c.t.Hold()()
	index, ok := c.t.Find(id, objectID)
	if !ok || c.t.Replica(id).State(index) != directory.Live {
		return nil, notFound(objectID)
	}
	var v directory.View
	v.Open(c.t, id, index)
	body := append([]byte(`{"@odata.context":"`), c.context(cl, want)...)
	return c.object(v.AppendDerived(append(body, `/$entity",`...)), &v, want, string(expand.append(nil, c, index))), nil
}

func notFound(id string) error {
	return wire.Refuse(http.StatusNotFound, "Request_ResourceNotFound", "Resource '%s' does not exist or one of its queried reference-property objects are not present.", id)
}

// object ends a body that holds one object; extra goes before its properties.
func (c *call) object(body []byte, v *directory.View, want directory.Fields, extra string) *wire.Reply {
	body = append(append(append(body, `"id":"`...), v.ID()...), `",`...)
	body = v.AppendProperties(append(body, extra...), want.Properties(), want, 0)
	body[len(body)-1] = '}'
	rep := wire.NewReply(http.StatusOK, body)
	rep.Header.Set("Content-Type", jsonType)
	return rep
}

// deletedItem is GET /directory/deletedItems/{id}.
func (c *call) deletedItem(objectID string) (*wire.Reply, error) {
	if err := c.query.allow("$select"); err != nil {
		return nil, err
	}
	if err := c.require("User.Read.All", "Group.Read.All", "Application.Read.All", "AdministrativeUnit.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"); err != nil {
		return nil, err
	}
	defer c.t.Hold()()
	r, ok := c.t.FindAny(objectID)
	if !ok || c.t.Replica(r.Class()).State(r.Index()) != directory.SoftDeleted {
		return nil, notFound(objectID)
	}
	cl := c.t.Class(r.Class())
	if err := c.require(cl.Deleted, "Directory.Read.All", "Directory.ReadWrite.All"); err != nil {
		return nil, err
	}
	want, err := c.selected(cl, false)
	if err != nil {
		return nil, err
	}
	var v directory.View
	v.Open(c.t, r.Class(), r.Index())
	extra := `"deletedDateTime":"` + v.Gone().UTC().Format("2006-01-02T15:04:05Z") + `",`
	want &^= 1 << cl.ByName["deletedDateTime"]
	body := append([]byte(`{"@odata.context":"`), c.root()...)
	body = append(append(body, `$metadata#directoryObjects/$entity","@odata.type":"`...), v.ODataType()...)
	return c.object(append(body, `",`...), &v, want, extra), nil
}
