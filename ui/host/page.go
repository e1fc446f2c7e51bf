package host

import (
	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/core/entra"
)

// Page is what stands beside the tree. It is made when it is opened, and left
// for good when another takes its place.
type Page interface {
	Content() fyne.CanvasObject
	Refresh() // what it shows may have changed
	Leave()   // it goes out of sight for good

	FocusSearch()   // Ctrl+F
	SyncNow()       // F5
	Save()          // Ctrl+S
	TurnTab(by int) // Ctrl+Page Down: 1, Ctrl+Page Up: -1
	Escape()

	// Unsaved tells whether the page holds what the user has not saved. Guard
	// then asks what to do with it, and leaves as the user says.
	Unsaved() bool
	Guard(leave func())
}

// Plain is embedded by pages that have no search, nothing to sync and nothing
// to save.
type Plain struct{}

// FocusSearch does nothing.
func (Plain) FocusSearch() {}

// SyncNow does nothing.
func (Plain) SyncNow() {}

// Save does nothing.
func (Plain) Save() {}

// TurnTab does nothing.
func (Plain) TurnTab(int) {}

// Escape does nothing.
func (Plain) Escape() {}

// Unsaved is false.
func (Plain) Unsaved() bool { return false }

// Guard leaves at once.
func (Plain) Guard(leave func()) { leave() }

// Integration is a type of what can be added.
type Integration int

// The types of integrations.
const (
	EntraIDSync Integration = iota
	CredentialProfile
)

// Navigator is the main window, as pages see it.
type Navigator interface {
	Open(Route)                  // goes to a page, unless the one in front keeps the user
	Stands(Route)                // the page in front stands so now: what Back finds again
	Step(by int)                 // goes back (-1) or forward (1), as a browser does
	Steps(by int) bool           // tells whether there is a page to go to so
	Changed()                    // tenants or profiles were changed by a page
	Add(Integration)             // opens Add New Integration
	SyncAll()                    // syncs all enabled tenants at once
	SyncTenants([]entra.Tenant)  // syncs these at once, and sums up
	Wear(Look)                   // takes another look and remembers it
	LookForUpdates()             // sees whether there is a newer version, where that is wanted
	Speak(language string) error // takes another language; "": the system's
}
