package wording

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/tell"
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

// kinds are what core puts into its sentences and is no sentence.
func kinds() (out []string) {
	for _, k := range []entra.Kind{entra.ClientSecret, entra.Certificate, entra.ManagedIdentity, entra.WorkloadIdentity, entra.AzureCLI, entra.DeviceCode, entra.InteractiveBrowser} {
		out = append(out, string(k))
	}
	for _, kind := range tell.Kinds() {
		out = append(out, kind.String())
	}
	return append(out, string(vault.KindKeychain), string(vault.KindPassphrase))
}

func TestEverySentenceHasItsGerman(t *testing.T) {
	german, found := entries(t), readSource(t, "../..").sentences()
	for _, w := range kinds() {
		found[w] = "a word of core"
	}
	for _, text := range slices.Sorted(maps.Keys(found)) {
		if german[text] == "" {
			t.Errorf("de.json lacks %q of %s", text, found[text])
		}
	}
	for _, text := range slices.Sorted(maps.Keys(german)) {
		if found[text] == "" {
			t.Errorf("de.json has %q, which the code no longer says", text)
		}
	}
}

// A reader of sources that sees nothing passes everything: one sentence of each
// way in which the code comes to say one.
func TestSourcesAreRead(t *testing.T) {
	found := readSource(t, "../..").sentences()
	for _, text := range []string{
		"the disk is full",                          // assigned with others
		"the client secret is wrong",                // in a table
		"%s (AADSTS%d)",                             // by a constant that is a format
		"reading the tenants failed",                // handed through three functions
		"reading %s failed",                         // with a noun
		"there is no credential profile %q",         // handed in
		"it was cut off: %s",                        // in an error that is wrapped
		"credential %d (%s): %s",                    // a note
		"the proxy %s asks for a password",          // a result
		"%s; an admin consents at %s",               // around another
		"%%LocalAppData%% is not set",               // with a sign of formats
		"set the clock right first, then try again", // joined with another
		"correct them in the environment (HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT); signs such as @ and : are written as %%40 and %%3A", // of several constants
		"the members of groups with hidden membership can't be read without %s: add it to the app, or leave them out",
	} {
		if found[text] == "" {
			t.Errorf("%q is not found", text)
		}
	}
}

// A sentence is its format and arguments all the way: whoever takes it apart, or
// shows it as it is kept, makes text that nobody can translate or read.
func TestSentencesStayWhole(t *testing.T) {
	for _, slip := range readSource(t, "../..").slips() {
		t.Error(slip)
	}
}

func TestSlipsAreSeen(t *testing.T) {
	root := t.TempDir()
	code := `package store
import (
	"errors"
	"fmt"
	"github.com/entraidsync/entraidsync/core/say"
)
type Kind string
func (k Kind) Noun() say.Sentence { return say.Sentence(k) } // as it should be
func tell(s say.Sentence, name string) {
	tell("this is fine", "x")
	tell(say.With("%[1]s is %[1]s, %d", name, 1), "fine")
	tell("a " + s, "joined")
	s += " more"
	tell(say.Sentence(name), "made")
	println(string(s))
	tell(say.With(name), "no constant")
	tell(say.With("%s %s", name), "too few")
	_, _ = errors.New("of no use"), fmt.Errorf("of none either: %s", name)
}
func (k Kind) Error() string { return "a kind of " + string(k) }
`
	for name, text := range map[string]string{"core/entra/x.go": code, "core/say/say.go": "package say\ntype Sentence string\nfunc With(format string, args ...any) Sentence { return \"\" }\n",
		"cmd/x/x.go": "package x\n", "ui/x/x.go": "package x\n"} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var lines []string
	for _, slip := range readSource(t, root).slips() {
		lines = append(lines, strings.Split(slip, ":")[1])
	}
	if want := []string{"12", "13", "14", "15", "16", "17", "18", "18", "20"}; !slices.Equal(lines, want) {
		t.Errorf("slips in lines %v, not %v", lines, want)
	}
}

// Each German format has a place for what stands in the English one.
func TestFormatsHaveTheirPlaces(t *testing.T) {
	for english, said := range entries(t) {
		f, g := parse(english), parse(said)
		verb := map[int]byte{}
		for _, p := range f.places {
			verb[p.number] = p.verb
		}
		for _, p := range g.places {
			if was := verb[p.number]; was == 0 || was != p.verb && p.verb != 's' {
				t.Errorf("%q has other places than %q", said, english)
			}
		}
		if len(g.places) < len(verb) {
			t.Errorf("%q has fewer places than %q", said, english)
		}
	}
}

func TestSay(t *testing.T) {
	inLanguage(t, "de")
	users, _ := entra.ClassNamed("users")
	for _, test := range []struct {
		s    say.Sentence
		want string
	}{
		{"", ""},
		{say.With("%s (AADSTS%d)", say.Sentence("the client secret is wrong"), 7000215), "der geheime Clientschlüssel ist falsch (AADSTS7000215)"},
		{say.With("%s (asked %d {time|times})", say.With("Graph is failing (%d)", 503), 5), "Graph ist gestört (503) (5-mal gefragt)"},
		{say.With("reading %s failed", users), "Benutzer: Lesen fehlgeschlagen"},
		{say.With("reading %s failed", "Users"), "Users: Lesen fehlgeschlagen"}, // somebody's name, and no noun
		{"reading the tenants failed", "die Mandanten konnten nicht gelesen werden"},
		{"the process ended before the sync did", "das Programm endete vor der Synchronisierung"},
		{say.With("it expired on %s", "2026-01-31"), "es ist am 31.01.2026 abgelaufen"},
		{say.With("there is no credential profile %q", "two words"), "es gibt kein Anmeldeprofil „two words“"},
		{say.With("there is no tenant %q", `a"b`), `es gibt keinen Mandanten „a"b“`},
		{say.With("used by %s", say.With("%s and %d more", "a.com, b.com", 1234)), "verwendet von a.com, b.com und 1.234 weitere"},
		{say.Foreign("disk I/O error"), "disk I/O error"},
		{say.Foreign("the disk is full"), "the disk is full"}, // words of a server are its own
		{say.With("the connection failed: %s", errors.New("dial tcp 127.0.0.1:1: connect: refused")), "die Verbindung ist fehlgeschlagen: dial tcp 127.0.0.1:1: connect: refused"},
		{(&entra.Error{What: say.With("signing in to %s failed", "contoso.com"), Why: "the disk is full"}).Sentence(), "die Anmeldung bei contoso.com ist fehlgeschlagen: der Datenträger ist voll"},
		{say.With("%s; an admin consents at %s", say.Sentence("check the credential"), "https://a/b"), "die Anmeldung prüfen; ein Administrator stimmt zu unter https://a/b"},
		{say.Join("; ", "set the clock right first, then try again", "try again"), "zuerst die Uhr richtig stellen, dann erneut versuchen; erneut versuchen"},
		{say.With("credential %d (%s): %s", 1, entra.ClientSecret, &entra.Error{What: "the disk is full", Remedy: "try again"}), "Anmeldung 1 (geheimer Clientschlüssel): der Datenträger ist voll; erneut versuchen"},
		{say.With("the members of groups with hidden membership can't be read without %s: add it to the app, or leave them out", "X.Y"), "die Mitglieder von Gruppen mit verborgener Mitgliedschaft können ohne X.Y nicht gelesen werden: der App diese Berechtigung geben oder die Mitglieder auslassen"},
		{say.Because(fmt.Errorf("ours is %w", vault.ErrLocked)), "ours is the vault is locked"},
		{say.Because(vault.ErrLocked), "der Tresor ist gesperrt"},
		{say.With("a row of %s, %q and %d, which another version wrote", "a", "b", 1234), `a row of a, "b" and 1.234, which another version wrote`},
	} {
		if got := Say(test.s); got != test.want {
			t.Errorf("%q:\n got %q\nwant %q", test.s, got, test.want)
		}
	}
}

// What the eye reads in German is found by what is kept in English.
func TestOriginals(t *testing.T) {
	if got := Originals("falsch"); got != nil {
		t.Errorf("in English: %q", got)
	}
	inLanguage(t, "de")
	has := func(list [][]string, want ...string) bool {
		return slices.ContainsFunc(list, func(parts []string) bool { return slices.Equal(parts, want) })
	}
	if got := Originals("Clientschlüssel ist falsch"); !has(got, "the client secret is wrong") {
		t.Errorf("of a fixed sentence: %q", got)
	}
	if got := Originals("zurückgehaltene Löschungen"); !has(got, " held ", "deletions were confirmed by an admin") && !has(got, " held deletions were confirmed by an admin") {
		t.Errorf("of one with a number: %q", got)
	}
	if got := Originals("fehlgeschlagen"); !has(got, "reading ", " failed") {
		t.Errorf("of one with a place: %q", got)
	}
	if got := Originals("es"); got != nil {
		t.Errorf("two letters find %d", len(got))
	}
}

func TestEnglishStays(t *testing.T) {
	s := say.With("it expired on %s", "2026-01-31")
	if got := Say(s); got != "it expired on 2026-01-31" {
		t.Errorf("in English: %q", got)
	}
	inLanguage(t, "de")
	if got := Say("try again"); got != "erneut versuchen" {
		t.Errorf("in German: %q", got)
	}
}

func BenchmarkSay(b *testing.B) {
	inLanguage(b, "de")
	s := say.With("credential %d (%s): %s", 1, entra.ClientSecret, say.With("%s (AADSTS%d)", say.Sentence("the client secret is wrong"), 7000215))
	for b.Loop() {
		Say(s)
	}
}

// bare is a number before a noun in its plural, which says "1 objects" of a single one.
var bare = regexp.MustCompile(`%d (\w+ )?\w+s\b`)

// plural are sentences whose numbers are always more than one, or count nothing.
var plural = []string{"a text at byte %d is no valid UTF-8", "%d of %d links of %s were removed in one sync, as Graph says of each of them", "credential %d expires on %s: add its successor to the profile before that"}

// What is counted follows its number: "%d {object|objects}".
func TestNounsFollowTheirNumber(t *testing.T) {
	var texts map[string]string
	if err := json.Unmarshal(german, &texts); err != nil {
		t.Fatal(err)
	}
	for english := range texts {
		if counts := strings.ReplaceAll(english, "place %d", ""); bare.MatchString(counts) && !slices.Contains(plural, english) {
			t.Errorf("%q: write {one|more} behind the number", english)
		}
	}
	held := say.With("%d held {deletion was|deletions were} confirmed by an admin", 1)
	if got := inGerman().say(held); got != "1 zurückgehaltene Löschung wurde bestätigt" {
		t.Errorf("in German: %q", got)
	}
}
