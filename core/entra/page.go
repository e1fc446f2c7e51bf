package entra

import (
	"github.com/entraidsync/entraidsync/core/say"
)

// Page is one answer of Graph to a delta or list request. It is applied whole
// or not at all. Exactly one of its links is set, but for the last page of a
// list, which has none.
type Page struct {
	Objects   []Object
	NextLink  string         // the round goes on here
	DeltaLink string         // the round is over; the next one starts here
	Untracked map[string]int // relations that the class does not track, and how many objects told of them
	Lost      Lost           // entries that can't be stored
	Cut       []string       // objects of whose expansion there may be more: they are to be read alone
	Told      int            // objects that told their expansion, be it empty
	Untold    int            // objects that said nothing of it

	lent []func()
}

// Join adds the page that p's next link led to: both are then one page.
func (p *Page) Join(next *Page) {
	p.Objects = append(p.Objects, next.Objects...)
	p.NextLink, p.DeltaLink = next.NextLink, next.DeltaLink
	for name, n := range next.Untracked {
		p.untracked(name, n)
	}
	p.Lost.Join(next.Lost)
	p.Cut = append(p.Cut, next.Cut...)
	p.Told, p.Untold = p.Told+next.Told, p.Untold+next.Untold
	p.lent = append(p.lent, next.lent...)
}

// Lost is what of a page can't be stored nor asked for, because it has no id that
// can be read.
type Lost struct {
	Count int
	Some  []say.Sentence // what the first of them are
}

// mostLost is how many of what was lost are described.
const mostLost = 5

// Add counts one more.
func (l *Lost) Add(what say.Sentence) {
	l.Count++
	if len(l.Some) < mostLost {
		l.Some = append(l.Some, what)
	}
}

// Join adds what another page lost.
func (l *Lost) Join(other Lost) {
	l.Count += other.Count
	l.Some = append(l.Some, other.Some[:min(len(other.Some), mostLost-len(l.Some))]...)
}

// Track leaves only links of relations that the class has, and counts the others.
func (p *Page) Track(c Class) {
	for i := range p.Objects {
		o := &p.Objects[i]
		kept, last, known := 0, "", false
		for _, l := range o.Links {
			if l.Relation != last {
				if last, known = l.Relation, c.Relates(l.Relation); !known {
					p.untracked(last, 1)
				}
			}
			if known {
				o.Links[kept] = l
				kept++
			}
		}
		o.Links = o.Links[:kept]
	}
}

func (p *Page) untracked(relation string, n int) {
	if p.Untracked == nil {
		p.Untracked = map[string]int{}
	}
	p.Untracked[relation] += n
}

// Lend says who wants the memory of the page's objects back.
func (p *Page) Lend(back func()) { p.lent = append(p.lent, back) }

// Release gives the memory of the page's objects back, for pages to come: no
// object of it, and no value, may be used after. A page that is not released
// costs a collection of garbage, and nothing else.
func (p *Page) Release() {
	for _, back := range p.lent {
		back()
	}
	p.Objects, p.lent = nil, nil
}

// Removal is the reason of an @removed.
type Removal string

// Reasons for a removal.
const (
	NotRemoved  Removal = ""
	SoftDeleted Removal = "changed" // restorable for 30 days
	Gone        Removal = "deleted" // for good
	Unclear     Removal = "unclear" // no reason that we know was given: Graph is to be asked
)

// Object is one object as a page tells it: whole in a list, "at least what
// changed" in a delta.
type Object struct {
	ID         string
	Removed    Removal
	Properties Properties   // as told, nulls included
	Links      []Link       // NAME@delta, in the order told
	Odd        say.Sentence // why it is not all that Graph told; "" where it is
	Partial    bool         // links are missing that Graph told
	Unasked    []string     // of an object that was read by itself: properties that are refused here; what is held of them stays
}

// Link is one link from an object: gained, or lost. It is identified by source,
// relation and target; its type is a hint for a target that is not known yet.
type Link struct {
	Relation string
	Target   string
	Type     string // see [LinkType]
	Removed  bool
}

// State is how an object stands in the local copy.
type State int

// The states of a stored object. Only Live objects count in totals.
const (
	Unseen   State = 0 // named by a link, never read itself
	Live     State = 1
	Deleted  State = 2 // soft-deleted: hidden, restorable
	Filtered State = 3 // left out by the filter: only its id is kept
	Erased   State = 4 // deleted for good: only its id is kept
)
