package graphsim

import (
	"net/http"
	"strings"
	"testing"
)

func TestTamper(t *testing.T) {
	for _, cached := range []bool{false, true} {
		s := start(t, Config{Cache: cached})
		id := s.tenant.IDOf(0, 3)
		path := "/v1.0/users/" + id + "?$select=displayName"
		honest := s.get(t, path).body
		for name, tc := range map[string]struct {
			tamper func(*http.Request, []byte) []byte
			want   string
		}{
			"a byte order mark":    {Before("\ufeff"), "\ufeff" + honest},
			"a Latin-1 byte":       {Replaced(`"displayName":"`, "\"displayName\":\"\xe9"), strings.Replace(honest, `"displayName":"`, "\"displayName\":\"\xe9", 1)},
			"half a surrogate":     {Replaced(`"displayName":"`, `"displayName":"\ud83d`), strings.Replace(honest, `"displayName":"`, `"displayName":"\ud83d`, 1)},
			"an error spliced in":  {Spliced(`"error":{"code":"odd"}`), strings.TrimSuffix(honest, "}") + `,"error":{"code":"odd"}}`},
			"ids in capitals":      {UpperIDs, strings.Replace(honest, id, strings.ToUpper(id), 1)},
			"something of its own": {func(r *http.Request, _ []byte) []byte { return []byte(r.URL.Path) }, "/v1.0/users/" + id},
		} {
			s.Tamper("/users/", 1, tc.tamper)
			if got := s.get(t, path); got.body != tc.want || got.status != 200 {
				t.Errorf("%s, cached %v: %d %q, want %q", name, cached, got.status, got.body, tc.want)
			}
			if got := s.get(t, path); got.body != honest {
				t.Errorf("%s, cached %v: the answer after it is %q", name, cached, got.body)
			}
		}
	}
}

func TestAServerThatIgnoresAFilter(t *testing.T) {
	s := start(t, Config{})
	path := "/v1.0/users?$filter=id eq '" + s.tenant.IDOf(0, 3) + "'"
	if n := len(s.page(t, path).Value); n != 1 {
		t.Fatalf("the filter gives %d users", n)
	}
	s.Fault(Fault{Kind: Odd, Match: `/users\?`, Ask: Without("$filter")})
	if p := s.page(t, path); len(p.Value) != 100 || strings.Contains(p.Next, "filter") {
		t.Errorf("without it there are %d, and then %s", len(p.Value), p.Next)
	}
}
