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

// deltaItem renders one object. The id and the links stand anywhere among its properties.
func (p *page) deltaItem(dst []byte, v *directory.View, it *item) []byte {
	turn := directory.Mix(v.Hash() ^ uint64(p.round.Page))
	dst = append(dst, '{')
	if state := p.replica.State(it.index); state != directory.Live {
		return removedItem(dst, v, state, turn)
	}
	tracked := p.round.Fields.Properties()
	nulls := it.changed & tracked
	if it.reborn {
		nulls |= v.Cleared() & tracked
	}
	switch {
	case it.whole:
	case p.minimal:
		tracked &= it.changed
	case it.changed == 0 && turn%2 == 0: // only links
		tracked = 0
	}
	if turn%4 == 0 {
		dst = p.linkDelta(dst, it)
	}
	if turn%8 != 1 {
		dst = append(append(append(dst, `"id":"`...), v.ID()...), `",`...)
	}
	first := 0
	if turn%8 < 3 {
		first = int(turn>>8) % len(v.Class().Properties)
	}
	dst = v.AppendProperties(v.AppendDerived(dst), tracked, nulls, first)
	if turn%8 == 1 {
		dst = append(append(append(dst, `"id":"`...), v.ID()...), `",`...)
	}
	if turn%4 != 0 {
		dst = p.linkDelta(dst, it)
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

// linkDelta renders the links of an object, an array for each relation.
func (p *page) linkDelta(dst []byte, it *item) []byte {
	if len(it.links) == 0 {
		return dst
	}
	for _, r := range p.class.Relations() {
		start := len(dst)
		dst = append(append(append(dst, '"'), r.Relation().Name...), `@delta":[`...)
		before := len(dst)
		for _, l := range it.links {
			if l.relation == r {
				dst = append(p.appendLink(dst, l.target), ',')
			}
		}
		if len(dst) == before {
			dst = dst[:start]
			continue
		}
		dst[len(dst)-1] = ']'
		dst = append(dst, ',')
	}
	return dst
}

// appendLink names a target by its type and id, and tells if the link has ended.
func (p *page) appendLink(dst []byte, target directory.Ref) []byte {
	dst = append(append(dst, `{"@odata.type":"`...), p.t.Class(target.Class()).ODataType()...)
	dst = append(append(append(dst, `","id":"`...), p.t.RefID(target.Object())...), '"')
	if target.Gone() {
		dst = append(dst, `,"@removed":{"reason":"deleted"}`...)
	}
	return append(dst, '}')
}
