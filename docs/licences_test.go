package docs

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var writeLicences = flag.Bool("licences", false, "write docs/licences.json.gz anew")

// module is one that a program links, and the folders of it that are linked.
type module struct {
	path, version, dir string
	packages           map[string]bool
}

// TestLicencesAreComplete compares the embedded licences with what the go command
// says that the programs link, on each system that they are made for.
func TestLicencesAreComplete(t *testing.T) {
	want := append([]Licence{own(t), goItself(t)}, unwritten...)
	linked := linkedModules(t)
	if len(linked) < 40 {
		t.Fatalf("only %d modules were found", len(linked))
	}
	for _, m := range linked {
		texts := licenceTexts(t, m)
		if len(texts) == 0 {
			t.Errorf("%s has no licence in it", m.path)
		}
		want = append(want, Licence{m.path, m.version, texts})
	}
	if *writeLicences {
		write(t, want)
		return
	}
	have, err := Licences()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(have, want, func(a, b Licence) bool {
		return a.Module == b.Module && a.Version == b.Version && slices.Equal(a.Texts, b.Texts)
	}) {
		t.Errorf("docs/licences.json.gz is stale (%d parts, the programs have %d): run .ci/reference", len(have), len(want))
	}
}

func linkedModules(t *testing.T) []module {
	t.Helper()
	all := map[string]module{}
	for _, system := range []string{"linux", "windows", "darwin"} {
		list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}\t{{$.Dir}}{{end}}{{end}}",
			"./cmd/entrasync", "./cmd/entrasyncctl", "./cmd/graphsim")
		list.Dir, list.Stderr = "..", os.Stderr
		list.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=1")
		out, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(out)) {
			part := strings.Split(strings.TrimSpace(line), "\t")
			if len(part) != 4 {
				continue
			}
			m, known := all[part[0]]
			if !known {
				m = module{part[0], part[1], part[2], map[string]bool{}}
				all[part[0]] = m
			}
			m.packages[part[3]] = true
		}
	}
	var list []module
	for _, m := range all {
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b module) int { return cmp.Compare(a.path, b.path) })
	return list
}

var licenceName = regexp.MustCompile(`(?i)^(licen[cs]es?|copying|notice|copyright|patents|unlicense|ofl)([-_.].*)?$`)

// licenceTexts are the licences of a module: of itself, and those beside what is
// linked of it, such as a font's or a C library's.
func licenceTexts(t *testing.T, m module) (texts []LicenceText) {
	t.Helper()
	err := filepath.WalkDir(m.dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != m.dir && (entry.Name() == "testdata" || entry.Name() == "cmd" || !near(name, m)):
			return filepath.SkipDir
		case entry.IsDir() || !licenceName.MatchString(entry.Name()) || strings.HasSuffix(name, ".go"):
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(m.dir, name)
		texts = append(texts, LicenceText{filepath.ToSlash(relative), strings.ToValidUTF8(string(text), "?")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// near tells whether a folder leads to a package that is linked, or belongs to
// one: it has no Go package of its own.
func near(folder string, m module) bool {
	for p := range m.packages {
		if p == folder || strings.HasPrefix(p, folder+string(filepath.Separator)) {
			return true
		}
	}
	inside := slices.ContainsFunc(slices.Collect(maps.Keys(m.packages)), func(p string) bool { return strings.HasPrefix(folder, p+string(filepath.Separator)) })
	sources, err := filepath.Glob(filepath.Join(folder, "*.go"))
	return err == nil && inside && len(sources) == 0
}

// unwritten are licences of what lies in modules without a file of its own.
var unwritten = []Licence{
	{"EmojiOne Color, a font in Fyne", "", []LicenceText{{"LICENSE", "EmojiOne Color font: emoji artwork by EmojiOne, https://www.emojione.com, made a font by Adobe. " +
		"Creative Commons Attribution 4.0 International, https://creativecommons.org/licenses/by/4.0/\n"}}},
	{"SQLite, in go-sqlite3", "", []LicenceText{{"LICENSE", "The authors of SQLite disclaim copyright to its source code. In place of a legal notice, here is a blessing:\n\n" +
		"   May you do good and not evil.\n   May you find forgiveness for yourself and forgive others.\n   May you share freely, never taking more than you give.\n"}}},
}

func own(t *testing.T) Licence {
	return Licence{"Entra ID Sync", "", []LicenceText{{"LICENSE", read(t, "../LICENSE")}}}
}

// goItself is Go's own licence, without its version, which differs from computer to
// computer.
func goItself(t *testing.T) Licence {
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return Licence{"Go", "", []LicenceText{{"LICENSE", read(t, filepath.Join(strings.TrimSpace(string(out)), "LICENSE"))}}}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, list []Licence) {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		err = json.NewEncoder(z).Encode(list)
	}
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = os.WriteFile(licencesFile, b.Bytes(), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
