package graph

import (
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
)

// initials are the characters that Entra allows a user principal name to begin
// with (letters regardless of case), those of most names first.
const initials = "samjcdkbrtlpeghnfvwiozyqux0123456789_-.'!#^~"

// DivideURLs are where the parts of a class's list begin: of the objects that
// begin with each character that is allowed, and last of all others, if there
// are any in spite of that. A list answers the parts as any other; the last one
// takes an advanced query, which Graph answers from an index that trails.
func (c *Client) DivideURLs(class entra.Class, sel []string) []string {
	var links, others []string
	for _, first := range initials {
		begins := "startsWith(" + class.Initials + ",'" + strings.ReplaceAll(string(first), "'", "''") + "')"
		query := listQuery(withID(sel), class.Top)
		query["%24filter"] = begins
		links = append(links, c.address(class.Path+listTemplate, query))
		others = append(others, "not "+begins)
	}
	query := listQuery(withID(sel), class.Top)
	query["%24filter"], query["%24count"] = strings.Join(others, " and "), "true"
	return append(links, c.address(class.Path+listTemplate, query))
}
