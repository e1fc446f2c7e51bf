package syncer

import (
	"context"
	"hash/maphash"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// Limits of a chain that leads nowhere.
const (
	maxEmptyPages  = 250  // in a row; empty pages are normal, endless ones are not
	maxRepetitions = 20   // of the same page
	shortChain     = 32   // pages
	thinPage       = 5    // fewer new objects and links a page, on average, are thin
	mostThin       = 3000 // pages of a chain of which nobody knows how many objects there are
	maxStale       = 200  // pages in a row with nothing new, or twice as many as brought something
)

var loopSeed = maphash.MakeSeed()

// loopGuard notices links and pages that repeat for ever, in constant memory:
// it compares with one earlier link and page, which it renews at powers of two
// (Brent's cycle detection). Pages that are ever new in their links and never in
// what they hold it notices by a filter of what the chain has brought: Graph may
// repeat a whole round, but not for ever.
type loopGuard struct {
	steps, next   int
	link, page    uint64
	empty, repeat int

	fresh, stale int // pages that brought something, and those that did not since the last of them
	pages, asked int // that were not empty, and after which of them Graph was asked for a count
	objects      int // that came, removals left out
	brought      int // objects and links
	seen         sightings
}

func newLoopGuard() *loopGuard { return &loopGuard{next: 1} }

func (g *loopGuard) visit(link string) error {
	h := maphash.String(loopSeed, link)
	if g.steps > 0 && h == g.link {
		return endless("a link leads back to an earlier page")
	}
	if g.steps++; g.steps == g.next {
		g.link, g.next = h, g.next*2
	}
	return nil
}

func (g *loopGuard) read(p *entra.Page) error {
	if len(p.Objects) == 0 {
		if g.empty++; g.empty > maxEmptyPages {
			return endless(say.With("%d {page|pages} in a row {was|were} empty", g.empty))
		}
		return nil
	}
	g.empty = 0
	if err := g.news(p); err != nil {
		return err
	}
	h := contents(p)
	if h == g.page {
		if g.repeat++; g.repeat > maxRepetitions {
			return endless("the same page comes again and again")
		}
	} else if g.steps == g.next/2 {
		g.page, g.repeat = h, 0
	}
	return nil
}

// news counts pages that bring no object and no link that the chain has not
// brought before. Values do not count: an object may change again and again.
func (g *loopGuard) news(p *entra.Page) error {
	g.pages++
	objects, links, removals := len(p.Objects), 0, 0
	if g.pages > shortChain { // below that, memory for what was seen is not worth while
		objects, links, removals = g.seen.note(p)
	}
	g.objects, g.brought = g.objects+objects, g.brought+objects+links
	if objects+links+removals > 0 {
		g.fresh, g.stale = g.fresh+1, 0
		return nil
	}
	if g.stale++; g.stale > max(maxStale, 2*g.fresh) {
		return endless(say.With("%d {page|pages} in a row brought nothing new", g.stale))
	}
	return nil
}

// sightings remembers objects and links in constant memory: a Bloom filter, which
// may take what is new for known, but hardly a whole page of it, page after page.
type sightings struct{ bits []uint64 }

const sightingBits = 1 << 23 // 1 MB: a million objects, of which every thirtieth is taken for known

// note counts what a page holds that was not seen before.
func (s *sightings) note(p *entra.Page) (objects, links, removals int) {
	if s.bits == nil {
		s.bits = make([]uint64, sightingBits/64)
	}
	for _, o := range p.Objects {
		var h maphash.Hash
		h.SetSeed(loopSeed)
		h.WriteString(o.ID)
		h.WriteString(string(o.Removed))
		switch news := s.mark(h.Sum64()); {
		case news && o.Removed == entra.NotRemoved:
			objects++
		case news:
			removals++
		}
		for _, l := range o.Links {
			h.Reset()
			h.WriteString(o.ID)
			h.WriteByte(0)
			h.WriteString(l.Relation)
			h.WriteString(l.Target)
			if l.Removed {
				h.WriteByte('-')
			}
			if s.mark(h.Sum64()) {
				links++
			}
		}
	}
	return objects, links, removals
}

// mark sets three bits, and tells whether one of them was not set.
func (s *sightings) mark(h uint64) (news bool) {
	for range 3 {
		word, bit := h%sightingBits/64, uint64(1)<<(h%64)
		news = news || s.bits[word]&bit == 0
		s.bits[word] |= bit
		h = h>>21 | h<<43
	}
	return news
}

// stand tells those who watch how far a round had come before this run.
func (c *classSync) stand(ctx context.Context, r *store.Pass) error {
	at, err := c.Store.Standing(ctx, r.Round)
	if err == nil {
		c.watch.stands(c.tenant.Key, c.name(), r.Kind.Full(), at)
		c.counts.Store(at.First && r.Kind.Full())
	}
	return err
}

// worthCounting is how many objects of a first scan have come before Graph is asked how
// many there are: small classes are through by then, and cost no request.
const worthCounting = 4000

// countFirst asks how many objects a first scan will bring, once, for those who wait for
// it. That Graph does not say is no trouble.
func (c *classSync) countFirst(ctx context.Context, g *loopGuard) {
	if g.objects < worthCounting || c.class.Alone != "" || !c.counts.CompareAndSwap(true, false) {
		return
	}
	there, known := c.there, c.there > 0 // the round was planned by it
	if !known {
		var err error
		if there, known, err = c.client.Total(ctx, c.class); err != nil {
			return
		}
	}
	if known {
		c.watch.thereAre(c.tenant.Key, c.name(), int64(there))
	}
}

// plausible ends a chain that goes on and on with ever new objects: more than Graph
// itself says that there are. A long chain is asked about, first after 500 pages.
func (c *classSync) plausible(ctx context.Context, g *loopGuard) error {
	c.countFirst(ctx, g)
	if g.pages == g.asked || g.pages != 500 && g.pages%1000 != 0 || g.pages == 0 {
		return nil
	}
	g.asked = g.pages
	there, known, err := c.client.Total(ctx, c.class)
	if err != nil {
		return err
	}
	thin := g.brought < thinPage*g.pages
	lag := 10_000 // the count trails, and objects are made and deleted while a chain is read
	if thin {
		lag = 100
	}
	switch {
	case known && g.objects > there+there/5+lag:
		return endless(say.With("%d {object|objects} came, of %d that Graph counts", g.objects, there))
	case !known && thin && g.pages >= mostThin:
		return endless(say.With("a long chain of pages brought no more than %d {object|objects}", g.objects))
	}
	return nil
}

// contents hashes which objects and members a page tells, and how much of each:
// a page that is the same in that, many times in a row, is the same.
func contents(p *entra.Page) uint64 {
	var h maphash.Hash
	h.SetSeed(loopSeed)
	for _, o := range p.Objects {
		h.WriteString(o.ID)
		h.WriteString(string(o.Removed))
		size := 0
		for _, q := range o.Properties {
			size += len(q.Value)
		}
		maphash.WriteComparable(&h, size)
		for _, l := range o.Links {
			h.WriteString(l.Relation)
			h.WriteString(l.Target)
			if l.Removed {
				h.WriteByte('-')
			}
		}
	}
	return h.Sum64()
}

func endless(why say.Sentence) error {
	return &entra.Error{Code: entra.CodeLoop, What: "reading from Graph was given up", Why: why,
		Remedy: "try again later; nothing that was stored is lost", Err: say.Errorf("%s", why)}
}
