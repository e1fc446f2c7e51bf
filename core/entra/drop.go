package entra

import (
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/jsonscan"
	"github.com/entraidsync/entraidsync/core/say"
)

// Drop names members of a property's value, or of each of its items, that are not
// stored: secrets, and what changes by itself.
type Drop struct {
	Property string
	Members  []string
}

// credentials are what Graph may tell of keys and secrets of an app beside what
// tells them apart: the key itself, and the beginning of a secret.
var credentials = []Drop{
	{"keyCredentials", words("hint key secretText")},
	{"passwordCredentials", words("hint key secretText")},
}

// passwords may come where somebody adds the property that holds them to a class.
var passwords = []Drop{{"passwordProfile", words("password")}, {"passwordSingleSignOnSettings", words("fields")}}

// daily is the interval of lists that hardly ever change.
const daily = 24 * time.Hour

// Interval is how often the loop reads a class that has no delta query.
func (c Class) Interval() time.Duration {
	if c.Every > 0 {
		return c.Every
	}
	return PollInterval
}

// Dropped leaves out of an object what the class drops. Values that hold none of it
// stay as they are, in the memory they are in. Odd says what should have members and
// has none, which is left out whole: nobody knows what it is.
func (c Class) Dropped(p Properties) (odd say.Sentence) {
	for _, drops := range [][]Drop{c.Drops, passwords} {
		for _, d := range drops {
			i, ok := slices.BinarySearchFunc(p, d.Property, func(a Property, name string) int { return strings.Compare(a.Name, name) })
			if !ok || !d.holds(p[i].Value) {
				continue
			}
			var sound bool
			if p[i].Value, sound = d.from(p[i].Value); !sound {
				odd = say.With("%s holds what is no object, and that is left out", d.Property)
			}
		}
	}
	return odd
}

// holds tells quickly of most values that there is nothing to drop.
func (d Drop) holds(v jsontext.Value) bool { return !Empty(v) }

// from copies a value without the members, whatever their case. What is no object, or
// can't be read, is not kept: it may hold them.
func (d Drop) from(v jsontext.Value) (out jsontext.Value, sound bool) {
	s := jsonscan.Scanner{JSON: v}
	if kind := s.Peek(); kind != '[' && kind != '{' {
		return jsontext.Value("null"), false
	}
	sound = true
	copied, err := d.objects(make([]byte, 0, len(v)), &s, &sound)
	if err != nil {
		return jsontext.Value("null"), false
	}
	return copied, sound
}

// objects copies an object, or a list of them without what else stands in it.
func (d Drop) objects(out []byte, s *jsonscan.Scanner, sound *bool) ([]byte, error) {
	if s.Peek() != '[' {
		return d.copied(out, s)
	}
	out = append(out, '[')
	begin := len(out)
	err := s.Array(func() (err error) {
		if kind := s.Peek(); kind != '[' && kind != '{' {
			*sound = false
			return s.Skip()
		}
		if len(out) > begin {
			out = append(out, ',')
		}
		out, err = d.objects(out, s, sound)
		return err
	})
	return append(out, ']'), err
}

func (d Drop) copied(out []byte, s *jsonscan.Scanner) ([]byte, error) {
	switch s.Peek() {
	case '[':
		out = append(out, '[')
		begin := len(out)
		err := s.Array(func() (err error) {
			if len(out) > begin {
				out = append(out, ',')
			}
			out, err = d.copied(out, s)
			return err
		})
		return append(out, ']'), err
	case '{':
		out = append(out, '{')
		begin := len(out)
		err := s.Object(func(quoted jsontext.Value) error {
			name, err := UnquoteName(quoted)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(d.Members, func(m string) bool { return strings.EqualFold(m, name) }) {
				return s.Skip()
			}
			if len(out) > begin {
				out = append(out, ',')
			}
			out, err = d.copied(append(append(out, quoted...), ':'), s)
			return err
		})
		return append(out, '}'), err
	}
	value, err := s.Value()
	return append(out, value...), err
}
