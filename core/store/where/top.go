package where

import (
	"cmp"
	"container/heap"
	"slices"

	"github.com/entraidsync/entraidsync/core/entra"
)

// Top keeps the first of many objects in an order, in the heap's own: the last of
// them first.
type Top struct {
	Query
	kept  []sortedObject
	count int
}

// Query is which objects are kept.
type Query struct {
	Descending bool
	Most       int
}

type sortedObject struct {
	entra.StoredObject
	order Value
	place int // in which it came
}

func (s *Top) compare(a, b sortedObject) int {
	sign := 1
	if s.Descending {
		sign = -1
	}
	if lacks := a.order.Absent(); lacks != b.order.Absent() { // who lacks it comes last, either way
		return map[bool]int{true: 1, false: -1}[lacks]
	}
	return sign * cmp.Or(a.order.Compare(b.order), a.place-b.place)
}

// Len, Less, Swap, Push and Pop are what container/heap asks for.
func (s *Top) Len() int           { return len(s.kept) }
func (s *Top) Less(i, j int) bool { return s.compare(s.kept[i], s.kept[j]) > 0 }
func (s *Top) Swap(i, j int)      { s.kept[i], s.kept[j] = s.kept[j], s.kept[i] }
func (s *Top) Push(x any)         { s.kept = append(s.kept, x.(sortedObject)) }
func (s *Top) Pop() any {
	last := s.kept[len(s.kept)-1]
	s.kept = s.kept[:len(s.kept)-1]
	return last
}

// Add takes an object in, with what it is sorted by; it always wants another.
func (s *Top) Add(o entra.StoredObject, value Value) bool {
	s.count++
	heap.Push(s, sortedObject{o, value, s.count})
	if len(s.kept) > s.Most {
		heap.Pop(s)
	}
	return true
}

// Dropped tells whether there were more than are kept.
func (s *Top) Dropped() bool { return s.count > s.Most }

// InOrder gives what is kept, behind the first of it.
func (s *Top) InOrder(offset int, yield func(entra.StoredObject) bool) {
	slices.SortFunc(s.kept, s.compare)
	for _, o := range s.kept[min(offset, len(s.kept)):] {
		if !yield(o.StoredObject) {
			return
		}
	}
}
