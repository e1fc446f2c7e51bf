// Package signin is the simulated Entra sign-in: apps sign in by secret, certificate or federated token, or as the
// managed identity of an Azure host; people by device code and in a browser. Its tokens are signed, and checked where
// Graph is asked with them.
package signin
