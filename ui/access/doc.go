// Package access has what pages and forms need of signing in: the box that asks
// a person, Test Connection and what it found, the form of a credential, the
// permissions of an app registration, and the way out where a tenant waits for
// somebody.
package access
