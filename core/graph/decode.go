package graph

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
)

// maxDepth bounds the nesting of one property's value.
const maxDepth = 64

// decodePage splits an answer into its objects in one validating pass. The
// values of properties alias body. Of a delta page exactly one link is asked
// for; a list's last page has none.
func decodePage(body []byte, delta bool) (*entra.Page, error) {
	s := newSplitter(body)
	page := &entra.Page{}
	hasValue := false
	err := s.members(func(name string) (err error) {
		switch name {
		case "value":
			hasValue = true
			page.Objects, err = s.objects()
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

// decodeObject reads an answer that is one object.
func decodeObject(body []byte) (entra.Object, error) {
	s := newSplitter(body)
	o, err := s.object()
	if err != nil {
		return o, err
	}
	return o, s.end()
}

// splitter reads a body and gives out parts of it.
type splitter struct {
	body []byte
	dec  *jsontext.Decoder
	wide int // properties of the object before, as a guess for the next
}

func newSplitter(body []byte) *splitter {
	return &splitter{body: body, dec: jsontext.NewDecoder(bytes.NewBuffer(body))}
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
	return jsontext.Value(s.body[end-len(v) : end : end]), err
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

func (s *splitter) objects() (list []entra.Object, err error) {
	list = []entra.Object{}
	err = s.elements(func() error {
		o, err := s.object()
		list = append(list, o)
		return err
	})
	return list, err
}

// object reads one object. Annotations that say nothing of it are left out, and
// so are changes of relations other than members.
func (s *splitter) object() (entra.Object, error) {
	o := entra.Object{}
	properties := make([]entra.Property, 0, s.wide)
	err := s.members(func(name string) (err error) {
		switch {
		case name == "id":
			o.ID, err = s.text("an object's id")
		case name == "@removed":
			o.Removed, err = s.removal()
		case name == "members@delta":
			o.Links, err = s.links()
		case strings.Contains(name, "@"):
			err = s.dec.SkipValue()
		default:
			properties, err = s.property(properties, name)
		}
		return err
	})
	if err == nil && o.ID == "" {
		err = errors.New("an object has no id")
	}
	s.wide = len(properties)
	o.Properties = entra.NewProperties(properties)
	return o, err
}

func (s *splitter) property(list []entra.Property, name string) ([]entra.Property, error) {
	v, err := s.value()
	if err == nil && depth(v) > maxDepth {
		err = fmt.Errorf("the property %s is nested too deep", name)
	}
	return append(list, entra.Property{Name: name, Value: v}), err
}

// removal reads @removed. An unknown reason is taken as gone for good: that is
// confirmed before anything is forgotten, a soft deletion is not.
func (s *splitter) removal() (entra.Removal, error) {
	reason := entra.Gone
	err := s.members(func(name string) error {
		if name != "reason" {
			return s.dec.SkipValue()
		}
		text, err := s.text("the reason of a removal")
		if strings.EqualFold(text, string(entra.SoftDeleted)) {
			reason = entra.SoftDeleted
		}
		return err
	})
	return reason, err
}

// links reads members@delta in its order: a link may be lost and gained again
// in one page.
func (s *splitter) links() (list []entra.Link, err error) {
	err = s.elements(func() error {
		l, err := s.link()
		list = append(list, l)
		return err
	})
	return list, err
}

func (s *splitter) link() (entra.Link, error) {
	l := entra.Link{}
	err := s.members(func(name string) (err error) {
		switch name {
		case "id":
			l.Member, err = s.text("a member's id")
		case "@odata.type":
			l.Type, err = s.text("a member's type")
			l.Type = sharedType(l.Type)
		case "@removed":
			l.Removed = true
			err = s.dec.SkipValue()
		default:
			err = s.dec.SkipValue()
		}
		return err
	})
	if err == nil && l.Member == "" {
		err = errors.New("a member has no id")
	}
	return l, err
}

// sharedType spares the copies of the types that come with every member.
func sharedType(t string) string {
	if c, ok := entra.ClassOfType(t); ok {
		return c.Type
	}
	return t
}

// depth is how deep a valid value is nested.
func depth(v jsontext.Value) int {
	if k := v.Kind(); k != '{' && k != '[' {
		return 0
	}
	deepest, now, quoted := 0, 0, false
	for i := 0; i < len(v); i++ {
		switch b := v[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{' || b == '[':
			now++
			deepest = max(deepest, now)
		case b == '}' || b == ']':
			now--
		}
	}
	return deepest
}
