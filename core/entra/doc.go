// Package entra holds the nouns of Entra ID Sync and their pure rules: clouds,
// tenants, credential profiles, object classes, objects, changes and sync runs.
//
// It does no I/O. Everything else in core speaks in its types.
package entra
