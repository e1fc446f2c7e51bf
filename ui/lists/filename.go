package lists

import (
	"strings"
	"unicode"
)

// longestFileName is how many characters of a name a file gets: with its folder
// and ending it has to fit everywhere.
const longestFileName = 120

// FileName makes a text the name of a file that every system takes, and keeps its end
// where it is too long: when the file was made, and by what. What a system keeps for
// itself becomes a blank, several blanks become one.
func FileName(text, end string) string {
	name, last := fileWords(text), fileWords(end)
	if room := longestFileName - len(last) - 1; len(name) > room {
		name = name[:max(room, 0)]
	}
	return strings.Trim(strings.TrimSpace(string(name))+" "+string(last), " .")
}

func fileWords(text string) []rune {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`<>:"/\|?*`, r) {
			return ' '
		}
		return r
	}, text)
	return []rune(strings.Join(strings.Fields(plain), " "))
}
