package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
	"github.com/entraidsync/entraidsync/core/say"
)

// Page reads one page of a class, of its delta or of its list, by the link that
// leads to it. It asks again until a whole page has come or an [entra.Error]
// says why not: [entra.CodeDeltaLinkDead] where Graph no longer honours link.
func (c *Client) Page(ctx context.Context, link string, class entra.Class) (*entra.Page, error) {
	q, err := c.pageQuery(link, class)
	if err != nil {
		return nil, err
	}
	a := c.wanted(ctx, link)
	var page *entra.Page
	q.begun = func(head []byte) { c.prefetchNext(a, class, head) }
	q.accept = func(m *buffers) error {
		c.prefetchNext(a, class, m.body.Bytes())
		page, err = c.page(q, m)
		return err
	}
	m, err := a.answer(ctx)
	if err != nil {
		return nil, err
	}
	if m != nil {
		if q.accept(m) == nil {
			return page, nil
		}
		c.pool.give(q.pages(), m) // and ask again
	}
	if err := c.fetch(ctx, q); err != nil {
		return nil, err
	}
	return page, nil
}

// pageQuery asks for one page.
func (c *Client) pageQuery(link string, class entra.Class) (query, error) {
	what := say.With("reading %s failed", class)
	u, err := parseLink(link)
	if err != nil {
		return query{}, &entra.Error{Code: entra.CodeForeignHost, What: what, Why: "the link is no URL", Remedy: "perform a full scan"}
	}
	return query{class: class, what: what, info: follow(u), link: u, stored: storedLink(u)}, nil
}

// pages is the name under which memory for the answer is held.
func (q query) pages() string {
	if q.link != nil && q.class.Delta != "" && strings.Contains(q.link.Path, q.class.Delta) {
		return q.class.Name + deltaPages
	}
	return q.class.Name
}

// beginsDelta tells whether q is the first request of a delta chain.
func (q query) beginsDelta() bool {
	return q.link != nil && !q.stored && q.class.Delta != "" && strings.Contains(q.link.Path, q.class.Delta)
}

// beginsExpanded tells whether q is the first request of a list that is expanded.
func (q query) beginsExpanded() bool {
	return q.link != nil && !q.stored && expands(q.class) != "" && strings.HasSuffix(q.link.Path, q.class.Path)
}

// asksForAll tells whether q is the first request of a class's own list, or of the one object that it is.
func (q query) asksForAll() bool {
	return q.link != nil && !q.stored && strings.HasSuffix(q.link.Path, q.class.Path)
}

// page decodes an answer, which it keeps until the page is released.
func (c *Client) page(q query, m *buffers) (*entra.Page, error) {
	decode := decodeClass
	if q.class.Delta != "" && strings.Contains(q.link.Path, q.class.Delta) {
		decode = func(m *buffers, class entra.Class) (*entra.Page, error) { return decodePageOf(m, true, &class) }
	}
	p, err := decode(m, q.class)
	if err == nil {
		err = c.checkLinks(p)
	}
	if err != nil {
		return nil, err
	}
	(&pageOf{p, q.class, q.link.Path}).expanded()
	led(p, q.class)
	p.Track(q.class)
	for i := range p.Objects {
		kept(q.class, &p.Objects[i])
	}
	m.kept = true
	p.Lend(func() { c.pool.give(q.pages(), m) })
	return p, nil
}

// kept makes of an object's properties what is kept of them.
func kept(class entra.Class, o *entra.Object) {
	o.Properties = class.Typed(o.Properties)
	if odd := class.Dropped(o.Properties); o.Odd == "" {
		o.Odd = odd
	}
	class.OneForm(o.Properties)
}

// checkLinks refuses a page whose link leads away, before it is stored.
func (c *Client) checkLinks(p *entra.Page) error {
	for _, link := range []string{p.NextLink, p.DeltaLink} {
		if link == "" {
			continue
		}
		u, err := parseLink(link)
		if err != nil {
			return say.Errorf("its link is no URL")
		}
		if err := sameHost(u, c.root); err != nil {
			return err
		}
	}
	return nil
}

// Object reads one object whole, with the link that the class's list would tell. False
// tells that Graph has no such object, which says nothing of a soft-deleted one: see
// [Client.DeletedItem].
func (c *Client) Object(ctx context.Context, class entra.Class, id string, sel []string) (entra.Object, bool, error) {
	return c.object(ctx, class, class.Path, id, chosen(class, sel))
}

// DeletedItem tells whether a soft-deleted object can still be restored.
func (c *Client) DeletedItem(ctx context.Context, id string) (bool, error) {
	class := entra.Class{Label: "the deleted items", Permission: "Directory.Read.All"}
	_, found, err := c.object(ctx, class, "/directory/deletedItems", id, withID(nil))
	return found, err
}

func (c *Client) object(ctx context.Context, class entra.Class, path, id string, sel []string) (o entra.Object, found bool, err error) {
	info := c.template(path+objectTemplate, objectsQuery(class, sel, 0))
	info.PathParameters["id"] = id
	err = c.fetch(ctx, query{class: class, what: say.With("reading one of %s failed", class), info: info, accept: func(m *buffers) (err error) {
		if o, err = decodeObject(bytes.Clone(m.body.Bytes()), class); err == nil && !strings.EqualFold(o.ID, id) {
			err = unusable{say.Errorf("it is about another object than the one asked for")}
		}
		kept(class, &o)
		return err
	}})
	if entra.CodeOf(err) == entra.CodeNotFound {
		return entra.Object{}, false, nil
	}
	return o, err == nil, err
}

// Probe asks by one cheap request whether a class may be read; nil: it may.
// [entra.CodePermission], [entra.CodeLicence] and [entra.CodeNotOffered] say
// why not.
func (c *Client) Probe(ctx context.Context, class entra.Class) error {
	top := min(class.Top, 1)
	options := listQuery(withID(nil), top)
	switch {
	case expands(class) != "":
		options = expandedQuery(class, top)
	case class.Single || class.Key != "" || class.Log: // id is none of their properties
		options = listQuery(nil, top)
	case class.Optional && !class.Whole:
		options = listQuery(chosen(class, class.Select), top)
	}
	info := c.template(class.Path+listTemplate, options)
	err := c.fetch(ctx, query{class: class, what: say.With("reading %s failed", class), info: info, accept: func(m *buffers) error {
		_, err := decodeClass(m, class)
		return err
	}})
	for _, g := range entra.GuardedAmong(class.Select) { // who may not see it is not refused
		if shows, known := c.Shows(ctx, g); err == nil && known && !shows && class.Permission == g.Permissions[0] {
			granted, _ := c.Grant(ctx)
			return NotShown(class, g, granted.Person)
		}
	}
	return err
}

// decodeClass reads an answer about a class that has no delta links: a list, or the one
// object that there is.
func decodeClass(m *buffers, class entra.Class) (*entra.Page, error) {
	if class.Single {
		return decodeSingle(m, class.Name)
	}
	return decodePageOf(m, false, &class)
}

// Total asks how many objects of a class there are, by an index that trails; not
// known where Graph does not answer that, as in B2C tenants and for small classes.
func (c *Client) Total(ctx context.Context, class entra.Class) (n int, known bool, err error) {
	s, known, err := c.Sample(ctx, class, 1)
	return s.Total, known, err
}

// Sample is how many objects of a class there are, and the ids of some of them.
type Sample struct {
	Total int
	IDs   []string
}

// Sample is [Client.Total] with the ids of some objects.
func (c *Client) Sample(ctx context.Context, class entra.Class, some int) (s Sample, known bool, err error) {
	if class.Top == 0 {
		return s, false, nil
	}
	q, err := c.pageQuery(c.countURL(class, some), class)
	if err != nil {
		return s, false, err
	}
	q.accept = func(m *buffers) error {
		var answer struct {
			Count *int `json:"@odata.count"`
			Value []struct{ ID string }
		}
		err := json.Unmarshal(jsonscan.Mend(m.body.Bytes()), &answer)
		if err == nil && answer.Count != nil {
			s.Total, known = *answer.Count, true
			for _, o := range answer.Value {
				s.IDs = append(s.IDs, entra.CanonicalID(o.ID))
			}
		}
		return err
	}
	err = c.fetch(ctx, q)
	switch entra.CodeOf(err) {
	case entra.CodeRequest, entra.CodeNotOffered, entra.CodeAnswer, entra.CodePermission, entra.CodeNotFound:
		return Sample{}, false, nil
	}
	return s, known, err
}
