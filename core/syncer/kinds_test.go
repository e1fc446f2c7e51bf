package syncer

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
)

// kindsApp is the app that signs in by other means than a secret.
const kindsApp = "22222222-2222-3333-4444-555555555555"

// worldOfKinds is a world whose app signs in as app says, and whose profile
// holds no credential yet.
func worldOfKinds(t *testing.T, app graphsim.App) *world {
	t.Helper()
	app.ClientID, app.Roles = kindsApp, allRoles
	w := newWorld(t, graphsim.TenantConfig{Users: 20, Groups: 3, Devices: 3}, func(c *graphsim.Config) {
		c.Tenants[0].Apps = append(c.Tenants[0].Apps, app)
	})
	if err := w.store.RemoveCredential(w.ctx(), "reader", 1); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) add(m signin.Material) {
	w.Helper()
	if err := signin.AddCredential(w.ctx(), w.store, w.engine.Vault, "reader", m); err != nil {
		w.Fatal(err)
	}
}

// works tests the connection and syncs over it.
func (w *world) works() signin.Diagnosis {
	w.Helper()
	d := w.engine.Diagnose(w.attended(), w.tenant)
	if !d.OK || d.Error != nil || d.Credential == 0 {
		w.Fatalf("%+v %+v", d, d.Error)
	}
	w.sync(entra.Succeeded)
	w.equal(w.truth())
	return d
}

// attended is the context of somebody who waits and may be asked, if anybody is.
func (w *world) attended() context.Context {
	if w.ask == nil {
		return w.ctx()
	}
	return signin.Attended(w.ctx(), w.ask)
}

// fails tests a connection that can't be made, and wants these words.
func (w *world) fails(words string) {
	w.Helper()
	d := w.engine.Diagnose(w.attended(), w.tenant)
	if d.OK || d.Error == nil || (d.Error.Code != entra.CodeSignIn && d.Error.Code != entra.CodeSignInAgain) || !strings.Contains(say.Join("; ", d.Error.Message, d.Error.Remedy).String(), words) {
		w.Fatalf("want %q: %+v %+v", words, d, d.Error)
	}
}

// token gets a token from the simulated sign-in, past the client under test.
func (w *world) token() string {
	w.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {secret}, "scope": {w.server.Graph() + "/.default"}}
	answer, err := w.server.Client().PostForm(w.server.Authority()+"/"+w.sim.ID()+"/oauth2/v2.0/token", form)
	if err != nil {
		w.Fatal(err)
	}
	var token struct {
		Value string `json:"access_token"`
	}
	w.decode(answer.Body, &token)
	return token.Value
}

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// certified is a certificate that ends in ten days, and the file that holds it
// with its key.
func certified(t *testing.T) (*x509.Certificate, []byte) {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(10 * 24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return certificate, append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
}

// TestCertificateKind signs in with a certificate whose end is near.
func TestCertificateKind(t *testing.T) {
	certificate, file := certified(t)
	w := worldOfKinds(t, graphsim.App{Certificate: certificate})
	w.add(signin.Material{Kind: entra.Certificate, ClientID: kindsApp, Certificate: file})
	if d := w.works(); !slices.ContainsFunc(d.Notes, func(n say.Sentence) bool { return strings.Contains(n.String(), "expires on") }) {
		t.Errorf("no word of its end: %q", d.Notes)
	}
}

// TestWrongClock names the clock where an assertion is refused because of it,
// and leaves it alone where the secret is wrong.
func TestWrongClock(t *testing.T) {
	certificate, file := certified(t)
	w := newWorld(t, small, func(c *graphsim.Config) {
		c.Now = func() time.Time { return time.Now().Add(20 * time.Minute) }
		c.Tenants[0].Apps[0].Certificate = certificate
	})
	w.sim.SetSecret(clientID, "another", false)
	w.fails("the client secret is wrong (AADSTS7000215); paste")
	if err := w.store.RemoveCredential(w.ctx(), "reader", 1); err != nil {
		t.Fatal(err)
	}
	w.add(signin.Material{Kind: entra.Certificate, ClientID: clientID, Certificate: file})
	w.fails("this computer's clock is 20 minutes behind Entra's; set the clock right")
}

// TestManagedIdentityKind asks the identity endpoint of the host for tokens.
func TestManagedIdentityKind(t *testing.T) {
	w := worldOfKinds(t, graphsim.App{})
	w.add(signin.Material{Kind: entra.ManagedIdentity, ClientID: kindsApp})
	endpoint := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.Header.Get("X-IDENTITY-HEADER") != "header" || q.Get("client_id") != kindsApp || q.Get("resource") != w.server.Graph() {
			http.Error(rw, `{"statusCode":400,"message":"no such identity"}`, http.StatusBadRequest)
			return
		}
		json.NewEncoder(rw).Encode(map[string]string{"access_token": w.token(), "expires_on": fmt.Sprint(time.Now().Add(time.Hour).Unix()), "resource": q.Get("resource"), "token_type": "Bearer"})
	}))
	defer endpoint.Close()
	t.Setenv("IDENTITY_ENDPOINT", endpoint.URL)
	t.Setenv("IDENTITY_HEADER", "another")
	w.fails("run this on an Azure resource that has this managed identity")
	t.Setenv("IDENTITY_HEADER", "header")
	w.works()
}

// TestWorkloadIdentityKind exchanges the token of another issuer.
func TestWorkloadIdentityKind(t *testing.T) {
	key := newKey(t)
	w := worldOfKinds(t, graphsim.App{Federation: &graphsim.Federation{Issuer: "https://issuer.example", Subject: "system:serviceaccount:entra:sync", Key: &key.PublicKey}})
	w.add(signin.Material{Kind: entra.WorkloadIdentity, ClientID: kindsApp})
	file := filepath.Join(t.TempDir(), "token")
	t.Setenv("AZURE_FEDERATED_TOKEN_FILE", "")
	w.fails("AZURE_FEDERATED_TOKEN_FILE")
	t.Setenv("AZURE_FEDERATED_TOKEN_FILE", file)
	project := func(subject string) {
		t.Helper()
		claims := jwt.RegisteredClaims{Issuer: "https://issuer.example", Subject: subject, Audience: jwt.ClaimStrings{"api://AzureADTokenExchange"}, ExpiresAt: jwt.NewNumericDate(time.Now().Add(time.Hour))}
		text, err := jwt.NewWithClaims(jwt.SigningMethodRS256, claims).SignedString(key)
		if err == nil {
			err = os.WriteFile(file, []byte(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	project("system:serviceaccount:entra:another")
	w.fails("trusts no federated credential such as this one")
	project("system:serviceaccount:entra:sync")
	w.works()
}

// TestAzureCLIKind runs what stands on the PATH as az.
func TestAzureCLIKind(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for az is a shell script")
	}
	w := worldOfKinds(t, graphsim.App{})
	w.add(signin.Material{Kind: entra.AzureCLI})
	bin := t.TempDir()
	t.Setenv("PATH", bin+":/usr/bin:/bin")
	stand := func(script string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(bin, "az"), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	stand("echo 'ERROR: Please run az login to setup account.' >&2; exit 1")
	w.fails("az login")
	stand(fmt.Sprintf(`case "$*" in *"--resource %s --tenant %s"*) ;; *) echo "asked with $*" >&2; exit 1;; esac
printf '{"accessToken":"%%s","expires_on":%d}' '%s'`, w.server.Graph(), w.sim.ID(), time.Now().Add(time.Hour).Unix(), w.token()))
	w.works()
}

// TestDeviceCodeKind shows a code, and goes on once somebody typed it.
func TestDeviceCodeKind(t *testing.T) {
	w := worldOfKinds(t, graphsim.App{Public: true})
	w.add(signin.Material{Kind: entra.DeviceCode, ClientID: kindsApp})
	w.fails("sign in again")
	shown := 0
	w.ask = func(p entra.Prompt) {
		shown++
		if !strings.Contains(p.Message, "enter the code "+p.Code+" to") || !strings.Contains(p.Message, p.URL) || !w.server.TypeCode(p.Code) {
			t.Errorf("no code in %+v", p)
		}
	}
	w.works()
	if shown != 1 {
		t.Errorf("asked %d times: the sync has to go on with the test's sign-in", shown)
	}
}

// TestDeviceCodeRefused tells Entra's own reason, though azidentity loses it.
func TestDeviceCodeRefused(t *testing.T) {
	w := worldOfKinds(t, graphsim.App{})
	w.add(signin.Material{Kind: entra.DeviceCode, ClientID: kindsApp})
	w.ask = func(p entra.Prompt) { w.server.TypeCode(p.Code) }
	w.fails("the app allows no sign-in without a secret (AADSTS7000218); turn on public client flows")
}

// TestNoBrowserInTheBackground ends with words where nobody waits.
func TestNoBrowserInTheBackground(t *testing.T) {
	w := worldOfKinds(t, graphsim.App{Public: true})
	w.add(signin.Material{Kind: entra.InteractiveBrowser, ClientID: kindsApp})
	opened := filepath.Join(t.TempDir(), "opened")
	bin := t.TempDir()
	for _, name := range []string{"xdg-open", "x-www-browser", "www-browser", "open"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\ntouch '"+opened+"'\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin+":/usr/bin:/bin")
	r := w.sync(entra.Failed)
	if entra.CodeOf(r.Err) != entra.CodeSignInAgain || !strings.Contains(r.Err.Error(), "sign in again") {
		t.Error(r.Err)
	}
	if _, err := os.Stat(opened); err == nil {
		t.Error("a browser was opened")
	}
}

// TestStacking tries credentials in order and says why the first did not do.
func TestStacking(t *testing.T) {
	w := newWorld(t, small)
	w.add(signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte("the right one"))})
	w.sim.SetSecret(clientID, "the right one", false)
	d := w.works()
	if d.Credential != 2 || len(d.Notes) == 0 || !strings.HasPrefix(d.Notes[0].String(), "credential 1 (client-secret): ") || !strings.Contains(d.Notes[0].String(), "AADSTS7000215") {
		t.Errorf("%+v", d)
	}
}

// TestSecretsOfEverySize stores them whole, and signs in with them (row 36 of the
// faults).
func TestSecretsOfEverySize(t *testing.T) {
	w := newWorld(t, small)
	for _, size := range []int{1, 40, 4096, 100 << 10} {
		text := strings.Repeat("~", size)
		w.sim.SetSecret(clientID, text, false)
		if err := w.store.RemoveCredential(w.ctx(), "reader", 1); err != nil {
			t.Fatal(err)
		}
		w.add(signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte(text))})
		if d := w.engine.Diagnose(w.ctx(), w.tenant); !d.OK {
			t.Errorf("%d bytes: %+v", size, d.Error)
		}
	}
}
