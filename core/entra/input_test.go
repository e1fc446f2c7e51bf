package entra

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTenantName(t *testing.T) {
	const id = "0123abcd-0000-1111-2222-333344445555"
	for typed, want := range map[string]string{
		"contoso.com":                "contoso.com",
		"  Contoso.OnMicrosoft.com ": "contoso.onmicrosoft.com",
		strings.ToUpper(id):          id,
		"{" + id + "}":               id,
		"xn--bcher-kva.example":      "xn--bcher-kva.example",
		"a-1.b.co":                   "a-1.b.co",
	} {
		if got, err := TenantName(typed); err != nil || got != want {
			t.Errorf("%q gives %q, %v; want %q", typed, got, err, want)
		}
	}
}

func TestTenantNameRefuses(t *testing.T) {
	for _, typed := range []string{"", "   ", "contoso", "https://contoso.com", "contoso.com/x", "../common", "common", "contoso.com?x", "a b.com",
		"cоntoso.com", "bücher.example", "-a.com", "a-.com", ".com", "a..com", "a.com.", "a.123", strings.Repeat("a", 64) + ".com",
		strings.Repeat("a.", 130) + "com", "0123abcd-0000-1111-2222-33334444555", "{contoso.com", "contoso.com\n.evil.example", "a@b.com"} {
		got, err := TenantName(typed)
		if CodeOf(err) != CodeInvalid {
			t.Errorf("%q gives %q, %v", typed, got, err)
			continue
		}
		if e := AsError(err); e.Why == "" || e.Remedy == "" {
			t.Errorf("%q: not three parts: %v", typed, e)
		}
	}
}

func TestCheckInterval(t *testing.T) {
	for d, ok := range map[time.Duration]bool{59 * time.Second: false, time.Minute: true, 24 * time.Hour: true, 24*time.Hour + 1: false, -time.Hour: false} {
		if (CheckInterval(d) == nil) != ok {
			t.Errorf("%v: want ok %v", d, ok)
		}
	}
}

func TestCloudCheck(t *testing.T) {
	const login, graph = "https://login.example", "https://graph.example"
	tests := []struct {
		name string
		in   Cloud
		want Code
	}{
		{"good", Cloud{Name: "my-cloud", Authority: login, Graph: graph}, ""},
		{"port and path", Cloud{Name: "a", Authority: login + ":8443/x/", Graph: " " + graph + ":444/ "}, ""},
		{"no name", Cloud{Authority: login, Graph: graph}, CodeInvalid},
		{"name with a blank", Cloud{Name: "my cloud", Authority: login, Graph: graph}, CodeInvalid},
		{"upper case", Cloud{Name: "Mine", Authority: login, Graph: graph}, CodeInvalid},
		{"built in", Cloud{Name: "usgov", Authority: login, Graph: graph}, CodeExists},
		{"http authority", Cloud{Name: "a", Authority: "http://login.example", Graph: graph}, CodeInvalid},
		{"http Graph", Cloud{Name: "a", Authority: login, Graph: "http://graph.example"}, CodeInvalid},
		{"no scheme", Cloud{Name: "a", Authority: login, Graph: "graph.example"}, CodeInvalid},
		{"empty", Cloud{Name: "a", Authority: "", Graph: graph}, CodeInvalid},
		{"with the version", Cloud{Name: "a", Authority: login, Graph: graph + "/v1.0"}, CodeInvalid},
		{"with a user", Cloud{Name: "a", Authority: login, Graph: "https://me@graph.example"}, CodeInvalid},
		{"with a query", Cloud{Name: "a", Authority: login + "?x=1", Graph: graph}, CodeInvalid},
		{"with a fragment", Cloud{Name: "a", Authority: login + "#x", Graph: graph}, CodeInvalid},
		{"port only", Cloud{Name: "a", Authority: login, Graph: "https://:443"}, CodeInvalid},
		{"port that is none", Cloud{Name: "a", Authority: login, Graph: "https://graph.example:port"}, CodeInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := tt.in
			if err := c.Check(); CodeOf(err) != tt.want || (err == nil) != (tt.want == "") {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			if tt.want == "" && (strings.HasSuffix(c.Authority, "/") || strings.ContainsAny(c.Graph, " ") || c.Scope() != c.Graph+"/.default") {
				t.Errorf("not tidied: %+v", c)
			}
		})
	}
}

func TestBuiltInCloudsAreSound(t *testing.T) {
	names := map[string]bool{}
	for _, c := range BuiltInClouds() {
		if !c.BuiltIn || names[c.Name] || c.Label == "" {
			t.Errorf("%+v", c)
		}
		names[c.Name] = true
		c.Name = "custom-" + c.Name
		before := c
		if err := c.Check(); err != nil || c.Graph != before.Graph || c.Authority != before.Authority {
			t.Errorf("%s: %v", before.Name, err)
		}
	}
}

func TestFilter(t *testing.T) {
	user := parse(t, `{"userType":"Guest","accountEnabled":true,"groupTypes":["Unified"],"age":7,"serial":9007199254740993,"vast":1e999,"address":{"city":"Bern"}}`)
	tests := []struct {
		text string
		out  bool
	}{
		{``, false},
		{`userType == "Guest"`, true},
		{`userType == "Member"`, false},
		{`accountEnabled and age > 5`, true},
		{`"Unified" in groupTypes`, true},
		{`missing == nil`, true},
		{`missing == "x"`, false},
		{`address.city == "Bern"`, true},
		{`address?.street == nil`, true},
		{`id startsWith "u"`, true},
		{`serial == 9007199254740993`, true},
		{`serial == 9007199254740992`, false},
		{`vast > 1e300`, true},
	}
	for _, tt := range tests {
		f, err := ParseFilter(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if out, err := f.Out("u1", user); err != nil || out != tt.out {
			t.Errorf("%s: %v, %v; want %v", tt.text, out, err, tt.out)
		}
	}
}

func TestFilterThatFailsKeepsTheObject(t *testing.T) {
	for _, text := range []string{`missing > 5`, `userType > 5`, `userType.city == "Bern"`} {
		f, err := ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		if out, err := f.Out("u1", parse(t, `{"userType":"Guest"}`)); out || err == nil {
			t.Errorf("%s: out %v, %v", text, out, err)
		}
	}
}

func TestParseFilterRefuses(t *testing.T) {
	for _, text := range []string{`userType ==`, `"Guest"`, `1 + 1`, `(`, `userType = "Guest"`} {
		if _, err := ParseFilter(text); CodeOf(err) != CodeInvalid {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestParseClasses(t *testing.T) {
	for list, want := range map[string][]string{
		"users":                    {"users"},
		" Groups , USERS, groups,": {"users", "groups"},
		"riskyusers,devices":       {"devices", "riskyUsers"},
	} {
		if got, err := ParseClasses(list); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q gives %v, %v; want %v", list, got, err, want)
		}
	}
	for _, list := range []string{"", " , ", "users,printers"} {
		if got, err := ParseClasses(list); CodeOf(err) != CodeInvalid {
			t.Errorf("%q gives %v, %v", list, got, err)
		}
	}
}

// What may be read is one word, by itself or beside classes that are not taken unasked.
func TestParseChoice(t *testing.T) {
	for list, want := range map[string]struct {
		classes   []string
		permitted bool
	}{
		"users,groups":              {[]string{"users", "groups"}, false},
		"permitted":                 {nil, true},
		" Permitted , ":             {nil, true},
		"signInActivity,permitted,": {[]string{"signInActivity"}, true},
	} {
		if got, permitted, err := ParseChoice(list); err != nil || !slices.Equal(got, want.classes) || permitted != want.permitted {
			t.Errorf("%q gives %v, %v, %v; want %v", list, got, permitted, err, want)
		}
	}
	for _, list := range []string{"", ",", "permitted,printers"} {
		if got, _, err := ParseChoice(list); CodeOf(err) != CodeInvalid {
			t.Errorf("%q gives %v, %v", list, got, err)
		}
	}
}

func TestClassTableIsSound(t *testing.T) {
	names, types := map[string]bool{}, map[string]bool{}
	for _, c := range Classes() {
		if names[c.Name] || types[c.Type] || c.Permission == "" || c.Label == "" || !strings.HasPrefix(c.Path, "/") {
			t.Errorf("%s: incomplete, or there twice", c.Name)
		}
		names[c.Name], types[c.Type] = true, true
		if !slices.IsSorted(c.Select) || slices.Contains(c.Select, "id") {
			t.Errorf("%s: properties are not sorted or name the id", c.Name)
		}
		for _, p := range slices.Concat(c.Volatile, c.Columns) {
			if !slices.Contains(c.Select, p) {
				t.Errorf("%s: %s is not among the properties asked for", c.Name, p)
			}
		}
		for _, d := range c.Drops {
			if !slices.Contains(c.Select, d.Property) || len(d.Members) == 0 {
				t.Errorf("%s: drops of %s, which is not asked for", c.Name, d.Property)
			}
		}
		for _, secret := range []string{"keyCredentials", "passwordCredentials"} {
			dropped := slices.ContainsFunc(c.Drops, func(d Drop) bool {
				return d.Property == secret && slices.Contains(d.Members, "key") && slices.Contains(d.Members, "hint") && slices.Contains(d.Members, "secretText")
			})
			if slices.Contains(c.Select, secret) && !dropped {
				t.Errorf("%s: what %s tell of keys and secrets would be stored", c.Name, secret)
			}
		}
		if c.Every != 0 && c.Delta != "" {
			t.Errorf("%s: has a delta query and an interval of its own", c.Name)
		}
		if c.Fast && (c.Stream("").Unlisted() || c.Delta == "" || c.Top == 0) {
			t.Errorf("%s: a fast scan needs a delta, list pages and no relations but one that the list tells", c.Name)
		}
		if c.Initials != "" && (!c.Fast || !slices.Contains(c.Select, c.Initials)) {
			t.Errorf("%s: only a fast scan's list is divided, by a property that is asked for", c.Name)
		}
		if found, ok := ClassOfType(c.Type); !ok || found.Name != c.Name {
			t.Errorf("%s is not found by its type", c.Name)
		}
	}
	for _, name := range DefaultClasses() {
		if !names[name] {
			t.Errorf("no class %s", name)
		}
	}
}
