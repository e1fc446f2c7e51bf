package labels

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/tell"
)

// PropertyGroup is what kind of thing a property tells.
type PropertyGroup int

// The groups of properties, in the order in which they are shown.
const (
	IdentityGroup PropertyGroup = iota
	ContactGroup
	OrganizationGroup
	OnPremisesGroup
	SignInGroup
	OtherGroup
)

// Title is the group for people.
func (g PropertyGroup) Title() string {
	switch g {
	case IdentityGroup:
		return lang.L("Identity")
	case ContactGroup:
		return lang.L("Contact")
	case OrganizationGroup:
		return lang.L("Organization data")
	case OnPremisesGroup:
		return lang.L("On-premises")
	case SignInGroup:
		return lang.L("Sign-in and access")
	}
	return lang.L("Other properties")
}

// propertyTitle is what an admin calls a property, in English, and its group.
type propertyTitle struct {
	name  string
	group PropertyGroup
	title string
}

// titlesByName finds the titles, and their places.
var titlesByName = func() map[string]int {
	places := map[string]int{}
	for i, p := range propertyTitles {
		places[p.name] = i
	}
	return places
}()

// PropertyTitles are the English titles of all properties that have one.
func PropertyTitles() (out []string) {
	for _, p := range propertyTitles {
		out = append(out, p.title)
	}
	return out
}

// Property is what an admin calls a property of a class. One without a title of ours
// is called by its parts: onPremisesSamAccountName is On premises sam account name.
func Property(class, name string) string {
	if p, ok := propertyOf(class, name); ok {
		return lang.L(p.title)
	}
	return tell.Apart(name)
}

// GroupOf is the group of a property of a class.
func GroupOf(class, name string) PropertyGroup {
	if p, ok := propertyOf(class, name); ok {
		return p.group
	}
	if strings.HasPrefix(name, "onPremises") {
		return OnPremisesGroup
	}
	return OtherGroup
}

func propertyOf(class, name string) (propertyTitle, bool) {
	at := place(class, name)
	if at == len(propertyTitles) {
		return propertyTitle{}, false
	}
	return propertyTitles[at], true
}

// place is where a property stands among all; those without a title come last.
func place(class, name string) int {
	if at, ok := titlesByName[class+"."+name]; ok {
		return at
	}
	if at, ok := titlesByName[name]; ok {
		return at
	}
	return len(propertyTitles)
}

// TableColumns are the properties that a table of a class can show: those that stand
// first in it before the others, in the order of their titles.
func TableColumns(c entra.Class) []string {
	out := slices.Clone(c.Columns)
	rest := slices.DeleteFunc(slices.Clone(c.Told()), func(name string) bool { return slices.Contains(out, name) })
	return append(out, Ordered(c.Name, rest)...)
}

// Ordered brings properties into the order in which they are shown.
func Ordered(class string, names []string) []string {
	names = slices.Clone(names)
	slices.SortStableFunc(names, func(a, b string) int { return place(class, a) - place(class, b) })
	return names
}
