package graphsim

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// localCopy is the plainest client that is exact: it merges what pages tell.
type localCopy struct {
	class   string
	objects map[string]map[string]string // live ones; unset properties are absent
	trash   map[string]map[string]string // soft-deleted ones
	links   map[string]string            // "group member" → type
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
		var members []json.RawMessage
		_ = json.Unmarshal(v["members@delta"], &members)
		links += len(members)
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
		case name == "members@delta":
			c.mergeLinks(id, raw)
		case name == "id" || strings.HasPrefix(name, "@"):
		case string(raw) == "null":
			delete(object, name)
		default:
			object[name] = string(raw)
		}
	}
}

func (c *localCopy) mergeLinks(group string, raw json.RawMessage) {
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
			delete(c.links, group+" "+m.ID)
			continue
		}
		c.links[group+" "+m.ID] = m.Type
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
	if c.class == "groups" && slices.Contains(properties, "members") {
		panic("name properties only")
	}
}

// mustEqualLinks compares the memberships of live groups.
func (c *localCopy) mustEqualLinks(t *testing.T, tenant *directory.Tenant) {
	t.Helper()
	truth := map[string]string{}
	for l := range tenant.Links() {
		truth[l.GroupID+" "+l.MemberID] = l.MemberType
	}
	held := map[string]string{}
	for link, kind := range c.links {
		if group, _, _ := strings.Cut(link, " "); c.objects[group] != nil {
			held[link] = kind
		}
	}
	if maps.Equal(truth, held) {
		return
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
	t.Errorf("links: %d held, want %d; %d missing, %d too many", len(held), len(truth), missing, extra)
}
