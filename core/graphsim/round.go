package graphsim

import (
	"slices"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// round is a client's way through a class: what its token remembers. It begins at a place in the class's log, goes over
// all objects if it is the client's first, and then replays the log from its beginning to where the log ends by then.
// So whatever happens while the client pages is either on a later page, or after the place where its next round begins.
type round struct {
	stamp
	Fields   directory.Fields // the tracked properties
	Initial  bool             // goes over all objects
	Filtered bool             // only the objects of Only
	Only     []int

	Next    int      // the next object to go over
	Walked  int      // of a filtered one that walks over all objects: how far it has come
	Pending []opened // objects whose links aren't all told yet
	Log     int      // the next log entry to replay
	End     int      // where the replay ends; -1: not begun
	Page    int      // pages so far
}

// opened is an object of which a round has told some links of a relation.
type opened struct {
	Source   int
	Relation directory.RelationID
	Slot     int  // the next one to tell
	Gone     bool // tell of links it lost, too
}

// told is a link that a page tells.
type told struct {
	relation directory.RelationID
	target   directory.Ref // gone: the link has ended
}

// mostPending bounds how many objects of many links a round has open at once.
const mostPending = 3

// page is the content of one delta answer.
type page struct {
	t        *directory.Tenant
	class    directory.ClassID
	replica  directory.Replica
	round    *round
	hidden   bool // may see hidden memberships
	objects  int  // the most it may hold; 0: it stays empty
	links    int  // room left
	items    []*item
	itemOf   map[int]*item
	complete bool // the round ends with this page
	minimal  bool // only what changed was asked for
	walks    bool // see [Config.FilterWalks]
}

// item is what a page tells of one object.
type item struct {
	index   int
	whole   bool             // all tracked properties
	reborn  bool             // it may stand in the client's copy with values that were cleared since
	changed directory.Fields // otherwise, those that changed
	links   []told           // as they are now
}

// fill gathers a page; the caller holds the lock.
func (p *page) fill() {
	p.itemOf = map[int]*item{}
	r := p.round
	if r.Page++; p.walks {
		r.Walked += maxPageObjects
	}
	if p.objects > 0 {
		p.tellLinks(p.links * 3 / 5)
		p.enumerate()
		if !r.Initial || r.Next >= p.last() && !p.walking() {
			p.replay()
		}
		p.tellLinks(p.links)
	}
	p.complete = r.End >= 0 && r.Log >= r.End && len(r.Pending) == 0
}

// item is the page's entry for an object; nil if there is no room for another.
func (p *page) item(index int) *item {
	if it := p.itemOf[index]; it != nil {
		return it
	}
	if len(p.items) >= p.objects {
		return nil
	}
	it := &item{index: index}
	p.items = append(p.items, it)
	p.itemOf[index] = it
	return it
}

// last is where the enumeration ends.
func (p *page) last() int {
	if p.round.Filtered {
		return len(p.round.Only)
	}
	return p.t.Ever(p.class)
}

// walking tells whether a round that walks over all objects is still to reach the last.
func (p *page) walking() bool { return p.walks && p.round.Walked < p.t.Ever(p.class) }

// enumerate goes over the objects of an initial round. Some of those that are gone are told as removed, since Graph
// does that too.
func (p *page) enumerate() {
	r := p.round
	for r.Initial && r.Next < p.last() && len(r.Pending) < mostPending {
		index := r.Next
		if r.Filtered {
			index = r.Only[r.Next]
		}
		if p.walking() && index >= r.Walked {
			return
		}
		state := p.replica.State(index)
		if state == directory.Unborn || state != directory.Live && p.t.Hash(p.class, index)%2 == 0 {
			r.Next++
			continue
		}
		it := p.item(index)
		if it == nil {
			return
		}
		r.Next++
		it.whole = true
		if state == directory.Live {
			p.open(index, p.t.Hash(p.class, index)%4 == 0)
			p.tellLast()
		}
	}
}

// open begins to tell the tracked links of an object; of those that ended, too, if gone.
func (p *page) open(index int, gone bool) {
	for _, r := range p.class.Relations() {
		if p.tells(r, index) && len(p.t.Slots(r, index)) > 0 {
			p.round.Pending = append(p.round.Pending, opened{Source: index, Relation: r, Gone: gone})
		}
	}
}

// tells tells whether the client hears of a relation of an object.
func (p *page) tells(r directory.RelationID, index int) bool {
	return p.round.Fields&r.Field() != 0 && (p.hidden || !p.t.Hides(r, index))
}

// tellLast tells the links that were opened last, as far as they fit.
func (p *page) tellLast() {
	for at := len(p.round.Pending) - 1; at >= 0 && p.round.Pending[at].Slot == 0; at-- {
		if !p.tellSlice(&p.round.Pending[at], p.links) {
			return
		}
		p.round.Pending = slices.Delete(p.round.Pending, at, at+1)
	}
}

// tellLinks goes on with the open objects, as far as budget links reach.
func (p *page) tellLinks(budget int) {
	pending := p.round.Pending
	for len(pending) > 0 && budget > 0 && p.links > 0 {
		before := p.links
		if !p.tellSlice(&pending[0], budget) {
			break
		}
		budget -= before - p.links
		pending = pending[1:]
	}
	p.round.Pending = pending
}

// tellSlice tells at most budget links of an object, as they are now; true once it has told the last.
func (p *page) tellSlice(o *opened, budget int) bool {
	if p.replica.State(o.Source) != directory.Live {
		return true // its deletion is in the log
	}
	it := p.item(o.Source)
	if it == nil {
		return false
	}
	slots := p.t.Slots(o.Relation, o.Source)
	for ; o.Slot < len(slots); o.Slot++ {
		if slots[o.Slot].Gone() && !o.Gone {
			continue
		}
		if budget == 0 || p.links == 0 {
			return false
		}
		it.links = append(it.links, told{o.Relation, slots[o.Slot]})
		budget--
		p.links--
	}
	return true
}

// replay tells what the log holds from where the round stands to its end. An initial round replays a little of what
// was before it, too.
func (p *page) replay() {
	r := p.round
	if r.End < 0 {
		r.End = max(r.Log, p.replica.End)
		if r.Initial {
			r.Log = max(0, r.Log-int(directory.Mix(uint64(r.Log))%16))
		}
	}
	for ; r.Log < r.End; r.Log++ {
		e := p.t.Entry(p.class, r.Log)
		if !e.Relevant(r.Fields) || r.Filtered && !slices.Contains(r.Only, e.Index) {
			continue
		}
		if !p.tellEntry(e) {
			return
		}
	}
}

// tellEntry adds a log entry to the page; false if there is no room.
func (p *page) tellEntry(e directory.Entry) bool {
	isLink := e.Event == directory.Linked || e.Event == directory.Unlinked
	if isLink && (p.replica.State(e.Index) != directory.Live || !p.hidden && p.t.Hides(e.Relation, e.Index)) {
		return true
	}
	if isLink && p.links == 0 {
		return false
	}
	it := p.item(e.Index)
	switch {
	case it == nil:
		return false
	case isLink:
		p.tellLink(it, e)
	case e.Event == directory.Updated:
		it.changed |= e.Fields
	default:
		it.whole, it.reborn = true, true
	}
	if e.Event == directory.Restored && p.replica.State(e.Index) == directory.Live {
		p.open(e.Index, true)
	}
	return true
}

// tellLink adds the link as it is now. Where it was ended and made again, both stand there, in that order.
func (p *page) tellLink(it *item, e directory.Entry) {
	if slices.ContainsFunc(it.links, func(l told) bool { return l.relation == e.Relation && l.target.Object() == e.Target }) {
		return // what the page tells is how it is now
	}
	now := e.Target
	if !p.t.Linked(e.Relation, e.Index, e.Target) {
		now |= directory.GoneBit
	}
	if e.Event == directory.Unlinked && !now.Gone() && p.links > 1 {
		it.links = append(it.links, told{e.Relation, e.Target | directory.GoneBit})
		p.links--
	}
	it.links = append(it.links, told{e.Relation, now})
	p.links--
}
