package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

// begin runs the program and gives what it printed. stop ends it.
func begin(t *testing.T, args ...string) (printed map[string]string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, args, write)
		ended <- err
		write.CloseWithError(err)
	}()
	printed = map[string]string{}
	lines := bufio.NewScanner(read)
	for printed["secret"] == "" && lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		printed[name] = strings.TrimSpace(value)
	}
	return printed, func() {
		t.Helper()
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(time.Minute):
			t.Fatal("run doesn't end with its context")
		}
	}
}

func TestRunPrintsWhatAClientNeeds(t *testing.T) {
	caFile := filepath.Join(t.TempDir(), "ca.pem")
	printed, stop := begin(t, "--users", "20", "--change-every", "1ms", "--lag", "50ms", "--ca-file", caFile)
	for _, name := range []string{"authority", "graph", "ca-file", "tenant", "tenant-id", "public-id", "client-id", "secret"} {
		if printed[name] == "" {
			t.Errorf("no %s in %v", name, printed)
		}
		if name != "tenant-id" && name != "public-id" && !strings.Contains(printed["connect"]+printed["sync"], printed[name]) {
			t.Errorf("the lines that connect a terminal lack the %s: %q, %q", name, printed["connect"], printed["sync"])
		}
	}
	if pem, err := os.ReadFile(caFile); err != nil || !strings.Contains(string(pem), "BEGIN CERTIFICATE") {
		t.Errorf("CA file: %q, %v", pem, err)
	}
	stop()
}

// An app that lacks a permission is refused what needs it, and asks for it.
func TestWithout(t *testing.T) {
	if err := run(t.Context(), []string{"--without", "Nosuch.Read.All"}, io.Discard); err == nil || !strings.Contains(err.Error(), "the app has no permission Nosuch.Read.All; it has User.Read.All") {
		t.Errorf("%v", err)
	}
	app, err := graphsim.App{Roles: []string{"A.Read", "B.Read", "C.Read"}}.Without("b.read, C.Read,")
	if err != nil || !slices.Equal(app.Roles, []string{"A.Read"}) || !slices.Equal(app.Requests, []string{"B.Read", "C.Read"}) {
		t.Errorf("%+v, %v", app, err)
	}
}

func TestEverythingIsWhatClassesNeed(t *testing.T) {
	o, err := parse([]string{"--everything"})
	if err != nil {
		t.Fatal(err)
	}
	for _, class := range entra.Choices() {
		if !slices.Contains(o.permissions(), class.Permission) {
			t.Errorf("%s needs %s", class.Name, class.Permission)
		}
	}
}

func newRequest(t *testing.T, method, address, body string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return request
}

// fetch sends a request and reads the JSON of its answer.
func fetch(t *testing.T, client *http.Client, request *http.Request, answer any) {
	t.Helper()
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(answer); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", request.URL.Path, response.Status, err)
	}
}

func TestTenantHasTheDisplayName(t *testing.T) {
	caFile := filepath.Join(t.TempDir(), "ca.pem")
	printed, stop := begin(t, "--users", "1", "--display-name", "Fabrikam Ltd", "--ca-file", caFile)
	defer stop()
	pem, err := os.ReadFile(caFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	defer client.CloseIdleConnections()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {printed["client-id"]}, "client_secret": {printed["secret"]},
		"scope": {printed["graph"] + "/.default"}}
	request := newRequest(t, http.MethodPost, printed["authority"]+"/"+printed["tenant-id"]+"/oauth2/v2.0/token", form.Encode())
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var token struct {
		Access string `json:"access_token"`
	}
	fetch(t, client, request, &token)
	request = newRequest(t, http.MethodGet, printed["graph"]+"/v1.0/organization", "")
	request.Header.Set("Authorization", "Bearer "+token.Access)
	var organizations struct {
		Value []struct{ DisplayName string }
	}
	fetch(t, client, request, &organizations)
	if v := organizations.Value; len(v) != 1 || v[0].DisplayName != "Fabrikam Ltd" {
		t.Errorf("the organization is %v", v)
	}
}

func TestChangesEndAfterTheirTime(t *testing.T) {
	o, err := parse([]string{"--users", "50", "--groups", "5", "--devices", "5", "--change-every", "1ms", "--change-for", "100ms"})
	if err != nil {
		t.Fatal(err)
	}
	sim, err := graphsim.Start(graphsim.Config{Tenants: []graphsim.TenantConfig{o.tenant}})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	tenant := sim.Tenant(o.tenant.Domain)
	state := func() string {
		var out []any
		for u := range tenant.Objects("users") {
			out = append(out, u)
		}
		for l := range tenant.Links("groups", "members") {
			out = append(out, l)
		}
		return fmt.Sprint(out...)
	}
	before := state()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if change(ctx, tenant, o); ctx.Err() != nil {
		t.Fatal("the tenant goes on changing")
	}
	if state() == before {
		t.Error("nothing changed")
	}
}

func TestParseRefusesUnknownFlags(t *testing.T) {
	if _, err := parse([]string{"--nonsense"}); err == nil {
		t.Error("an unknown flag was taken")
	}
}
