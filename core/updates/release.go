package updates

import (
	_ "embed"
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"aead.dev/minisign"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Release is a version that can be had.
type Release struct {
	Version  string
	Released time.Time
	Notes    string // plain text
	Page     string // where it can be had, https
}

// Program is what a release names as the program that it is of: a signature of the
// same key under something else is none of a release.
const Program = "entraidsync"

// Statement is what is signed.
type Statement struct {
	Program  string    `json:"program"`
	Version  string    `json:"version"`
	Released time.Time `json:"released"`
	Notes    string    `json:"notes"`
	Page     string    `json:"page"`
}

// Envelope is the file at the address: the statement as it was signed, and
// minisign's signature of it.
type Envelope struct {
	Release   string `json:"release"`
	Signature string `json:"signature"`
}

// builtIn is the public half of the key that releases are signed with.
//
//go:embed release.pub
var builtIn string

// maxNotes is how much of the notes is told.
const maxNotes = 8 << 10

// open reads an envelope that is signed by the key.
func open(body []byte, key minisign.PublicKey) (Release, error) {
	var e Envelope
	if err := json.Unmarshal(body, &e); err != nil || e.Release == "" || e.Signature == "" {
		return Release{}, unusable("what is at the address is no notice of a version")
	}
	if !minisign.Verify(key, []byte(e.Release), []byte(e.Signature)) {
		return Release{}, unusable("its signature does not fit the key of this program")
	}
	var s Statement
	if err := json.Unmarshal([]byte(e.Release), &s); err != nil || s.Program != Program || !isVersion(s.Version) {
		return Release{}, unusable("what is signed is no notice of a version")
	}
	page, err := url.Parse(s.Page)
	if err != nil || page.Scheme != "https" || page.Host == "" {
		return Release{}, unusable("what is signed is no notice of a version")
	}
	return Release{s.Version, s.Released, plain(s.Notes), page.String()}, nil
}

func unusable(why say.Sentence) error {
	return &entra.Error{Code: entra.CodeAnswer, What: cantLook, Why: why, Remedy: "check the address for newer versions under Help; nothing was installed"}
}

const cantLook say.Sentence = "looking for a newer version failed"

// plain is a text without what a screen does not show.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(strings.ReplaceAll(text, "\t", " "), ""))
	if len(text) > maxNotes {
		text = strings.ToValidUTF8(text[:maxNotes], "") + " …"
	}
	return strings.TrimSpace(text)
}

var version = regexp.MustCompile(`^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$`)

func isVersion(text string) bool { return version.MatchString(text) }

// newer tells whether version a comes after b; what is no version comes before all.
func newer(a, b string) bool {
	as, bs := version.FindStringSubmatch(a), version.FindStringSubmatch(b)
	if as == nil || bs == nil {
		return as != nil
	}
	for i := 1; i < len(as); i++ {
		x, _ := strconv.Atoi(as[i]) // digits, and few
		y, _ := strconv.Atoi(bs[i])
		if x != y {
			return x > y
		}
	}
	return false
}
