package docs

import (
	"bytes"
	"html/template"
	"io/fs"
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// markdown is GitHub's dialect, which the documents are written in.
var markdown = goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithAutoHeadingID()))

// parsed is the tree of a page, whose headings have the ids that GitHub gives them.
func parsed(source []byte) ast.Node {
	return markdown.Parser().Parse(text.NewReader(source), parser.WithContext(parser.NewContext(parser.WithIDs(headings{}))))
}

// headings gives ids to headings, each but once.
type headings map[string]int

// Generate makes an id as GitHub does: letters, digits, hyphens and underscores,
// in lower case, blanks as hyphens; the second of the same text ends in -1.
func (h headings) Generate(value []byte, _ ast.NodeKind) []byte {
	id := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, string(bytes.TrimSpace(value)))
	n := h[id]
	h[id]++
	if n > 0 {
		id += "-" + strconv.Itoa(n)
	}
	return []byte(id)
}

// Put takes an id that the page gives itself.
func (h headings) Put(value []byte) { h[string(value)]++ }

// page is what the template shows.
type page struct {
	Title, Name, About string
	Pages              []Page
	Body               template.HTML
	Licences           []Licence
}

// rendered is a document as the inside of a page of HTML. What it links to is
// looked for here, and on the website where it is not.
func rendered(name string) (template.HTML, error) {
	source, err := files.ReadFile(name + ".md")
	if err != nil {
		return "", err
	}
	tree := parsed(source)
	err = ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if link, ok := n.(*ast.Link); ok && entering {
			link.Destination = []byte(here(string(link.Destination)))
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, source, tree); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil // of our own documents, in which goldmark lets no HTML through
}

// here is where a link of a document leads to in the window's help.
func here(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "" || u.Path == "" {
		return link
	}
	name := path.Clean(u.Path)
	if about, err := fs.Stat(files, name); err != nil || about.IsDir() {
		return Website + "/blob/main/" + path.Join("docs", name) + fragment(u)
	}
	if base, markdown := strings.CutSuffix(name, ".md"); markdown {
		name = base + ".html"
	}
	return name + fragment(u)
}

func fragment(u *url.URL) string {
	if u.Fragment == "" {
		return ""
	}
	return "#" + u.EscapedFragment()
}

// frame is a page: the list of pages, and one of them. It loads nothing from
// elsewhere and runs nothing.
var frame = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} – Entra ID Sync</title>
<style>
:root { color-scheme: light dark; --ink: #1b2430; --soft: #5b6675; --line: #dde2e8; --ground: #fff; --side: #f5f7f9; --link: #0b6f95; --code: #eef2f5 }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ef; --soft: #9aa6b4; --line: #333c47; --ground: #171c22; --side: #1e252d; --link: #5cb8dc; --code: #252d36 } }
body { margin: 0; display: flex; min-height: 100vh; color: var(--ink); background: var(--ground); font: 15px/1.55 system-ui, "Segoe UI", "Noto Sans", sans-serif }
nav { flex: 0 0 200px; padding: 20px 16px; background: var(--side); border-right: 1px solid var(--line) }
nav a { display: block; padding: 4px 8px; border-radius: 4px; color: inherit; text-decoration: none }
nav a:hover { text-decoration: underline } nav a[aria-current] { background: var(--code); font-weight: 600 }
nav p { margin: 16px 8px 0; color: var(--soft); font-size: 13px }
main { flex: 1; min-width: 0; max-width: 920px; padding: 20px 36px 80px }
a { color: var(--link) } h1 { font-size: 28px } h2 { margin-top: 36px; padding-bottom: 4px; border-bottom: 1px solid var(--line) }
img { max-width: 100%; border: 1px solid var(--line); border-radius: 6px }
code, pre { font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; font-size: 13px; background: var(--code); border-radius: 4px }
code { padding: 1px 4px } pre { padding: 12px; overflow-x: auto } pre code { padding: 0; background: none }
table { border-collapse: collapse; display: block; overflow-x: auto } th, td { padding: 6px 10px; border: 1px solid var(--line); text-align: left; vertical-align: top }
th { background: var(--side) } blockquote { margin: 0; padding: 0 16px; border-left: 3px solid var(--line); color: var(--soft) }
details { border-bottom: 1px solid var(--line); padding: 6px 0 } summary { cursor: pointer } summary span { color: var(--soft) }
@media (max-width: 760px) { body { display: block } nav { border-right: 0; border-bottom: 1px solid var(--line) } }
</style></head><body>
<nav>{{$at := .Name}}{{range .Pages}}<a href="{{.Name}}.html"{{if eq .Name $at}} aria-current="page"{{end}}>{{.Title}}</a>{{end}}<p>{{.About}}</p></nav>
<main>{{.Body}}{{if .Licences}}<h1>Licences</h1>
<p>What these programs are made of, and under which licences. A line opens its text.</p>
{{range .Licences}}<details><summary>{{.Module}} <span>{{.Version}}</span></summary>{{range .Texts}}<p><b>{{.Name}}</b></p><pre>{{.Text}}</pre>{{end}}</details>
{{end}}{{end}}</main></body></html>
`))
