package directory

import (
	"encoding/json"
	"slices"
	"time"
)

// event is what happened to an object.
type event uint8

const (
	Created event = iota
	Updated
	Deleted // softly or for good: the object's state tells
	Restored
	Linked
	Unlinked
)

// Entry is one line of a class's change log. A delta token is a place in that log.
type Entry struct {
	at       time.Time
	Index    int
	Event    event
	was      State      // where the object stood before an event of its state
	Fields   Fields     // the properties that an update changed
	Relation RelationID // of a link that was made or ended
	Target   Ref        // and whom it leads to
}

// record appends to the log; the caller holds the lock.
func (t *Tenant) record(c ClassID, e Entry) {
	e.at = t.now()
	t.log[c] = append(t.log[c], e)
	if !t.quiet {
		t.deeds = append(t.deeds, Deed{Number: len(t.deeds), At: e.at, By: t.actor, Object: NewRef(c, e.Index), Event: e.Event, Was: e.was,
			Relation: e.Relation, Target: e.Target})
	}
}

// Relevant tells whether a client that tracks these properties hears of the entry.
func (e Entry) Relevant(tracked Fields) bool {
	switch e.Event {
	case Updated:
		return e.Fields&tracked != 0
	case Linked, Unlinked:
		return tracked&e.Relation.Field() != 0
	}
	return true
}

// Actor is who makes a change.
type Actor struct {
	Kind  string // "user", "app"; "": the log names nobody
	ID    string // of the user or the service principal; "": it isn't told
	AppID string
	Name  string // a user's principal name, an app's display name
}

// Deed is a change and who made it: what the log of audits tells, and what is true.
type Deed struct {
	Number   int // its place among all of the tenant
	At       time.Time
	By       Actor
	Object   Ref // of a link: its source
	Event    event
	Was      State // of a deletion: softly deleted before, it is for good
	Values   []Changed
	Relation RelationID
	Target   Ref
}

// Changed is what an update made of a property; nil: it isn't set.
type Changed struct {
	Name     string
	Old, New json.RawMessage
}

// Deeds are the changes from the n-th on that somebody made. What follows from them by itself is none, such as
// the end of the links to what was deleted for good.
func (t *Tenant) Deeds(n int) []Deed {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return slices.Clone(t.deeds[min(n, len(t.deeds)):])
}

// Acting makes somebody the one who makes all changes from now on; nil: chance decides with each.
func (t *Tenant) Acting(a *Actor) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.acting = a
}

// begins names who makes the change that begins now. It draws from no random numbers of others: the same ones are to
// give the same changes.
func (t *Tenant) begins() {
	if t.acting != nil {
		t.actor = *t.acting
		return
	}
	h := Mix(t.cfg.Seed ^ Mix(uint64(len(t.deeds))+77))
	switch dice, n := h%20, int(h>>8%1000); {
	case dice < 9:
		t.actor = t.Person(n % min(5, t.cfg.Users))
	case dice < 12: // the account that syncs from on premises
		t.actor = t.Person(min(5, t.cfg.Users-1))
	case dice < 16:
		t.actor = t.ServicePrincipal(n % min(6, t.cfg.ServicePrincipals))
	case dice < 17: // a service of Microsoft's, which tells its name alone
		t.actor = Actor{Kind: "app", Name: "Microsoft Substrate Management"}
	case dice < 18: // a partner's admin is nobody of this directory
		t.actor = Actor{Kind: "user", ID: guidOf(Mix(t.cfg.Seed^91), Mix(92)).String(), Name: "admin@partner.example"}
	case dice < 19:
		t.actor = Actor{Kind: "app", ID: guidOf(Mix(t.cfg.Seed^93), Mix(94)).String(), AppID: guidOf(95, Mix(96)).String(), Name: "Device Registration Service"}
	default:
		t.actor = Actor{}
	}
}

// Person is a user as an actor; the caller holds the tenant, or changes it.
func (t *Tenant) Person(index int) Actor {
	var v View
	v.Open(t, Users, index)
	return Actor{Kind: "user", ID: t.IDOf(Users, index), Name: textOf(v.Value("userPrincipalName"))}
}

// ServicePrincipal is an app as an actor; the caller holds the tenant, or changes it.
func (t *Tenant) ServicePrincipal(index int) Actor {
	var v View
	v.Open(t, ServicePrincipals, index)
	return Actor{Kind: "app", ID: t.IDOf(ServicePrincipals, index), AppID: textOf(v.Value("appId")), Name: textOf(v.Value("displayName"))}
}

func textOf(value json.RawMessage) (text string) {
	if json.Unmarshal(value, &text) != nil {
		return ""
	}
	return text
}
