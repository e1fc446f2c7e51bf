package entra

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func TestAppRoleName(t *testing.T) {
	const roles = `[7,{"id":"AAAA","displayName":"Reader","value":"Read.All"},{"id":"bbbb","displayName":"Writer","value":null},{"id":"cccc","displayName":"Same","value":"Same"},{"id":"dddd","value":"Bare"}]`
	for id, want := range map[string]string{"aaaa": "Reader (Read.All)", "bbbb": "Writer", "cccc": "Same", "dddd": "Bare", "eeee": "", "00000000-0000-0000-0000-000000000000": "Default Access"} {
		if got := AppRoleName(jsontext.Value(roles), id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	if got := AppRoleName(nil, "aaaa"); got != "" {
		t.Errorf("an app without roles calls one %q", got)
	}
}
