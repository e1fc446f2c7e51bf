package find

import (
	"cmp"
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
)

// hit is an object that was found.
type hit struct {
	route   host.Route
	name    string
	known   string // what it is told from others by
	tenant  string
	deleted bool
	rank    int // 0 is best
}

// identifying are the properties that an object is told from others by.
var identifying = []string{"userPrincipalName", "mail", "appId", "deviceId", "resourceDisplayName"}

func newHit(t entra.Tenant, o entra.StoredObject, words string) hit {
	x := hit{route: host.ToObject(t.Key, o.Class, o.ID), deleted: o.State != entra.Live}
	texts := []string{cmp.Or(o.Properties.Text("displayName"), o.Properties.Text("userDisplayName"), o.Properties.Text("principalDisplayName"))}
	for _, name := range identifying {
		texts = append(texts, o.Properties.Text(name))
	}
	x.name, x.known = cmp.Or(texts[0], o.ID), cmp.Or(append(texts[1:], o.ID)...)
	x.rank = rank(append(texts, o.ID), words)
	return x
}

// rank tells how well what is searched for fits: it is one of the texts, begins one,
// stands in one, or is found elsewhere in the object.
func rank(texts []string, words string) int {
	words = strings.ToLower(words)
	best := 3
	for _, text := range texts {
		switch text = strings.ToLower(text); {
		case text == words:
			return 0
		case strings.HasPrefix(text, words):
			best = min(best, 1)
		case strings.Contains(text, words):
			best = min(best, 2)
		}
	}
	return best
}

// ranked puts the best hits first, what is deleted behind what is there.
func ranked(hits []hit) []hit {
	order := func(x hit) int {
		if x.deleted {
			return 2*x.rank + 1
		}
		return 2 * x.rank
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return order(a) - order(b) })
	return hits
}
