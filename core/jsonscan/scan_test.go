package jsonscan

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// FuzzScanner compares with jsontext: what is taken, and its parts.
func FuzzScanner(f *testing.F) {
	for _, s := range []string{`{}`, `[]`, ` { } `, `{"a":1}`, `{"a":1,"a":2}`, `[1,2.5e3 , true,null,false,-0.10E+7]`, ` [ "a\\" , "\"]" , { "b" : [ { } ] } ] `,
		`{"a\"b" : "c\\\"" , "d":{"e":["}",{"f":"]"}]},"g" :-1}`, `"\ud83d\ude00 é ✓ \u00e9"`, `"12345678\n"`, `"1234567"`, `"123456789012345678é"`,
		// and what is refused
		``, ` `, `{`, `[`, `"`, `"\`, `"\u12`, `"\x"`, `"\ud83d"`, "\"\xff\"", "\"12345678\x01\"", "\"\t\"", `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{,}`, `[1,]`, `[,]`, `[1 2]`, `{"a":1 "b":2}`,
		`01`, `-`, `1.`, `.5`, `1e`, `1e+`, `+1`, `nul`, `truest`, `tru`, `{} {}`, `[]]`, "\x00", "{}\x00", `{"a":1]`, `[1}`, `}`, `:`, `{1:2}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		want, right := decoded(raw)
		got, err := scanned(raw, "")
		if deep(raw) {
			return
		}
		if (err == nil) != right {
			t.Fatalf("%q: taken %v (%v), should be %v", raw, err == nil, err, right)
		}
		if right && !slices.Equal(got, want) {
			t.Errorf("%q gives %q, want %q", raw, got, want)
		}
		if guessed, err2 := scanned(raw, `"a"`); (err2 == nil) != right || !slices.Equal(guessed, got) {
			t.Errorf("%q gives %q where \"a\" is expected, else %q", raw, guessed, got)
		}
	})
}

// deep tells whether there may be more brackets in each other than are taken.
func deep(raw []byte) bool {
	return bytes.Count(raw, []byte("["))+bytes.Count(raw, []byte("{")) > MaxDepth
}

// scanned gives the parts of a value: names, and values of all depths.
func scanned(raw []byte, expect string) (parts []string, err error) {
	s := Scanner{JSON: raw}
	var value func() error
	value = func() error {
		switch s.Expect = expect; s.Peek() {
		case '{':
			return s.Object(func(quoted jsontext.Value) error {
				parts = append(parts, string(quoted))
				return value()
			})
		case '[':
			return s.Array(value)
		}
		v, err := s.Value()
		parts = append(parts, string(v))
		return err
	}
	if err := value(); err != nil {
		return nil, err
	}
	if err := s.End(); err != nil {
		return nil, err
	}
	whole := Scanner{JSON: raw}
	v, err := whole.Value()
	return append(parts, string(v)), err
}

func decoded(raw []byte) (parts []string, right bool) {
	names := jsontext.AllowDuplicateNames(true)
	dec := jsontext.NewDecoder(bytes.NewReader(raw), names)
	v, err := dec.ReadValue()
	if err != nil {
		return nil, false
	}
	whole := string(v)
	if _, err := dec.ReadToken(); err != io.EOF {
		return nil, false
	}
	dec = jsontext.NewDecoder(strings.NewReader(whole), names)
	for {
		switch dec.PeekKind() {
		case '{', '[', '}', ']':
			if _, err := dec.ReadToken(); err != nil {
				return nil, false
			}
		default:
			v, err := dec.ReadValue()
			if err == io.EOF {
				return append(parts, whole), true
			}
			parts = append(parts, string(v))
		}
	}
}

func TestScannerIsNotTooDeep(t *testing.T) {
	for depth, want := range map[int]error{MaxDepth: nil, MaxDepth + 1: ErrTooDeep} {
		s := Scanner{JSON: []byte(strings.Repeat("[", depth) + strings.Repeat("]", depth))}
		if _, err := s.Value(); err != want {
			t.Errorf("%d arrays in each other: %v", depth, err)
		}
	}
}
