package syncer

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// TestProxyOfTheSettings reads the choice as the window stored it.
func TestProxyOfTheSettings(t *testing.T) {
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for _, tt := range []struct {
		stored string
		mode   ProxyMode
		used   string // of a manual one
	}{
		{"", SystemProxy, ""},
		{`{"Mode":"none","Address":"proxy:1"}`, NoProxy, ""},
		{`{"Mode":"manual","Address":"proxy.contoso.com:8080"}`, ManualProxy, "http://proxy.contoso.com:8080"},
		{`{"Mode":"manual","Address":" socks5://proxy:1 "}`, ManualProxy, "socks5://proxy:1"},
		{`{"Mode":"manual","Address":"http://me:secret@proxy:1"}`, SystemProxy, ""},
		{`{"Mode":"manual","Address":""}`, SystemProxy, ""},
		{`not JSON`, SystemProxy, ""},
	} {
		if err := st.SetSetting(t.Context(), ProxySetting, tt.stored); err != nil {
			t.Fatal(err)
		}
		p, err := NewProxy(t.Context(), st)
		if err != nil || p.Choice().Mode != tt.mode {
			t.Errorf("%s: %+v, %v", tt.stored, p.Choice(), err)
			continue
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://graph.example", nil)
		if err != nil {
			t.Fatal(err)
		}
		if u, err := p.For(r); tt.mode != SystemProxy && (err != nil || (u == nil) != (tt.used == "") || u != nil && u.String() != tt.used) {
			t.Errorf("%s: uses %v, %v", tt.stored, u, err)
		}
	}
}

// TestProxyChoice holds an address back that can't be used, and tells why.
func TestProxyChoice(t *testing.T) {
	p := &Proxy{}
	if err := p.Choose(ProxyChoice{Mode: ManualProxy, Address: "first:1"}); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"", "proxy:99999", "proxy:0", "http://me:secret@proxy:1", "ftp://proxy", "proxy/path", "::"} {
		if err := p.Choose(ProxyChoice{Mode: ManualProxy, Address: address}); entra.CodeOf(err) != entra.CodeInvalid {
			t.Errorf("%q: %v", address, err)
		}
	}
	if text, err := json.Marshal(p.Choice()); err != nil || string(text) != `{"Mode":"manual","Address":"first:1"}` {
		t.Errorf("%s %v", text, err)
	}
}
