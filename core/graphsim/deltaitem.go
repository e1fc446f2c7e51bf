package graphsim

import (
	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// deltaItems renders what a page tells, each object as it stands now.
func (c *call) deltaItems(dst []byte, p *page) []byte {
	p.minimal = c.minimal() && !p.round.Initial
	var v directory.View
	for _, it := range p.items {
		v.Open(c.t, p.class, it.index)
		dst = append(p.deltaItem(dst, &v, it), ',')
	}
	if len(p.items) > 0 {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// deltaItem renders one object. The id and the memberships stand anywhere among its properties.
func (p *page) deltaItem(dst []byte, v *directory.View, it *item) []byte {
	turn := directory.Mix(v.Hash() ^ uint64(p.round.Page))
	dst = append(dst, '{')
	if state := p.replica.State(it.index); state != directory.Live {
		return removedItem(dst, v, state, turn)
	}
	tracked := p.round.Fields &^ directory.MembersField
	nulls := it.changed & tracked
	if it.reborn {
		nulls |= v.Cleared() & tracked
	}
	switch {
	case it.whole:
	case p.minimal:
		tracked &= it.changed
	case it.changed == 0 && turn%2 == 0: // only memberships
		tracked = 0
	}
	if turn%4 == 0 {
		dst = p.memberDelta(dst, it)
	}
	if turn%8 != 1 {
		dst = append(append(append(dst, `"id":"`...), v.ID()...), `",`...)
	}
	first := 0
	if turn%8 < 3 {
		first = int(turn>>8) % len(v.Class().Properties)
	}
	dst = v.AppendProperties(dst, tracked, nulls, first)
	if turn%8 == 1 {
		dst = append(append(append(dst, `"id":"`...), v.ID()...), `",`...)
	}
	if turn%4 != 0 {
		dst = p.memberDelta(dst, it)
	}
	dst[len(dst)-1] = '}'
	return dst
}

// removedItem tells that an object is gone: "changed" means that it can be restored.
func removedItem(dst []byte, v *directory.View, state directory.State, turn uint64) []byte {
	reason := `"@removed":{"reason":"deleted"}`
	if state == directory.SoftDeleted {
		reason = `"@removed":{"reason":"changed"}`
	}
	if turn%2 == 0 {
		dst = append(append(dst, reason...), ',')
	}
	dst = append(append(append(dst, `"id":"`...), v.ID()...), '"')
	if turn%2 != 0 {
		dst = append(append(dst, ','), reason...)
	}
	return append(dst, '}')
}

func (p *page) memberDelta(dst []byte, it *item) []byte {
	if len(it.links) == 0 {
		return dst
	}
	dst = append(dst, `"members@delta":[`...)
	for _, m := range it.links {
		dst = append(append(dst, `{"@odata.type":"`...), p.t.Class(m.Class()).ODataType()...)
		dst = append(append(append(dst, `","id":"`...), p.t.RefID(m.Object())...), '"')
		if m.Gone() {
			dst = append(dst, `,"@removed":{"reason":"deleted"}`...)
		}
		dst = append(dst, `},`...)
	}
	dst[len(dst)-1] = ']'
	return append(dst, ',')
}
