// Package signin is the way from a credential profile to a connection that
// works: the vault that opens its secrets ([VaultAccess]), the credentials as
// somebody gives them ([Material]), the tenant's connection ([Connections]), what
// Test Connection finds out ([Diagnosis]) and which credentials end soon
// ([Expiry]).
//
// It knows nothing of sync runs: who syncs asks it for a client and is told when
// somebody has signed in.
package signin
