package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/entraidsync/entraidsync/core/graphsim"
)

// fromPowerShell is a text as PowerShell's > writes it: UTF-16, a mark, CRLF.
func fromPowerShell(text string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune("\uFEFF" + strings.ReplaceAll(text, "\n", "\r\n"))) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// TestFilesFromWindows signs in with a secret, a certificate and a cloud's roots
// that PowerShell has written, and refuses a secret whose encoding it would have
// to guess.
func TestFilesFromWindows(t *testing.T) {
	certificate, pemFile, _ := certified(t)
	c, sim := simulateApp(t, graphsim.App{Secret: secret, Certificate: certificate})
	dir := t.TempDir()
	file := func(name string, content []byte) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pem, err := os.ReadFile(pemFile)
	if err != nil {
		t.Fatal(err)
	}
	add := func(kind string, args ...string) []string {
		return append([]string{"profile", "add-credential", "Main", "--kind", kind, "--client-id", clientID}, args...)
	}
	unmarked := fromPowerShell(secret)[2:]
	c.refused(exitUsage, "UTF-16 text without a mark", add("client-secret", "--secret-file", file("unmarked", unmarked))...)
	c.refused(exitUsage, "it is a folder", add("client-secret", "--secret-file", dir)...)
	c.refused(exitUsage, "it is a folder", add("certificate", "--certificate", dir)...)
	c.refused(exitUsage, "it is longer than 1 MB", add("certificate", "--certificate", file("huge", make([]byte, 2<<20)))...)
	c.must("cloud", "add", "again", "--authority", sim.Authority(), "--graph", sim.Graph(), "--ca-file", file("ca.pem", fromPowerShell(string(sim.CA()))))
	for _, args := range [][]string{
		add("client-secret", "--secret-file", file("secret", fromPowerShell(secret+"\n"))),
		add("certificate", "--certificate", file("cert.pem", fromPowerShell(string(pem)))),
	} {
		c.must(args...)
		if r := c.call("", "tenant", "test", kindsTenant, "--json"); r.status != exitDone {
			t.Errorf("%q: %+v", args, r)
		}
		c.must("profile", "remove-credential", "Main", "1")
	}
	if r := c.call(string(fromPowerShell(secret+"\n")), add("client-secret", "--secret-stdin")...); r.status != exitDone || r.err != "" {
		t.Errorf("%+v", r)
	}
	if r := c.call("", "tenant", "test", kindsTenant, "--json"); r.status != exitDone {
		t.Errorf("by stdin: %+v", r)
	}
}

// TestSecretsID warns when what is added as a secret is its id.
func TestSecretsID(t *testing.T) {
	c := newCLI(t)
	c.must("profile", "add", "Main")
	r := c.call("0F8FAD5B-D9CB-469F-A165-70867728950E\n", "profile", "add-credential", "Main", "--kind", "client-secret", "--client-id", clientID, "--secret-stdin")
	if r.status != exitDone || !strings.HasPrefix(r.err, "warning: this looks like the secret's id") || strings.Contains(r.err, "0F8F") {
		t.Errorf("%+v", r)
	}
}
