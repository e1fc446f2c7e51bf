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
	Pending []opened // groups whose members aren't all told yet
	Log     int      // the next log entry to replay
	End     int      // where the replay ends; -1: not begun
	Page    int      // pages so far
}

// opened is a group of which a round has told some members.
type opened struct {
	Group int
	Slot  int  // the next one to tell
	Gone  bool // tell of members it lost, too
}

// mostPending bounds how many large groups a round has open at once.
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
}

// item is what a page tells of one object.
type item struct {
	index   int
	whole   bool             // all tracked properties
	reborn  bool             // it may stand in the client's copy with values that were cleared since
	changed directory.Fields // otherwise, those that changed
	links   []directory.Ref  // memberships, as they are now; gone: it isn't a member
}

// fill gathers a page; the caller holds the lock.
func (p *page) fill() {
	p.itemOf = map[int]*item{}
	r := p.round
	if r.Page++; p.objects > 0 {
		p.tellMembers(p.links * 3 / 5)
		p.enumerate()
		if !r.Initial || r.Next >= p.last() {
			p.replay()
		}
		p.tellMembers(p.links)
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

// enumerate goes over the objects of an initial round. Some of those that are gone are told as removed, since Graph
// does that too.
func (p *page) enumerate() {
	r := p.round
	for r.Initial && r.Next < p.last() && len(r.Pending) < mostPending {
		index := r.Next
		if r.Filtered {
			index = r.Only[r.Next]
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
		if state == directory.Live && p.tellsMembers(index) {
			r.Pending = append(r.Pending, opened{Group: index, Gone: p.t.Hash(p.class, index)%4 == 0})
			p.tellLast()
		}
	}
}

func (p *page) tellsMembers(group int) bool {
	return p.round.Fields&directory.MembersField != 0 && len(p.t.Slots(group)) > 0 && (p.hidden || !p.t.HidesMembers(group))
}

// tellLast tells members of the group opened last.
func (p *page) tellLast() {
	pending := p.round.Pending
	if at := len(pending) - 1; p.tellSlice(&pending[at], p.links) {
		p.round.Pending = pending[:at]
	}
}

// tellMembers goes on with the open groups, as far as budget links reach.
func (p *page) tellMembers(budget int) {
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

// tellSlice tells at most budget members of a group, as they are now; true once it has told the last.
func (p *page) tellSlice(o *opened, budget int) bool {
	if p.replica.State(o.Group) != directory.Live {
		return true // its deletion is in the log
	}
	it := p.item(o.Group)
	if it == nil {
		return false
	}
	slots := p.t.Slots(o.Group)
	for ; o.Slot < len(slots); o.Slot++ {
		if slots[o.Slot].Gone() && !o.Gone {
			continue
		}
		if budget == 0 || p.links == 0 {
			return false
		}
		it.links = append(it.links, slots[o.Slot])
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
	if isLink && (p.replica.State(e.Index) != directory.Live || !p.hidden && p.t.HidesMembers(e.Index)) {
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
	if e.Event == directory.Restored && p.replica.State(e.Index) == directory.Live && p.class == directory.Groups && p.tellsMembers(e.Index) {
		p.round.Pending = append(p.round.Pending, opened{Group: e.Index, Gone: true})
	}
	return true
}

// tellLink adds the membership as it is now. Where it was ended and made again, both stand there, in that order.
func (p *page) tellLink(it *item, e directory.Entry) {
	if slices.ContainsFunc(it.links, func(m directory.Ref) bool { return m.Object() == e.Member }) {
		return // what the page tells is how it is now
	}
	now := e.Member
	if !p.t.Linked(e.Index, e.Member) {
		now |= directory.GoneBit
	}
	if e.Event == directory.Unlinked && !now.Gone() && p.links > 1 {
		it.links = append(it.links, e.Member|directory.GoneBit)
		p.links--
	}
	it.links = append(it.links, now)
	p.links--
}
