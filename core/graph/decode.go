package graph

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
	"github.com/entraidsync/entraidsync/core/say"
)

// unusable is what is wrong with an object that came whole: the same question
// would bring the same answer.
type unusable struct{ error }

// decodePage splits an answer into its objects in one walk. The page aliases the
// buffers. Of a delta page exactly one link is asked for; a list's last page has
// none. What can't be read in one object costs that object, or what is
// broken of it: the page is refused only where its end, or where it leads, is
// unknown. Null stands for absent, but not where the objects should stand: nobody
// knows how many they were.
func decodePage(m *buffers, delta bool) (*entra.Page, error) { return decodePageOf(m, delta, nil) }

// decodePageOf is decodePage for objects of a class: they may be known by another
// property than id, and nothing can be odd about relations that the class does not track.
func decodePageOf(m *buffers, delta bool, class *entra.Class) (*entra.Page, error) {
	s := newSplitter(m.body.Bytes(), m)
	if class != nil {
		s.of(*class)
	}
	if err := s.elseThanObject(); err != nil {
		return nil, err
	}
	page := &entra.Page{}
	values := byte(0)
	err := s.Object(func(quoted jsontext.Value) error {
		switch string(memberName(quoted)) {
		case "value":
			if kind := s.Peek(); values != '[' {
				values = kind
			}
			return s.all()
		case "@odata.nextLink":
			return s.pageLink(&page.NextLink)
		case "@odata.deltaLink":
			return s.pageLink(&page.DeltaLink)
		}
		return s.Skip()
	})
	if err == nil {
		err = s.End()
	}
	if err != nil {
		return nil, err
	}
	page.Objects, page.Lost = s.objects, s.lost
	linked := (page.NextLink != "") != (page.DeltaLink != "")
	switch {
	case s.unlinked != nil:
		return nil, s.unlinked
	case values != '[':
		return nil, say.Errorf("it has no array of values, so that nobody knows what there is, and nothing is taken for removed")
	case page.NextLink != "" && page.DeltaLink != "":
		return nil, say.Errorf("it has both a next link and a delta link")
	case delta && !linked:
		return nil, say.Errorf("it has neither a next link nor a delta link")
	}
	return page, nil
}

// decodeSingle reads an answer that is one object, the only one of its kind, as a page.
// It is known by what it is: some have an id, some have none.
func decodeSingle(m *buffers, id string) (*entra.Page, error) {
	o, err := oneObject(m.body.Bytes(), m)
	list := o.Properties.Value("value")
	listed := err == nil && list.Kind() == '['
	if listed { // a list of one is as good, and of several none is the one
		o, err = oneObject(list[1:len(list)-1], m)
	}
	switch {
	case err != nil && !listed:
		return nil, err
	case err != nil || len(o.Properties) == 0:
		return nil, say.Errorf("it is not the one object that was asked for")
	}
	o.ID = id
	return &entra.Page{Objects: []entra.Object{o}}, nil
}

// oneObject reads what is one object and nothing else.
func oneObject(body []byte, m *buffers) (entra.Object, error) {
	s := newSplitter(body, m)
	if err := s.elseThanObject(); err != nil {
		return entra.Object{}, err
	}
	o, err := s.object()
	if err == nil {
		err = s.End()
	}
	return o, err
}

// decodeObject reads an answer that is one object of a class, which aliases it.
func decodeObject(body []byte, class entra.Class) (entra.Object, error) {
	s := newSplitter(body, new(buffers))
	s.of(class)
	if err := s.elseThanObject(); err != nil {
		return entra.Object{}, err
	}
	o, err := s.object()
	if err == nil {
		err = s.End()
	}
	if err == nil && o.ID == "" {
		err = unusable{say.Errorf("%s", s.lost.Some[0])}
	}
	return o, err
}

// splitter reads a body and gives out parts of it.
type splitter struct {
	*buffers // for what is found
	jsonscan.Scanner
	known memberNames  // of the objects so far
	odd   say.Sentence // what is odd about the object that is being read
	lost  entra.Lost

	unlinked error // why it is unknown where the page leads to

	partial bool                       // links of that object are missing
	ignores func(relation string) bool // nil: none
	repeats func(property string) bool // which properties another stream reads, see oddly; nil: none
}

func newSplitter(body []byte, m *buffers) *splitter {
	m.objects, m.properties, m.left, m.links, m.clean = m.objects[:0], m.properties[:0], 0, m.links[:0], m.clean[:0]
	return &splitter{buffers: m, Scanner: jsonscan.Scanner{JSON: body, Lenient: true}}
}

// of says of which class the objects are.
func (s *splitter) of(class entra.Class) {
	listed, _ := class.Listed()
	s.known.key, s.known.one, s.known.typed = class.Key, listed.Name, len(class.Derived) > 0
	s.ignores = func(relation string) bool { return !class.Relates(relation) }
	s.repeats = func(property string) bool {
		_, _, copied := class.Copied(property)
		return copied || class.Alone != "" && property != class.Alone
	}
}

// elseThanObject refuses a whole answer that is something else than an object.
func (s *splitter) elseThanObject() error {
	if c := s.Peek(); c == '{' || c == 0 {
		return nil
	}
	if err := s.Skip(); err != nil {
		return err
	}
	if err := s.End(); err != nil {
		return err
	}
	return unusable{say.Errorf("it is no JSON object")}
}

// memberName is the name of a member that we know, or any other text.
func memberName(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	name, _ := jsonscan.Text(quoted)
	return []byte(name)
}

// pageLink reads where a page leads to.
func (s *splitter) pageLink(into *string) error {
	text, ok, err := s.text()
	text = strings.TrimSpace(text)
	switch {
	case err != nil:
		return err
	case !ok:
		s.unlinked = say.Errorf("its link is no text")
	case text == "" || text == *into:
	case *into != "":
		s.unlinked = say.Errorf("it has two different links")
	default:
		*into = text
	}
	return nil
}

// text reads a string; "" stands for null, too. It is false where there is
// something else, or what is no text.
func (s *splitter) text() (text string, ok bool, err error) {
	kind := s.Peek()
	if kind != '"' {
		begin := s.At
		err = s.Skip()
		return "", string(s.JSON[begin:s.At]) == "null", err
	}
	s.Unclean = false
	v, err := s.Value()
	if err != nil {
		return "", false, err
	}
	if s.Unclean {
		text, ok = jsonscan.Text(v)
		return text, ok, nil
	}
	return string(v[1 : len(v)-1]), true, nil
}

// absent tells whether the next value stands for none: null, "" or false.
func (s *splitter) absent() bool {
	s.Peek()
	rest := s.JSON[s.At:]
	return bytes.HasPrefix(rest, []byte("null")) || bytes.HasPrefix(rest, []byte("false")) || bytes.HasPrefix(rest, []byte(`""`))
}

// mostID is how many bytes an id may have: Graph's have 36 to 128.
const mostID = 1024

// id reads an id; "" where there is none that could be asked for.
func (s *splitter) id() (string, error) {
	text, ok, err := s.text()
	if !ok || len(text) > mostID || !printable(text) && strings.ContainsFunc(text, unicode.IsControl) {
		return "", err
	}
	return entra.CanonicalID(text), err
}

// printable tells of nearly all ids, in little time, that no character of theirs
// is a control.
func printable(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] >= 0x7f {
			return false
		}
	}
	return true
}

// all reads the objects of a page.
func (s *splitter) all() error {
	if s.Peek() != '[' {
		return s.Skip()
	}
	return s.Array(func() error {
		if s.Peek() != '{' {
			s.lost.Add("an entry that is no object")
			return s.Skip()
		}
		o, err := s.object()
		if err == nil && o.ID != "" {
			s.objects = append(s.objects, o)
		}
		return err
	})
}

// relations reads a relation's NAME@delta in its order: a link may be lost and
// gained again in one page.
func (s *splitter) relations(name string) error {
	switch {
	case s.absent():
		return s.Skip()
	case s.ignores != nil && s.ignores(name):
		s.links = append(s.links, entra.Link{Relation: name}) // to be counted, see entra.Page.Track
		return s.Skip()
	case s.Peek() != '[':
		s.partial = true
		s.strange(say.With("its %s are no list", name))
		return s.Skip()
	}
	return s.Array(func() error {
		l, err := entra.Link{}, error(nil)
		if s.Peek() == '{' {
			l, err = s.link()
		} else {
			err = s.Skip()
		}
		if err != nil {
			return err
		}
		if l.Relation = name; l.Target == "" {
			s.partial = true
			s.strange(say.With("one of its %s could not be read", name))
			return nil
		}
		s.links = append(s.links, l)
		return nil
	})
}

func (s *splitter) link() (l entra.Link, err error) {
	s.Expect = `"@odata.type"`
	err = s.Object(func(quoted jsontext.Value) (err error) {
		s.Expect = `"id"`
		switch string(memberName(quoted)) {
		case "id":
			l.Target, err = s.id()
		case "@odata.type":
			var told string
			if told, _, err = s.text(); told != "" {
				l.Type = entra.LinkType(told)
			}
		case "@removed":
			l.Removed = !s.absent()
			err = s.Skip()
		default:
			err = s.Skip()
		}
		return err
	})
	return l, err
}
