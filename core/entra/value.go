package entra

import (
	"bytes"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/jsonscan"
)

func isNull(v jsontext.Value) bool { return len(v) == 0 || v.Kind() == 'n' }

// SameValue tells whether two values mean the same: null equals absent, and so
// does an empty collection, because a delta leaves out what a list shows as [];
// multi-valued properties compare as sets; the order of keys in a complex
// value does not count.
func SameValue(a, b jsontext.Value) bool {
	if bytes.Equal(a, b) {
		return true
	}
	if isEmpty(a) || isEmpty(b) {
		return isEmpty(a) && isEmpty(b)
	}
	if a.Kind() != b.Kind() {
		return false
	}
	ca, errA := canonical(a)
	cb, errB := canonical(b)
	return errA == nil && errB == nil && bytes.Equal(ca, cb)
}

func isEmpty(v jsontext.Value) bool {
	if isNull(v) {
		return true
	}
	if v.Kind() != '[' {
		return false
	}
	return len(Elements(v)) == 0
}

// canonical gives a form in which equal values are equal bytes: one spelling for
// scalars, of numbers an exact one, sorted names for objects, and a collection, at whatever depth, as
// the sorted set of its elements.
func canonical(v jsontext.Value) (jsontext.Value, error) {
	switch v.Kind() {
	case '[':
		return canonicalSet(v)
	case '{':
		return canonicalObject(v)
	}
	c, _ := jsonscan.AppendClean(nil, v)
	return c, nil
}

func canonicalObject(v jsontext.Value) (jsontext.Value, error) {
	p, err := ParseProperties(v)
	if err != nil {
		return nil, err
	}
	for i := range p {
		if p[i].Value, err = canonical(p[i].Value); err != nil {
			return nil, err
		}
	}
	return p.JSON(), nil
}

func canonicalSet(v jsontext.Value) (jsontext.Value, error) {
	items := Elements(v)
	for i := range items {
		var err error
		if items[i], err = canonical(items[i]); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(items, func(x, y jsontext.Value) int { return bytes.Compare(x, y) })
	items = slices.CompactFunc(items, func(x, y jsontext.Value) bool { return bytes.Equal(x, y) })
	return append(append([]byte{'['}, bytes.Join(slicesOfBytes(items), []byte{','})...), ']'), nil
}

func slicesOfBytes(values []jsontext.Value) [][]byte {
	out := make([][]byte, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// Elements splits an array; none where the value is no array.
func Elements(v jsontext.Value) (out []jsontext.Value) {
	s := jsonscan.Scanner{JSON: v}
	_ = s.Array(func() error {
		e, err := s.Value()
		out = append(out, e)
		return err
	})
	return out
}
