// Package wording says core's sentences in the language of the window. A sentence
// is its format and what stands in the format's places (core/say); the catalogue of
// German formats, de.json, is kept complete by a test that reads the sources.
package wording

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

//go:embed de.json
var german []byte

// Say gives a sentence in the language of the window. Foreign words in it, such as
// those of Graph or of the operating system, stay as they are.
func Say(s say.Sentence) string {
	if phrase.Language() != "de" {
		return s.String()
	}
	return inGerman().say(s)
}

var inGerman = sync.OnceValue(func() *catalogue {
	var texts map[string]string
	if err := json.Unmarshal(german, &texts); err != nil {
		panic("ui/wording/de.json: " + err.Error()) // part of the program; a test reads it
	}
	return newCatalogue(texts)
})

// catalogue translates sentences.
type catalogue struct {
	fixed   map[string]string // sentences without a place
	formats map[string]string // those with places, by their English format
	labels  map[string]bool   // texts of the window's own that core puts into its sentences
}

func newCatalogue(texts map[string]string) *catalogue {
	c := &catalogue{fixed: map[string]string{}, formats: map[string]string{}, labels: map[string]bool{}}
	for english, said := range texts {
		if f := parse(english); len(f.places) == 0 {
			c.fixed[f.literals[0]] = parse(said).literals[0]
		} else {
			c.formats[english] = said
		}
	}
	for _, class := range entra.Choices() {
		c.labels[class.Label] = true
	}
	for _, name := range entra.StreamNames() {
		c.labels[name] = true
	}
	for _, cloud := range entra.BuiltInClouds() {
		c.labels[cloud.Label] = true
	}
	return c
}

func (c *catalogue) say(s say.Sentence) string {
	english, args := s.Parts()
	if len(args) == 0 {
		if said, ok := c.fixed[english]; ok {
			return said
		}
		if c.labels[english] {
			return lang.L(english)
		}
		return english
	}
	f, ok := c.formats[english]
	if !ok { // punctuation between sentences, or a row that another version wrote
		f = english
	}
	for i, a := range args {
		if inner, ok := a.(say.Sentence); ok {
			args[i] = c.say(inner)
		}
	}
	return parse(say.Numbered(f, args)).fill(args)
}

// Originals are what English sentences say that hold a text as they are said in the window's
// language: each by its fixed parts, in their order. In English there are none: the text itself
// stands there.
func Originals(text string) (out [][]string) {
	text = strings.ToLower(text)
	if phrase.Language() != "de" || utf8.RuneCountInString(text) < shortest {
		return nil
	}
	c := inGerman()
	for english, said := range c.fixed {
		if strings.Contains(strings.ToLower(said), text) {
			out = append(out, []string{english})
		}
	}
	for english, said := range c.formats {
		if !says(said, text) {
			continue
		}
		for _, variant := range variants(english) {
			if parts := slices.DeleteFunc(parse(variant).literals, func(part string) bool { return part == "" }); len(parts) > 0 {
				out = append(out, parts)
			}
		}
	}
	return out
}

// shortest is how long a text is at least by which sentences are found: shorter ones stand in most.
const shortest = 3

// says tells whether a fixed part of a format holds a text in small letters.
func says(format, text string) bool {
	return slices.ContainsFunc(variants(format), func(variant string) bool {
		return slices.ContainsFunc(parse(variant).literals, func(part string) bool { return strings.Contains(strings.ToLower(part), text) })
	})
}

// variants are a format for one and for many.
func variants(format string) []string {
	if !strings.Contains(format, "|") {
		return []string{format}
	}
	return []string{chosen.ReplaceAllString(format, "$1"), chosen.ReplaceAllString(format, "$2")}
}

var chosen = regexp.MustCompile(`\{([^{}|]*)\|([^{}|]*)\}`)
