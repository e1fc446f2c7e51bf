package docs

import (
	"bytes"
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
