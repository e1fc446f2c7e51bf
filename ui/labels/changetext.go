package labels

import (
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/tell"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// Differences are what a change made of the properties, in words; of a link what it
// made of its other end. An object that came or went tells what it had.
func Differences(c entra.Change, now time.Time) []tell.Difference {
	if c.Target == nil {
		return tell.Differences(c, words(now))
	}
	end := wording.Sentence(tell.Name(*c.Target))
	if c.Target.Name != "" {
		end += " (" + wording.Capital(className(c.Target.Class)) + ")"
	}
	d := tell.Difference{Name: c.Relation, Title: Relation(c.Class, c.Relation), After: end}
	if c.Lost() {
		d.Before, d.After = end, ""
	}
	return []tell.Difference{d}
}

// className is a class as it is called, or what kind of object a type is that no class has.
func className(name string) string {
	if c, ok := entra.ClassNamed(name); ok {
		return Class(c.Name)
	}
	return wording.Say(tell.Kind(name))
}

// words are the window's, as of a moment.
func words(now time.Time) tell.Words {
	property := func(class, name string) string {
		if c, _ := entra.ClassNamed(class); c.Relates(name) {
			return Relation(class, name)
		}
		return Property(class, name)
	}
	return tell.Words{Property: property, Value: func(name string, v jsontext.Value) string { return Value(name, v, now) }}
}

// NameOf is what the object of a change is called, or else its kind and the beginning of its id.
func NameOf(c entra.Change) string { return opened(tell.Object(c), c) }

// ChangeText says in words what happened: "Anna Berg joined Finance Admins", "Job title of Anna
// Berg: Analyst → Lead".
func ChangeText(c entra.Change, now time.Time) string { return opened(tell.Change(c, words(now)), c) }

// opened says a sentence with a capital letter, unless a name begins it: that is written as it is.
func opened(s say.Sentence, c entra.Change) string {
	text := wording.Say(s)
	names := []string{c.DisplayName}
	if c.Target != nil {
		names = append(names, c.Target.Name)
	}
	for _, end := range c.Ends {
		names = append(names, end.Name)
	}
	for _, name := range names {
		if name != "" && strings.HasPrefix(text, name) {
			return text
		}
	}
	return wording.Capital(text)
}
