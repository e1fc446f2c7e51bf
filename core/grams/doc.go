// Package grams is the pure part of the search index: the grams of a text and of
// an object's stored properties, and how a segment keeps in which of its blocks
// each gram stands. Where segments lie, and when they are made, is the store's.
package grams
