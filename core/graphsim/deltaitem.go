package graphsim

// deltaItems renders what a page tells, each object as it stands now.
func (c *call) deltaItems(dst []byte, p *page) []byte {
	p.minimal = c.minimal() && !p.round.Initial
	var v view
	for _, it := range p.items {
		v.open(c.t, p.class, it.index)
		dst = append(c.t.deltaItem(dst, &v, p, it), ',')
	}
	if len(p.items) > 0 {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// deltaItem renders one object. The id and the memberships stand anywhere among its properties.
func (t *Tenant) deltaItem(dst []byte, v *view, p *page, it *item) []byte {
	turn := mix64(t.hash(p.class, it.index) ^ uint64(p.round.Page))
	dst = append(dst, '{')
	if state := p.replica.state(it.index); state != Live {
		return t.removedItem(dst, v, state, turn)
	}
	tracked := p.round.Fields &^ membersField
	nulls := it.changed & tracked
	if it.reborn {
		nulls |= v.cleared() & tracked
	}
	switch {
	case it.whole:
	case p.minimal:
		tracked &= it.changed
	case it.changed == 0 && turn%2 == 0: // only memberships
		tracked = 0
	}
	if turn%4 == 0 {
		dst = t.memberDelta(dst, it)
	}
	if turn%8 != 1 {
		dst = append(append(append(dst, `"id":"`...), v.id()...), `",`...)
	}
	first := 0
	if turn%8 < 3 {
		first = int(turn>>8) % len(v.class().properties)
	}
	dst = v.appendProperties(dst, tracked, nulls, first)
	if turn%8 == 1 {
		dst = append(append(append(dst, `"id":"`...), v.id()...), `",`...)
	}
	if turn%4 != 0 {
		dst = t.memberDelta(dst, it)
	}
	dst[len(dst)-1] = '}'
	return dst
}

// removedItem tells that an object is gone: "changed" means that it can be restored.
func (t *Tenant) removedItem(dst []byte, v *view, state State, turn uint64) []byte {
	reason := `"@removed":{"reason":"deleted"}`
	if state == SoftDeleted {
		reason = `"@removed":{"reason":"changed"}`
	}
	if turn%2 == 0 {
		dst = append(append(dst, reason...), ',')
	}
	dst = append(append(append(dst, `"id":"`...), v.id()...), '"')
	if turn%2 != 0 {
		dst = append(append(dst, ','), reason...)
	}
	return append(dst, '}')
}

func (t *Tenant) memberDelta(dst []byte, it *item) []byte {
	if len(it.links) == 0 {
		return dst
	}
	dst = append(dst, `"members@delta":[`...)
	for _, m := range it.links {
		dst = append(append(dst, `{"@odata.type":"`...), t.classes[m.class()].odataType()...)
		dst = append(append(append(dst, `","id":"`...), t.refID(m.object())...), '"')
		if m.gone() {
			dst = append(dst, `,"@removed":{"reason":"deleted"}`...)
		}
		dst = append(dst, `},`...)
	}
	dst[len(dst)-1] = ']'
	return append(dst, ',')
}
