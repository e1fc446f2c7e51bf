package tell

import (
	"slices"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Words are what properties and their values are called where a change is told.
type Words struct {
	Property func(class, name string) string
	Value    func(name string, v jsontext.Value) string
}

// Plain are English words by the names that Graph gives.
var Plain = Words{Property: func(_, name string) string { return Apart(name) }, Value: plainValue}

func plainValue(_ string, v jsontext.Value) string {
	switch v.Kind() {
	case 't':
		return "yes"
	case 'f':
		return "no"
	case '[':
		return plainList(entra.Elements(v))
	case '{':
		var texts []string
		for _, p := range sideOf(v) {
			if text := plainValue("", p.Value); text != "" {
				texts = append(texts, p.Name+": "+text)
			}
		}
		return strings.Join(texts, ", ")
	}
	return entra.ValueText(v)
}

// plainList writes a list of texts, and how many there are of what is no text.
func plainList(items []jsontext.Value) string {
	texts := make([]string, len(items))
	for i, item := range items {
		if k := item.Kind(); len(items) > 1 && (k == '{' || k == '[') {
			return say.With("%d {entry|entries}", len(items)).String()
		}
		texts[i] = plainValue("", item)
	}
	return strings.Join(texts, ", ")
}

// Apart writes a name's parts as words: onPremisesSamAccountName is On premises sam account name.
func Apart(name string) string {
	var b strings.Builder
	for i, r := range name {
		switch {
		case i == 0:
			r = unicode.ToUpper(r)
		case r == '_' || r == '.':
			r = ' '
		case unicode.IsUpper(r):
			b.WriteByte(' ')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Difference is what a change made of one property.
type Difference struct{ Name, Title, Before, After string }

// Text is the difference in a line.
func (d Difference) Text() string { return d.Title + ": " + d.sides() }

func (d Difference) sides() string { return orNone(d.Before) + " → " + orNone(d.After) }

func orNone(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// Differences are what a change made of the properties. An object that came or went tells what it
// had.
func Differences(c entra.Change, w Words) (out []Difference) {
	before, after := sides(c)
	var names []string
	for _, p := range slices.Concat(before, after) {
		if !slices.Contains(names, p.Name) {
			names = append(names, p.Name)
		}
	}
	value := func(p entra.Properties, name string) string {
		if end, ok := c.Ends[entra.RefersTo(p.Text(name))]; ok && end.Name != "" {
			return end.Name
		}
		return w.Value(name, entra.NameLicences(name, p.Value(name), c.Ends))
	}
	for _, name := range names {
		d := Difference{Name: name, Title: w.Property(c.Class, name), Before: value(before, name), After: value(after, name)}
		if d.Before == d.After && entra.HoldsLicences(name) { // names alone hide what differs
			d.Before, d.After = w.Value(name, before.Value(name)), w.Value(name, after.Value(name))
		}
		if d.Before != "" || d.After != "" {
			out = append(out, d)
		}
	}
	return out
}

// sides are the properties before and after a change.
func sides(c entra.Change) (before, after entra.Properties) {
	return sideOf(c.Before), sideOf(c.After)
}

func sideOf(side []byte) entra.Properties {
	if len(side) == 0 {
		return nil
	}
	p, err := entra.ParseProperties(side)
	if err != nil {
		return nil // unreachable: it was stored
	}
	return p
}
