package entra

import (
	"bytes"
	"slices"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// FuzzSplit compares with the decoder that checks everything.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{`{}`, `[]`, ` { } `, `{"a":1}`, `[1,2.5e3 , true,null]`, ` [ "a\\" , "\"]" , { "b" : [ { } ] } ] `,
		`{"a\"b" : "c\\\"" , "d":{"e":["}",{"f":"]"}]},"g" :-1}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if jsontext.Value(raw).IsValid() {
			v := jsontext.Value(raw)
			for len(v) > 0 && (v[0] == ' ' || v[0] == '\n' || v[0] == '\r' || v[0] == '\t') {
				v = v[1:]
			}
			if k := v.Kind(); k == '[' || k == '{' {
				if got, want := split(v), decoded(t, v); !slices.Equal(got, want) {
					t.Errorf("%s gives %q, want %q", raw, got, want)
				}
			}
		}
	})
}

func split(v jsontext.Value) (parts []string) {
	if v.Kind() == '{' {
		_ = Members(v, func(name, value jsontext.Value) error {
			parts = append(parts, string(name), string(value))
			return nil
		})
		return parts
	}
	_ = Elements(v, func(value jsontext.Value) error {
		parts = append(parts, string(value))
		return nil
	})
	return parts
}

func decoded(t *testing.T, v jsontext.Value) (parts []string) {
	dec := jsontext.NewDecoder(bytes.NewReader(v))
	if _, err := dec.ReadToken(); err != nil {
		t.Fatal(err)
	}
	for k := dec.PeekKind(); k != '}' && k != ']'; k = dec.PeekKind() {
		e, err := dec.ReadValue()
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, string(e))
	}
	return parts
}
