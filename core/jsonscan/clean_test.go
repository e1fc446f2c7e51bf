package jsonscan

import (
	"bytes"
	"encoding/json"
	"math/big"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

func TestAppendClean(t *testing.T) {
	for _, tt := range []struct {
		value, want string
		sound       bool
	}{
		{`"J\u00fcrgen M\u00FCller"`, `"Jürgen Müller"`, true},
		{`"R\u0026D \/ \u5c71\u7530"`, `"R&D / 山田"`, true},
		{`"\ud83d\ude00"`, `"😀"`, true},
		{`"\u0000\u001F\u0008\u0009\u000a\u000C\u000d\u0022\u005c\u007f"`, "\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\\x7f\"", true},
		{"\"a\x00b\tc\nd\"", `"a\u0000b\tc\nd"`, true},
		{`"Team \ud83d"`, `"Team �"`, false},
		{`"\ude00\ud83d\ud83d\ude00"`, `"��😀"`, false},
		{`"\ud83d\u0041"`, `"�A"`, false},
		{"\"M\xfcller\"", `"M�ller"`, false},
		{"\"\xc0\x80\"", `"��"`, false},
		{`"\x41 \u12"`, `"�x41 �12"`, false},
		{` { "b" : [ 1 , 2.50 ] , "a" : { "\u0063" : null } } `, `{"b":[1,2.5],"a":{"c":null}}`, true},
		{`" keeps  blanks "`, `" keeps  blanks "`, true},
		{`[true,false,null,""]`, `[true,false,null,""]`, true},
		{`[NaN,-Infinity , 007,truest,1.5]`, `[null,null,null,null,1.5]`, false},
	} {
		got, sound := AppendClean([]byte("<"), []byte(tt.value))
		if string(got) != "<"+tt.want || sound != tt.sound {
			t.Errorf("%s is %s, sound %v; want %s, %v", tt.value, got, sound, tt.want, tt.sound)
		}
	}
}

func TestAppendNumber(t *testing.T) {
	for want, all := range map[string][]string{
		"1":                      {"1", "1.0", "1e0", "1E+00", "10e-1", "0.1e1", "1.000"},
		"0":                      {"0", "-0", "0.0", "0e5", "-0.00e-7", "0e99999999999999999999"},
		"-2.5":                   {"-2.5", "-25e-1", "-0.25e1"},
		"9007199254740993":       {"9007199254740993", "9007199254740993.0", "9.007199254740993e15"},
		"100000000000000000000":  {"100000000000000000000", "1e20"},
		"1e+21":                  {"1e21", "1000000000000000000000", "1E+21"},
		"1.5e+999":               {"1.5e999", "15E998"},
		"-1e-7":                  {"-1e-7", "-0.0000001"},
		"0.000001":               {"0.000001", "1e-6"},
		"1e99999999999999999999": {"1E99999999999999999999"},
	} {
		for _, number := range all {
			if got := string(AppendNumber(nil, []byte(number))); got != want {
				t.Errorf("%s is %s, want %s", number, got, want)
			}
		}
	}
}

func TestText(t *testing.T) {
	for quoted, want := range map[string]string{`""`: "", `"a\"b"`: `a"b`, `"\ud83d\ude00\n"`: "😀\n", "\"\xff\"": "�", `"\ud83d"`: "�"} {
		if got, sound := Text([]byte(quoted)); got != want || sound == strings.Contains(want, "�") {
			t.Errorf("%s says %q, sound %v", quoted, got, sound)
		}
	}
}

func TestSkipGoesAsDeepAsItHasTo(t *testing.T) {
	for _, deep := range []string{
		strings.Repeat("[", 1<<20) + strings.Repeat("]", 1<<20),
		strings.Repeat(`{"a":[`, 1<<18) + `1` + strings.Repeat("]}", 1<<18),
	} {
		s := Scanner{JSON: []byte(deep + ",")}
		if err := s.Skip(); err != nil || s.At != len(deep) {
			t.Errorf("ends at %d of %d: %v", s.At, len(deep), err)
		}
		cut := Scanner{JSON: []byte(deep[:len(deep)-1])}
		if err := cut.Skip(); err != errCut {
			t.Errorf("a cut one gives %v", err)
		}
	}
}

// FuzzClean takes what only its end is known of: what comes out is JSON in one
// spelling, and says the same where that was JSON before.
func FuzzClean(f *testing.F) {
	for _, s := range []string{`{"a":"\u00fc","b":[1.0,-0,2e3]}`, `"\ud83d"`, "\"\xff\x01\"", `[1e999,0.1e-9]`, `"\"`, `"\u12"`, "\"\xed\xa0\xbd\xed\xb8\x80\"", "[NaN,-Infinity , 007,{\"a\":undefined}]", "[[[[]]],{\"\xc0\":\"\\x\"}]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		lenient := Scanner{JSON: raw, Lenient: true}
		value, err := lenient.Value()
		skipping := Scanner{JSON: raw, Lenient: true}
		if skipped := skipping.Skip(); !deep(raw) && ((err == nil) != (skipped == nil) || err == nil && skipping.At != lenient.At) {
			t.Fatalf("%q is walked over to %d (%v), skipped to %d (%v)", raw, lenient.At, err, skipping.At, skipped)
		}
		if err != nil {
			return
		}
		strict := Scanner{JSON: raw}
		_, refused := strict.Value()
		clean, sound := AppendClean(nil, value)
		if names := jsontext.AllowDuplicateNames(true); !jsontext.Value(clean).IsValid(names) || !utf8.Valid(clean) {
			t.Fatalf("%q becomes %q, which is no JSON", raw, clean)
		}
		if again, _ := AppendClean(nil, clean); !bytes.Equal(again, clean) {
			t.Errorf("%q becomes %q, and then %q", raw, clean, again)
		}
		if !lenient.Unclean && !bytes.Equal(clean, value) {
			t.Errorf("%q becomes %q, unforeseen", value, clean)
		}
		if astronomic.Match(raw) {
			return
		}
		if refused == nil && strict.At == lenient.At && (!sound || !same(t, value, clean)) {
			t.Errorf("%q becomes %q, which says something else", value, clean)
		}
	})
}

// astronomic numbers take a big.Rat too long.
var astronomic = regexp.MustCompile(`[eE][+-]?\d{4}`)

// same compares two valid texts by what they say.
func same(t *testing.T, a, b []byte) bool {
	t.Helper()
	return reflect.DeepEqual(exact(t, a), exact(t, b))
}

func exact(t *testing.T, raw []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return exactNumbers(v)
}

func exactNumbers(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = exactNumbers(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = exactNumbers(v[name])
		}
	case json.Number:
		if r, ok := new(big.Rat).SetString(string(v)); ok {
			return r.RatString()
		}
	}
	return v
}
