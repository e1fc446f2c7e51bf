package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/vault"
)

// accessToken begins every token that the simulation signs: `{"alg":"RS25…`.
// It is long enough that no random text holds one of its forms by chance.
const accessToken = "eyJhbGciOiJSUzI1"

// forms are the ways in which a secret could stand somewhere: raw, escaped, in
// hexadecimal, and in base64 by itself or anywhere within something longer.
func forms(text string) []string {
	raw := []byte(text)
	found := []string{text, url.QueryEscape(text), url.PathEscape(text), hex.EncodeToString(raw)}
	for before := range 3 {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			whole := encoding.EncodeToString(append(make([]byte, before), raw...))
			found = append(found, whole[(before*8+5)/6:len(whole)-1]) // the edges depend on what stands beside
		}
	}
	return found
}

// leaks names the secrets that a text holds.
func leaks(text string, secrets ...string) (found []string) {
	for _, s := range secrets {
		for _, form := range forms(s) {
			if strings.Contains(text, form) {
				found = append(found, s)
			}
		}
	}
	return found
}

// TestNothingLeaks signs in with every kind of secret, succeeds and fails, then
// searches what was printed, logged, exported and stored.
func TestNothingLeaks(t *testing.T) {
	certificate, pemFile, pfxFile := certified(t)
	c, sim := simulateApp(t, graphsim.App{Secret: secret, Certificate: certificate})
	const passphrase = "marker~Passphrase~value"
	c.keychain, c.env[passphraseVariable] = nil, passphrase
	key, err := os.ReadFile(pemFile)
	if err != nil {
		t.Fatal(err)
	}
	keyLine := strings.Split(string(key), "\n")[5]
	secrets := []string{secret, pfxPassword, passphrase, keyLine}
	// The tokens of Entra and of Graph's links are stored, but never shown.
	shown := append([]string{accessToken, "deltatoken=", "skiptoken=", "Bearer "}, secrets...)
	exports := t.TempDir()
	credential := []string{"--verbose", "profile", "add-credential", "Main", "--client-id", clientID, "--kind"}
	run := func(stdin string, args ...string) {
		t.Helper()
		r := c.call(stdin, args...)
		if found := leaks(r.out+r.err, shown...); len(found) > 0 {
			t.Errorf("%q prints %q:\n%s%s", args, found, r.out, r.err)
		}
	}
	look := func() {
		t.Helper()
		run("", "--verbose", "tenant", "test", kindsTenant)
		run("", "--verbose", "sync", "--json")
		for _, list := range []string{"profile list", "tenant list", "cloud list", "history " + kindsTenant, "objects " + kindsTenant + " --class users", "members " + kindsTenant, "changes " + kindsTenant} {
			run("", strings.Fields(list)...)
			run("", append(strings.Fields(list), "--format", "csv", "--output", filepath.Join(exports, strings.Fields(list)[0]+".csv"))...)
		}
	}
	run(secret, append(credential, "client-secret", "--secret-stdin")...)
	look()
	sim.Tenant(kindsTenant).SetSecret(clientID, "another", false)
	run(pfxPassword, append(credential, "certificate", "--certificate", pfxFile, "--password-stdin")...)
	run("wrong"+pfxPassword, append(credential, "certificate", "--certificate", pfxFile, "--password-stdin")...)
	look()
	run("", "profile", "remove-credential", "Main", "2")
	look() // and now nothing signs in
	sim.Fault(graphsim.Fault{Kind: graphsim.HTMLPage, Match: "oauth2", Body: "<html>" + secret, Times: -1})
	look()
	run("", "db", "backup", filepath.Join(exports, "backup.db"))
	for _, dir := range []string{c.dir, exports} {
		searchFiles(t, dir, secrets)
	}
}

// TestWebhooksDoNotLeak signs notices that are taken, refused and not answered, and gives the watch another secret; then it searches
// what was printed, logged, exported, backed up and stored for either secret. The address may hold a token of its receiver's:
// only the list of watches shows it.
func TestWebhooksDoNotLeak(t *testing.T) {
	c, sim := simulateSynced(t)
	r := newReceiver(t)
	const token, another = "marker~Token~of~the~address", "marker~another~secret~that~signs"
	exports := t.TempDir()
	run := func(stdin string, args ...string) {
		t.Helper()
		got := c.call(stdin, append([]string{"--verbose", "--log-format", "json"}, args...)...)
		if found := leaks(got.out+got.err, watchSecret, another, token); len(found) > 0 {
			t.Errorf("%q prints %q:\n%s%s", args, found, got.out, got.err)
		}
	}
	user := liveUsers(sim)[0]
	look := func(city string) {
		t.Helper()
		if err := sim.Tenant(tenantName).Update(user, map[string]any{"city": city}); err != nil {
			t.Fatal(err)
		}
		run("", "sync", "--json")
		run("", "watch", "test", "cities")
		for _, list := range []string{"watch told cities", "watch ready", "tenant list", "history " + tenantName, "changes " + tenantName, "db status", "vault status"} {
			run("", strings.Fields(list)...)
		}
		run("", "watch", "told", "cities", "--format", "csv", "--output", filepath.Join(exports, "told.csv"))
		run("", "watch", "told", "cities", "--format", "jsonl", "--output", filepath.Join(exports, "told.jsonl"))
	}
	run(watchSecret+"\n", "watch", "add", "cities", "--property", "city", "--webhook", r.URL+"/"+token, "--ca-file", r.roots(), "--secret-stdin")
	look("One")
	if got := r.taken(); len(got) != 2 {
		t.Errorf("%d notices came, want one and a test", len(got))
	}
	r.refuse(true)
	look("Two")
	r.Close()
	run(another, "watch", "set", "cities", "--secret-stdin")
	look("Three")
	if list := c.must("watch", "list", "--format", "jsonl"); len(leaks(list, watchSecret, another)) > 0 || len(leaks(list, token)) == 0 {
		t.Errorf("the list of watches: %s", list)
	}
	run("", "db", "backup", filepath.Join(exports, "backup.db"))
	searchFiles(t, exports, []string{watchSecret, another})
	searchFiles(t, c.dir, []string{watchSecret, another})
}

// searchFiles searches every file of a folder, which may not be empty.
func searchFiles(t *testing.T, dir string, secrets []string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if found := leaks(string(text), secrets...); len(found) > 0 {
			t.Errorf("%s holds %q", filepath.Base(path), found)
		}
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("%d files searched: %v", files, err)
	}
}

// asProgram makes the test binary be the program itself, without a keychain.
const asProgram = "ENTRASYNC_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	nobody := func(context.Context, string) (vault.Secret, error) { return vault.Secret{}, nil }
	os.Exit(run(untilSignal(), os.Args[1:], console{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: takeEnvironment(), ask: nobody}))
}

// TestNothingLeaksWhenKilled kills the program in the middle of a sync, then
// searches what it printed and what it left behind.
func TestNothingLeaksWhenKilled(t *testing.T) {
	c, sim := simulateApp(t, graphsim.App{Secret: secret})
	const passphrase = "marker~Passphrase~value"
	c.keychain, c.env[passphraseVariable] = nil, passphrase
	c.addSecret("Main", secret)
	sim.SetLatency(time.Hour)
	program := exec.CommandContext(t.Context(), os.Args[0], "--data-dir", c.dir, "--verbose", "sync")
	program.Env = append(os.Environ(), asProgram+"=1", passphraseVariable+"="+passphrase)
	var printed bytes.Buffer
	program.Stdout, program.Stderr = &printed, &printed
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- program.Wait() }()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for sim.Count("/{tenant}/oauth2/v2.0/token", http.StatusOK) == 0 { // then Graph is slow to answer
		select {
		case err := <-ended:
			t.Fatalf("it ended before: %v: %s", err, &printed)
		case <-look.C:
		}
	}
	if err := program.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("it was not killed: %v, %s", err, &printed)
	}
	secrets := []string{secret, passphrase}
	if found := leaks(printed.String(), append([]string{accessToken, "Bearer "}, secrets...)...); len(found) > 0 {
		t.Errorf("it printed %q: %s", found, &printed)
	}
	searchFiles(t, c.dir, append([]string{accessToken}, secrets...)) // no access token either: it was in memory only
	sim.SetLatency(0)
	c.must("sync")
}

// TestFormsAreFound: the search finds a secret wherever it stands in base64.
func TestFormsAreFound(t *testing.T) {
	for _, text := range []string{secret, "x" + secret, "xy" + secret + "z", "xyz" + secret + "12", "wxyz" + secret + "123"} {
		for _, encoded := range []string{base64.StdEncoding.EncodeToString([]byte(text)), base64.URLEncoding.EncodeToString([]byte(text)), url.QueryEscape(text), hex.EncodeToString([]byte(text))} {
			if len(leaks("before "+encoded+" after", secret)) == 0 {
				t.Errorf("%q was not found in %q", secret, encoded)
			}
		}
	}
}
