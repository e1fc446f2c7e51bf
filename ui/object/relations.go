package object

import (
	"context"
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"

	"fyne.io/fyne/v2/lang"
)

// relationKey is a relation as an object sees it: one of its own, or one of another
// class that leads to it.
type relationKey struct {
	class    string // of the source
	relation string
	in       bool
}

// String is the key as a part of the page.
func (k relationKey) String() string {
	direction := "out"
	if k.in {
		direction = "in"
	}
	return direction + ":" + k.class + ":" + k.relation
}

// parseRelation reads it; false where it names another part.
func parseRelation(part string) (relationKey, bool) {
	words := strings.Split(part, ":")
	if len(words) != 3 || (words[0] != "in" && words[0] != "out") {
		return relationKey{}, false
	}
	return relationKey{words[1], words[2], words[0] == "in"}, true
}

func (k relationKey) title() string {
	if k.in {
		return labels.RelatedBy(k.class, k.relation)
	}
	return labels.Relation(k.class, k.relation)
}

// query asks for the links of the relation that an object has.
func (k relationKey) query(id string) store.LinkQuery {
	q := store.LinkQuery{Class: k.class, Relation: k.relation, Source: id}
	if k.in {
		q.Source, q.Target = "", id
	}
	return q
}

// relationCount is how many links an object has of a relation.
type relationCount struct {
	relationKey
	n int64
}

// expected are the relations that objects of a class may have by the class table.
// References are left out: the properties show them.
func expected(c entra.Class) (out []relationKey) {
	for _, r := range c.Relations {
		out = append(out, relationKey{c.Name, r.Name, false})
	}
	for _, other := range entra.Classes() {
		for _, r := range other.Relations {
			if slices.Contains(r.Targets, c.Name) {
				out = append(out, relationKey{other.Name, r.Name, true})
			}
		}
	}
	return out
}

// count reads how many links the object has of each relation.
func (p *Page) count() {
	if p.found.counts != nil && p.pace.Soon(p.host.Now()) {
		return
	}
	begun := p.host.Now()
	tasks.KeepUp(p.host.Group, &p.counting, p.counts, func(counts []relationCount, err error) {
		if err == nil { // the parts tell trouble
			p.pace = lists.Pace{Ended: p.host.Now(), Took: p.host.Now().Sub(begun)}
			p.found.counts = counts
			p.showParts()
		}
	})
}

func (p *Page) counts(ctx context.Context) ([]relationCount, error) {
	found, err := p.host.Store.RelationCounts(ctx, p.tenant.Key, p.at.Object.ID, p.at.Moment())
	if err != nil {
		return nil, err
	}
	n := map[relationKey]int64{}
	for _, c := range found {
		if c.In || c.Class == p.class.Name {
			n[relationKey{c.Class, c.Relation, c.In}] += c.Count
		}
	}
	var out []relationCount
	for _, k := range expected(p.class) {
		out = append(out, relationCount{k, n[k]})
		delete(n, k)
	}
	for _, c := range entra.Classes() { // in the order of the class table
		for _, r := range c.References {
			for _, in := range []bool{true, false} { // what one leads to stands among its properties, where it is one
				k := relationKey{c.Name, r.Relation, in}
				if n[k] > 0 && (in || r.Nested()) {
					out = append(out, relationCount{k, n[k]})
				}
				delete(n, k)
			}
		}
	}
	rest := len(out)
	for k, count := range n { // what no class of the table has
		out = append(out, relationCount{k, count})
	}
	slices.SortFunc(out[rest:], func(a, b relationCount) int { return strings.Compare(a.String(), b.String()) })
	return out, nil
}

// showParts brings the parts at the left up to date.
func (p *Page) showParts() {
	entries := []lists.Entry{{Key: propertiesPart, Text: lang.L("Properties")}}
	counts := p.found.counts
	if counts == nil {
		for _, k := range expected(p.class) {
			counts = append(counts, relationCount{k, -1})
		}
	}
	if len(counts) > 0 {
		entries = append(entries, lists.Entry{Text: lang.L("Relations")})
	}
	for _, c := range counts {
		e := lists.Entry{Key: c.String(), Text: c.title(), Quiet: c.n == 0}
		if c.n >= 0 {
			e.Count = phrase.Number(c.n)
		}
		entries = append(entries, e)
	}
	if title := p.holdersTitle(); title != "" {
		entries = append(entries, lists.Entry{Key: holdersPart, Text: title})
	}
	p.side.SetEntries(append(entries, lists.Entry{Text: lang.L("Records")},
		lists.Entry{Key: changesPart, Text: lang.L("Changes")}, lists.Entry{Key: jsonPart, Text: "JSON"}))
}

// newPart makes the part that the route names.
func (p *Page) newPart() part {
	switch p.at.Tab {
	case changesPart:
		return newChanges(p)
	case jsonPart:
		return newRawText()
	case holdersPart:
		return newHolders(p)
	}
	if k, ok := parseRelation(p.at.Tab); ok {
		return newRelated(p, k)
	}
	return newProperties(p)
}

// goTo puts another part in front.
func (p *Page) goTo(key string) {
	p.side.Mark(key)
	p.choose(key)
}
