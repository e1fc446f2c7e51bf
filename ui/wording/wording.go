// Package wording says core's sentences in the language of the window. Core words
// its errors, notes and reasons in English, for the terminal and for good: the
// history keeps them as they were said. So they are translated where they are
// shown, by the format that each was made with; a catalogue of these formats,
// de.json, is kept complete by a test that reads the sources.
package wording

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"sync"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

//go:embed de.json
var german []byte

// Say gives a sentence of core in the language of the window. What is unknown,
// such as the words of Graph or of the operating system, stays as it is, also
// within a sentence.
func Say(text string) string {
	if text == "" || phrase.Language() != "de" {
		return text
	}
	return inGerman().say(text)
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
	fixed  map[string]string // sentences without a place
	forms  []form            // those with places
	labels map[string]bool   // texts of the window's own that core puts into its sentences

	mu   sync.Mutex
	said map[string]string // what was asked for lately
}

// form is a format with places and how it is said.
type form struct {
	english, said format
	words         int // bytes of English that it recognises; 0: punctuation, which says nothing
}

func newCatalogue(texts map[string]string) *catalogue {
	c := &catalogue{fixed: map[string]string{}, labels: map[string]bool{}, said: map[string]string{}}
	for _, english := range slices.Sorted(maps.Keys(texts)) { // in an order that does not change
		f, said := parse(english), parse(texts[english])
		switch {
		case len(f.places) == 0:
			c.fixed[f.literals[0]] = said.literals[0]
		case texts[english] == english:
			c.forms = append(c.forms, form{f, said, 0})
		default:
			c.forms = append(c.forms, form{f, said, f.length()})
		}
	}
	for _, class := range entra.Classes() {
		c.labels[class.Label] = true
	}
	for _, cloud := range entra.BuiltInClouds() {
		c.labels[cloud.Label] = true
	}
	return c
}

const (
	remembered = 2000 // sentences that are kept: more than a page of history shows
	pondered   = 100  // parts of a sentence that are looked at, however many ways there are to take it apart
)

func (c *catalogue) say(text string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if said, ok := c.said[text]; ok {
		return said
	}
	if len(c.said) >= remembered {
		clear(c.said)
	}
	c.said[text] = c.best(text, map[string]meaning{}).said
	return c.said[text]
}

// meaning is a translation and how much of the English text it rests on.
type meaning struct {
	said  string
	known int // bytes of text that were recognised
}

// best finds the translation that leaves least of a text unknown: what stands in
// a place may be a sentence itself, and one format may begin like another.
func (c *catalogue) best(text string, seen map[string]meaning) meaning {
	m, known := seen[text]
	if known || len(seen) > pondered {
		return cmp.Or(m, meaning{said: text})
	}
	switch said, fixed := c.fixed[text]; {
	case fixed:
		m = meaning{said, len(text)}
	case c.labels[text]:
		m = meaning{lang.L(text), len(text)}
	default:
		m = c.taken(text, seen)
	}
	seen[text] = m
	return m
}

// taken takes a text apart by the form that knows most of it.
func (c *catalogue) taken(text string, seen map[string]meaning) meaning {
	m := meaning{said: text}
	for _, f := range c.forms {
		for held := range f.english.matches(text) {
			if parts, known := c.parts(f, held, seen); known > m.known {
				m = meaning{f.said.fill(parts), known}
			}
		}
	}
	return m
}

// parts says what the places of a form hold, by their numbers, and tells how much
// of it all is known.
func (c *catalogue) parts(f form, held []string, seen map[string]meaning) (parts []string, known int) {
	parts, known = make([]string, len(held)+1), f.words
	for i, p := range f.english.places {
		m := meaning{held[i], len(held[i])}
		switch p.verb {
		case 's':
			m = c.best(held[i], seen)
		case 'q':
			m.said, _ = strconv.Unquote(held[i]) // it fits, so it can be
		}
		parts[p.number], known = m.said, known+m.known
	}
	return parts, known
}
