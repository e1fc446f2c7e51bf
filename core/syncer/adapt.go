package syncer

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// A cloud may lack a property, a relation, or change tracking of a class as a whole,
// and refuses a request that asks for it. The class goes on without, which its row
// tells once. What is held of a property that is refused stays, for it may be refused
// for a moment only, and the row warns of it. The next full scan asks for all again; where
// something is held one is made after a day.

// without is what a class goes without in this run.
type without struct {
	mu     sync.Mutex
	names  []string // properties and relations
	search sync.Once
}

func (w *without) add(names []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.names = append(w.names, names...)
}

// from leaves out what is gone without.
func (w *without) from(names []string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(w.names, name) })
}

func (w *without) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	names := slices.Clone(w.names)
	slices.Sort(names)
	return slices.Compact(names)
}

// properties are those to ask for.
func (c *classSync) properties() []string {
	return c.without.from(slices.Concat(c.class.Select, c.tenant.Properties[c.class.Name]))
}

// asked are the properties and relations that a chain of pages asks for.
func (c *classSync) asked() []string {
	names := c.properties()
	for _, r := range c.class.Relations {
		names = append(names, r.Name)
	}
	return names
}

// refuses tells whether an error says that Graph does not offer what was asked.
func refuses(err error) bool {
	switch entra.CodeOf(err) {
	case entra.CodeRequest, entra.CodeNotOffered, entra.CodeNotFound:
		return true
	}
	return false
}

// namedIn are those of the names that a refusal names: in quotes, or, where it has no
// quotes, as words that are no English ones.
func namedIn(err error, names []string) []string {
	if !refuses(err) {
		return nil
	}
	why := entra.AsError(err).Why.String() // Graph's own words are in it
	quoted := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return !strings.Contains(why, "'"+name+"'") && !strings.Contains(why, `"`+name+`"`)
	})
	if len(quoted) > 0 {
		return quoted
	}
	words := strings.FieldsFunc(why, func(r rune) bool { return strings.ContainsRune(" ,.;:()[]'\"", r) })
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return strings.ToLower(name) == name || !slices.Contains(words, name)
	})
}

// object reads one object whole, without the properties that Graph refuses. Its links
// come with it where linksWith says so.
func (c *classSync) object(ctx context.Context, id string) (entra.Object, bool, error) {
	for {
		class, properties := c.class, c.properties()
		if c.bare.Load() {
			class.Relations = nil
		}
		o, found, err := c.client.Object(ctx, class, id, properties)
		if _, listed := class.Listed(); listed && refuses(err) && len(namedIn(err, properties)) == 0 {
			c.bare.Store(true) // until it turns out that something else is refused
			continue
		}
		names := namedIn(err, properties)
		if len(names) == 0 && refuses(err) {
			names = c.refusedOf(ctx, id, properties)
		}
		if len(names) == 0 {
			c.hidden.strip(&o)
			o.Unasked = append(c.without.all(), c.hidden.names()...)
			return o, found, err
		}
		c.without.add(names)
	}
}

// linksWith tells whether an object that is read by itself comes with all its links.
func (c *classSync) linksWith() bool {
	return len(c.class.Relations) == 0 || !c.class.Unlisted() && !c.bare.Load()
}

// refusedOf finds which properties Graph refuses to tell of an object, where it does
// not say: once in a run, by the first object that is refused.
func (c *classSync) refusedOf(ctx context.Context, id string, properties []string) (names []string) {
	c.without.search.Do(func() {
		try := func(names []string) error {
			class := c.class
			class.Relations = nil
			_, _, err := c.client.Object(ctx, class, id, names)
			return err
		}
		if !c.class.Whole && try(nil) == nil {
			names, _ = search(properties, try)
		}
		c.without.add(names)
	})
	now := c.without.all()
	return slices.DeleteFunc(slices.Clone(properties), func(name string) bool { return !slices.Contains(now, name) })
}

// goWithout leaves names out of what is asked; false where there are none.
func (c *classSync) goWithout(names []string) bool {
	if len(names) == 0 {
		return false
	}
	c.without.add(names)
	c.class.Relations = slices.DeleteFunc(slices.Clone(c.class.Relations), func(r entra.Relation) bool { return slices.Contains(names, r.Name) })
	return true
}

// adapt begins a full read anew whose first request was refused: without what the
// refusal names, without what turns out to be refused where it names nothing, or
// by the list where Graph tracks no changes of the class here.
func (c *classSync) adapt(ctx context.Context, r *store.Pass, refused error) (*store.Pass, error) {
	if c.class.Alone != "" || c.class.Inside != "" {
		return nil, c.notExpanded(refused)
	}
	if c.goWithout(namedIn(refused, c.asked())) {
		return c.beginFull(ctx)
	}
	if c.class.Whole || graph.LacksClass(refused) {
		return nil, refused
	}
	try := func(names []string) error { return c.try(ctx, r.Kind, names) }
	err := try(nil)
	switch {
	case err == nil:
		names, err := search(c.asked(), try)
		if err != nil {
			return nil, err
		}
		c.goWithout(names)
		return c.beginFull(ctx)
	case refuses(err) && r.Kind == store.Scan:
		c.untrack()
		return c.beginFull(ctx)
	case entra.CodeOf(err) == entra.CodeRequest && c.takesNoOptions(ctx):
		c.class.Whole, c.class.Top, c.plain = true, 0, true
		return c.beginFull(ctx)
	case refuses(err):
		return nil, refused
	}
	return nil, err
}

// takesNoOptions tells whether a class's list is answered that is asked for as it is. What
// it does not name then is not known to be gone.
func (c *classSync) takesNoOptions(ctx context.Context) bool {
	class := c.class
	class.Whole, class.Top, class.Relations, class.Leads = true, 0, nil, ""
	p, err := c.client.Page(ctx, c.client.ListURL(class, nil), class)
	if err == nil {
		p.Release()
	}
	return err == nil
}

// try asks for some properties and relations as a round of the kind begins.
func (c *classSync) try(ctx context.Context, kind store.RoundKind, names []string) error {
	class, properties := c.class, []string{}
	class.Relations = nil
	for _, name := range names {
		if i := slices.IndexFunc(c.class.Relations, func(r entra.Relation) bool { return r.Name == name }); i >= 0 {
			class.Relations = append(class.Relations, c.class.Relations[i])
		} else {
			properties = append(properties, name)
		}
	}
	link := c.client.DeltaURL(class, properties)
	if kind == store.Poll {
		link = c.client.ListURL(class, properties)
	}
	p, err := c.client.Page(ctx, link, class)
	if err == nil {
		p.Release()
	}
	return err
}

// search finds by halves which names are refused.
func search(names []string, try func(names []string) error) ([]string, error) {
	err := try(names)
	switch {
	case err == nil:
		return nil, nil
	case !refuses(err):
		return nil, err
	case len(names) == 1:
		return names, nil
	}
	first, err := search(names[:len(names)/2], try)
	if err != nil {
		return nil, err
	}
	rest, err := search(names[len(names)/2:], try)
	return slices.Concat(first, rest), err
}

// untrack reads a class that has a delta query elsewhere by its list, from now on in
// this run, and the links of each object by themselves. Where their list would leave
// some out, it is not read: they would be taken for ended.
func (c *classSync) untrack() {
	c.class.Delta, c.untracks = "", true
	for _, r := range c.class.Relations {
		if r.Unlisted != "" {
			c.goWithout([]string{r.Name})
		}
	}
}

// adapted says what the class went without.
func (c *classSync) adapted() (notes []say.Sentence) {
	notes = c.hidden.notes(c.class)
	if len(c.stale) > 0 {
		notes = append(notes, say.With("Graph does not tell this of %s now, and what is held of it stays as it was: %s; a full scan asks again at once, and without one it is asked for again after a day", c.class, strings.Join(c.stale, ", ")))
		c.warned = true
	}
	isStale := func(name string) bool { return slices.Contains(c.stale, name) }
	names := slices.Compact(slices.Sorted(slices.Values(append(c.hidden.from(c.without.all()), c.absent...))))
	if names = slices.DeleteFunc(names, isStale); len(names) > 0 {
		notes = append(notes, say.With("Graph does not offer this of %s here, and it is left out: %s", c.class, strings.Join(names, ", ")))
		c.warned = c.warned || c.full && slices.ContainsFunc(names, func(name string) bool { return slices.Contains(c.tenant.Properties[c.class.Name], name) })
	}
	if note := c.short.note(c.class); note != "" {
		notes = append(notes, note)
		c.warned = true
	}
	if c.plain {
		notes = append(notes, say.With("Graph takes no options with the list of %s here, so it was read as it comes", c.class))
	}
	if c.untracks {
		notes = append(notes, say.With("Graph tracks no changes of %s here, so the list was read", c.class))
	}
	return notes
}

// unlisted says that the links of a relation can't be had by themselves.
type unlisted struct {
	relation string
	err      error
}

func (e *unlisted) Error() string { return e.err.Error() }
func (e *unlisted) Unwrap() error { return e.err }

// readEach reads the links of a page's objects by themselves, where the list is
// read of a class whose delta query would tell them.
func (c *classSync) readEach(ctx context.Context, filter *entra.Filter, p *entra.Page) error {
	if !c.untracks || !c.class.Unlisted() {
		return nil
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for i := range p.Objects {
		o := &p.Objects[i]
		if out, err := filter.Out(o.ID, o.Properties); err == nil && out {
			continue
		}
		g.Go(c.safe(func() error {
			links, err := c.listLinks(ctx, o)
			o.Links = append(slices.Clone(o.Links), links...)
			return err
		}))
	}
	return g.Wait()
}

// listLinks lists the links of one object, of which it notes what could not be read. An
// object that is gone by now has none.
func (c *classSync) listLinks(ctx context.Context, o *entra.Object) (links []entra.Link, err error) {
	listed, _ := c.class.Listed()
	for _, r := range c.class.Relations {
		if r.Name == listed.Name {
			continue
		}
		targets, lost, err := c.list(ctx, o.ID, r.Name)
		switch code := entra.CodeOf(err); {
		case code == entra.CodeNotFound:
			return nil, nil
		case code == entra.CodeRequest || code == entra.CodeNotOffered || code == entra.CodePermission:
			return nil, &unlisted{r.Name, err}
		case err != nil:
			return nil, err
		case lost:
			o.Partial, o.Odd = true, cmp.Or(o.Odd, say.With("one of its %s could not be read", r.Name))
		}
		for _, target := range targets {
			links = append(links, entra.Link{Relation: r.Name, Target: target})
		}
	}
	return links, nil
}

// list names the objects that a navigation leads to from one object; lost: there are some
// whose id could not be read.
func (c *classSync) list(ctx context.Context, id, navigation string) (ids []string, lost bool, err error) {
	guard := newLoopGuard()
	for link := c.client.LinksURL(c.class, id, navigation); link != ""; {
		if err := guard.visit(link); err != nil {
			return nil, false, err
		}
		p, err := c.client.Page(ctx, link, c.class)
		if err != nil {
			return nil, false, err
		}
		for _, o := range p.Objects {
			ids = append(ids, o.ID)
		}
		link, lost = p.NextLink, lost || p.Lost.Count > 0
		p.Release()
	}
	return ids, lost, nil
}
