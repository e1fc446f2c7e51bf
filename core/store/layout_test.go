package store

import (
	"fmt"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestPlainSQL reads a class by its view, before and after its objects bring
// properties that were not known.
func TestPlainSQL(t *testing.T) {
	b := newBench(t)
	ask := func(query string) string {
		t.Helper()
		var text string
		b.must(b.read.QueryRow("SELECT group_concat(x) FROM (" + query + ")").Scan(&text))
		return text
	}
	b.scan("users", object("u1", `{"mail":"a@x","displayName":"Anna"}`), object("u2", `{"displayName":"Ben"}`))
	if got := ask(`SELECT displayName || ' ' || coalesce(mail, '-') AS x FROM users ORDER BY id`); got != "Anna a@x,Ben -" {
		t.Error(got)
	}
	b.round(Delta, "users")
	b.page("users", "", "link", object("u2", `{"a \"new\" one":[1,{"b":2}],"city":null}`))
	if got := ask(`SELECT displayName || coalesce("a ""new"" one", '') AS x FROM users ORDER BY id`); got != `Anna,Ben[1,{"b":2}]` {
		t.Error(got)
	}
	b.wantList("users", b.held("users", ObjectQuery{}), "u1:Anna", "u2:Ben")
	b.sound()
}

// TestViewsHaveTheirNamesAlone: a view is named as its class, so no table may be.
func TestViewsHaveTheirNamesAlone(t *testing.T) {
	b := newBench(t)
	for _, c := range entra.Classes() {
		var n int
		b.must(b.read.QueryRow("SELECT count(*) FROM sqlite_schema WHERE name = ? COLLATE NOCASE AND type <> 'view'", c.Name).Scan(&n))
		if n > 0 {
			t.Errorf("the class %s has the name of a table", c.Name)
		}
	}
}

// TestLayout packs what differs from object to object, and gives it back sorted.
func TestLayout(t *testing.T) {
	l := newLayout([]string{"displayName", "z", "a", "m"})
	for _, tt := range []struct{ props, packed, object string }{
		{`{}`, `[]`, `{}`},
		{`{"displayName":"A"}`, `["A"]`, `{"displayName":"A"}`},
		{`{"a":[1,2],"z":null}`, `[null,null,[1,2]]`, `{"a":[1,2]}`},
		{`{"a":false,"displayName":"\"]","m":{"x":[]},"z":"nnn"}`, `["\"]","nnn",false,{"x":[]}]`, `{"a":false,"displayName":"\"]","m":{"x":[]},"z":"nnn"}`},
	} {
		props, err := entra.ParseProperties([]byte(tt.props))
		if err != nil {
			t.Fatal(err)
		}
		packed, missing := l.pack(nil, props)
		if string(packed) != tt.packed || missing != nil {
			t.Errorf("%s is packed as %s, missing %q", tt.props, packed, missing)
		}
		again, err := l.unpack(packed)
		if string(again.JSON()) != tt.object || err != nil {
			t.Errorf("%s comes back as %s, %v", tt.props, again.JSON(), err)
		}
	}
	if _, missing := l.pack(nil, entra.Properties{{Name: "b", Value: []byte("1")}, {Name: "n", Value: []byte("null")}}); fmt.Sprint(missing) != "[b]" {
		t.Errorf("missing %q", missing)
	}
	for _, damaged := range []string{``, `[`, `["a`, `{}`, `[1,2,3,4,5]`, `[1]x`, `null`} {
		if p, err := l.unpack([]byte(damaged)); err == nil {
			t.Errorf("%q was taken as %s", damaged, p.JSON())
		}
	}
}
