package entra

import (
	"bytes"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/jsonscan"
	"github.com/entraidsync/entraidsync/core/say"
)

// Property is one property of an object: its name and its value as raw JSON,
// without blanks between its parts.
type Property struct {
	Name  string
	Value jsontext.Value
}

// Properties of an object, sorted by name. A null stands for "cleared" while it
// is on its way and is dropped when stored: null equals absent.
type Properties []Property

// names interns the property names that come with every object.
var names = func() map[string]string {
	m := map[string]string{DerivedType: DerivedType}
	for _, c := range classes {
		for _, p := range c.Select {
			m[p] = p
		}
	}
	return m
}()

// Intern gives a shared string for the name of a property, so that a million
// objects don't hold a million copies of "displayName".
func Intern(name []byte) string {
	if s, ok := names[string(name)]; ok {
		return s
	}
	return string(name)
}

// IsSelected tells whether the class table asks for a property of that name, of
// one class or another, or keeps it unasked.
func IsSelected(name string) bool {
	_, is := names[name]
	return is
}

// ParseProperties reads a JSON object. Values alias raw. Of a name that comes
// twice the last counts, as for most readers of JSON.
func ParseProperties(raw []byte) (Properties, error) {
	s := jsonscan.Scanner{JSON: raw}
	p := make(Properties, 0, 40)
	err := s.Object(func(quoted jsontext.Value) error {
		name, err := UnquoteName(quoted)
		if err != nil {
			return err
		}
		value, err := s.Value()
		p = append(p, Property{name, value})
		return err
	})
	if err == nil {
		err = s.End()
	}
	if err != nil {
		return nil, err
	}
	p.sort()
	return p.lastOfEach(), nil
}

// lastOfEach leaves of several properties with one name the last.
func (p Properties) lastOfEach() Properties {
	out := p[:0]
	for i := range p {
		if i+1 == len(p) || p[i+1].Name != p[i].Name {
			out = append(out, p[i])
		}
	}
	return out
}

// UnquoteName reads a property name off its JSON string.
func UnquoteName(quoted []byte) (string, error) {
	if len(quoted) >= 2 && bytes.IndexByte(quoted, '\\') < 0 {
		return Intern(quoted[1 : len(quoted)-1]), nil
	}
	b, err := jsontext.AppendUnquote(nil, quoted)
	return string(b), err
}

func (p Properties) sort() {
	byName := func(a, b Property) int { return strings.Compare(a.Name, b.Name) }
	if !slices.IsSortedFunc(p, byName) {
		slices.SortStableFunc(p, byName)
	}
}

// NewProperties sorts properties. Of several with one name the last counts.
func NewProperties(list []Property) Properties {
	p := Properties(list)
	p.sort()
	return p.lastOfEach()
}

// Value is the raw JSON of one property; nil where it is absent.
func (p Properties) Value(name string) jsontext.Value {
	i, ok := slices.BinarySearchFunc(p, name, func(a Property, n string) int { return strings.Compare(a.Name, n) })
	if !ok {
		return nil
	}
	return p[i].Value
}

// Text is a property as a table shows it: strings bare, null and absent empty,
// arrays of strings joined by comma, everything else as JSON.
func (p Properties) Text(name string) string { return ValueText(p.Value(name)) }

// mostAsked is how many letters a name may have that Graph is asked for.
const mostAsked = 128

// CheckProperties refuses what can't be names of properties to read: each request would name them, and fail.
func CheckProperties(names []string) error {
	for _, name := range names {
		if !propertyName.MatchString(name) || strings.ContainsAny(name, "/@") || len(name) > mostAsked {
			return Invalid("the properties can't be used", say.With("%s is no name of a property", name), "write names as Microsoft Graph has them, such as employeeType")
		}
	}
	return nil
}

// NamedBy are the properties that tell what an object is called, the best first: those of
// classes without a displayName have it elsewhere.
var NamedBy = []string{"displayName", "userDisplayName", "name", "skuPartNumber", "userPrincipalName", "principalDisplayName"}

// Name is what the object is called; "" where its properties do not tell.
func (p Properties) Name() string {
	for _, name := range NamedBy {
		if text := p.Text(name); text != "" {
			return text
		}
	}
	return ""
}

// ValueText is a value as a table shows it, see [Properties.Text].
func ValueText(v jsontext.Value) string {
	switch v.Kind() {
	case 0, 'n':
		return ""
	case '"':
		b, err := jsontext.AppendUnquote(nil, v)
		if err != nil {
			return string(v)
		}
		return string(b)
	case '[':
		return listText(v)
	}
	return string(v)
}

func listText(v jsontext.Value) string {
	items := Elements(v)
	texts := make([]string, len(items))
	for i, e := range items {
		texts[i] = ValueText(e)
	}
	return strings.Join(texts, ", ")
}

// Merge lays newer properties over p: what newer names wins (null clears),
// what it does not name stays.
func (p Properties) Merge(newer Properties) Properties {
	out := make(Properties, 0, len(p)+len(newer))
	p.walk(newer, func(name string, old, changed jsontext.Value) {
		if changed == nil {
			changed = old
		}
		if !isNull(changed) {
			out = append(out, Property{name, changed})
		}
	})
	return out
}

// WithoutNulls drops cleared properties.
func (p Properties) WithoutNulls() Properties {
	return slices.DeleteFunc(slices.Clone(p), func(q Property) bool { return isNull(q.Value) })
}

// Diff gives what differs between p and later, by property: the values before
// and after, null where a side lacks it. Both are empty where nothing differs.
func (p Properties) Diff(later Properties) (before, after Properties) {
	null := jsontext.Value("null")
	p.walk(later, func(name string, old, changed jsontext.Value) {
		if SameValue(old, changed) {
			return
		}
		if old == nil {
			old = null
		}
		if changed == nil {
			changed = null
		}
		before = append(before, Property{name, old})
		after = append(after, Property{name, changed})
	})
	return before, after
}

// Without leaves out the named properties.
func (p Properties) Without(names []string) Properties {
	if len(names) == 0 {
		return p
	}
	leave := make(map[string]bool, len(names))
	for _, name := range names {
		leave[name] = true
	}
	return slices.DeleteFunc(slices.Clone(p), func(q Property) bool { return leave[q.Name] })
}

// Only are the named properties.
func (p Properties) Only(names []string) Properties {
	return slices.DeleteFunc(slices.Clone(p), func(q Property) bool { return !slices.Contains(names, q.Name) })
}

// walk visits the union of two sorted lists by name; a side that lacks a name
// gives nil.
func (p Properties) walk(q Properties, visit func(name string, a, b jsontext.Value)) {
	for len(p) > 0 || len(q) > 0 {
		switch {
		case len(q) == 0 || (len(p) > 0 && p[0].Name < q[0].Name):
			visit(p[0].Name, p[0].Value, nil)
			p = p[1:]
		case len(p) == 0 || q[0].Name < p[0].Name:
			visit(q[0].Name, nil, q[0].Value)
			q = q[1:]
		default:
			visit(p[0].Name, p[0].Value, q[0].Value)
			p, q = p[1:], q[1:]
		}
	}
}

// JSON is the stored form: one object, names sorted, values as they are.
func (p Properties) JSON() []byte {
	size := 2
	for i := range p {
		size += len(p[i].Name) + len(p[i].Value) + 4
	}
	b := append(make([]byte, 0, size), '{')
	for i := range p {
		if i > 0 {
			b = append(b, ',')
		}
		b, _ = jsontext.AppendQuote(b, p[i].Name)
		b = append(b, ':')
		b = append(b, p[i].Value...)
	}
	return append(b, '}')
}
