package entra

import "time"

// ChangeKind says what happened to an object or a membership.
type ChangeKind string

// The kinds of changes.
const (
	Added         ChangeKind = "added"
	Updated       ChangeKind = "updated"
	ChangeDeleted ChangeKind = "deleted"
	Restored      ChangeKind = "restored"
	MemberAdded   ChangeKind = "member_added"
	MemberRemoved ChangeKind = "member_removed"
)

// Change is one object added, updated, deleted or restored, or one membership
// gained or lost, between two completed deltas.
type Change struct {
	Key         int64
	Time        time.Time // when it was applied
	NotBefore   time.Time // start of that class's last completed sync
	Class       string
	ID          string // the object's; of a membership the group's
	Kind        ChangeKind
	DisplayName string
	Before      []byte // JSON object, nil: null
	After       []byte // JSON object, nil: null
}

// StoredObject is one object as the local copy holds it.
type StoredObject struct {
	ID          string
	Class       string
	State       State
	Properties  []byte // JSON object
	FirstSeen   time.Time
	LastChanged time.Time
}

// Membership is one member of one group.
type Membership struct {
	GroupID    string
	MemberID   string
	MemberType string // @odata.type, such as #microsoft.graph.user
	Since      time.Time
}
