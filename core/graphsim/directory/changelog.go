package directory

import "time"

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
