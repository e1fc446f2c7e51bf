package datafolder

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/entraidsync/entraidsync/core/say"
)

// maxLinks is how many links a path may lead through, as in Linux.
const maxLinks = 40

// resolve follows a path link by link, as the OS does when it opens it: dots are
// taken where the links have led, not as they are written. What does not exist yet
// is kept as named, behind a link as well. The result is absolute.
func resolve(path string) (string, error) {
	if path == "" || strings.ContainsRune(path, 0) {
		return "", say.Errorf("it is no name of a file")
	}
	if !filepath.IsAbs(path) {
		here, err := os.Getwd()
		if err != nil {
			return "", err
		}
		path = here + string(filepath.Separator) + path // not joined: that would take the dots away
	}
	at, rest := split(path)
	for links := 0; len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			at = filepath.Dir(at)
			continue
		}
		next := filepath.Join(at, name)
		info, err := os.Lstat(next)
		if err != nil || info.Mode()&os.ModeSymlink == 0 {
			at = next
			continue
		}
		if links++; links > maxLinks {
			return "", say.Errorf("its links lead in a circle")
		}
		to, err := os.Readlink(next)
		if err != nil {
			return "", err
		}
		if filepath.IsAbs(to) {
			var more []string
			at, more = split(to)
			rest = append(more, rest...)
			continue
		}
		rest = append(parts(to), rest...)
	}
	return at, nil
}

// split gives the root of an absolute path, and the names below it.
func split(path string) (root string, names []string) {
	volume := filepath.VolumeName(path)
	return volume + string(filepath.Separator), parts(path[len(volume):])
}

func parts(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(uint8(r)) })
}
