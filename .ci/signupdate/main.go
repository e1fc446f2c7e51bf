// Command signupdate makes the notice of a release that the window looks for:
//
//	go run ./.ci/signupdate -new KEYFILE                  makes a key, and prints its public half
//	go run ./.ci/signupdate -key KEYFILE -out update.json signs what FyneApp.toml and CHANGELOG.md say
//
// The public half belongs into core/updates/release.pub, the other to nobody but
// who releases. KEYFILE may be sealed by the password in MINISIGN_PASSWORD.
package main

import (
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"regexp"
	"strings"
	"time"

	"aead.dev/minisign"

	"github.com/entraidsync/entraidsync/core/updates"
)

func main() {
	made := flag.String("new", "", "make a key in this `file`")
	key := flag.String("key", "", "sign with the key in this `file`")
	out := flag.String("out", "update.json", "write the notice into this `file`")
	flag.Parse()
	log.SetFlags(0)
	var err error
	switch {
	case *made != "":
		var public string
		public, err = makeKey(*made)
		fmt.Println(public)
	case *key != "":
		err = sign(*key, *out)
	default:
		flag.Usage()
		os.Exit(2)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// makeKey puts the private half of a new key into a file, and returns the public one.
func makeKey(file string) (string, error) {
	public, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		return "", err
	}
	text, err := private.MarshalText()
	if password := os.Getenv("MINISIGN_PASSWORD"); err == nil && password != "" {
		text, err = minisign.EncryptKey(password, private)
	}
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return "", err
	}
	shown, err := public.MarshalText()
	return string(shown), err
}

// readKey reads what makeKey has written, sealed or not.
func readKey(file string) (key minisign.PrivateKey, err error) {
	if password := os.Getenv("MINISIGN_PASSWORD"); password != "" {
		return minisign.PrivateKeyFromFile(password, file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return key, err
	}
	return key, key.UnmarshalText(text)
}

func sign(keyFile, out string) error {
	private, err := readKey(keyFile)
	if err != nil {
		return err
	}
	app, err := os.ReadFile("FyneApp.toml")
	if err != nil {
		return err
	}
	m := regexp.MustCompile(`(?m)^Version = "(.*)"$`).FindSubmatch(app)
	if m == nil {
		return fmt.Errorf("FyneApp.toml has no version")
	}
	version := string(m[1])
	notes, err := notesOf(version)
	if err != nil {
		return err
	}
	statement, err := json.Marshal(updates.Statement{Program: updates.Program, Version: version, Released: time.Now().UTC().Truncate(time.Second),
		Notes: notes, Page: "https://github.com/entraidsync/entraidsync/releases/tag/v" + version})
	if err != nil {
		return err
	}
	if err := fits(private); err != nil {
		return err
	}
	envelope, err := json.MarshalIndent(updates.Envelope{Release: string(statement), Signature: string(minisign.Sign(private, statement))}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(out, append(envelope, '\n'), 0o644)
}

// fits refuses a key that the program does not know: no window would believe it.
func fits(private minisign.PrivateKey) error {
	text, err := os.ReadFile("core/updates/release.pub")
	if err != nil {
		return err
	}
	var known minisign.PublicKey
	if err := known.UnmarshalText(text); err != nil {
		return err
	}
	if !known.Equal(private.Public()) {
		return fmt.Errorf("core/updates/release.pub is the public half of another key: put there what -new printed, and release a program with it")
	}
	return nil
}

// notesOf is what the changelog says of a version.
func notesOf(version string) (string, error) {
	changelog, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		return "", err
	}
	_, section, found := strings.Cut(string(changelog), "\n## ["+version+"] - ")
	if !found {
		return "", fmt.Errorf("CHANGELOG.md has no section of %s", version)
	}
	_, section, _ = strings.Cut(section, "\n") // behind the date
	section, _, _ = strings.Cut(section, "\n## ")
	return strings.TrimSpace(section), nil
}
