package graph

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
)

// holding is the memory that an answer was read into.
func holding(body []byte) *memory {
	m := new(memory)
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
		{ID: "g4", Removed: entra.Gone},
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
	deep := strings.Repeat("[", (jsonscan.MaxDepth-3)+1) + strings.Repeat("]", (jsonscan.MaxDepth-3)+1)
	tests := []struct {
		name, body string
		delta      bool
		why        string
	}{
		{"nothing", ``, false, "its end is missing"},
		{"an array", `[]`, false, "an object"},
		{"no value", `{"@odata.nextLink":"N"}`, false, "no array of values"},
		{"value is null", `{"value":null}`, false, "an array"},
		{"value is an object", `{"value":{}}`, false, "an array"},
		{"an object that is none", `{"value":[1]}`, false, "an object"},
		{"no id", `{"value":[{"displayName":"x"}]}`, false, "no id"},
		{"null id", `{"value":[{"id":null}]}`, false, "id is no text"},
		{"empty id", `{"value":[{"id":""}]}`, false, "id is no text"},
		{"number id", `{"value":[{"id":7}]}`, false, "id is no text"},
		{"both links", `{"value":[],"@odata.nextLink":"N","@odata.deltaLink":"D"}`, true, "both"},
		{"neither link", `{"value":[]}`, true, "neither"},
		{"null link", `{"value":[],"@odata.nextLink":null}`, true, "no text"},
		{"member without id", `{"value":[{"id":"g","members@delta":[{}]}],"@odata.deltaLink":"D"}`, true, "member has no id"},
		{"members that are none", `{"value":[{"id":"g","members@delta":{}}],"@odata.deltaLink":"D"}`, true, "an array"},
		{"removed that is none", `{"value":[{"id":"g","@removed":true}],"@odata.deltaLink":"D"}`, true, "an object"},
		{"the same name twice", `{"value":[{"id":"a","id":"b"}]}`, false, "duplicate"},
		{"the same property twice", `{"value":[{"id":"a","x":1,"x":2}]}`, false, "duplicate"},
		{"deep", `{"value":[{"id":"a","x":` + deep + `}]}`, false, "too deep"},
		{"deeper than the parser goes", `{"value":[{"id":"a","x":` + strings.Repeat("[", 20_000), false, ""},
		{"trailing", `{"value":[]}{}`, false, "follows its end"},
		{"cut", `{"value":[{"id":"a"}`, false, ""},
		{"no UTF-8", "{\"value\":[{\"id\":\"a\",\"x\":\"\xff\"}]}", false, "UTF-8"},
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
		`{"id":"16","":25,"b":26}`, `{"id":"17","":27,"":28}`,
	}
	one := func(text string) string { // what a page of that object alone is
		page, err := decodePage(holding([]byte(`{"value":[`+text+`]}`)), false)
		return fmt.Sprintf("%+v %v", page, err)
	}
	for _, first := range objects {
		for _, second := range objects {
			if strings.HasSuffix(one(first), "<nil>") {
				page, err := decodePage(holding([]byte(`{"value":[`+first+`,`+second+`]}`)), false)
				if err == nil {
					page.Objects = page.Objects[1:]
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

func FuzzDecodePage(f *testing.F) {
	f.Add([]byte(`{"value":[{"id":"g","members@delta":[{"id":"u","@removed":{"reason":"deleted"}}],"x":null}],"@odata.deltaLink":"D"}`), true)
	f.Add([]byte(`{"value":[{"id":"a","@removed":{"reason":"changed"}}]}`), false)
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
	})
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
