// Package object is the page of one object of a tenant: its properties, what it is
// linked with, its changes, and its JSON.
package object
