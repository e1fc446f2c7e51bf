package tell

import (
	"cmp"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Change says in one line what a change did. Who came to what stands first where something was
// given or taken; ids stand for those only whose name nobody knows.
func Change(c entra.Change, w Words) say.Sentence {
	switch {
	case c.Target != nil:
		return link(c, w)
	case c.Kind == entra.Updated:
		return updated(c, w)
	}
	if s := given(c); s != "" {
		return s
	}
	what := Object(c)
	if c.DisplayName != "" || nameIn(c) != "" {
		what = say.With("%s %s", Kind(c.Class), what)
	}
	switch c.Kind {
	case entra.ChangeDeleted:
		return say.With("%s was deleted", what)
	case entra.Restored:
		return say.With("%s was restored", what)
	}
	return say.With("%s was added", what)
}

// Object is what the object of a change is called; of a link its source. What gives something to
// somebody is called by that, as far as somebody says it of an update, which tells only a part of it.
func Object(c entra.Change) say.Sentence {
	if c.DisplayName == "" && c.Target == nil && nameIn(c) == "" {
		if s := calledByEnds(c); s != "" {
			return s
		}
	}
	return Name(entra.LinkEnd{Class: c.Class, ID: c.ID, Name: cmp.Or(c.DisplayName, nameIn(c))})
}

// Whom is the id of whom a change is about: who came to what, or lost it, and else the object
// itself.
func Whom(c entra.Change) string {
	if c.Target != nil {
		return c.Target.ID
	}
	class, _ := entra.ClassNamed(c.Class)
	for _, l := range class.Linked(whole(c)) {
		if l.Relation == "principal" {
			return l.Target
		}
	}
	return c.ID
}

// calledByEnds calls an object by what it gives and to whom; "" where one of them has no name.
func calledByEnds(c entra.Change) say.Sentence {
	links := c.Leads
	if class, _ := entra.ClassNamed(c.Class); c.Kind != entra.Updated {
		links = class.Linked(whole(c))
	}
	names := map[string]string{}
	for _, l := range links {
		names[l.Relation] = c.Ends[l.Target].Name
	}
	what, who := cmp.Or(names["roleDefinition"], names["resource"]), names["principal"]
	switch client := names["client"]; {
	case client != "" && what != "":
		return say.With("%s may use %s", client, what)
	case what != "" && who != "":
		return say.With("%s for %s", what, who)
	}
	return ""
}

// whole are the properties of an object that came or went.
func whole(c entra.Change) entra.Properties {
	before, after := sides(c)
	if c.Kind == entra.ChangeDeleted {
		return before
	}
	return after
}

// nameIn finds what an object without a displayName is called.
func nameIn(c entra.Change) string {
	if end := c.Ends[c.ID]; end.Name != "" {
		return end.Name
	}
	before, after := sides(c)
	return cmp.Or(after.Name(), before.Name())
}

// link tells of a link that began or ended.
func link(c entra.Change, w Words) say.Sentence {
	who, of, lost := Name(*c.Target), Object(c), c.Lost()
	choose := func(began, ended say.Sentence) say.Sentence {
		if lost {
			return ended
		}
		return began
	}
	bare := bareName(entra.LinkEnd{ID: c.ID, Name: cmp.Or(c.DisplayName, nameIn(c))})
	switch c.Class + "." + c.Relation {
	case "groups.members":
		return choose(say.With("%s joined %s", who, of), say.With("%s was removed from %s", who, of))
	case "directoryRoles.members":
		return choose(gotRole(who, bare), lostRole(who, bare))
	case "administrativeUnits.members":
		return choose(say.With("%s was added to the administrative unit %s", who, bare), say.With("%s was removed from the administrative unit %s", who, bare))
	}
	switch c.Relation {
	case "owners":
		return choose(say.With("%s became an owner of %s", who, of), say.With("%s is no longer an owner of %s", who, of))
	case "manager":
		return choose(say.With("%s became the manager of %s", who, of), say.With("%s is no longer the manager of %s", who, of))
	case "sponsors":
		return choose(say.With("%s became a sponsor of %s", who, of), say.With("%s is no longer a sponsor of %s", who, of))
	case "registeredOwners":
		return choose(say.With("%s became a registered owner of %s", who, of), say.With("%s is no longer a registered owner of %s", who, of))
	case "registeredUsers":
		return choose(say.With("%s became a registered user of %s", who, of), say.With("%s is no longer a registered user of %s", who, of))
	}
	by := w.Property(c.Class, c.Relation)
	return choose(say.With("%s of %s: %s was added", by, of, who), say.With("%s of %s: %s was removed", by, of, who))
}

// bareName is what an object is called where its kind is said already.
func bareName(e entra.LinkEnd) say.Sentence { return say.Foreign(cmp.Or(e.Name, Short(e.ID))) }

func gotRole(who, role say.Sentence) say.Sentence  { return say.With("%s got the role %s", who, role) }
func lostRole(who, role say.Sentence) say.Sentence { return say.With("%s lost the role %s", who, role) }

// given tells of an object that gives something to somebody, as long as it is there; "" where it is
// none.
func given(c entra.Change) say.Sentence {
	p := whole(c)
	class, _ := entra.ClassNamed(c.Class)
	ends := map[string]say.Sentence{}
	for _, l := range class.Linked(p) {
		r, _ := class.Reference(l.Relation)
		end := entra.LinkEnd{Class: r.Target, ID: l.Target}
		if known, ok := c.Ends[l.Target]; ok {
			end = known
		}
		if r.Target == "" && end.Name == "" && l.Relation == "principal" {
			end.Name = p.Text("principalDisplayName")
		}
		if ends[l.Relation] = Name(end); l.Relation == "roleDefinition" {
			ends[l.Relation] = bareName(end)
		}
	}
	if len(ends) == 0 {
		return ""
	}
	return givenTo(c, p, ends)
}

func givenTo(c entra.Change, p entra.Properties, ends map[string]say.Sentence) say.Sentence {
	who, gone := ends["principal"], c.Kind == entra.ChangeDeleted
	role := ends["roleDefinition"]
	if scope := ends["scope"]; scope != "" {
		role = say.With("%s (for %s)", role, scope)
	}
	switch {
	case c.Class == "roleAssignments" && gone:
		return lostRole(who, role)
	case c.Class == "roleAssignments":
		return gotRole(who, role)
	case c.Class == "roleEligibilitySchedules" && gone:
		return say.With("%s is no longer eligible for the role %s", who, role)
	case c.Class == "roleEligibilitySchedules":
		return say.With("%s became eligible for the role %s", who, role)
	case c.Class == "roleAssignmentSchedules" && gone:
		return say.With("%s no longer has the role %s active", who, role)
	case c.Class == "roleAssignmentSchedules":
		return say.With("%s now has the role %s active", who, role)
	case c.Class == "appRoleAssignments":
		return assigned(c, p, ends)
	case c.Class == "oauth2PermissionGrants":
		return granted(p, ends, gone)
	}
	return ""
}

// assigned tells of who may use an app, and as what: the role by its name, where it has one.
func assigned(c entra.Change, p entra.Properties, ends map[string]say.Sentence) say.Sentence {
	class, _ := entra.ClassNamed(c.Class)
	who, app, role, gone := ends["principal"], ends["resource"], c.Ends[p.Text(class.Gives)].Name, c.Kind == entra.ChangeDeleted
	switch {
	case role == "" && gone:
		return say.With("%s is no longer assigned to %s", who, app)
	case role == "":
		return say.With("%s was assigned to %s", who, app)
	case gone:
		return say.With("%s is no longer assigned to %s as %s", who, app, role)
	}
	return say.With("%s was assigned to %s as %s", who, app, role)
}

// granted tells of what an app may do for users.
func granted(p entra.Properties, ends map[string]say.Sentence, gone bool) say.Sentence {
	app, in, what, who := ends["client"], ends["resource"], say.Foreign(p.Text("scope")), ends["principal"]
	switch {
	case who == "" && gone:
		return say.With("%s may no longer use %s of %s for all users", app, what, in)
	case who == "":
		return say.With("%s may now use %s of %s for all users", app, what, in)
	case gone:
		return say.With("%s may no longer use %s of %s for %s", app, what, in, who)
	}
	return say.With("%s may now use %s of %s for %s", app, what, in, who)
}

// updated tells which properties have other values.
func updated(c entra.Change, w Words) say.Sentence {
	list := Differences(c, w)
	who := Object(c)
	switch len(list) {
	case 0:
		return say.With("%s was updated", who)
	case 1:
		return oneUpdated(c, list[0], who)
	}
	texts := make([]say.Sentence, len(list))
	for i, d := range list {
		texts[i] = say.Foreign(d.Text())
	}
	return say.With("%s: %s", who, say.Join("; ", texts...))
}

func oneUpdated(c entra.Change, d Difference, who say.Sentence) say.Sentence {
	_, after := sides(c)
	switch {
	case d.Name == "displayName" && d.Before != "" && d.After != "":
		return say.With("%s is now called %s", d.Before, d.After)
	case d.Name == "accountEnabled" && after.Value(d.Name).Kind() == 't':
		return say.With("%s was enabled", who)
	case d.Name == "accountEnabled" && after.Value(d.Name).Kind() == 'f':
		return say.With("%s was disabled", who)
	}
	return say.With("%s of %s: %s", d.Title, who, say.Foreign(d.sides()))
}

// Actors names who made a change; "": nobody knows. Who may have made it has a question mark.
func Actors(c entra.Change) string {
	names := make([]string, len(c.Actors))
	for i, who := range c.Actors {
		names[i] = who.Name
	}
	text := strings.Join(names, ", ")
	if _, known := c.Actor(); !known && text != "" {
		text += "?"
	}
	return text
}
