package entra

import (
	"slices"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func TestLicencesAreToldByTheirNames(t *testing.T) {
	names := map[string]LinkEnd{"aaaa": {Name: "SPE_E3"}}
	for _, c := range []struct{ property, value, want string }{
		{"assignedLicenses", `[{"disabledPlans":[],"skuId":"aaaa"}]`, `["SPE_E3"]`},
		{"assignedLicenses", `[{"disabledPlans":["p","q"],"skuId":"AAAA"},{"skuId":"bbbb"}]`, `["SPE_E3 (−2)","bbbb"]`},
		{"assignedLicenses", `[]`, `[]`},
		{"assignedLicenses", `["odd"]`, `["odd"]`},
		{"assignedLicenses", `null`, `null`},
		{"licenseAssignmentStates", `[{"skuId":"aaaa","state":"Active"},{"skuId":"bbbb"}]`, `[{"skuId":"SPE_E3","state":"Active"},{"skuId":"bbbb"}]`},
		{"proxyAddresses", `[{"skuId":"aaaa"}]`, `[{"skuId":"aaaa"}]`},
	} {
		if got := string(NameLicences(c.property, jsontext.Value(c.value), names)); got != c.want {
			t.Errorf("%s %s is %s, want %s", c.property, c.value, got, c.want)
		}
	}
	p, err := ParseProperties([]byte(`{"assignedLicenses":[{"skuId":"AAAA"},{"skuId":"bbbb"}],"licenseAssignmentStates":[{"skuId":"aaaa"}],"skuId":"cccc"}`))
	if got := LicenceIDs(p); err != nil || !slices.Equal(got, []string{"aaaa", "bbbb"}) {
		t.Errorf("the ids are %q, %v", got, err)
	}
}
