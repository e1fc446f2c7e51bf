package graph

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
)

// said is what became of a page: its objects with their properties and links.
func said(p *entra.Page) string {
	var b strings.Builder
	for _, o := range p.Objects {
		fmt.Fprintf(&b, "%s%s %s", o.ID, o.Removed, o.Properties.JSON())
		for _, l := range o.Links {
			fmt.Fprintf(&b, " %s=%s%s", l.Relation, l.Target, map[bool]string{true: "-"}[l.Removed])
		}
		if o.Odd != "" {
			fmt.Fprintf(&b, " (%s)", o.Odd)
		}
		b.WriteString("\n")
	}
	for _, what := range p.Lost.Some {
		b.WriteString("lost " + what.String() + "\n")
	}
	return b.String()
}

// TestOddObjects: one object that can't be read as it stands costs what is broken
// of it, and never its neighbours.
func TestOddObjects(t *testing.T) {
	nested := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	for _, tt := range []struct{ name, object, want string }{
		{"a name cut inside an emoji", `{"id":"o","displayName":"Team \ud83d"}`, `o {"displayName":"Team �"} (displayName holds what is no text)`},
		{"Latin-1", "{\"id\":\"o\",\"displayName\":\"M\xfcller\"}", `o {"displayName":"M�ller"} (displayName holds what is no text)`},
		{"overlong", "{\"id\":\"o\",\"x\":\"\xc0\xaf\"}", `o {"x":"��"} (x holds what is no text)`},
		{"CESU-8", "{\"id\":\"o\",\"x\":\"\xed\xa0\xbd\xed\xb8\x80\"}", `o {"x":"������"} (x holds what is no text)`},
		{"an unknown escape", `{"id":"o","x":"a\qb"}`, `o {"x":"a�qb"} (x holds what is no text)`},
		{"control characters as they are", "{\"id\":\"o\",\"x\":\"a\x00\tb\nc\"}", `o {"x":"a\u0000\tb\nc"}`},
		{"within a complex value", "{\"id\":\"o\",\"x\":[{\"y\":\"\xff\"}]}", `o {"x":[{"y":"�"}]} (x holds what is no text)`},
		{"a name that is no text", "{\"id\":\"o\",\"\xff\":1,\"y\":2}", `o {"y":2} (the name of a property is no text)`},
		{"a name with NUL", `{"id":"o","a\u0000":1,"y":2}`, `o {"y":2} (the name of a property is no text)`},
		{"a word for a number", `{"id":"o","x":NaN,"y":[-Infinity,2]}`, `o {"y":[null,2]} (x is no JSON, and left out)`},
		{"words for anything", `{"id":"o","@removed":nope,"members@delta":[{"id":undefined},None,{"id":"m"}]}`, `ounclear {} members=m (one of its members could not be read)`},
		{"a number out of range", `{"id":"o","x":1e999}`, `o {"x":1e+999}`},
		{"deep", `{"id":"o","x":` + nested(jsonscan.MaxDepth-2) + `,"y":2}`, `o {"y":2} (x is nested too deep, and left out)`},
		{"very deep", `{"id":"o","y":2,"x":` + nested(100_000) + `}`, `o {"y":2} (x is nested too deep, and left out)`},
		{"deep where nobody looks", `{"id":"o","x@y":` + nested(1000) + `}`, `o {}`},
		{"no id", `{"displayName":"Max"}`, "lost the object Max without an id that could be read"},
		{"a null id", `{"id":null}`, "lost an object without an id that could be read"},
		{"an empty id", `{"id":""}`, "lost an object without an id that could be read"},
		{"a number id", `{"id":7}`, "lost an object without an id that could be read"},
		{"an id that is no text", "{\"id\":\"\xff\"}", "lost an object without an id that could be read"},
		{"an id with a control character", `{"id":"a\u0000b"}`, "lost an object without an id that could be read"},
		{"a megabyte of id", `{"id":"` + strings.Repeat("x", 1<<18) + `"}`, "lost an object without an id that could be read"},
		{"two ids", `{"id":"a","id":"b"}`, "lost an object without an id that could be read"},
		{"the same id twice", `{"id":"o","id":"o"}`, `o {}`},
		{"no object", `[{"id":"a"}]`, "lost an entry that is no object"},
		{"a null", `null`, "lost an entry that is no object"},
		{"one value twice", `{"id":"o","x":1,"x":1.0}`, `o {"x":1}`},
		{"two values", `{"id":"o","x":1,"x":2}`, `o {"x":2} (x stands in it twice, with two values)`},
		{"a null annotation of a link", `{"id":"o","members@delta":[{"@odata.type":null,"id":"m","@removed":null}]}`, `o {} members=m`},
		{"broken links", `{"id":"o","members@delta":[{"id":"m"},7,{"id":null},{},{"id":"n","@removed":{"reason":null}}]}`,
			`o {} members=m members=n- (one of its members could not be read)`},
		{"links that are null", `{"id":"o","members@delta":null}`, `o {}`},
		{"links that are empty", `{"id":"o","members@delta":""}`, `o {}`},
		{"links that are none", `{"id":"o","members@delta":{"id":"m"}}`, `o {} (its members are no list)`},
		{"links in two lists", `{"id":"o","members@delta":[{"id":"m"}],"members@delta":[{"id":"n"}]}`, `o {} members=m members=n`},
		{"removed null", `{"id":"o","@removed":null}`, `o {}`},
		{"removed empty", `{"id":"o","@removed":""}`, `o {}`},
		{"removed without a reason", `{"id":"o","@removed":{}}`, `ounclear {}`},
		{"removed with a null reason", `{"id":"o","@removed":{"reason":null}}`, `ounclear {}`},
		{"removed with an empty reason", `{"id":"o","@removed":{"reason":""}}`, `ounclear {}`},
		{"removed with a number", `{"id":"o","@removed":{"reason":7}}`, `ounclear {}`},
		{"removed twice", `{"id":"o","@removed":null,"@removed":{"reason":"changed"}}`, `ochanged {}`},
		{"escapes", `{"\u0069d":"\u006f","displayName":"J\u00fcrgen \u5c71\u7530","x":[ 1.0 , {"a" : "\/"} ],"@rem\u006fved":{"r\u0065ason":"chan\u0067ed"}}`,
			`ochanged {"displayName":"Jürgen 山田","x":[1,{"a":"/"}]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			const before, after = `{"id":"before","displayName":"A"}`, `{"id":"after","displayName":"Z","members@delta":[{"id":"m"}]}`
			page, err := decodePage(holding([]byte(`{"value":[`+before+`,`+tt.object+`,`+after+`],"@odata.nextLink":"N"}`)), true)
			if err != nil {
				t.Fatal(err)
			}
			const first, last = "before {\"displayName\":\"A\"}\n", "after {\"displayName\":\"Z\"} members=m\n"
			want := first + tt.want + "\n" + last
			if lost, is := strings.CutPrefix(tt.want, "lost "); is {
				want = first + last + "lost " + lost + "\n"
			}
			if got := said(page); got != want {
				t.Errorf("got %s\nwant %s", got, want)
			}
		})
	}
}

// TestNullIsAbsent of what stands about a page.
func TestNullIsAbsent(t *testing.T) {
	for _, body := range []string{
		`{"@odata.nextLink":null,"value":[{"id":"o"}],"@odata.deltaLink":"D"}`,
		`{"@odata.nextLink":"","value":[{"id":"o"}],"@odata.deltaLink":"D"}`,
		`{"@odata.deltaLink":"D","value":[{"id":"o"}],"@odata.deltaLink":"D","@odata.nextLink":""}`,
		`{"value":[{"id":"o"}],"@odata.deltaLink":"D","@odata.nextLink":" \t"}`,
		`{"value":[{"id":"o"}],"@odata.deltaLink":" D\n"}` + "\x00 \x00",
		`{"value":[],"@odata.deltaLink":"D","value":[{"id":"o"}]}`,
		`{"valu\u0065":[{"id":"o"}],"@odata.delta\u004cink":"\u0044"}`,
		`{"value":[{"id":"o"}],"@odata.deltaLink":"D","@odata.context":null,"x":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `}`,
	} {
		page, err := decodePage(holding([]byte(body)), true)
		if err != nil || said(page) != "o {}\n" || page.DeltaLink != "D" || page.NextLink != "" {
			t.Errorf("%s gives %+v, %v", body, page, err)
		}
	}
}

// TestHugeObjects: work grows with the size of an object, and what all objects
// behind it would pay for is left out.
func TestHugeObjects(t *testing.T) {
	many := func(format string) func(int) string {
		return func(n int) string {
			var b strings.Builder
			for i := range n {
				fmt.Fprintf(&b, format, i)
			}
			return b.String()
		}
	}
	long := func(text string) func(int) string {
		return func(n int) string { return strings.Repeat(text, 10*n) }
	}
	for name, object := range map[string]struct {
		before string
		middle func(int) string
		after  string
	}{
		"properties":  {`{"id":"o",`, many(`"p%d":1,`), `"displayName":"N"}`},
		"annotations": {`{"id":"o",`, many(`"p%d@x":1,`), `"displayName":"N"}`},
		"relations":   {`{"id":"o",`, many(`"p%d@delta":[],`), `"displayName":"N"}`},
		"one name":    {`{"id":"o",`, many(`"p":%d,`), `"displayName":"N"}`},
		"escapes":     {`{"id":"o","displayName":"N","x":"`, long(`\u00fc`), `"}`},
		"no text":     {`{"id":"o","displayName":"N","x":"`, long("\xff"), `"}`},
		"a number":    {`{"id":"o","displayName":"N","x":1.`, long("0"), `}`},
		"links":       {`{"id":"o","displayName":"N","members@delta":[`, many(`{"id":"%d"},`), `7]}`},
	} {
		t.Run(name, func(t *testing.T) {
			small, _ := decoding(t, object.before+object.middle(10_000)+object.after)
			large, page := decoding(t, object.before+object.middle(40_000)+object.after)
			if large > 8*small+roomForOthers { // what is linear takes 4 times as much, what copies again and again 16 times
				t.Errorf("4 times as large, it took %d bytes of memory after %d", large, small)
			}
			o := page.Objects[0]
			if len(page.Objects) != 2 || o.Properties.Text("displayName") != "N" || len(o.Properties) > mostNames+10 || page.Objects[1].Properties.Text("displayName") != "Z" {
				t.Errorf("%d objects, the first has %d properties", len(page.Objects), len(o.Properties))
			}
			if name == "properties" && !strings.Contains(o.Odd.String(), "more than 2000 properties") {
				t.Errorf("it is odd because of %q", o.Odd)
			}
		})
	}
}

// roomForOthers is what a page costs however large its objects are.
const roomForOthers = 64 << 10

// decoding is how many bytes a page of an object takes of memory, in all: time would be
// others', too. An object so long that work grew with its square would not end.
func decoding(t *testing.T, object string) (took uint64, page *entra.Page) {
	t.Helper()
	m := holding([]byte(`{"value":[` + object + `,{"id":"after","displayName":"Z"}]}`))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	page, err := decodePage(m, false)
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	return after.TotalAlloc - before.TotalAlloc, page
}

// TestErrorBesideWhatIsNoJSON is seen all the same.
func TestErrorBesideWhatIsNoJSON(t *testing.T) {
	const failed = `"error":{"code":"UnknownError","message":"m"}`
	for body, want := range map[string]bool{
		`{"value":[{"id":"a","x":NaN}],` + failed + `}`:        true,
		`{"value":[{"id":"a"}],` + failed + "}\x00":            true,
		`{"value":[{"id":"a","x":{` + failed + `}}]}` + "\x00": false,
	} {
		if got := holdsError([]byte(body)); got != want {
			t.Errorf("%q: %v", body, got)
		}
		if _, err := readFields([]byte(body)); err != nil {
			t.Errorf("%q: %v", body, err)
		}
	}
}

// TestOddIsToldOnce: what is odd about a property is told by the stream that reads it, and not by a relation's, nor where
// Graph repeats another object's name: what is odd about the links themselves is.
func TestOddIsToldOnce(t *testing.T) {
	classOf := func(name, relation string) entra.Class {
		c, _ := entra.ClassNamed(name)
		return c.Stream(relation)
	}
	const broken = `{"value":[{"id":"o","displayName":"Team \ud83d","userPrincipalName":"\ud83d","principalDisplayName":"\ud83d","a\u0000":1,"appRoleId":"\ud83d","sponsors":[{"id":"s"}]}]}`
	for _, tt := range []struct {
		name, body string
		class      entra.Class
		want       string
	}{
		{"users", broken, classOf("users", ""), "displayName holds what is no text"},
		{"their sponsors", broken, classOf("users", "sponsors"), ""},
		{"owners of apps", broken, classOf("applications", "owners"), ""},
		{"sign-ins of users", `{"value":[{"id":"o","userPrincipalName":"\ud83d"}]}`, classOf("signInActivity", ""), ""},
		{"what has a copy", `{"value":[{"id":"o","principalDisplayName":"\ud83d","appRoleId":"\ud83d"}]}`, classOf("appRoleAssignments", ""), "appRoleId holds what is no text"},
		{"sponsors that are none", `{"value":[{"id":"o","sponsors":NaN}]}`, classOf("users", "sponsors"), "sponsors is no JSON, and left out"},
	} {
		p, err := decodePageOf(holding([]byte(tt.body)), false, &tt.class)
		if err != nil || len(p.Objects) != 1 || p.Objects[0].Odd.String() != tt.want {
			t.Errorf("%s: %v, %q, want %q", tt.name, err, said(p), tt.want)
		}
	}
}
