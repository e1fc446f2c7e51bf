package entra

import (
	"time"

	"github.com/entraidsync/entraidsync/core/say"
)

// Status is how a sync stands or ended.
type Status string

// The statuses of a sync run and of each of its classes.
const (
	Running     Status = "running"
	Succeeded   Status = "succeeded"
	Warning     Status = "warning"     // done, but something was left out
	Failed      Status = "failed"      // see the row's error
	Cancelled   Status = "cancelled"   // stopped by the user
	Interrupted Status = "interrupted" // the process died
	Removing    Status = "removing"    // of a tenant, instead of its last sync's: its removal has not ended
)

// worse ranks statuses: of several classes the worst counts for the run.
var worse = map[Status]int{Succeeded: 1, Warning: 2, Interrupted: 3, Cancelled: 4, Failed: 5, Running: 6}

// Worst is the worse of two statuses.
func Worst(a, b Status) Status {
	if worse[b] > worse[a] {
		return b
	}
	return a
}

// ClassRun is one history row: one object class in one sync run, or one relation of it
// that is read on its own.
type ClassRun struct {
	Key      int64
	Run      int64
	Tenant   int64
	Class    string
	Relation string // the one that was read on its own; "": the class's objects
	Start    time.Time
	End      time.Time // zero while running
	Total    int64     // objects held after the run (not deleted, not filtered)
	Changed  int64     // distinct objects added, updated or restored
	Deleted  int64     // distinct objects removed
	Filtered int64     // objects that the filter keeps out
	Status   Status
	Code     Code         // of the error; "" where all is well
	What     say.Sentence // failed, or was noted; "" where all is well
	Why      say.Sentence
	Remedy   say.Sentence
	Detail   string // the technical text
	FullScan bool
	Requests int64 // to Graph, retries included
	Retries  int64
	Tries    int64 // more than 1: so many runs ended this way in a row (offline)
}

// Stream is what the row is about: a class, or CLASS/RELATION.
func (r ClassRun) Stream() string {
	if r.Relation == "" {
		return r.Class
	}
	return r.Class + "/" + r.Relation
}

// SignedIn tells which credential of the profile a sync run worked with.
type SignedIn struct {
	Index   int            // its place in the profile; 0: none worked, or nothing was told
	Kind    Kind           //
	Refused []say.Sentence // why those before it did not work, one line each
}

// Trouble is the row's error; nil where all is well.
func (r ClassRun) Trouble() *Error {
	if r.What == "" {
		return nil
	}
	return r.asError()
}

// Sentence is the row's error as one sentence; "" where all is well.
func (r ClassRun) Sentence() say.Sentence { return r.asError().Sentence() }

// ErrorLine is the row's error in English, on one line; "" where all is well.
func (r ClassRun) ErrorLine() string { return r.asError().Error() }

func (r ClassRun) asError() *Error {
	return &Error{Code: r.Code, What: r.What, Why: r.Why, Remedy: r.Remedy, Detail: r.Detail}
}

// Connection is the result of Test Connection.
type Connection struct {
	OK          bool         `json:"ok"` // sign-in worked
	TenantID    string       `json:"tenant_id"`
	DisplayName string       `json:"display_name"`
	Credential  int          `json:"credential"` // index of the one that worked; 0: none
	Permissions []Permission `json:"permissions"`
	Error       *Trouble     `json:"error"`
}

// Permission is what one cheap GET said of one object class.
type Permission struct {
	Class      string       `json:"class"`
	Permission string       `json:"permission"`
	Granted    bool         `json:"granted"`
	Reason     say.Sentence `json:"reason"`
	Code       Code         `json:"-"` // of what keeps it from being read
	Unchosen   bool         `json:"-"` // nobody has chosen the class: it is no loss that it can't be read
}

// Trouble is an [Error] as machines read it.
type Trouble struct {
	Code    Code         `json:"code"`
	Message say.Sentence `json:"message"`
	Remedy  say.Sentence `json:"remedy"`
	Detail  string       `json:"-"`
}

// TroubleOf tells err to machines; nil for nil.
func TroubleOf(err error) *Trouble {
	if err == nil {
		return nil
	}
	e := AsError(err)
	return &Trouble{Code: e.Code, Message: e.Message(), Remedy: e.Remedy, Detail: e.Detail}
}
