// Package add is the window Add New Integration: for a tenant, or for a
// credential profile with its first credential.
package add
