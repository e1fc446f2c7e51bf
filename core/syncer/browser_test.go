package syncer

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/signin"
)

// The test binary starts itself as the browser, by way of a stand-in for
// xdg-open: what the system's browser is asked to open, it opens.
const browserCA = "ENTRASYNC_TEST_BROWSER_CA"

var (
	formAction = regexp.MustCompile(`<form method="POST"[^>]* action="([^"]+)"`)
	formInput  = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
)

// browser opens a page and posts its form, as its script would.
func browser(ca, address string) int {
	if err := browse(ca, address); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func browse(ca, address string) error {
	pem, err := os.ReadFile(ca)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	page, err := read(client.Get(address))
	if err != nil {
		return err
	}
	action := formAction.FindStringSubmatch(page)
	if action == nil {
		return errors.New("no way back: " + page)
	}
	form := url.Values{}
	for _, input := range formInput.FindAllStringSubmatch(page, -1) {
		form.Set(input[1], html.UnescapeString(input[2]))
	}
	_, err = read(client.PostForm(html.UnescapeString(action[1]), form))
	return err
}

func read(resp *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// installBrowser puts the stand-in where the system's browser would be found;
// opened tells how often it was asked to open a page.
func (w *world) installBrowser(t *testing.T) (opened func() int) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("did not run: only on Linux the browser is found on the PATH")
	}
	bin := t.TempDir()
	ca, seen := filepath.Join(bin, "ca.pem"), filepath.Join(bin, "seen")
	script := fmt.Sprintf("#!/bin/sh\necho \"$1\" >> '%s'\n%s='%s' exec '%s' \"$1\" 2>/dev/null\n", seen, browserCA, ca, os.Args[0])
	for name, text := range map[string]string{"ca.pem": string(w.server.CA()), "xdg-open": script} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin+":/usr/bin:/bin")
	w.ask = func(entra.Prompt) {} // somebody waits
	return func() int {
		text, _ := os.ReadFile(seen) // none: never asked
		return strings.Count(string(text), "\n")
	}
}

// browserApp lets people sign in as azidentity's browser credential does.
var browserApp = graphsim.App{Public: true, Redirects: []string{"http://localhost"}}

// TestInteractiveBrowserKind signs a person in through the browser while
// somebody waits, and the sync after it goes on without one.
func TestInteractiveBrowserKind(t *testing.T) {
	w := worldOfKinds(t, browserApp)
	opened := w.installBrowser(t)
	w.add(signin.Material{Kind: entra.InteractiveBrowser, ClientID: kindsApp})
	w.works()
	if opened() != 1 {
		t.Errorf("the browser was opened %d times", opened())
	}
	for _, r := range w.server.Requests() {
		if strings.HasSuffix(r.Path, "/authorize") && (!strings.Contains(r.Query, "code_challenge_method=S256") || !strings.Contains(r.Query, "response_mode=form_post")) {
			t.Errorf("asked the browser for %s", r.Query)
		}
	}
}

// TestInteractiveBrowserRefused tells Entra's own reason where it gives one to
// the program, and ends where it gives it to the browser only.
func TestInteractiveBrowserRefused(t *testing.T) {
	t.Run("not a public client", func(t *testing.T) {
		w := worldOfKinds(t, graphsim.App{Redirects: []string{"http://localhost"}})
		w.installBrowser(t)
		w.add(signin.Material{Kind: entra.InteractiveBrowser, ClientID: kindsApp})
		w.fails("the app allows no sign-in without a secret (AADSTS7000218); turn on public client flows")
	})
	t.Run("no such reply address", func(t *testing.T) {
		w := worldOfKinds(t, graphsim.App{Public: true, Redirects: []string{"https://app.example"}})
		w.installBrowser(t)
		w.add(signin.Material{Kind: entra.InteractiveBrowser, ClientID: kindsApp})
		w.fails("no browser could be opened") // by the stand-in: a real browser would show the page and wait
	})
}
