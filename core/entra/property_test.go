package entra

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func parse(t *testing.T, raw string) Properties {
	t.Helper()
	p, err := ParseProperties([]byte(raw))
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return p
}

func TestParsePropertiesSortsAndKeepsValuesRaw(t *testing.T) {
	p := parse(t, `{ "b" : [1,2] , "a" : null, "c\u0064" : "é\u0041" }`)
	if got, want := string(p.JSON()), `{"a":null,"b":[1,2],"cd":"é\u0041"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := p.Text("cd"); got != "éA" {
		t.Errorf("text %q", got)
	}
	if v := p.Value("nowhere"); v != nil {
		t.Errorf("an absent property is %s", v)
	}
}

func TestParsePropertiesRefuses(t *testing.T) {
	for _, raw := range []string{``, `null`, `[]`, `"x"`, `{`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{1:2}`, "{\"a\":\"\xff\"}"} {
		if p, err := ParseProperties([]byte(raw)); err == nil {
			t.Errorf("%s was taken as %s", raw, p.JSON())
		}
	}
}

func TestParsePropertiesTakesTheLastOfEachName(t *testing.T) {
	if got := string(parse(t, `{"b":1,"a":1,"\u0062":2,"a":3,"b":4}`).JSON()); got != `{"a":3,"b":4}` {
		t.Errorf("got %s", got)
	}
}

func TestMerge(t *testing.T) {
	tests := []struct{ name, old, newer, want string }{
		{"newer wins", `{"a":1}`, `{"a":2}`, `{"a":2}`},
		{"absent stays", `{"a":1,"b":2}`, `{"b":3}`, `{"a":1,"b":3}`},
		{"null clears", `{"a":1,"b":2}`, `{"a":null}`, `{"b":2}`},
		{"new one", `{"b":2}`, `{"a":1,"c":3}`, `{"a":1,"b":2,"c":3}`},
		{"null of what was not there", `{}`, `{"a":null}`, `{}`},
		{"an old null goes", `{"a":null}`, `{"b":1}`, `{"b":1}`},
		{"nothing newer", `{"a":1}`, `{}`, `{"a":1}`},
		{"nothing old", `{}`, `{"a":1}`, `{"a":1}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			old, newer := parse(t, tt.old), parse(t, tt.newer)
			merged := old.Merge(newer)
			if got := string(merged.JSON()); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if again := merged.Merge(newer); string(again.JSON()) != tt.want {
				t.Errorf("merged twice it is %s", again.JSON())
			}
			if string(old.JSON()) != string(parse(t, tt.old).JSON()) {
				t.Error("the old properties were changed")
			}
		})
	}
}

func TestDiff(t *testing.T) {
	tests := []struct{ name, a, b, before, after string }{
		{"same", `{"a":1}`, `{"a":1}`, `{}`, `{}`},
		{"changed", `{"a":1,"x":0}`, `{"a":2,"x":0}`, `{"a":1}`, `{"a":2}`},
		{"gained", `{}`, `{"a":1}`, `{"a":null}`, `{"a":1}`},
		{"lost", `{"a":1}`, `{}`, `{"a":1}`, `{"a":null}`},
		{"null is absent", `{"a":null}`, `{}`, `{}`, `{}`},
		{"empty collection is absent", `{}`, `{"a":[]}`, `{}`, `{}`},
		{"order of a collection", `{"a":["x","y"]}`, `{"a":["y","x"]}`, `{}`, `{}`},
		{"several", `{"a":1,"c":3}`, `{"b":2,"c":4}`, `{"a":1,"b":null,"c":3}`, `{"a":null,"b":2,"c":4}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before, after := parse(t, tt.a).Diff(parse(t, tt.b))
			if string(before.JSON()) != tt.before || string(after.JSON()) != tt.after {
				t.Errorf("got %s → %s, want %s → %s", before.JSON(), after.JSON(), tt.before, tt.after)
			}
		})
	}
}

func TestSameValue(t *testing.T) {
	tests := []struct {
		a, b string // "": absent
		want bool
	}{
		{`1`, `1`, true},
		{`1`, `1.0`, true},
		{`1`, `2`, false},
		{`1`, `1e0`, true},
		{`-0`, `0`, true},
		{`9007199254740992`, `9007199254740993`, false},
		{`0.1`, `0.10000000000000001`, false},
		{`1e400`, `1e500`, false},
		{`1e400`, `10E399`, true},
		{`{"a":1,"a":2}`, `{"a":2}`, true},
		{`"\/\u0026"`, `"/&"`, true},
		{`1`, `"1"`, false},
		{`"A"`, `"\u0041"`, true},
		{`"A"`, `"a"`, false},
		{`true`, `false`, false},
		{`null`, ``, true},
		{`[]`, ``, true},
		{`[ ]`, `null`, true},
		{`""`, `null`, false},
		{`{}`, `null`, false},
		{`false`, `null`, false},
		{`["a","b"]`, `["b","a"]`, true},
		{`["a","a"]`, `["a"]`, true},
		{`["a"]`, `["a","b"]`, false},
		{`["ab"]`, `["a","b"]`, false},
		{`{"x":1,"y":2}`, `{"y": 2, "x": 1}`, true},
		{`{"x":1}`, `{"x":2}`, false},
		{`[{"x":1,"y":2},{"z":3}]`, `[{"z":3},{"y":2,"x":1}]`, true},
		{`[["b","a"]]`, `[["a","b"]]`, true},
		{`{"list":["a","b"]}`, `{"list":["b","a"]}`, true},
	}
	for _, tt := range tests {
		for _, swapped := range []bool{false, true} {
			a, b := tt.a, tt.b
			if swapped {
				a, b = b, a
			}
			if got := SameValue(jsontext.Value(a), jsontext.Value(b)); got != tt.want {
				t.Errorf("%s and %s: %v, want %v", a, b, got, tt.want)
			}
		}
	}
}

func TestWithoutAndNulls(t *testing.T) {
	p := parse(t, `{"a":1,"b":null,"c":3}`)
	if got := string(p.Without([]string{"a", "nowhere"}).JSON()); got != `{"b":null,"c":3}` {
		t.Errorf("without a: %s", got)
	}
	if got := string(p.WithoutNulls().JSON()); got != `{"a":1,"c":3}` {
		t.Errorf("without nulls: %s", got)
	}
	if len(p) != 3 || string(p[0].Value) != "1" {
		t.Error("the properties themselves were changed")
	}
}

func TestValueText(t *testing.T) {
	for value, want := range map[string]string{
		``: "", `null`: "", `"a\tb"`: "a\tb", `true`: "true", `12.50`: "12.50",
		`["a","b"]`: "a, b", `[]`: "", `[{"x":1}]`: `{"x":1}`, `{"x":1}`: `{"x":1}`, `"=cmd()"`: "=cmd()",
	} {
		if got := ValueText(jsontext.Value(value)); got != want {
			t.Errorf("%s shows as %q, want %q", value, got, want)
		}
	}
}

func TestInternSharesTheTablesNames(t *testing.T) {
	if Intern([]byte("displayName")) != "displayName" || Intern([]byte("extension_x")) != "extension_x" {
		t.Error("a name changed")
	}
	name := []byte("displayName")
	if allocs := testing.AllocsPerRun(100, func() { _ = Intern(name) }); allocs != 0 {
		t.Errorf("%v allocations for a known name", allocs)
	}
}

func FuzzParseProperties(f *testing.F) {
	for _, seed := range []string{`{"a":1,"b":[null,{"c":"\ud83d\ude00"}]}`, `{"":""}`, `{"\u0000":[]}`, `[`, `{"a":1e400}`, strings.Repeat(`{"a":`, 50)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := ParseProperties(raw)
		if err != nil {
			return
		}
		stored := p.JSON()
		again, err := ParseProperties(stored)
		if err != nil {
			t.Fatalf("%q is stored as %q, which can't be read: %v", raw, stored, err)
		}
		if before, after := p.Diff(again); len(before)+len(after) != 0 {
			t.Errorf("%q differs from what is stored: %q, %q", raw, before.JSON(), after.JSON())
		}
		if string(again.JSON()) != string(stored) {
			t.Errorf("%q is stored in two forms", raw)
		}
	})
}

// TestTyped keeps the type of an object that is of one derived from its class's, and of which
// more is told than that.
func TestTyped(t *testing.T) {
	principals, _ := ClassNamed("servicePrincipals")
	for told, want := range map[string]string{
		`{"accountEnabled":true,"odataType":"#microsoft.graph.agentIdentity"}`:                   `{"accountEnabled":true,"odataType":"#microsoft.graph.agentIdentity"}`,
		`{"accountEnabled":true,"odataType":"#microsoft.graph.agentIdentityBlueprintPrincipal"}`: `{"accountEnabled":true,"odataType":"#microsoft.graph.agentIdentityBlueprintPrincipal"}`,
		`{"accountEnabled":true,"odataType":"#microsoft.graph.servicePrincipal"}`:                `{"accountEnabled":true}`,
		`{"accountEnabled":true,"odataType":7}`:                                                  `{"accountEnabled":true}`,
		`{"odataType":"#microsoft.graph.agentIdentity"}`:                                         `{}`,
		`{"appId":null,"notes":null,"odataType":"#microsoft.graph.agentIdentity"}`:               `{"appId":null,"notes":null}`,
		`{"appId":null}`: `{"appId":null}`,
	} {
		p, err := ParseProperties([]byte(told))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(principals.Typed(p).JSON()); got != want {
			t.Errorf("of %s it keeps %s", told, got)
		}
	}
}

func TestCheckProperties(t *testing.T) {
	if err := CheckProperties([]string{"employeeType", "extension_0a1b_costCentre", "ext8nd7a_courses", "größe"}); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"", "a b", "a\nb", "a&$expand=b", "$filter", "../x", "a/b", "@odata.type", "a'b", "\xff", strings.Repeat("x", 129)} {
		if err := CheckProperties([]string{"employeeType", name}); CodeOf(err) != CodeInvalid {
			t.Errorf("%q: %v", name, err)
		}
	}
}
