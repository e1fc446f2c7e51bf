package docs

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
)

// TestLinksLeadSomewhere follows every relative link and every anchor of all
// Markdown files of the project.
func TestLinksLeadSomewhere(t *testing.T) {
	pages := markdownFiles(t)
	if len(pages) < 10 {
		t.Fatalf("only %d pages were found", len(pages))
	}
	for page, text := range pages {
		for _, link := range linksOf(text) {
			u, err := url.Parse(link)
			if err != nil {
				t.Errorf("%s: %q is no link: %v", page, link, err)
				continue
			}
			if u.Scheme != "" {
				continue
			}
			target := page
			if u.Path != "" {
				target = filepath.Join(filepath.Dir(page), filepath.FromSlash(u.Path))
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s leads to %s, which is not there", page, link)
				continue
			}
			if u.Fragment != "" && !anchorsOf(pages[target])[u.Fragment] {
				t.Errorf("%s leads to %s, which has no such heading", page, link)
			}
		}
	}
}

func TestLinksAreFound(t *testing.T) {
	text := []byte("# A *b* `c`, d!\n\n[x](y.md#z) ![p](q.png) <https://example.com>\n\n| a |\n|---|\n| [t](u.md) |\n\n# A b c d\n")
	if got := strings.Join(linksOf(text), " "); got != "y.md#z q.png u.md" {
		t.Errorf("links: %s", got)
	}
	if a := anchorsOf(text); !a["a-b-c-d"] || !a["a-b-c-d-1"] || len(a) != 2 {
		t.Errorf("anchors: %v", a)
	}
}

func markdownFiles(t *testing.T) map[string][]byte {
	t.Helper()
	pages := map[string][]byte{}
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "bin" || entry.Name() == "dist" || entry.Name() == "testdata"):
			return filepath.SkipDir
		case !strings.HasSuffix(name, ".md"):
			return nil
		}
		pages[filepath.Clean(name)], err = os.ReadFile(name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func linksOf(text []byte) (links []string) {
	visit(text, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Link:
			links = append(links, string(n.Destination))
		case *ast.Image:
			links = append(links, string(n.Destination))
		}
	})
	return links
}

// anchorsOf are the ids that a page's headings have on GitHub and in the window's help.
func anchorsOf(text []byte) map[string]bool {
	anchors := map[string]bool{}
	visit(text, func(n ast.Node) {
		if id, ok := n.AttributeString("id"); ok && n.Kind() == ast.KindHeading {
			anchors[string(id.([]byte))] = true
		}
	})
	return anchors
}

// visit parses a page as it is shown, and goes through all of it.
func visit(text []byte, see func(ast.Node)) {
	_ = ast.Walk(parsed(text), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			see(n)
		}
		return ast.WalkContinue, nil
	})
}
