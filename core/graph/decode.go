package graph

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
)

// decodePage splits an answer into its objects in one validating walk. The
// page aliases the memory. Of a delta page exactly one link is asked
// for; a list's last page has none.
func decodePage(m *memory, delta bool) (*entra.Page, error) {
	s := newSplitter(m.body.Bytes(), m)
	page := &entra.Page{}
	hasValue := false
	err := s.Object(func(quoted jsontext.Value) (err error) {
		switch string(quoted) {
		case `"value"`:
			if hasValue {
				return errors.New("it has two arrays of values")
			}
			hasValue = true
			err = s.all()
			page.Objects = s.objects
		case `"@odata.nextLink"`:
			page.NextLink, err = s.text("@odata.nextLink")
		case `"@odata.deltaLink"`:
			page.DeltaLink, err = s.text("@odata.deltaLink")
		default:
			_, err = s.Value()
		}
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case !hasValue:
		return nil, errors.New("it has no array of values")
	case page.NextLink != "" && page.DeltaLink != "":
		return nil, errors.New("it has both a next link and a delta link")
	case delta && page.NextLink == "" && page.DeltaLink == "":
		return nil, errors.New("it has neither a next link nor a delta link")
	}
	return page, s.End()
}

// decodeObject reads an answer that is one object, which aliases it.
func decodeObject(body []byte) (entra.Object, error) {
	s := newSplitter(body, new(memory))
	o, err := s.object()
	if err != nil {
		return o, err
	}
	return o, s.End()
}

// splitter reads a body and gives out parts of it.
type splitter struct {
	*memory // for what is found
	jsonscan.Scanner
	known shape // of the objects so far
}

func newSplitter(body []byte, m *memory) *splitter {
	m.objects, m.properties, m.links = m.objects[:0], m.properties[:0], m.links[:0]
	return &splitter{memory: m, Scanner: jsonscan.Scanner{JSON: body}}
}

func (s *splitter) all() error {
	return s.Array(func() error {
		o, err := s.object()
		s.objects = append(s.objects, o)
		return err
	})
}

// object reads the next object.
func (s *splitter) object() (entra.Object, error) {
	begin := s.Scanner
	o, err := s.alike()
	if err == errUnlike {
		s.Scanner = begin
		if err := s.known.learn(&s.Scanner); err != nil {
			return o, err
		}
		s.Scanner = begin
		o, err = s.alike()
	}
	if err == nil && o.ID == "" {
		err = errors.New("an object has no id")
	}
	return o, err
}

// alike reads an object of which all members are known.
func (s *splitter) alike() (o entra.Object, err error) {
	begin, links, found := len(s.properties), len(s.links), 0
	var told []*member // relations
	s.properties = slices.Grow(s.properties, s.known.properties)[:begin+s.known.properties]
	list := s.properties[begin:]
	clear(list)
	s.known.next = 0
	s.Expect = s.known.expected()
	err = s.Object(func(quoted jsontext.Value) (err error) {
		m := s.known.find(quoted)
		if m == nil {
			return errUnlike
		}
		s.Expect = s.known.expected()
		switch {
		case m.role == property:
			found++
			return s.put(list, m)
		case m.role == ignored:
			_, err = s.Value()
			return err
		case (m.role == identity && o.ID != "") || (m.role == removed && o.Removed != "") || (m.role == relation && slices.Contains(told, m)):
			return twice(m.name)
		}
		switch m.role {
		case identity:
			o.ID, err = s.text("an object's id")
			o.ID = entra.CanonicalID(o.ID)
		case removed:
			o.Removed, err = s.removal()
		case relation:
			told = append(told, m)
			err = s.relations(m.name)
		}
		return err
	})
	if err != nil {
		s.properties, s.links = s.properties[:begin], s.links[:links]
		return entra.Object{}, err
	}
	if found < len(list) {
		list = slices.DeleteFunc(list, func(p entra.Property) bool { return p.Value == nil })
	}
	s.properties = s.properties[:begin+found]
	o.Properties = entra.Properties(list[:found:found])
	if len(s.links) > links {
		o.Links = s.links[links:len(s.links):len(s.links)]
	}
	return o, nil
}

// put sets a property into its place.
func (s *splitter) put(list []entra.Property, m *member) error {
	s.Peek()
	s.Blanks = false
	value, err := s.Value()
	if err != nil {
		if errors.Is(err, jsonscan.ErrTooDeep) {
			err = fmt.Errorf("the property %s is nested too deep", m.name)
		}
		return err
	}
	if s.Blanks {
		value = entra.Compact(value)
	}
	if list[m.rank].Value != nil {
		return twice(m.name)
	}
	list[m.rank] = entra.Property{Name: m.name, Value: value}
	return nil
}

func twice(name string) error { return fmt.Errorf("an object has a duplicate %s", name) }

// text takes the next value, which has to be a string that is not empty.
func (s *splitter) text(name string) (string, error) {
	v, err := s.Value()
	if err != nil {
		return "", err
	}
	if v[0] != '"' || len(v) == 2 {
		return "", fmt.Errorf("%s is no text", name)
	}
	if bytes.IndexByte(v, '\\') < 0 {
		return string(v[1 : len(v)-1]), nil
	}
	b, err := jsontext.AppendUnquote(nil, v)
	return string(b), err
}

// removal reads @removed. An unknown reason is taken as gone for good: that is
// confirmed before anything is forgotten, a soft deletion is not.
func (s *splitter) removal() (entra.Removal, error) {
	reason := entra.Gone
	s.Expect = `"reason"`
	err := s.Object(func(quoted jsontext.Value) error {
		if string(quoted) != `"reason"` {
			_, err := s.Value()
			return err
		}
		told, err := s.text("the reason of a removal")
		if strings.EqualFold(told, string(entra.SoftDeleted)) {
			reason = entra.SoftDeleted
		}
		return err
	})
	return reason, err
}

// relations reads a relation's NAME@delta in its order: a link may be lost and
// gained again in one page.
func (s *splitter) relations(name string) error {
	return s.Array(func() error {
		l, err := s.link()
		l.Relation = name
		s.links = append(s.links, l)
		return err
	})
}

func (s *splitter) link() (entra.Link, error) {
	l := entra.Link{}
	s.Expect = `"@odata.type"`
	err := s.Object(func(quoted jsontext.Value) (err error) {
		s.Expect = `"id"`
		switch string(quoted) {
		case `"id"`:
			l.Target, err = s.text("a member's id")
			l.Target = entra.CanonicalID(l.Target)
		case `"@odata.type"`:
			l.Type, err = s.text("a member's type")
			l.Type = entra.LinkType(l.Type)
		case `"@removed"`:
			l.Removed = true
			_, err = s.Value()
		default:
			_, err = s.Value()
		}
		return err
	})
	if err == nil && l.Target == "" {
		err = errors.New("a member has no id")
	}
	return l, err
}
