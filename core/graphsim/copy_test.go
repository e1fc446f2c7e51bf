package graphsim

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// localCopy is the plainest client that is exact: it merges what pages tell.
type localCopy struct {
	class   string
	objects map[string]map[string]string // live ones; unset properties are absent
	trash   map[string]map[string]string // soft-deleted ones
	links   map[string]string            // "source relation target" → type
	link    string                       // the next round's
	fresh   map[string]bool              // seen since the last full scan began
}

func newCopy(class string) *localCopy {
	return &localCopy{class: class, objects: map[string]map[string]string{}, trash: map[string]map[string]string{}, links: map[string]string{}}
}

// round pages from the first request or the saved link to the next delta link; between is called before every page
// but the first.
func (c *localCopy) round(t *testing.T, s *sim, first string, between func(), headers ...string) (pages int) {
	t.Helper()
	next := c.link
	if next == "" {
		next = first
		c.fresh = map[string]bool{}
	}
	for {
		p := s.page(t, next, headers...)
		pages++
		if pages > 5000 {
			t.Fatal("the round doesn't end")
		}
		checkLimits(t, p)
		c.apply(t, p)
		if p.Delta != "" {
			c.link = p.Delta
			return pages
		}
		next = p.Next
		if between != nil {
			between()
		}
	}
}

// checkLimits holds every page against Graph's limits.
func checkLimits(t *testing.T, p graphPage) {
	t.Helper()
	links := 0
	for _, v := range p.Value {
		for name, raw := range v {
			var told []json.RawMessage
			if strings.HasSuffix(name, "@delta") && json.Unmarshal(raw, &told) != nil {
				t.Errorf("%s is no array: %s", name, raw)
			}
			links += len(told)
		}
	}
	if len(p.Value) > maxPageObjects || links > maxPageLinks {
		t.Errorf("a page of %d objects and %d links", len(p.Value), links)
	}
	if (p.Next == "") == (p.Delta == "") {
		t.Errorf("a page with nextLink %q and deltaLink %q", p.Next, p.Delta)
	}
}

func (c *localCopy) apply(t *testing.T, p graphPage) {
	t.Helper()
	for _, v := range p.Value {
		id := text(v["id"])
		if id == "" {
			t.Fatalf("an object without id: %v", v)
		}
		if raw, ok := v["@removed"]; ok {
			c.remove(id, strings.Contains(string(raw), "changed"))
			continue
		}
		c.merge(id, v)
	}
}

func (c *localCopy) remove(id string, soft bool) {
	object, ok := c.objects[id]
	delete(c.objects, id)
	if soft && ok {
		c.trash[id] = object
	}
	if soft {
		return
	}
	delete(c.trash, id)
	maps.DeleteFunc(c.links, func(link, _ string) bool { return strings.HasPrefix(link, id) })
}

func (c *localCopy) merge(id string, v map[string]json.RawMessage) {
	object := c.objects[id]
	if object == nil {
		object = c.trash[id]
		delete(c.trash, id)
	}
	if object == nil || !c.fresh[id] && c.link == "" {
		object = map[string]string{}
	}
	c.objects[id] = object
	if c.fresh != nil {
		c.fresh[id] = true
	}
	for name, raw := range v {
		switch {
		case strings.HasSuffix(name, "@delta"):
			c.mergeLinks(id+" "+strings.TrimSuffix(name, "@delta"), raw)
		case name == "id" || strings.HasPrefix(name, "@"):
		case string(raw) == "null":
			delete(object, name)
		default:
			object[name] = string(raw)
		}
	}
}

func (c *localCopy) mergeLinks(source string, raw json.RawMessage) {
	var members []struct {
		Type    string          `json:"@odata.type"`
		ID      string          `json:"id"`
		Removed json.RawMessage `json:"@removed"`
	}
	if err := json.Unmarshal(raw, &members); err != nil {
		panic(err)
	}
	for _, m := range members {
		if m.Removed != nil {
			delete(c.links, source+" "+m.ID)
			continue
		}
		c.links[source+" "+m.ID] = m.Type
	}
}

// mustEqualTruth compares the copy with what the tenant holds.
func (c *localCopy) mustEqualTruth(t *testing.T, tenant *directory.Tenant, properties ...string) {
	t.Helper()
	live := map[string]bool{}
	wrong := 0
	report := func(format string, args ...any) {
		if wrong++; wrong <= 5 {
			t.Errorf(c.class+": "+format, args...)
		}
	}
	for o := range tenant.Objects(c.class, properties...) {
		if o.State != directory.Live {
			continue
		}
		live[o.ID] = true
		held, ok := c.objects[o.ID]
		if !ok {
			report("object %s is missing", o.ID)
			continue
		}
		for name, raw := range o.Properties {
			if held[name] != string(raw) {
				report("object %s: %s is %q, want %q", o.ID, name, held[name], raw)
			}
		}
		for name := range held {
			if _, ok := o.Properties[name]; !ok {
				report("object %s: %s is %q, want it unset", o.ID, name, held[name])
			}
		}
	}
	for id := range c.objects {
		if !live[id] {
			report("object %s is held, but gone", id)
		}
	}
}

// mustEqualLinks compares the links of live objects, relation by relation.
func (c *localCopy) mustEqualLinks(t *testing.T, tenant *Tenant, relations ...string) {
	t.Helper()
	for _, relation := range relations {
		truth, held := map[string]string{}, map[string]string{}
		for l := range tenant.Links(c.class, relation) {
			truth[l.SourceID+" "+relation+" "+l.TargetID] = l.TargetType
		}
		for link, kind := range c.links {
			if parts := strings.Split(link, " "); parts[1] == relation && c.objects[parts[0]] != nil {
				held[link] = kind
			}
		}
		if maps.Equal(truth, held) {
			continue
		}
		missing, extra := 0, 0
		for link := range truth {
			if held[link] != truth[link] {
				missing++
			}
		}
		for link := range held {
			if truth[link] == "" {
				extra++
			}
		}
		t.Errorf("%s of %s: %d held, want %d; %d missing, %d too many", relation, c.class, len(held), len(truth), missing, extra)
	}
}
