// Package lists has the two kinds of table pages: a [Paged] table fetches page
// by page, a [Filtered] one holds all there is in memory.
package lists
