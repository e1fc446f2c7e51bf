// Package changes is the tab Changes of a tenant: what happened in the directory, newest
// first, with a picture by day; and what differs between two moments.
package changes
