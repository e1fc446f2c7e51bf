package grams

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPostingsRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		blocks := 1 + r.IntN(600)
		share := r.Float64()
		want := map[uint32][]uint32{}
		var chunk []byte
		first := uint32(r.IntN(1 << 20))
		gram := first
		for i := range 20 {
			var pairs []uint32
			for block := range uint32(blocks) {
				if r.Float64() < share {
					pairs = append(pairs, 77<<blockBits|block)
				}
			}
			if len(pairs) == 0 {
				continue
			}
			step := uint64(0)
			if len(chunk) > 0 {
				step = uint64(1 + r.IntN(1<<(i%12)))
			}
			gram += uint32(step)
			chunk = appendPostings(binary.AppendUvarint(chunk, step), pairs, blocks)
			want[gram] = pairs
		}
		for gram, pairs := range want {
			got := NewBlockSet(blocks)
			if err := got.Collect(chunk, first, Range{gram, gram}, blocks); err != nil {
				t.Fatal(err)
			}
			for block := range blocks {
				if _, is := slices.BinarySearch(pairs, 77<<blockBits|uint32(block)); is != got.Has(block) {
					t.Fatalf("gram %d, block %d of %d: %v", gram, block, blocks, !is)
				}
			}
		}
	}
}

// FuzzPostings reads postings and lists that nobody wrote: an error or an answer,
// no panic, and no block that there is not.
func FuzzPostings(f *testing.F) {
	f.Add([]byte{0, 0, 1, 2, 3}, 10)
	f.Add([]byte{0, 4, 1, 2, 9, 3, 0xff}, 8)
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, 500)
	grams := newSet()
	f.Fuzz(func(t *testing.T, data []byte, blocks int) {
		blocks = 1 + max(blocks, -blocks-1)%1000
		found := NewBlockSet(blocks)
		_ = found.Collect(data, 5, Range{0, Mask}, blocks)
		if keys, err := Keys(data); err == nil && !slices.IsSorted(keys) {
			t.Errorf("keys out of order: %v", keys)
		}
		grams.values(data)
		grams.text(data)
		list := slices.Clone(grams.list)
		grams.reset()
		if slices.ContainsFunc(list, func(gram uint32) bool { return gram > Mask || grams.has[gram/64] != 0 }) {
			t.Error("the set is not empty, or holds what is no gram")
		}
	})
}
