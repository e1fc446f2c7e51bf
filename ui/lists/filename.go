package lists

import (
	"strings"
	"unicode"
)

// longestFileName is how many characters of a name a file gets: with its folder
// and ending it has to fit everywhere.
const longestFileName = 120

// FileName makes a text the name of a file that every system takes. What a system
// keeps for itself becomes a blank, several blanks become one.
func FileName(text string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`<>:"/\|?*`, r) {
			return ' '
		}
		return r
	}, text)
	name := []rune(strings.Join(strings.Fields(plain), " "))
	return strings.Trim(string(name[:min(len(name), longestFileName)]), " .")
}
