// Package find is the search everywhere: one field over all tenants and classes, for
// what an admin has at hand of an object.
package find
