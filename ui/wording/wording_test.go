package wording

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/vault"
)

// inLanguage makes the window's language another one for a test.
func inLanguage(t testing.TB, language string) {
	t.Helper()
	speak := func(language string) {
		texts, err := os.ReadFile("../translations/" + language + ".json")
		if err == nil {
			err = lang.AddTranslationsForLocale(texts, lang.SystemLocale())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	speak(language)
	t.Cleanup(func() { speak("en") })
}

func entries(t *testing.T) map[string]string {
	t.Helper()
	var texts map[string]string
	if err := json.Unmarshal(german, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

// words are what core puts into its sentences and is no sentence.
func words() (out []string) {
	for _, k := range []entra.Kind{entra.ClientSecret, entra.Certificate, entra.ManagedIdentity, entra.WorkloadIdentity, entra.AzureCLI, entra.DeviceCode, entra.InteractiveBrowser} {
		out = append(out, string(k))
	}
	for _, c := range entra.Classes() {
		if strings.Contains(c.Licence, " or ") {
			out = append(out, c.Licence)
		}
	}
	return append(out, string(vault.KindKeychain), string(vault.KindPassphrase))
}

func TestEverySentenceHasItsGerman(t *testing.T) {
	german, found := entries(t), readTexts(t, "../..")
	for _, w := range words() {
		found[w] = "a word of core"
	}
	for _, text := range sorted(found) {
		if german[text] == "" {
			t.Errorf("de.json lacks %q of %s", text, found[text])
		}
	}
	for _, text := range sorted(german) {
		if found[text] == "" {
			t.Errorf("de.json has %q, which the code no longer says", text)
		}
	}
}

// A reader of sources that sees nothing passes everything: one sentence of each
// way in which the code comes to say one.
func TestSourcesAreRead(t *testing.T) {
	found := readTexts(t, "../..")
	for _, text := range []string{
		"the disk is full",                                         // assigned with others
		"the client secret is wrong",                               // in a table
		"%s (AADSTS%d)",                                            // a format around a sentence
		"reading the tenants failed",                               // handed through three functions
		"reading %s failed",                                        // by a field of a struct
		"there is no credential profile %q",                        // a noun handed in
		"it was cut off: %s",                                       // in an error that is wrapped
		"credential %d (%s): %s",                                   // a note
		"the proxy %s asks for a password",                         // a result
		"%s; an admin consents at %s/%s/adminconsent?client_id=%s", // appended
		"the members of groups with hidden membership can't be read without %[1]s: add %[1]s to the app, or leave them out",
	} {
		if found[text] == "" {
			t.Errorf("%q is not found", text)
		}
	}
}

// Each format says its own sentence, however many others it looks like.
func TestFormatsAreTheirOwn(t *testing.T) {
	c := inGerman()
	for english, said := range entries(t) {
		f, g := parse(english), parse(said)
		fill := func(of format, with map[byte]string) string {
			var b strings.Builder
			for i, literal := range of.literals {
				if b.WriteString(literal); i < len(of.places) {
					b.WriteString(fmt.Sprintf(with[of.places[i].verb], of.places[i].number))
				}
			}
			return b.String()
		}
		text := fill(f, map[byte]string{'s': "Alpha%d", 'd': "%d", 'q': `"Alpha%d"`})
		verb := map[int]byte{}
		for _, p := range f.places {
			verb[p.number] = p.verb
		}
		for i, p := range g.places {
			switch was := verb[p.number]; {
			case was == 0 || was != p.verb && p.verb != 's':
				t.Errorf("%q has other places than %q", said, english)
			case was == 'd':
				g.places[i].verb = 'd'
			}
		}
		if len(g.places) < len(verb) {
			t.Errorf("%q has fewer places than %q", said, english)
		}
		if got, want := c.say(text), fill(g, map[byte]string{'s': "Alpha%d", 'd': "%d"}); got != want {
			t.Errorf("%q says %q, not %q", text, got, want)
		}
		for i, l := range f.literals {
			if l == "" && i > 0 && i < len(f.places) {
				t.Errorf("%q has two places side by side", english)
			}
		}
	}
}

func TestSay(t *testing.T) {
	inLanguage(t, "de")
	for text, want := range map[string]string{
		"": "",
		"the client secret is wrong (AADSTS7000215)":                                      "der geheime Clientschlüssel ist falsch (AADSTS7000215)",
		"Graph is failing (503) (asked 5 times)":                                          "Graph ist gestört (503) (5-mal gefragt)",
		"reading Users failed":                                                            "Benutzer: Lesen fehlgeschlagen",
		"reading the tenants failed":                                                      "die Mandanten konnten nicht gelesen werden",
		"the process ended before the sync did":                                           "das Programm endete vor der Synchronisierung",
		"it expired on 2026-01-31":                                                        "es ist am 31.01.2026 abgelaufen",
		`there is no credential profile "two words"`:                                      "es gibt kein Anmeldeprofil „two words“",
		`there is no tenant "a\"b"`:                                                       "es gibt keinen Mandanten „a\"b“",
		"used by a.com, b.com and 1234 more":                                              "verwendet von a.com, b.com und 1.234 weitere",
		"disk I/O error":                                                                  "disk I/O error",
		"the database is damaged (database disk image is malformed)":                      "die Datenbank ist beschädigt (database disk image is malformed)",
		"the connection failed: dial tcp 127.0.0.1:1: connect: refused":                   "die Verbindung ist fehlgeschlagen: dial tcp 127.0.0.1:1: connect: refused",
		"signing in to contoso.com failed: the disk is full":                              "die Anmeldung bei contoso.com ist fehlgeschlagen: der Datenträger ist voll",
		"check the credential; an admin consents at https://a/b/adminconsent?client_id=c": "die Anmeldung prüfen; ein Administrator stimmt zu unter https://a/b/adminconsent?client_id=c",
		"set the clock right first, then try again; try again":                            "zuerst die Uhr richtig stellen, dann erneut versuchen; erneut versuchen",
		"the client secret has expired (AADSTS7000222), and this computer's clock is 90 minutes behind Entra's":            "der geheime Clientschlüssel ist abgelaufen (AADSTS7000222), und die Uhr dieses Computers geht gegenüber der von Entra 90 Minuten nach",
		"credential 1 (client-secret): signing in to a.com failed: the disk is full; try again":                            "Anmeldung 1 (geheimer Clientschlüssel): die Anmeldung bei a.com ist fehlgeschlagen: der Datenträger ist voll; erneut versuchen",
		"the members of groups with hidden membership can't be read without X.Y: add X.Y to the app, or leave them out":    "die Mitglieder von Gruppen mit verborgener Mitgliedschaft können ohne X.Y nicht gelesen werden: der App X.Y hinzufügen oder sie auslassen",
		"Graph no longer honoured the delta link (Graph no longer honours the stored link: gone), so a full scan was made": "Graph hat den Delta-Link nicht mehr anerkannt (Graph erkennt den gespeicherten Link nicht mehr an: gone), daher wurde vollständig gelesen",
		"Graph refuses the request (400): ": "Graph lehnt die Anfrage ab (400): ",
	} {
		if got := Say(text); got != want {
			t.Errorf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestEnglishStays(t *testing.T) {
	if got := Say("it expired on 2026-01-31"); got != "it expired on 2026-01-31" {
		t.Errorf("in English: %q", got)
	}
	inLanguage(t, "de")
	if got := Say("try again"); got != "erneut versuchen" {
		t.Errorf("in German: %q", got)
	}
}

// An error's words may come from anywhere: they take no longer than a screen can
// wait for.
func TestAwkwardTextsAreSaidSoon(t *testing.T) {
	for _, part := range []string{"a: b; ", "in in failed: ", "a (b): c in d ", "%s; "} {
		began := time.Now()
		said := inGerman().say("Graph refuses the request (400): " + strings.Repeat(part, 300))
		if took := time.Since(began); took > time.Second {
			t.Errorf("%q many times took %v", part, took)
		}
		if !strings.HasPrefix(said, "Graph lehnt die Anfrage ab (400): ") {
			t.Errorf("%q many times begins with %.40q", part, said)
		}
	}
}

func FuzzSay(f *testing.F) {
	for text := range inGerman().fixed {
		f.Add(text)
	}
	f.Add("credential 1 (x): a; b")
	f.Fuzz(func(t *testing.T, text string) { inGerman().say(text) })
}

func BenchmarkSayAgain(b *testing.B) {
	inLanguage(b, "de")
	for b.Loop() {
		Say("the client secret is wrong (AADSTS7000215)")
	}
}

func BenchmarkSayFirst(b *testing.B) {
	c := inGerman()
	for b.Loop() {
		clear(c.said)
		c.say("credential 1 (client-secret): signing in to a.com failed: the client secret is wrong (AADSTS7000215); try again")
	}
}
