package graphsim

import "time"

// event is what happened to an object.
type event uint8

const (
	created event = iota
	updated
	deleted // softly or for good: the object's state tells
	restored
	linked
	unlinked
)

// entry is one line of a class's change log. A delta token is a place in that log.
type entry struct {
	at     time.Time
	index  int
	event  event
	was    State  // where the object stood before an event of its state
	fields fields // the properties that an update changed
	member ref    // whom a group gained or lost
}

// record appends to the log; the caller holds the lock.
func (t *Tenant) record(c classID, e entry) {
	e.at = t.now()
	t.log[c] = append(t.log[c], e)
}

// relevant tells whether a client that tracks these properties hears of the entry.
func (e entry) relevant(tracked fields) bool {
	switch e.event {
	case updated:
		return e.fields&tracked != 0
	case linked, unlinked:
		return tracked&membersField != 0
	}
	return true
}
