package graphsim

import (
	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// What is of the simulated tenants, by the names that callers know.
type (
	Tenant       = directory.Tenant
	TenantConfig = directory.TenantConfig
	App          = directory.App
	Federation   = directory.Federation
	Object       = directory.Object
	Link         = directory.Link
	State        = directory.State
)

// The states of an object.
const (
	Live        = directory.Live
	SoftDeleted = directory.SoftDeleted
	Purged      = directory.Purged
)

// What a mutation can be refused for.
var (
	ErrNotFound = directory.ErrNotFound
	ErrState    = directory.ErrState
)

// Ways to make an answer odd.
var (
	Before   = wire.Before
	Replaced = wire.Replaced
	Spliced  = wire.Spliced
	UpperIDs = wire.UpperIDs
	Without  = wire.Without
)

// What goes wrong on purpose, and what was asked.
type (
	Fault   = wire.Fault
	Kind    = wire.Kind
	Request = wire.Request
)

// The kinds of fault; [wire.Kind] says what each does.
const (
	Throttling         = wire.Throttling
	InternalError      = wire.InternalError
	BadGateway         = wire.BadGateway
	Unavailable        = wire.Unavailable
	GatewayTimeout     = wire.GatewayTimeout
	Custom             = wire.Custom
	Dropped            = wire.Dropped
	DroppedMidBody     = wire.DroppedMidBody
	SlowBody           = wire.SlowBody
	TruncatedJSON      = wire.TruncatedJSON
	TruncatedGzip      = wire.TruncatedGzip
	BrokenJSON         = wire.BrokenJSON
	HTMLPage           = wire.HTMLPage
	EmptyBody          = wire.EmptyBody
	ErrorWithData      = wire.ErrorWithData
	GoneWithLocation   = wire.GoneWithLocation
	ForeignGone        = wire.ForeignGone
	GoneSyncState      = wire.GoneSyncState
	SyncStateNotFound  = wire.SyncStateNotFound
	ResyncRequired     = wire.ResyncRequired
	SyncTooLate        = wire.SyncTooLate
	NotFoundToken      = wire.NotFoundToken
	PageTokenNotFound  = wire.PageTokenNotFound
	ExpiredAccessToken = wire.ExpiredAccessToken
	ClaimsChallenge    = wire.ClaimsChallenge
	Forbidden          = wire.Forbidden
	NoLicence          = wire.NoLicence
	NoPIMLicence       = wire.NoPIMLicence
	ForeignNextLink    = wire.ForeignNextLink
	PlainNextLink      = wire.PlainNextLink
	EndlessNextLink    = wire.EndlessNextLink
	Redirect           = wire.Redirect
	Odd                = wire.Odd
)
