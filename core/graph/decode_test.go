package graph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
)

// holding is the memory that an answer was read into.
func holding(body []byte) *buffers {
	m := new(buffers)
	m.body.Write(body)
	return m
}

func TestDecodePage(t *testing.T) {
	body := `{"@odata.deltaLink":"D","value":[
		{"members@delta":[
			{"@odata.type":"#microsoft.graph.user","id":"u1","@removed":{"reason":"deleted"}},
			{"id":"u1"},
			{"@odata.type":"#made.up","id":"p"}],
		 "displayName":"A \"quoted\" ✓","id":"g1","owners@delta":[{"id":"o"}],"@odata.type":"#microsoft.graph.group","mail":null},
		{"@removed":{"reason":"changed"},"id":"g2"},
		{"id":"g3","@removed":{"reason":"deleted"}},
		{"id":"g4","@removed":{"reason":"newly invented"}}
	],"@odata.context":"x"}`
	page, err := decodePage(holding([]byte(body)), true)
	if err != nil {
		t.Fatal(err)
	}
	want := []entra.Object{
		{ID: "g1",
			Properties: entra.Properties{{Name: "displayName", Value: []byte(`"A \"quoted\" ✓"`)}, {Name: "mail", Value: []byte("null")}},
			Links:      []entra.Link{{Relation: entra.Members, Target: "u1", Type: "#microsoft.graph.user", Removed: true}, {Relation: entra.Members, Target: "u1"}, {Relation: entra.Members, Target: "p", Type: "#made.up"}, {Relation: "owners", Target: "o"}}},
		{ID: "g2", Removed: entra.SoftDeleted},
		{ID: "g3", Removed: entra.Gone},
		{ID: "g4", Removed: entra.Unclear},
	}
	for i := range want {
		got := page.Objects[i]
		if len(got.Properties) == 0 {
			got.Properties = nil
		}
		if !reflect.DeepEqual(got, want[i]) {
			t.Errorf("object %d is %+v, want %+v", i, got, want[i])
		}
	}
	if len(page.Objects) != len(want) || page.DeltaLink != "D" || page.NextLink != "" {
		t.Errorf("%d objects, links %q %q", len(page.Objects), page.NextLink, page.DeltaLink)
	}
}

func TestDecodePageRefuses(t *testing.T) {
	tests := []struct {
		name, body string
		delta      bool
		why        string
	}{
		{"nothing", ``, false, "its end is missing"},
		{"an array", `[]`, false, "no JSON object"},
		{"null", `null`, false, "no JSON object"},
		{"no value", `{"@odata.nextLink":"N"}`, false, "no array of values"},
		{"value is null at the end of a list", `{"value":null}`, false, "no array of values"},
		{"value is null before the next page", `{"value":null,"@odata.nextLink":"N"}`, true, "no array of values"},
		{"value is null on the last page", `{"value":null,"@odata.deltaLink":"D"}`, true, "no array of values"},
		{"value is a word", `{"value":NaN,"@odata.deltaLink":"D"}`, true, "no array of values"},
		{"a word that is cut", `{"value":[{"id":"a","x":Na`, false, ""},
		{"two words", `{"value":[{"id":"a","x":Not available}]}`, false, "no valid JSON"},
		{"a text", `Bad`, false, "no valid JSON"},
		{"a word and a spliced error", `{"value":[{"id":"a","x":nul{"error":{}}`, false, "no valid JSON"},
		{"a link that is a word", `{"value":[],"@odata.nextLink":none,"@odata.deltaLink":"D"}`, true, "no text"},
		{"value is an object", `{"value":{}}`, false, "no array of values"},
		{"both links", `{"value":[],"@odata.nextLink":"N","@odata.deltaLink":"D"}`, true, "both"},
		{"neither link", `{"value":[]}`, true, "neither"},
		{"null link", `{"value":[],"@odata.nextLink":null}`, true, "neither"},
		{"a link that is none", `{"value":[],"@odata.nextLink":7}`, false, "no text"},
		{"a link that is no text", `{"value":[],"@odata.nextLink":"\ud83d"}`, false, "no text"},
		{"two links", `{"value":[],"@odata.nextLink":"N","@odata.nextLink":"M"}`, false, "two different"},
		{"deep and cut", `{"value":[{"id":"a","x":` + strings.Repeat("[", 20_000), false, "its end is missing"},
		{"broken in an object", `{"value":[{"id":"a","x":}]}`, false, "no valid JSON"},
		{"a quote too few", `{"value":[{"id":"a,"x":1}]}`, false, "no valid JSON"},
		{"trailing", `{"value":[]}{}`, false, "follows its end"},
		{"cut", `{"value":[{"id":"a"}`, false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page, err := decodePage(holding([]byte(tt.body)), tt.delta)
			if err == nil {
				t.Fatalf("taken as %+v", page)
			}
			if !strings.Contains(err.Error(), tt.why) {
				t.Errorf("%q does not say %q", err, tt.why)
			}
		})
	}
}

func TestDecodeKeepsWhatItDoesNotKnow(t *testing.T) {
	big := `"` + strings.Repeat("x", 1<<20) + `"`
	body := `{"value":[{"extension_1":{"a":[1,{"b":"]}\""}]},"id":"ID","nul":"\u0000","rtl":"مرحبا","big":` + big + `}]}`
	page, err := decodePage(holding([]byte(body)), false)
	if err != nil {
		t.Fatal(err)
	}
	p := page.Objects[0].Properties
	for name, want := range map[string]string{"extension_1": `{"a":[1,{"b":"]}\""}]}`, "nul": `"\u0000"`, "rtl": `"مرحبا"`, "big": big} {
		if got := string(p.Value(name)); got != want {
			t.Errorf("%s is %.40s, want %.40s", name, got, want)
		}
	}
}

// TestObjectsOfDifferentShape: what was found out of one object is never taken
// for granted of the next.
func TestObjectsOfDifferentShape(t *testing.T) {
	objects := []string{
		`{"id":"1","a":1,"b":2}`, `{"id":"2","a":3,"b":4}`,
		`{"b":5,"id":"3","a":6}`, `{"a":7}`, `{"id":"4"}`, `{"id":"5","a":8}`, `{"id":"6","a":9,"b":10,"c":11}`,
		`{"id":"7","a":12,"b":13,"a@odata.type":"x","a@odata.type":"y"}`, `{"id":"8","b":14,"c":15,"a":16}`,
		`{"id":"9","b":17,"b":18,"a":19}`, `{"@removed":{"reason":"changed"},"id":"10"}`, `{"id":"11","a":20,"members@delta":[{"id":"m"}]}`,
		`{"id":"12","a":21,"members@delta":[]}`, `{"id":"13","\u0061":22}`, `{"id":"14","a":23,"\u0061":24}`, `{"id":"15","members@delta":[],"members@delta":[]}`,
		`{"id":"16","":25,"b":26}`, `{"id":"17","":27,"":28}`, `7`, `null`, `{"id":"18","a":"\ud83d","b":1.0}`, `{"\ud83d":1,"id":"19"}`,
	}
	one := func(text string) string { // what a page of that object alone is
		page, err := decodePage(holding([]byte(`{"value":[`+text+`]}`)), false)
		return fmt.Sprintf("%+v %v", page, err)
	}
	for _, first := range objects {
		for _, second := range objects {
			if strings.HasSuffix(one(first), "<nil>") {
				page, err := decodePage(holding([]byte(`{"value":[`+first+`,`+second+`]}`)), false)
				if alone, _ := decodePage(holding([]byte(`{"value":[`+first+`]}`)), false); err == nil {
					page.Objects = page.Objects[len(alone.Objects):]
					page.Lost.Count -= alone.Lost.Count
					page.Lost.Some = page.Lost.Some[len(alone.Lost.Some):]
				}
				if got, want := fmt.Sprintf("%+v %v", page, err), one(second); got != want {
					t.Errorf("%s after %s is %s, want %s", second, first, got, want)
				}
			}
		}
	}
}

func TestValuesCannotGrowIntoTheirNeighbours(t *testing.T) {
	page, err := decodePage(holding([]byte(`{"value":[{"id":"a","x":"1","y":"2"}]}`)), false)
	if err != nil {
		t.Fatal(err)
	}
	p := page.Objects[0].Properties
	_ = append(p.Value("x"), "overwritten"...)
	if string(p.Value("y")) != `"2"` {
		t.Error("appending to one value changed the next")
	}
}

// FuzzDecodePage decodes what anybody may send. What is taken is sound, and where
// the page is JSON by the book, as jsontext sees it, its objects are those that
// jsontext finds.
func FuzzDecodePage(f *testing.F) {
	f.Add([]byte(`{"value":[{"id":"g","members@delta":[{"id":"u","@removed":{"reason":"deleted"}}],"x":null}],"@odata.deltaLink":"D"}`), true)
	f.Add([]byte(`{"value":[{"id":"a","@removed":{"reason":"changed"}}]}`), false)
	f.Add([]byte("{\"value\":[{\"id\":\"a\",\"x\":\"\xff\x00\"},7,{\"id\":null},{\"id\":\"b\",\"x\":\"\\ud83d\",\"x\":1}]}"), false)
	f.Add([]byte(`{"value":[{"id":"a","x":[[[[[[[[[1.0]]]]]]]]],"members@delta":[1,{"id":7},{"id":"m"}]}],"@odata.nextLink":null,"@odata.deltaLink":"D"}`), true)
	f.Fuzz(func(t *testing.T, body []byte, delta bool) {
		page, err := decodePage(holding(body), delta)
		if err != nil {
			return
		}
		if delta && (page.NextLink == "") == (page.DeltaLink == "") {
			t.Error("a delta page without exactly one link was taken")
		}
		for _, o := range page.Objects {
			checkObject(t, o)
		}
		if ids, ok := byTheBook(body); ok && len(ids) != len(page.Objects)+page.Lost.Count {
			t.Errorf("%d objects and %d lost of %d", len(page.Objects), page.Lost.Count, len(ids))
		}
	})
}

// byTheBook counts the entries of a page's value; false where the page is not
// JSON by the book, or has several of these.
func byTheBook(body []byte) (entries []jsontext.Value, ok bool) {
	if !jsontext.Value(body).IsValid() {
		return nil, false
	}
	var doc struct {
		Value []json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(body, &doc); err != nil || bytes.Count(bytes.ToLower(body), []byte("value")) != 1 {
		return nil, false
	}
	for _, v := range doc.Value {
		entries = append(entries, jsontext.Value(v))
	}
	return entries, true
}

// checkObject asks of a taken object what the rest of the app relies on.
func checkObject(t *testing.T, o entra.Object) {
	t.Helper()
	if o.ID == "" {
		t.Error("an object without id was taken")
	}
	for _, l := range o.Links {
		if l.Target == "" {
			t.Error("a member without id was taken")
		}
	}
	for _, p := range o.Properties {
		if clean, _ := jsonscan.AppendClean(nil, p.Value); !bytes.Equal(clean, p.Value) || !utf8.Valid(p.Value) || !utf8.ValidString(p.Name) {
			t.Errorf("%q: %q is not in our spelling, which is %q", p.Name, p.Value, clean)
		}
	}
	stored, err := entra.ParseProperties(o.Properties.JSON())
	if err != nil || len(stored) != len(o.Properties) {
		t.Errorf("its properties don't survive being stored: %v", err)
	}
}

func BenchmarkDecodePage(b *testing.B) {
	one := `{"id":"6ea91a8d-e32e-41a1-b7bd-d2d185eed0e0","accountEnabled":true,"businessPhones":["+1 425 555 0109"],"displayName":"Conf Room Adams","givenName":null,` +
		`"jobTitle":"Auditor","mail":"a@contoso.com","assignedLicenses":[{"skuId":"x","disabledPlans":[]}],"userPrincipalName":"a@contoso.com"}`
	body := []byte(`{"value":[` + strings.Repeat(one+",", 998) + one + `]}`)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	m := holding(body)
	for b.Loop() {
		if _, err := decodePage(m, false); err != nil {
			b.Fatal(err)
		}
	}
}
