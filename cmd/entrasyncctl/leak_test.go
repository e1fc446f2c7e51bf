package main

import (
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim"
)

// forms are the ways in which a secret could stand somewhere.
func forms(text string) []string {
	raw := []byte(text)
	return []string{text, url.QueryEscape(text), url.PathEscape(text), hex.EncodeToString(raw),
		base64.StdEncoding.EncodeToString(raw), base64.RawStdEncoding.EncodeToString(raw), base64.URLEncoding.EncodeToString(raw)}
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
	shown := append([]string{"eyJ", "deltatoken=", "skiptoken=", "Bearer "}, secrets...)
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
