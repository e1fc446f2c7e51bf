package syncer

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
)

// oddities gathers what one class's answers held that could not be read as it
// stands. None of it stops the class; its history row says so.
type oddities struct {
	mu     sync.Mutex
	lost   entra.Lost // entries that can't be stored
	odd    entra.Lost // objects that are stored as far as they are sound
	unread entra.Lost // objects whose own answers can't be used
	left   string     // a property that is not kept
}

// mostUnread is how many objects may have no answer that can be used before that
// is taken for trouble of the class.
const mostUnread = 20

// page notes what is odd about a page and about the objects that were read for it.
func (o *oddities) page(p *entra.Page, whole map[string]entra.Object) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lost.Join(p.Lost)
	for _, object := range p.Objects {
		o.object(object)
	}
	for _, object := range whole {
		o.object(object)
	}
}

func (o *oddities) object(object entra.Object) {
	if object.Odd != "" {
		o.odd.Add(say.With("%s (%s)", named(object), object.Odd))
	}
}

func (o *oddities) leave(property string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.left = cmp.Or(o.left, property)
}

// named is an object's name, bounded, and its id.
func named(o entra.Object) string {
	name := []rune(o.Properties.Text("displayName"))
	if len(name) == 0 {
		return o.ID
	}
	return string(name[:min(len(name), 64)]) + " " + o.ID
}

// passes tells whether the class goes on without an object of which no answer
// came that can be used. It is asked for again as one that is only known by its id.
// Where Graph has just told of the class, a refusal is about the object alone.
func (o *oddities) passes(id string, err error) bool {
	why := entra.AsError(err).Why
	switch entra.CodeOf(err) {
	case entra.CodeAnswer, entra.CodeRequest, entra.CodeNotOffered:
	case entra.CodePermission, entra.CodeLicence:
		why = "Graph refuses to tell of it"
		if said := graph.Words(err); said != "" {
			why = say.With("%s: %s", why, said)
		}
	default:
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.unread.Add(say.With("%s (%s)", id, why))
	return o.unread.Count <= mostUnread
}

// notes are what the history row says.
func (o *oddities) notes() (notes []say.Sentence) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if n := o.lost.Count; n > 0 {
		notes = append(notes, say.With("%d {entry could not be stored, and is|entries could not be stored, and are} asked for again by a full scan: %s", n, list(o.lost)))
	}
	if n := o.odd.Count; n > 0 {
		notes = append(notes, say.With("%d {object is stored only as far as it is sound, and is|objects are stored only as far as they are sound, and are} read again: %s", n, list(o.odd)))
	}
	if n := o.unread.Count; n > 0 {
		notes = append(notes, say.With("%d {object could not be read and is|objects could not be read and are} asked for again: %s", n, list(o.unread)))
	}
	if o.left != "" {
		notes = append(notes, say.With("the class has more properties than are kept, and %s is one that is left out", o.left))
	}
	return notes
}

func list(l entra.Lost) say.Sentence {
	some := l.Some
	if l.Count > len(some) {
		some = append(slices.Clone(some), "…")
	}
	return say.Join(", ", some...)
}

// clarify asks Graph about the objects of a page that are removed without a reason
// that we know: still there, restorable, or gone.
func (c *classSync) clarify(ctx context.Context, p *entra.Page) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for i := range p.Objects {
		if p.Objects[i].Removed != entra.Unclear {
			continue
		}
		g.Go(c.safe(func() error {
			id := p.Objects[i].ID
			_, found, err := c.object(ctx, id)
			reason := entra.NotRemoved
			if err == nil && !found {
				reason, err = c.reason(ctx, id)
			}
			if err != nil && !c.odd.passes(id, err) {
				return err
			}
			p.Objects[i].Removed = reason
			return nil
		}))
	}
	return g.Wait()
}
