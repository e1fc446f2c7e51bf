package graph

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/entraidsync/entraidsync/core/say"
)

const redacted = "[redacted]"

// mostForeign bounds how much of a text from outside is told, in characters.
const mostForeign = 400

// clean makes a text that came from outside fit to be told: one line, bounded,
// without what no terminal should get and without what looks like a secret. It is
// for texts of known fields: a whole body is never told.
func clean(text string) string {
	if len(text) > 16*mostForeign {
		text = text[:16*mostForeign] // no character of what is left depends on it
	}
	text = redact(strings.ToValidUTF8(text, "\uFFFD"))
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if all := []rune(text); len(all) > mostForeign {
		text = string(append(all[:mostForeign], '…'))
	}
	return text
}

// Forms of secrets. Nothing relies on them alone: they are for what a server
// says where it should not.
var (
	webToken = regexp.MustCompile(`eyJ[A-Za-z0-9_=-]*(?:\.[A-Za-z0-9_=-]*)*`)
	// As Entra makes client secrets: 40 signs, of which the fifth and sixth are Q~.
	entraSecret = regexp.MustCompile(`[A-Za-z0-9_.~-]{3}[0-9A-Za-z]Q~[A-Za-z0-9_.~-]{28,40}`)
	bearerToken = regexp.MustCompile(`(?i)\b(bearer|basic|negotiate|ntlm)\s+[A-Za-z0-9+/_.~=-]{16,}`)
	named       = regexp.MustCompile(`(?i)\b((?:access|refresh|id|device|primary_refresh)_?(?:token|code)|client_?(?:secret|assertion)|assertion|password|passwd|pwd|` +
		`secret|\$?skiptoken|\$?deltatoken|code_verifier|sig|signature)(["'\\]*\s*[:=]\s*["'\\]*)([^\s"'&,;}\\]{4,})`)
	namedCode = regexp.MustCompile(`(?i)\b(code)(["'\\]*\s*[:=]\s*["'\\]*)([^\s"'&,;}\\]{20,})`)
	longRun   = regexp.MustCompile(`[A-Za-z0-9_-]{32,}|[A-Za-z0-9+/]{64,}`)
	guid      = regexp.MustCompile(`(?i)^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

// redact takes out of a text what looks like a token, a secret or an assertion.
func redact(text string) string {
	text = webToken.ReplaceAllString(text, redacted)
	text = entraSecret.ReplaceAllString(text, redacted)
	text = bearerToken.ReplaceAllString(text, "$1 "+redacted)
	text = named.ReplaceAllString(text, "$1$2"+redacted)
	text = namedCode.ReplaceAllString(text, "$1$2"+redacted)
	return longRun.ReplaceAllStringFunc(text, func(run string) string {
		if looksRandom(run) {
			return redacted
		}
		return run
	})
}

// looksRandom tells a token from a long word such as the name of an exception:
// of random signs every sixth is a digit, of words hardly one. Ids are no secrets.
func looksRandom(run string) bool {
	if guid.MatchString(strings.Trim(run, "_-")) {
		return false
	}
	digits := strings.Count(strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return '0'
		}
		return r
	}, run), "0")
	return digits >= 3 || len(run) >= 100
}

// told is an error of ours about an answer, which may quote a little of it.
func told(err error) say.Sentence { return say.Because(err).Map(clean) }
