package main

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/updates"
)

// The notice that the release workflow makes is the one that the window reads.
func TestWindowReadsTheNotice(t *testing.T) {
	t.Chdir(t.TempDir())
	for file, text := range map[string]string{
		"FyneApp.toml": "[Details]\nVersion = \"1.3.0\"\n",
		"CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n- not yet\n\n## [1.3.0] - 2026-04-30\n- Faster.\n\n## [1.2.3] - 2026-03-01\n- old\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	public, err := makeKey("key")
	if err != nil {
		t.Fatal(err)
	}
	other, err := makeKey("other")
	if err != nil {
		t.Fatal(err)
	}
	trust(t, other)
	if err := sign("key", "update.json"); err == nil {
		t.Error("a key was taken that no window knows")
	}
	trust(t, public)
	if err := sign("key", "update.json"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(http.FileServer(http.Dir(".")))
	defer server.Close()
	r := look(t, server, public)
	if r == nil || r.Version != "1.3.0" || r.Notes != "- Faster." {
		t.Errorf("the window is told %+v", r)
	}
}

// trust makes a key the one that the programs know.
func trust(t *testing.T, public string) {
	if err := os.MkdirAll("core/updates", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("core/updates/release.pub", []byte(public), 0o600); err != nil {
		t.Fatal(err)
	}
}

// look asks as a window of version 1.2.3 does that trusts a key.
func look(t *testing.T, server *httptest.Server, public string) *updates.Release {
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c, err := updates.New(updates.Options{Store: st, Version: "1.2.3", Key: public, Roots: roots})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Choose(t.Context(), updates.Choice{On: true, Address: server.URL + "/update.json"}); err != nil {
		t.Fatal(err)
	}
	r, err := c.Look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}
