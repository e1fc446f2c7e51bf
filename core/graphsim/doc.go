// Package graphsim is a simulated Microsoft Entra ID with its Microsoft Graph, served over HTTPS on loopback.
//
// The demo, the tests and the benchmarks of Entra ID Sync talk to it as they would talk to Microsoft: the sign-in
// endpoint and Graph stand on hosts of their own, tokens are signed and checked, and both refuse what Microsoft's
// documents say they refuse. Apps sign in by secret, certificate, federated token, or as the managed identity of an Azure
// host; people by device code and in a browser.
//
// # Rooms
//
// This package is Graph: its routes, lists, change tracking and throttling. A tenant's content is in
// [github.com/entraidsync/entraidsync/core/graphsim/directory], signing in
// in [github.com/entraidsync/entraidsync/core/graphsim/signin], and answers on their way, the faults among them, in
// [github.com/entraidsync/entraidsync/core/graphsim/wire].
//
// # Change tracking
//
// A delta token is a position in the log of changes, sealed so that a client can't read it. A round of pages gives what stands
// in the tenant when each page is made: first every object (initial rounds only), then everything the log has
// gathered up to then. Pages are uneven, sometimes empty, repeat objects, and spread large groups, as Graph's are; but
// a change is never lost: whatever the round missed is in the next one. With [Config.Lag], Graph learns of changes late,
// as the real one's replicas do.
//
// Relations (members, owners, manager) come in the same rounds: where $select names them, as name@delta, in the first
// round and when they changed. Elsewhere they are expanded, twenty at most, or read on their own.
//
// [Tenant.Objects] and [Tenant.Links] tell the truth that a client's copy has to equal.
//
// # Trouble
//
// [Server.Fault] makes chosen requests fail, as Graph and the networks before it do; [Server.Tamper] makes answers odd.
package graphsim
