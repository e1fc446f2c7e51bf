package entra

import (
	"context"
	"errors"
	"strings"

	"github.com/entraidsync/entraidsync/core/say"
)

// Code says for machines what kind of trouble an [Error] is.
type Code string

// The codes that callers act on. Others exist only as text for people.
const (
	CodeInvalid         Code = "invalid"          // input that can't be used as it is
	CodeNotFound        Code = "not_found"        // an unknown name
	CodeExists          Code = "exists"           // a name that is taken
	CodeInUse           Code = "in_use"           // something still refers to it
	CodeDisabled        Code = "disabled"         // the tenant is disabled
	CodeRemoved         Code = "removed"          // the tenant was removed while somebody worked for it
	CodeBusy            Code = "busy"             // another process syncs that tenant
	CodeVaultLocked     Code = "vault_locked"     // secrets can't be opened now
	CodeSignIn          Code = "sign_in"          // Entra refused the credential
	CodeSignInAgain     Code = "sign_in_again"    // a person has to sign in, and nobody was asked
	CodeTenantUnknown   Code = "tenant_unknown"   // no such tenant in that cloud
	CodeTenantMismatch  Code = "tenant_mismatch"  // another tenant answered
	CodePermission      Code = "permission"       // Graph refuses for want of a permission
	CodeLicence         Code = "licence"          // Graph refuses for want of a licence
	CodeNotOffered      Code = "not_offered"      // this cloud or tenant has no such class
	CodeUnauthorized    Code = "unauthorized"     // Graph refuses the token itself
	CodeDeltaLinkDead   Code = "delta_link_dead"  // Graph no longer honours a stored link
	CodeRequest         Code = "request"          // Graph refuses the request as wrong
	CodeThrottled       Code = "throttled"        // 429 for longer than we wait
	CodeService         Code = "service"          // Graph or Entra is failing (5xx)
	CodeNetwork         Code = "network"          // no answer: offline, DNS, TLS, proxy
	CodeAnswer          Code = "answer"           // an answer that is not what Graph documents
	CodeForeignHost     Code = "foreign_host"     // a link that leads off the tenant's Graph host
	CodeDatabase        Code = "database"         // the local database can't be used
	CodeDatabaseDamaged Code = "database_damaged" // the local database is damaged
	CodeDiskFull        Code = "disk_full"        // no space left for the local database
	CodeCancelled       Code = "cancelled"        // stopped by the user
	CodeTimeout         Code = "timeout"          // the time that was allowed is over
	CodeLoop            Code = "endless_answer"   // Graph's pages repeat for ever
	CodeInternal        Code = "internal"         // a defect of ours
	CodeManyRemoved     Code = "many_removed"     // Graph named an unusual number of deletions, which were applied
	CodeHeld            Code = "deletions_held"   // the loss guard holds deletions
)

// Error is trouble told in three parts: what failed, why, and what to do.
// Detail is the technical text (Graph's own words, request ids); it never
// holds a secret.
type Error struct {
	Code   Code
	What   say.Sentence // "signing in to contoso.onmicrosoft.com failed"
	Why    say.Sentence // "the client secret is wrong"
	Remedy say.Sentence // "paste the secret's value, not its id"
	Detail string
	Err    error // the cause, where there is one
}

// Error is one line: what: why. What to do.
func (e *Error) Error() string {
	return strings.Join(strings.Fields(e.Sentence().Short().String()), " ")
}

// Sentence is the error as one sentence.
func (e *Error) Sentence() say.Sentence { return say.Join("; ", e.Message(), e.Remedy) }

// Message is what failed and why.
func (e *Error) Message() say.Sentence {
	if e.Why == "" {
		return e.What
	}
	return say.With("%s: %s", e.What, e.Why)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf finds the code of the first [Error] in err's chain; "" if none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Invalid is the error for input that can't be used.
func Invalid(what, why, remedy say.Sentence) *Error {
	return &Error{Code: CodeInvalid, What: what, Why: why, Remedy: remedy}
}

// AsError gives the first [Error] in err's chain, or wraps err as a defect.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: CodeInternal, What: "something unexpected happened", Why: say.Because(err), Remedy: "try again; report it if it stays", Err: err}
}

// Stopped tells why a ctx ended that a sync or a test ran under.
func Stopped(ctx context.Context) error {
	cause := context.Cause(ctx)
	var e *Error
	if errors.As(cause, &e) {
		return e
	}
	return &Error{Code: CodeCancelled, What: "the sync was stopped", Why: "it was cancelled", Remedy: "sync again to go on where it stopped", Err: cause}
}
