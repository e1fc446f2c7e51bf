// Package watch tells of changes that somebody watches for, by a webhook.
//
// What is watched for is a filter of changes, or a ready one. A [Keeper] looks at the
// changes that came since it last did, and keeps for each that matches a notice, in the
// same write that moves its place on: so each change is told of once for a watch,
// whatever happens in between. A notice that was not taken is tried again, later and
// later, by whatever process comes next, under the same id.
//
// What is kept of a notice are keys, and no names: what is sent is read from the record of
// changes when it is sent, and goes with it.
package watch
