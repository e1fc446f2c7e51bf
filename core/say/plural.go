package say

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// numbered are the places of a format, and words of which a number chooses: those before
// the bar where it is 1, else those behind it.
var numbered = regexp.MustCompile(`%(?:\[(\d+)\])?([a-z])|%%|\{([^{}|]*)\|([^{}|]*)\}`)

// Numbered chooses among the words of a format by the number in the place before them:
// "%d {object|objects} came" is "%d object came" for 1. Each language's format has its own.
func Numbered(format string, args []any) string {
	if !strings.Contains(format, "|") {
		return format
	}
	next, one := 0, false
	return replaced(format, func(m []string) string {
		if strings.HasPrefix(m[0], "{") {
			if one {
				return m[3]
			}
			return m[4]
		}
		if m[0] == "%%" {
			return m[0]
		}
		if m[1] != "" {
			n, _ := strconv.Atoi(m[1]) // digits
			next = n - 1
		}
		if m[2] == "d" && next >= 0 && next < len(args) {
			one = fmt.Sprint(args[next]) == "1"
		}
		next++
		return m[0]
	})
}

// replaced is a format with what f makes of each match, given with its parts.
func replaced(format string, f func([]string) string) string {
	return numbered.ReplaceAllStringFunc(format, func(match string) string { return f(numbered.FindStringSubmatch(match)) })
}
