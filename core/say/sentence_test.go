package say

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"
)

type kind string

func (k kind) Noun() Sentence { return Sentence(k) }

func TestSentences(t *testing.T) {
	for _, test := range []struct {
		s    Sentence
		says string
		args []any
	}{
		{"", "", nil},
		{"100% of it", "100% of it", nil},
		{With("100%% of it"), "100% of it", nil},
		{With("%d of %d %s", 3, int64(4), "users"), "3 of 4 users", []any{int64(3), int64(4), "users"}},
		{With("no %q, and no %s", `a "b"`, time.Minute), `no "a \"b\"", and no 1m0s`, []any{`a "b"`, "1m0s"}},
		{With("%[1]s and %[1]s", "a"), "a and a", []any{"a"}},
		{With("%s: %s", Sentence("100%"), kind("both")), "100%: both", []any{Sentence("100%"), Sentence("both")}},
		{With("%s (%s)", With("%s failed", With("%s", "x\x01y%")), io.EOF), "x\x01y% failed (EOF)", []any{With("%s failed", With("%s", "x\x01y%")), Foreign("EOF")}},
		{With("%s", packed+`["%s","a"]`), packed + `["%s","a"]`, []any{packed + `["%s","a"]`}},
		{packed + "[", "[", nil},
		{packed, "", nil},
	} {
		if got := test.s.String(); got != test.says {
			t.Errorf("%q says %q, not %q", string(test.s), got, test.says)
		}
		if _, args := test.s.Parts(); !reflect.DeepEqual(args, test.args) {
			t.Errorf("%q holds %#v, not %#v", string(test.s), args, test.args)
		}
	}
}

func TestMap(t *testing.T) {
	s := With("%s: %d, %s", "a", 3, With("%s failed", Foreign("a")))
	if got := s.Map(strings.ToUpper).String(); got != "A: 3, A failed" {
		t.Errorf("got %q", got)
	}
	if got := Sentence("a").Map(strings.ToUpper); got != "a" {
		t.Errorf("our own words became %q", string(got))
	}
}

func TestJoin(t *testing.T) {
	if got := Join("; ", "", "a", "", With("%s", "b"), "c").String(); got != "a; b; c" {
		t.Errorf("got %q", got)
	}
	if got := Join("; ", "", "a"); got != "a" {
		t.Errorf("got %q", string(got))
	}
}

type wrapper struct{ error }

func (w wrapper) Unwrap() error { return w.error }

func TestErrors(t *testing.T) {
	locked := Errorf("the vault is locked")
	err := Errorf("%s: no key (%s)", locked, context.Canceled)
	if !errors.Is(err, locked) || !errors.Is(err, context.Canceled) || err.Error() != "the vault is locked: no key (context canceled)" {
		t.Errorf("%v", err)
	}
	if format, args := Because(wrapper{err}).Parts(); format != "%s: no key (%s)" || len(args) != 2 || args[0] != Sentence("the vault is locked") {
		t.Errorf("%q %#v", format, args)
	}
	if format, args := Because(fmt.Errorf("more: %w", err)).Parts(); format != "%s" || args[0] != "more: "+err.Error() {
		t.Errorf("words in between are foreign: %q %#v", format, args)
	}
	if got := Because(nil); got != "" {
		t.Errorf("nothing says %q", got)
	}
}

// However a sentence is printed, nobody sees how it is kept.
func TestNobodySeesThePacking(t *testing.T) {
	s := With("reading %s failed", "users")
	row := struct {
		Error Sentence
		Any   any
		List  []Sentence
	}{s, s, []Sentence{s}}
	var out bytes.Buffer
	if err := json.NewEncoder(&out).Encode(row); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%s", "%v", "%+v", "%q", "%x"} {
		fmt.Fprintf(&out, verb+"\n", s)
	}
	fmt.Fprintln(&out, s, row)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "why", s, "all", row)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "why", s, "all", row)
	if text := out.String(); strings.Contains(text, packed) || strings.Contains(text, `\u0001`) || strings.Contains(text, `\x01`) {
		t.Errorf("it is packed in %s", text)
	}
}
