// Package directory is the content of a simulated tenant: its objects, how they hang together, and what happens to them.
//
// A [Tenant] holds users, groups, devices, service principals and applications. Nothing of a generated object is stored:
// its id and its properties are computed from the seed whenever they are asked for, so a million users cost the memory
// of their memberships. Only what a mutation touched is kept, beside a log of changes.
//
// [Tenant.Objects] and [Tenant.Links] tell the truth that a client's copy has to equal. What Graph knows of it at a
// moment, with the lag of its replicas, is a [Replica].
package directory
