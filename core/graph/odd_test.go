package graph

import (
	"fmt"
	"strings"
	"testing"
	"time"

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
		b.WriteString("lost " + what + "\n")
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
		{"a megabyte of id", `{"id":"` + strings.Repeat("x", 1<<20) + `"}`, "lost an object without an id that could be read"},
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
		`{"value":[],"@odata.deltaLink":"D","value":[{"id":"o"}]}`,
		`{"valu\u0065":[{"id":"o"}],"@odata.delta\u004cink":"\u0044"}`,
		`{"value":[{"id":"o"}],"@odata.deltaLink":"D","@odata.context":null,"x":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `}`,
	} {
		page, err := decodePage(holding([]byte(body)), true)
		if err != nil || said(page) != "o {}\n" || page.DeltaLink != "D" || page.NextLink != "" {
			t.Errorf("%s gives %+v, %v", body, page, err)
		}
	}
	page, err := decodePage(holding([]byte(`{"value":null,"@odata.nextLink":"N"}`)), true)
	if err != nil || said(page) != "lost a page whose objects are null\n" || page.NextLink != "N" {
		t.Errorf("a null page is %+v, %v", page, err)
	}
}

// TestHugeObjects: work grows with the size of an object, and what all objects
// behind it would pay for is left out.
func TestHugeObjects(t *testing.T) {
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for name, object := range map[string]string{
		"properties":  `{"id":"o",` + many(400_000, `"p%d":1,`) + `"displayName":"N"}`,
		"annotations": `{"id":"o",` + many(400_000, `"p%d@x":1,`) + `"displayName":"N"}`,
		"relations":   `{"id":"o",` + many(400_000, `"p%d@delta":[],`) + `"displayName":"N"}`,
		"one name":    `{"id":"o",` + many(400_000, `"p":%d,`) + `"displayName":"N"}`,
		"escapes":     `{"id":"o","displayName":"N","x":"` + strings.Repeat(`\u00fc`, 1<<20) + `"}`,
		"no text":     `{"id":"o","displayName":"N","x":"` + strings.Repeat("\xff", 4<<20) + `"}`,
		"a number":    `{"id":"o","displayName":"N","x":1.` + strings.Repeat("0", 4<<20) + `}`,
		"links":       `{"id":"o","displayName":"N","members@delta":[` + many(400_000, `{"id":"%d"},`) + `7]}`,
	} {
		t.Run(name, func(t *testing.T) {
			body := `{"value":[` + object + `,{"id":"after","displayName":"Z"}]}`
			began := time.Now()
			page, err := decodePage(holding([]byte(body)), false)
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took > 10*time.Second { // a tenth of what quadratic work takes
				t.Errorf("took %v", took)
			}
			o := page.Objects[0]
			if len(page.Objects) != 2 || o.Properties.Text("displayName") != "N" || len(o.Properties) > mostNames+10 || page.Objects[1].Properties.Text("displayName") != "Z" {
				t.Errorf("%d objects, the first has %d properties", len(page.Objects), len(o.Properties))
			}
			if name == "properties" && !strings.Contains(o.Odd, "more than 2000 properties") {
				t.Errorf("it is odd because of %q", o.Odd)
			}
		})
	}
}
