package syncer

import (
	"errors"
	"fmt"
	"hash/maphash"

	"github.com/entraidsync/entraidsync/core/entra"
)

// Limits of a chain that leads nowhere.
const (
	maxEmptyPages  = 1000 // in a row; empty pages are normal, endless ones are not
	maxRepetitions = 20   // of the same page
)

var loopSeed = maphash.MakeSeed()

// loopGuard notices links and pages that repeat for ever, in constant memory:
// it compares with one earlier link and page, which it renews at powers of two
// (Brent's cycle detection).
type loopGuard struct {
	steps, next   int
	link, page    uint64
	empty, repeat int
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
			return endless(fmt.Sprintf("%d pages in a row were empty", g.empty))
		}
		return nil
	}
	g.empty = 0
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

func endless(why string) error {
	return &entra.Error{Code: entra.CodeLoop, What: "reading from Graph was given up", Why: why,
		Remedy: "try again later; nothing that was stored is lost", Err: errors.New(why)}
}
