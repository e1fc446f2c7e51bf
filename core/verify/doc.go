// Package verify reads a tenant again and compares it with its copy.
//
// The tenant is read as its first sync would, by the same code, into a database of its
// own in the data folder, which is removed after. Both are then read side by side in the
// order of their ids, so that memory does not grow with the tenant. The copy stays as it
// is, and syncs may go on meanwhile.
package verify
