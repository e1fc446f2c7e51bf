// Package plainlocale spares the user a complaint of the window toolkit, which
// takes the locale C.UTF-8 for a language that it can't read, and says so on
// stderr while its packages are initialised. The locale means English; so it is
// said, before that. Go initialises packages in the order of their paths as far
// as what they import allows; this one imports nothing that the toolkit waits for.
package plainlocale

import (
	"os"
	"strings"
)

func init() {
	if os.Getenv("LANGUAGE") == "" && isPlain(inForce()) {
		_ = os.Setenv("LANGUAGE", "en") // without it the complaint is all that comes
	}
}

// inForce is the locale that messages are said in.
func inForce() string {
	for _, variable := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(variable); value != "" {
			return value
		}
	}
	return ""
}

func isPlain(locale string) bool {
	name, _, _ := strings.Cut(locale, ".")
	return name != locale && (name == "C" || name == "POSIX")
}
