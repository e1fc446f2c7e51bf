package graph

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
)

// maxDepth bounds the nesting of one property's value.
const maxDepth = 64

// decodePage splits an answer into its objects in one validating pass. The
// page aliases the memory. Of a delta page exactly one link is asked
// for; a list's last page has none.
func decodePage(m *memory, delta bool) (*entra.Page, error) {
	s := newSplitter(m.body.Bytes(), m)
	page := &entra.Page{}
	hasValue := false
	err := s.members(func(name string) (err error) {
		switch name {
		case "value":
			if hasValue {
				return errors.New("it has two arrays of values")
			}
			hasValue = true
			err = s.all()
			page.Objects = s.objects
		case "@odata.nextLink":
			page.NextLink, err = s.text(name)
		case "@odata.deltaLink":
			page.DeltaLink, err = s.text(name)
		default:
			err = s.dec.SkipValue()
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
	return page, s.end()
}

// decodeObject reads an answer that is one object, which aliases it.
func decodeObject(body []byte) (entra.Object, error) {
	s := newSplitter(body, new(memory))
	o, err := s.next()
	if err != nil {
		return o, err
	}
	return o, s.end()
}

// splitter reads a body and gives out parts of it. The decoder proves an object
// valid in one go; what is in it is then found by [entra.Members].
type splitter struct {
	*memory // for what is found
	whole   []byte
	dec     *jsontext.Decoder
	known   shape // of the objects so far
}

func newSplitter(body []byte, m *memory) *splitter {
	m.objects, m.properties, m.links = m.objects[:0], m.properties[:0], m.links[:0]
	// Names that come twice are looked for in [splitter.alike], where they can
	// do harm: the decoder's own book of them takes a fifth of the time.
	return &splitter{memory: m, whole: body, dec: jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true))}
}

// end refuses what follows the answer.
func (s *splitter) end() error {
	if _, err := s.dec.ReadToken(); err != io.EOF {
		return errors.New("something follows its end")
	}
	return nil
}

// value is the next value, as a part of the body (the decoder's own result
// holds only until the next call).
func (s *splitter) value() (jsontext.Value, error) {
	v, err := s.dec.ReadValue()
	end := int(s.dec.InputOffset())
	return jsontext.Value(s.whole[end-len(v) : end : end]), err
}

// members visits the members of the next object; visit reads the value.
func (s *splitter) members(visit func(name string) error) error {
	if err := s.open('{', "an object"); err != nil {
		return err
	}
	for s.dec.PeekKind() != '}' {
		quoted, err := s.value()
		if err != nil {
			return err
		}
		name, err := entra.UnquoteName(quoted)
		if err != nil {
			return err
		}
		if err := visit(name); err != nil {
			return err
		}
	}
	_, err := s.dec.ReadToken()
	return err
}

// elements visits the elements of the next array.
func (s *splitter) elements(visit func() error) error {
	if err := s.open('[', "an array"); err != nil {
		return err
	}
	for s.dec.PeekKind() != ']' {
		if err := visit(); err != nil {
			return err
		}
	}
	_, err := s.dec.ReadToken()
	return err
}

func (s *splitter) open(kind jsontext.Kind, name string) error {
	token, err := s.dec.ReadToken()
	if err == nil && token.Kind() != kind {
		return fmt.Errorf("%s stands where %s should", token.Kind(), name)
	}
	return err
}

// text is the next value, which has to be a string that is not empty.
func (s *splitter) text(name string) (string, error) {
	token, err := s.dec.ReadToken()
	if err != nil {
		return "", err
	}
	if token.Kind() != '"' || token.String() == "" {
		return "", fmt.Errorf("%s is no text", name)
	}
	return token.String(), nil
}

func (s *splitter) all() error {
	return s.elements(func() error {
		o, err := s.next()
		s.objects = append(s.objects, o)
		return err
	})
}

// next reads the next object.
func (s *splitter) next() (entra.Object, error) {
	v, err := s.value()
	if err != nil {
		return entra.Object{}, err
	}
	return s.object(v)
}

// object reads one object.
func (s *splitter) object(v jsontext.Value) (entra.Object, error) {
	if err := expect(v, '{', "an object"); err != nil {
		return entra.Object{}, err
	}
	o, err := s.alike(v)
	if err == errUnlike {
		if err := s.known.learn(v); err != nil {
			return o, err
		}
		o, err = s.alike(v)
	}
	if err == nil && o.ID == "" {
		err = errors.New("an object has no id")
	}
	return o, err
}

// alike reads an object of which all members are known.
func (s *splitter) alike(v jsontext.Value) (o entra.Object, err error) {
	begin, links, linked, found := len(s.properties), len(s.links), false, 0
	s.properties = slices.Grow(s.properties, s.known.properties)[:begin+s.known.properties]
	list := s.properties[begin:]
	clear(list)
	s.known.next = 0
	err = entra.Members(v, func(quoted, value jsontext.Value) (err error) {
		m := s.known.find(quoted)
		switch {
		case m == nil:
			return errUnlike
		case m.role == property:
			found++
			return put(list, m, value)
		case m.role == ignored:
			return nil
		case (m.role == identity && o.ID != "") || (m.role == removed && o.Removed != "") || (m.role == memberships && linked):
			return twice(m.name)
		}
		switch m.role {
		case identity:
			o.ID, err = text(value, "an object's id")
		case removed:
			o.Removed, err = removal(value)
		case memberships:
			linked = true
			o.Links, err = s.relations(value)
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
	return o, nil
}

// put sets a property into its place.
func put(list []entra.Property, m *member, value jsontext.Value) error {
	if k := value[0]; (k == '{' || k == '[') && tooDeep(value) {
		return fmt.Errorf("the property %s is nested too deep", m.name)
	}
	if list[m.rank].Value != nil {
		return twice(m.name)
	}
	list[m.rank] = entra.Property{Name: m.name, Value: value}
	return nil
}

func twice(name string) error { return fmt.Errorf("an object has a duplicate %s", name) }

func expect(v jsontext.Value, kind jsontext.Kind, name string) error {
	if v.Kind() != kind {
		return fmt.Errorf("%s stands where %s should", v.Kind(), name)
	}
	return nil
}

// text reads a string that is not empty.
func text(v jsontext.Value, name string) (string, error) {
	if v.Kind() != '"' || len(v) == 2 {
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
func removal(v jsontext.Value) (entra.Removal, error) {
	reason := entra.Gone
	if err := expect(v, '{', "an object"); err != nil {
		return reason, err
	}
	err := entra.Members(v, func(quoted, value jsontext.Value) error {
		if string(quoted) != `"reason"` {
			return nil
		}
		told, err := text(value, "the reason of a removal")
		if strings.EqualFold(told, string(entra.SoftDeleted)) {
			reason = entra.SoftDeleted
		}
		return err
	})
	return reason, err
}

// relations reads members@delta in its order: a link may be lost and gained
// again in one page.
func (s *splitter) relations(v jsontext.Value) ([]entra.Link, error) {
	if err := expect(v, '[', "an array"); err != nil {
		return nil, err
	}
	begin := len(s.links)
	err := entra.Elements(v, func(value jsontext.Value) error {
		l, err := link(value)
		s.links = append(s.links, l)
		return err
	})
	return s.links[begin:len(s.links):len(s.links)], err
}

func link(v jsontext.Value) (entra.Link, error) {
	l := entra.Link{}
	if err := expect(v, '{', "an object"); err != nil {
		return l, err
	}
	err := entra.Members(v, func(quoted, value jsontext.Value) (err error) {
		switch string(quoted) {
		case `"id"`:
			l.Member, err = text(value, "a member's id")
		case `"@odata.type"`:
			l.Type, err = memberType(value)
		case `"@removed"`:
			l.Removed = true
		}
		return err
	})
	if err == nil && l.Member == "" {
		err = errors.New("a member has no id")
	}
	return l, err
}

// memberType spares the copies of the types that come with every member.
func memberType(v jsontext.Value) (string, error) {
	t, err := text(v, "a member's type")
	if c, ok := entra.ClassOfType(t); ok {
		return c.Type, err
	}
	return t, err
}

// tooDeep tells whether a valid value is nested deeper than maxDepth.
func tooDeep(v jsontext.Value) bool {
	now, quoted := 0, false
	for i := 0; i < len(v); i++ {
		switch b := v[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{' || b == '[':
			if now++; now > maxDepth {
				return true
			}
		case b == '}' || b == ']':
			now--
		}
	}
	return false
}
