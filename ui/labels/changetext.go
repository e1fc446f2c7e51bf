package labels

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
)

// Difference is what a change made of one property.
type Difference struct{ Name, Title, Before, After string }

// Differences are what a change made of the properties, in words. An object that came
// or went tells what it had.
func Differences(c entra.Change, now time.Time) (out []Difference) {
	before, errBefore := sideOf(c.Before)
	after, errAfter := sideOf(c.After)
	if errBefore != nil || errAfter != nil {
		return nil // unreachable: it was stored
	}
	var names []string
	for _, p := range slices.Concat(before, after) {
		if !slices.Contains(names, p.Name) {
			names = append(names, p.Name)
		}
	}
	for _, name := range names {
		d := Difference{Name: name, Title: Property(c.Class, name), Before: Value(name, before.Value(name), now), After: Value(name, after.Value(name), now)}
		if d.Before != "" || d.After != "" {
			out = append(out, d)
		}
	}
	return out
}

func sideOf(side []byte) (entra.Properties, error) {
	if len(side) == 0 {
		return nil, nil
	}
	return entra.ParseProperties(side)
}

// NameOf is what the object of a change is called, or else its id.
func NameOf(c entra.Change) string { return cmp.Or(c.DisplayName, c.ID) }

// ChangeText says in words what happened: "Anna Berg joined", "Job title: Analyst →
// Lead".
func ChangeText(c entra.Change, now time.Time) string {
	if c.Target != nil {
		what := map[string]any{"Name": cmp.Or(c.Target.Name, c.Target.ID), "Relation": Relation(c.Class, c.Relation)}
		switch c.Kind {
		case entra.MemberAdded:
			return lang.L("{{.Name}} joined", what)
		case entra.MemberRemoved:
			return lang.L("{{.Name}} left", what)
		case entra.LinkRemoved:
			return lang.L("{{.Relation}}: {{.Name}} no longer", what)
		}
		return lang.L("{{.Relation}}: {{.Name}} new", what)
	}
	if c.Kind != entra.Updated {
		return Change(c.Kind)
	}
	var texts []string
	for _, d := range Differences(c, now) {
		texts = append(texts, DifferenceText(d))
	}
	return strings.Join(texts, "; ")
}

// DifferenceText is one property's change in a line.
func DifferenceText(d Difference) string {
	return d.Title + ": " + cmp.Or(d.Before, "–") + " → " + cmp.Or(d.After, "–")
}
