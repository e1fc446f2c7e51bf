package audit

import (
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/audits"
)

// deed is what an activity does, by its name in the log.
type deed int

const (
	other deed = iota
	adds
	removes
	restores
	updates
)

// act is an activity, taken apart.
type act struct {
	deed  deed
	links bool   // it leads from one object to another, or ends that
	name  string // in lower case
}

// verbs are the first words of activities.
var verbs = map[string]deed{"add": adds, "create": adds, "register": adds, "invite": adds, "assign": adds, "consent": adds, "set": updates,
	"delete": removes, "hard": removes, "remove": removes, "unregister": removes, "unassign": removes, "revoke": removes, "restore": restores,
	"update": updates, "change": updates, "reset": updates, "disable": updates, "enable": updates}

func actOf(activity string) act {
	a := act{name: strings.ToLower(strings.TrimSpace(activity))}
	verb, _, _ := strings.Cut(a.name, " ")
	a.deed = verbs[verb]
	a.links = strings.Contains(a.name, " to ") || strings.Contains(a.name, " from ") || strings.HasSuffix(a.name, " manager") || strings.HasSuffix(a.name, " sponsor")
	if a.links && a.deed == updates && verb == "set" {
		a.deed = adds
	}
	if !a.links && (strings.Contains(a.name, "credential") || strings.Contains(a.name, "password")) {
		a.deed = updates // what an object has of its own
	}
	return a
}

// nouns are what activities call the objects of a class; of others any activity may be.
var nouns = map[string][]string{"users": {"user"}, "groups": {"group"}, "devices": {"device"}, "applications": {"application"}, "servicePrincipals": {"service principal"},
	"administrativeUnits": {"administrative unit"}, "orgContacts": {"contact"}, "conditionalAccessPolicies": {"conditional access policy"},
	"namedLocations": {"named location"}, "oauth2PermissionGrants": {"delegated permission", "consent to application"}}

// linkNouns are what activities call the links of a relation; of others any may be.
var linkNouns = map[string]string{entra.Members: "member", "owners": "owner", "registeredOwners": "owner", "registeredUsers": "user", "manager": "manager",
	"sponsors": "sponsor", "appRoleAssignedTo": "app role assignment"}

// about tells whether an activity is about an object of a class.
func (a act) about(class string) bool {
	list, known := nouns[class]
	return !known || slices.ContainsFunc(list, func(noun string) bool { return strings.Contains(a.name, noun) })
}

// change is a recorded one, with what entries are compared with.
type change struct {
	audits.Change
	ids     []string          // that an entry of it names all
	stands  bool              // the object stands for what leads from one to another, as an assignment of a role does
	changed map[string]uint64 // of an update: the properties, spelt as the log does, with fingerprints of what they are now
}

// follows are properties that change because others do, or by themselves: that no entry names them says nothing.
var follows = map[string]bool{"signinsessionsvalidfromdatetime": true, "lastpasswordchangedatetime": true, "refreshtokensvalidfromdatetime": true,
	"onpremiseslastsyncdatetime": true, "reneweddatetime": true, "securityidentifier": true, "approximatelastsignindatetime": true, "imaddresses": true}

// ofChange prepares one.
func ofChange(c audits.Change) change {
	out := change{Change: c, ids: []string{c.ID}}
	if c.Target != "" {
		out.ids = []string{c.Target, c.ID} // the one that fewer entries are about first
	}
	class, _ := entra.ClassNamed(c.Class)
	if len(class.References) > 0 && (c.Kind == entra.Added || c.Kind == entra.ChangeDeleted) {
		out.stand(class)
	}
	if c.Kind == entra.Updated {
		out.changed = map[string]uint64{}
		after, _ := entra.ParseProperties(c.After) // it was stored
		before, _ := entra.ParseProperties(c.Before)
		for _, p := range slices.Concat(before, after) {
			if slices.Contains(class.Volatile, p.Name) {
				continue
			}
			value := string(after.Value(p.Name))
			if value == "" {
				value = "null"
			}
			out.changed[words(p.Name)] = fingerprint(value)
		}
	}
	return out
}

// stand takes the ids that the object's references lead to.
func (c *change) stand(class entra.Class) {
	text := c.After
	if c.Kind == entra.ChangeDeleted {
		text = c.Before
	}
	p, _ := entra.ParseProperties(text) // it was stored
	var ids []string
	for _, r := range class.References {
		if id := entra.CanonicalID(p.Text(r.Property)); entra.IsGUID(id) {
			ids = append(ids, id)
		}
	}
	if len(ids) > 1 {
		c.ids, c.stands = ids, true
	}
}

// fits tells how an entry fits a change.
type fit int

const (
	no       fit = iota
	opposite     // it undoes what the change is
	perhaps      // it does not tell what it changed
	yes
)

// fits judges by what an entry says it did, not by its time.
func (c change) fits(e audits.Entry) fit {
	a := actOf(e.Activity)
	switch c.Kind {
	case entra.Updated:
		return c.updated(a, e)
	case entra.Added, entra.Restored, entra.ChangeDeleted:
		if c.stands {
			return c.assigned(a)
		}
		if a.links || !a.about(c.Class) {
			return no
		}
		made := a.deed == adds || a.deed == restores
		switch {
		case c.Kind == entra.Added && a.deed == adds, c.Kind == entra.Restored && a.deed == restores, c.Kind == entra.ChangeDeleted && a.deed == removes:
			return yes
		case c.Kind == entra.ChangeDeleted && made, c.Kind != entra.ChangeDeleted && a.deed == removes:
			return opposite
		}
		return no
	}
	if !a.links || !strings.Contains(a.name, linkNouns[c.Relation]) {
		return no
	}
	return either(a, c.Kind == entra.MemberAdded || c.Kind == entra.LinkAdded)
}

// assigned judges an assignment that came or went.
func (c change) assigned(a act) fit {
	if !a.links || strings.Contains(a.name, "requested") || strings.Contains(a.name, "eligible") != (c.Class == "roleEligibilitySchedules") {
		return no
	}
	return either(a, c.Kind == entra.Added)
}

func either(a act, added bool) fit {
	switch {
	case a.deed != adds && a.deed != removes:
		return no
	case (a.deed == adds) == added:
		return yes
	}
	return opposite
}

// updated judges an update by the properties that both name.
func (c change) updated(a act, e audits.Entry) fit {
	if a.links || a.deed != updates || !a.about(c.Class) && e.Changed == nil {
		return no
	}
	if e.Changed == nil {
		e.Changed = a.implied()
	}
	if len(e.Changed) == 0 {
		return perhaps
	}
	for name := range e.Changed {
		if _, is := c.changed[name]; is {
			return yes
		}
	}
	return no
}

// implied are the properties that an activity changes by its name.
func (a act) implied() map[string]uint64 {
	switch {
	case strings.Contains(a.name, "license"):
		return map[string]uint64{"assignedlicenses": 0}
	case strings.HasPrefix(a.name, "disable "), strings.HasPrefix(a.name, "enable "):
		return map[string]uint64{"accountenabled": 0}
	case strings.Contains(a.name, "password"), strings.Contains(a.name, "credential"):
		return map[string]uint64{"lastpasswordchangedatetime": 0, "passwordpolicies": 0, "passwordcredentials": 0, "keycredentials": 0}
	}
	return nil
}
