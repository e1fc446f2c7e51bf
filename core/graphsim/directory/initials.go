package directory

import (
	"slices"
	"sync"
)

// initials are the generated users by the first byte of their name in lower case: a list of those that begin with a
// letter needn't look at all the others.
type initials struct {
	once sync.Once
	of   [256][]int
}

// ByInitial is the sequence of the users whose name may begin with a byte: those that were generated so, and all that
// somebody touched. A user's place is its index, so that places hold while others come and go.
func (t *Tenant) ByInitial(first byte) func(at int) (index, place int) {
	t.initials.once.Do(t.sortInitials)
	var touched []int
	for index := range t.touched[Users] {
		touched = append(touched, index)
	}
	slices.Sort(touched)
	return func(at int) (int, int) {
		a, b := from(t.initials.of[first], at), from(touched, at)
		if a < 0 || b >= 0 && b < a {
			a = b
		}
		return a, a
	}
}

// from is the first number of a sorted list that is at or above n; -1: there is none.
func from(sorted []int, n int) int {
	i, _ := slices.BinarySearch(sorted, n)
	if i == len(sorted) {
		return -1
	}
	return sorted[i]
}

func (t *Tenant) sortInitials() {
	b := born{t: t, class: Users}
	name := make([]byte, 0, 160)
	for b.index = range t.cfg.Users {
		b.hash = t.Hash(Users, b.index)
		sketchUser(&b)
		name = userPrincipalName(name[:0], &b)
		first := name[1]
		if 'A' <= first && first <= 'Z' {
			first += 'a' - 'A'
		}
		t.initials.of[first] = append(t.initials.of[first], b.index)
	}
}
