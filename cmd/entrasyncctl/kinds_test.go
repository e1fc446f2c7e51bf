package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

const (
	kindsTenant = "northwind.onmicrosoft.com"
	pfxPassword = "marker~Password~value"
)

// certified is a certificate with its key, as PEM and as PFX files.
func certified(t *testing.T) (certificate *x509.Certificate, pemFile, pfxFile string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must(err)
	certificate, err = x509.ParseCertificate(der)
	must(err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	must(err)
	dir := t.TempDir()
	pemFile, pfxFile = filepath.Join(dir, "app.pem"), filepath.Join(dir, "app.pfx")
	text := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	must(os.WriteFile(pemFile, text, 0o600))
	sealed, err := pkcs12.Modern.Encode(key, certificate, nil, pfxPassword)
	must(err)
	must(os.WriteFile(pfxFile, sealed, 0o600))
	return certificate, pemFile, pfxFile
}

// simulateApp is a CLI whose cloud knows one tenant and this app, and no
// credential yet.
func simulateApp(t *testing.T, app graphsim.App) (*cli, *graphsim.Server) {
	t.Helper()
	app.ClientID, app.Roles = clientID, allRoles
	sim, err := graphsim.Start(graphsim.Config{Tenants: []graphsim.TenantConfig{{Domain: kindsTenant, DisplayName: "Northwind", Seed: 5, Users: 20, Groups: 3, Devices: 3, Apps: []graphsim.App{app}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	c := newCLI(t)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, sim.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	c.must("cloud", "add", "sim", "--authority", sim.Authority(), "--graph", sim.Graph(), "--ca-file", ca)
	c.must("profile", "add", "Main")
	c.must("tenant", "add", kindsTenant, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	return c, sim
}

func TestCertificateCredential(t *testing.T) {
	certificate, pemFile, pfxFile := certified(t)
	c, _ := simulateApp(t, graphsim.App{Certificate: certificate})
	add := []string{"profile", "add-credential", "Main", "--kind", "certificate", "--client-id", clientID, "--certificate"}
	c.refused(exitUsage, "the PFX file has a password, and none was given", append(add, pfxFile)...)
	for _, credential := range []struct {
		stdin string
		args  []string
	}{{"", append(add, pemFile)}, {pfxPassword + "\n", append(add, pfxFile, "--password-stdin")}} {
		if r := c.call(credential.stdin, credential.args...); r.status != exitDone {
			t.Fatal(r)
		}
		listed := c.rows("profile", "list")[0]["credentials"].([]any)
		if end := listed[0].(map[string]any)["expires"]; end != certificate.NotAfter.UTC().Format(time.RFC3339) {
			t.Errorf("it expires %v", end)
		}
		doc := c.document("tenant", "test", kindsTenant, "--json")
		if doc["ok"] != true || doc["credential"] != 1.0 || doc["display_name"] != "Northwind" || doc["error"] != nil {
			t.Errorf("%v", doc)
		}
		c.must("sync")
		c.must("profile", "remove-credential", "Main", "1")
	}
}

var shownCode = regexp.MustCompile(`enter the code (\S+) to`)

// typing is a stderr whose reader types the device code that is shown there.
type typing struct {
	strings.Builder
	sim *graphsim.Server
}

func (w *typing) Write(b []byte) (int, error) {
	if m := shownCode.FindSubmatch(b); m != nil {
		w.sim.TypeCode(string(m[1]))
	}
	return w.Builder.Write(b)
}

// A person is asked where one sits at the terminal, and nobody elsewhere: there
// the earlier sign-in serves, or an error says what to do.
func TestDeviceCodeCredential(t *testing.T) {
	c, sim := simulateApp(t, graphsim.App{Public: true})
	c.must("profile", "add-credential", "Main", "--kind", "device-code", "--client-id", clientID)
	for _, args := range [][]string{{"tenant", "test", kindsTenant}, {"sync"}} {
		c.refused(exitFailed, "run `entrasyncctl tenant test TENANT` on a terminal to sign in", args...)
	}
	if n := sim.Count("/{tenant}/oauth2/v2.0/devicecode", -1); n != 0 {
		t.Errorf("%d codes were asked for with nobody there", n)
	}
	stderr := &typing{sim: sim}
	c.err, c.attended = stderr, true
	if r := c.call("", "tenant", "test", kindsTenant, "--json"); r.status != exitDone || !strings.Contains(r.out, `"ok":true`) {
		t.Errorf("%+v %s", r, stderr)
	}
	if !shownCode.MatchString(stderr.String()) {
		t.Errorf("no code on stderr: %q", stderr)
	}
	c.err, c.attended = nil, false
	c.must("sync")
	sim.Tenant(kindsTenant).RevokeSessions()
	c.refused(exitFailed, "to sign in", "sync")
	c.err, c.attended = stderr, true
	if r := c.call("", "sync"); r.status != exitDone || sim.Count("/{tenant}/oauth2/v2.0/devicecode", -1) != 2 {
		t.Errorf("%+v %s", r, stderr)
	}
}

// The table says in words what the document says in keys; the notes stand
// beside both, on stderr.
func TestDiagnosisInWords(t *testing.T) {
	c, sim := simulate(t)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	sim.Tenant(tenantName).SetRoles(clientID, "User.Read.All", "Device.ReadWrite.All")
	asJSON, asText := c.call("", "tenant", "test", tenantName, "--json"), c.call("", "tenant", "test", tenantName)
	if n := strings.Count(asJSON.err, "Note: "); n != 2 || asJSON.err != asText.err {
		t.Errorf("%d notes; %q and %q", n, asJSON.err, asText.err)
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(asJSON.out), &doc); err != nil {
		t.Fatal(err)
	}
	keys := slices.Sorted(maps.Keys(doc))
	if want := []string{"credential", "display_name", "error", "ok", "permissions", "tenant_id"}; !slices.Equal(keys, want) {
		t.Errorf("keys %q, want %q", keys, want)
	}
	text := strings.Join(strings.Fields(asText.out), " ")
	words := []string{"connected to contoso.onmicrosoft.com"}
	for _, p := range doc["permissions"].([]any) {
		words = append(words, p.(map[string]any)["permission"].(string))
	}
	for _, want := range words {
		if len(words) != 4 || !strings.Contains(text, want) {
			t.Errorf("%q is missing in %s", want, text)
		}
	}
}

// A person is told what to do on one line, whatever the message holds.
func TestPrompt(t *testing.T) {
	for _, tt := range []struct {
		prompt entra.Prompt
		want   string
	}{
		{entra.Prompt{Message: "Enter the code\x1b[31m ABC\nnow", Code: "ABC", URL: "https://login.example"}, "Enter the code"},
		{entra.Prompt{URL: "https://login.example/authorize?state=1"}, "if none does, go to https://login.example/authorize?state=1\n"},
	} {
		var shown strings.Builder
		a := &app{console: console{err: &shown}}
		a.prompt(tt.prompt)
		if text := shown.String(); !strings.Contains(text, tt.want) || strings.Count(text, "\n") != 1 || strings.Contains(text, "\x1b") {
			t.Errorf("shown: %q", text)
		}
	}
}
