package graph

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/entraidsync/entraidsync/core/entra"
)

// wide is a text in UTF-16, least byte first, without a mark.
func wide(text string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		b.WriteByte(byte(unit))
		b.WriteByte(byte(unit >> 8))
	}
	return b.String()
}

// TestEncodings: pages, objects, organizations and errors are read with a byte
// order mark before them and in UTF-16, and errors with what is no text in them.
func TestEncodings(t *testing.T) {
	const (
		page    = `{"value":[{"id":"u","displayName":"Jürgen"}]}`
		licence = `{"error":{"code":"Authentication_RequestFromNonPremiumTenantOrB2CTenant","message":"Neither tenant is B2C nor has premium license"}}`
	)
	odd := "{\"error\":{\"code\":\"Authentication_RequestFromNonPremiumTenantOrB2CTenant\",\"message\":\"M\xfcller \\ud83d \x01\",\"x\":null}}"
	for name, encode := range map[string]func(string) string{
		"as it is":            func(s string) string { return s },
		"with a mark":         func(s string) string { return "\ufeff" + s },
		"UTF-16 with a mark":  func(s string) string { return "\xff\xfe" + wide(s) },
		"UTF-16 without mark": wide,
		"with two marks":      func(s string) string { return "\ufeff\ufeff" + s },
		"filled up":           func(s string) string { return s + "\x00\x00" },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, reply{body: encode(page)}, reply{body: encode(`{"id":"u","displayName":"山田"}`)},
				reply{body: encode(`{"value":[{"id":"` + testTenant + `","displayName":"Contoso"}]}`)}, reply{status: 403, body: encode(licence)}, reply{status: 400, body: encode(odd)})
			c := f.client(t)
			p, err := c.Page(t.Context(), f.graph.URL+"/v1.0/users", class(t, "users"))
			if err != nil || p.Objects[0].Properties.Text("displayName") != "Jürgen" || p.Objects[0].Odd != "" {
				t.Fatalf("the page is %+v, %v", p, err)
			}
			o, found, err := c.Object(t.Context(), class(t, "users"), "u", nil)
			if err != nil || !found || o.Properties.Text("displayName") != "山田" {
				t.Errorf("the object is %+v, %v", o, err)
			}
			if _, called, err := c.Organization(t.Context()); err != nil || called != "Contoso" {
				t.Errorf("the organization is %q, %v", called, err)
			}
			for range 2 {
				if _, err := c.Page(t.Context(), f.graph.URL+"/v1.0/users", class(t, "users")); entra.CodeOf(err) != entra.CodeLicence {
					t.Errorf("the refusal is %v", err)
				}
			}
		})
	}
}

// TestOpenIDDocumentWithAMark is read.
func TestOpenIDDocumentWithAMark(t *testing.T) {
	for _, mark := range []string{"", "\ufeff"} {
		id, err := readOpenID([]byte(mark+`{"issuer":"https://login.microsoftonline.com/`+testTenant+`/v2.0","tenant_region_scope":null}`), "x", entra.BuiltInClouds()[0])
		if err != nil || id.TenantID != testTenant {
			t.Errorf("%q: %+v, %v", mark, id, err)
		}
	}
}
