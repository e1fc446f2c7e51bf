// Package jsonscan walks over JSON once, proves valid what it walks over, and
// gives out parts of it without copying them.
package jsonscan
