package labels

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
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
	group PropertyGroup
	title string
}

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
	return apart(name)
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
	if p, ok := propertyTitles[class+"."+name]; ok {
		return p, true
	}
	p, ok := propertyTitles[name]
	return p, ok
}

// apart writes a name's parts as words.
func apart(name string) string {
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

// TableColumns are the properties that a table of a class can show: those that stand
// first in it before the others, in the order of their titles' groups.
func TableColumns(c entra.Class) []string {
	seen, out := map[string]bool{}, []string{}
	add := func(names []string) {
		for _, name := range names {
			if !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		}
	}
	add(c.Columns)
	for g := IdentityGroup; g <= OtherGroup; g++ {
		for _, name := range c.Select {
			if GroupOf(c.Name, name) == g {
				add([]string{name})
			}
		}
	}
	return out
}
