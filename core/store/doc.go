// Package store keeps the local copy of all tenants in one SQLite file and is
// the only package that knows SQL.
//
// [Store.ApplyPage] is the only writer of objects, memberships, changes and
// cursors: one transaction a page, together with the link to the next one, so
// that a process killed at any instant goes on where it stopped. One connection
// writes, several read; reading never waits for a sync (WAL).
//
// Times are stored as milliseconds since 1970 in UTC. There is one "now" per
// transaction.
package store
