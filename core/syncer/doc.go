// Package syncer keeps the local copies current: one sync run of a tenant
// ([Engine.Sync]) and when to run ([Engine.Loop]). Package signin connects it.
//
// A tenant is synced by one process at a time, under an OS lock. Its object
// classes go side by side; each page is fetched while the one before it is
// stored. Whoever watches subscribes to [Event] and reads [Activity].
package syncer
