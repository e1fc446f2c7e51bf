package directory

import "math"

// generateLinks gives every group its first members. Sizes follow a power law: a few groups hold most of the tenant.
func (t *Tenant) generateLinks() {
	n := t.count[Groups]
	total := 0.0
	for rank := range n {
		total += weight(rank)
	}
	for g := range n {
		size := int(math.Round(float64(t.cfg.Links) * weight(t.rank(g)) / total))
		t.links[GroupMembers][g] = t.generateMembers(g, min(size, t.cfg.Users))
	}
}

func weight(rank int) float64 { return math.Pow(float64(rank+1), -0.8) }

// rank is the place of a group among all by size; large and small ones are strewn over the tenant.
func (t *Tenant) rank(g int) int {
	n := t.count[Groups]
	step := coprime(n, n*5/8+1)
	return (g*step + int(t.cfg.Seed%uint64(n))) % n
}

// generateMembers are users, mostly; some groups hold devices, other groups or a service principal too.
func (t *Tenant) generateMembers(g, size int) []Ref {
	b := born{t: t, class: Groups, index: g, hash: t.Hash(Groups, g)}
	sketchGroup(&b)
	list := make([]Ref, 0, size+4)
	if b.kind == security && size > 0 {
		switch b.dice(30, 12) {
		case 0:
			return t.stride(list, &b, Devices, size)
		case 1, 2:
			list = t.nest(list, g)
		case 3:
			list = t.stride(list, &b, ServicePrincipals, 1)
		default:
			if mayHoldRoles(&b) { // who is in a group of its groups has the role, too
				list = t.nest(list, g)
			}
		}
	}
	return t.stride(list, &b, Users, size)
}

// stride appends size different objects of a class.
func (t *Tenant) stride(list []Ref, b *born, c ClassID, size int) []Ref {
	n := t.count[c]
	if n == 0 {
		return list
	}
	at, step := b.dice(31, n), coprime(n, 1+b.dice(32, n))
	for range min(size, n) {
		list = append(list, NewRef(c, at))
		at = (at + step) % n
	}
	return list
}

// nest appends up to three groups that come later, so that no circle arises.
func (t *Tenant) nest(list []Ref, g int) []Ref {
	for _, child := range []int{2*g + 1, 2*g + 2, 2*g + 9} {
		if child < t.count[Groups] && !t.isUnified(child) {
			list = append(list, NewRef(Groups, child))
		}
	}
	return list
}

// coprime is the first number from k on that shares no divisor with n: walking in such steps visits all n.
func coprime(n, k int) int {
	for k = max(k, 1); ; k++ {
		a, b := n, k
		for b != 0 {
			a, b = b, a%b
		}
		if a == 1 {
			return k
		}
	}
}
