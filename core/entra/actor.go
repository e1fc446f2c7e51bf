package entra

import "time"

// ActorKind is what somebody is who changes a directory.
type ActorKind string

// The kinds of actors.
const (
	Person ActorKind = "user"
	App    ActorKind = "app"
)

// Actor is who made a change, as the tenant's log of audits names them.
type Actor struct {
	Kind  ActorKind `json:"kind"`
	ID    string    `json:"id"`     // of the user or the service principal; "": the log does not tell it
	AppID string    `json:"app_id"` // of an app
	Name  string    `json:"name"`   // a user principal name, or what an app is called
}

// Audit is one entry of that log, as far as it is kept.
type Audit struct {
	ID          string
	Time        time.Time // by Graph's clock
	Activity    string    // "Add member to group"
	Correlation string
	Actor       Actor // without a kind: the log names nobody
	Targets     []AuditTarget
}

// AuditTarget is an object that an entry is about.
type AuditTarget struct {
	ID string
	// Changed are the properties that it names as changed, spelt by [AuditName], each with a fingerprint of what
	// it was set to: 0 where that can't be compared. nil: the entry does not tell.
	Changed map[string]uint64
}
