// Package help is the page Help: the documents, which open in the browser without
// a network, what this program is and is made of, and whether there is a newer one.
package help
