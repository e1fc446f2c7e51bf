// Package updates asks whether there is a newer version, where a person has
// switched that on: at most once a day, at one address, by one request that tells
// nothing. The answer counts only where its signature fits the key in the program.
// Nothing is ever fetched beside it, and nothing installed.
package updates
