// Package labels says in words and signs what the nouns of core are: states,
// classes, clouds, credentials, changes, and what the loop does.
package labels
