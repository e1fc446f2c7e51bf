package graph

import (
	"encoding/json"
	"path"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
	"github.com/entraidsync/entraidsync/core/say"
)

// expands is the navigation that the list of a class is asked to expand; "": none.
func expands(class entra.Class) string {
	if class.Alone != "" {
		return class.Alone
	}
	return class.Inside
}

// expandedQuery asks for a class's list with an expansion, and for nothing else of its
// objects: names in it would be null for who lacks a permission.
func expandedQuery(class entra.Class, top int) map[string]any {
	query := listQuery(withID(nil), top)
	query["%24expand"] = expands(class)
	if class.Alone != "" {
		query["%24expand"] = class.Alone + "($select=id)"
	}
	return query
}

// objectsQuery asks for objects of a class, and for the one link that each may have.
func objectsQuery(class entra.Class, sel []string, top int) map[string]any {
	query := listQuery(sel, top)
	if r, ok := class.Listed(); ok {
		query["%24expand"] = r.Name + "($levels=1;$select=id)"
	}
	return query
}

// expanded makes of a list's objects what they were expanded by: links, or objects of
// their own. Those that may have more are cut; so are those that tell nothing of it,
// which is not the same as having none. The list of one object's own items is left as
// it is.
func (p *pageOf) expanded() {
	name := expands(p.class)
	if name == "" || strings.EqualFold(path.Base(p.path), name) {
		return
	}
	outer := p.Objects
	if p.class.Inside != "" {
		p.Objects = nil
	}
	for i := range outer {
		o := &outer[i]
		value := o.Properties.Value(name)
		s := &splitter{buffers: new(buffers), Scanner: jsonscan.Scanner{JSON: value, Lenient: true}}
		o.Properties = nil
		if value.Kind() != '[' {
			p.Untold++
			p.Cut = append(p.Cut, o.ID)
			continue
		}
		p.Told++
		var n int
		if p.class.Inside != "" {
			n = p.inner(s, o.ID)
		} else {
			n = linked(s, o, name)
		}
		if n >= entra.MostExpanded || s.partial || s.lost.Count > 0 {
			p.Cut = append(p.Cut, o.ID)
		}
	}
}

// pageOf is a page, with what it was asked for.
type pageOf struct {
	*entra.Page
	class entra.Class
	path  string
}

// linked reads an expansion as links, and tells how many items it has.
func linked(s *splitter, o *entra.Object, name string) int {
	if s.relations(name) != nil {
		s.partial = true
	}
	o.Links = s.links
	return len(s.links)
}

// one reads a relation's expansion that is one object, or null.
func (s *splitter) one(name string) error {
	if s.absent() {
		return s.Skip()
	}
	l, err := entra.Link{}, error(nil)
	if s.Peek() == '{' {
		l, err = s.link()
	} else {
		err = s.Skip()
	}
	if l.Relation = name; err != nil || l.Target == "" {
		s.partial = true
		s.strange(say.With("its %s could not be read", name))
		return err
	}
	s.links = append(s.links, l)
	return nil
}

// inner reads an expansion as objects of their own, and tells how many items it has.
func (p *pageOf) inner(s *splitter, parent string) int {
	if s.all() != nil {
		s.partial = true
	}
	for _, o := range s.objects {
		p.Objects = append(p.Objects, Within(p.class, parent, o))
	}
	return len(s.objects)
}

// Within keeps in an object which one it belongs to, where it does not tell that itself.
func Within(class entra.Class, parent string, o entra.Object) entra.Object {
	if class.Parent == "" {
		return o
	}
	quoted, err := json.Marshal(parent)
	if err == nil {
		list := append(append([]entra.Property(nil), o.Properties...), entra.Property{Name: class.Parent, Value: jsontext.Value(quoted)})
		o.Properties = entra.NewProperties(list)
	}
	return o
}

// led keeps of the object that a property leads to its id: whoever wants more of it
// looks there. What leads nowhere is no property.
func led(p *entra.Page, class entra.Class) {
	if class.Leads == "" {
		return
	}
	for i := range p.Objects {
		o := &p.Objects[i]
		for j := range o.Properties {
			if o.Properties[j].Name == class.Leads && o.Properties[j].Value.Kind() == '{' {
				o.Properties[j].Value = idIn(o.Properties[j].Value)
			}
		}
	}
}

// idIn is the id of an object, as a value; null where it tells none.
func idIn(object jsontext.Value) jsontext.Value {
	var o struct{ ID string }
	if json.Unmarshal(jsonscan.Mend(object), &o) != nil || o.ID == "" {
		return jsontext.Value("null")
	}
	quoted, err := jsontext.AppendQuote(nil, entra.CanonicalID(o.ID))
	if err != nil {
		return jsontext.Value("null")
	}
	return quoted
}
