package entra

import (
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// ChangeKind says what happened to an object or a link.
type ChangeKind string

// The kinds of changes.
const (
	Added         ChangeKind = "added"
	Updated       ChangeKind = "updated"
	ChangeDeleted ChangeKind = "deleted"
	Restored      ChangeKind = "restored"
	MemberAdded   ChangeKind = "member_added"
	MemberRemoved ChangeKind = "member_removed"
	LinkAdded     ChangeKind = "link_added" // of every relation but the members of groups
	LinkRemoved   ChangeKind = "link_removed"
)

// ChangeKinds are all of them.
func ChangeKinds() []ChangeKind {
	return []ChangeKind{Added, Updated, ChangeDeleted, Restored, MemberAdded, MemberRemoved, LinkAdded, LinkRemoved}
}

// LinkKind is the kind of a change of a link. The members of groups have words
// of their own.
func LinkKind(class, relation string, removed bool) ChangeKind {
	switch ofGroup := class == "groups" && relation == Members; {
	case ofGroup && removed:
		return MemberRemoved
	case ofGroup:
		return MemberAdded
	case removed:
		return LinkRemoved
	}
	return LinkAdded
}

// Change is one object added, updated, deleted or restored, or one link gained
// or lost, between two completed deltas.
type Change struct {
	Key         int64
	Time        time.Time // when it was applied
	NotBefore   time.Time // start of that class's last completed sync
	Class       string
	ID          string // the object's; of a link its source's
	Kind        ChangeKind
	DisplayName string
	Before      []byte             // JSON object of properties, nil: null
	After       []byte             // JSON object of properties, nil: null
	Relation    string             // of a link
	Target      *LinkEnd           // of a link: gained or lost as Kind says
	Ends        map[string]LinkEnd // what the objects are called whose ids stand in it, by id; only where that was asked for
	Leads       []Link             // of an update of what has no name of its own: what the object refers to, or did last; likewise
	Actors      []Actor            // who made it, or who may have; nil: that is not known
	ActorKnown  bool               // it was the one of Actors, and nobody else
}

// Actor is who made the change, where that is known.
func (c Change) Actor() (who Actor, known bool) {
	if c.ActorKnown && len(c.Actors) == 1 {
		return c.Actors[0], true
	}
	return who, false
}

// Named adds what an object is called whose id stands in the change.
func (c *Change) Named(end LinkEnd, id string) {
	if c.Ends == nil {
		c.Ends = map[string]LinkEnd{}
	}
	c.Ends[id] = end
}

// Lost tells whether a change of a link ended it.
func (c Change) Lost() bool { return c.Kind == MemberRemoved || c.Kind == LinkRemoved }

// StoredObject is one object as the local copy holds it.
type StoredObject struct {
	ID          string
	Class       string
	State       State
	Properties  Properties
	FirstSeen   time.Time
	LastChanged time.Time
	Given       string // the name of what [Class.Gives] is the id of; "": not known, or it has none
}

// Text is a property as people read it: an id of what the object gives by its name, and where the
// name of another one is not known, that one's id.
func (o StoredObject) Text(property string) string {
	c, _ := ClassNamed(o.Class)
	if o.Given != "" && c.Gives == property {
		return o.Given
	}
	text := o.Properties.Text(property)
	if id, _, copied := c.Copied(property); copied && text == "" {
		if text = o.Properties.Text(id); id == "" {
			text = o.ID
		}
	}
	return text
}

// Named are the properties with the name of what the object gives, as appRoleName beside
// appRoleId.
func (o StoredObject) Named() Properties {
	c, _ := ClassNamed(o.Class)
	if c.Gives == "" || o.Given == "" {
		return o.Properties
	}
	quoted, _ := jsontext.AppendQuote(nil, o.Given)
	return NewProperties(append(slices.Clone(o.Properties), Property{Name: c.GivenName(), Value: quoted}))
}

// StoredLink is one link as the local copy holds it.
type StoredLink struct {
	Relation       string
	Source, Target LinkEnd
	Since          time.Time
}

// LinkEnd is the object at one end of a link.
type LinkEnd struct {
	Class   string // of an object that was never read, what links say: a type as it was named, or ""
	ID      string
	Name    string // displayName; "" where there is none
	Account string // userPrincipalName of a user, where the reader tells it
}

// Type is the end's @odata.type, such as #microsoft.graph.user.
func (e LinkEnd) Type() string {
	if c, ok := ClassNamed(e.Class); ok {
		return c.Type
	}
	return e.Class
}
