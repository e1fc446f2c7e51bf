package store

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// Postings say in which blocks of a segment a gram stands. A chunk is a row of
// postings, one gram after the other: how much greater the gram is than the one
// before, twice the length of what follows (plus one where that is a bitmap), and
// then how many blocks are left out before each, or a bit a block. Length zero:
// all blocks.

// errPostings says that postings are damaged. What they were to say is taken for
// "perhaps".
var errPostings = errors.New("the search index is damaged")

// blockSet is a set of blocks, a bit each.
type blockSet []uint64

func newBlockSet(blocks int) blockSet { return make(blockSet, (blocks+63)/64) }

func (s blockSet) has(block int) bool { return s[block/64]>>(block%64)&1 == 1 }
func (s blockSet) add(block int)      { s[block/64] |= 1 << (block % 64) }

func (s blockSet) addAll() {
	for i := range s {
		s[i] = ^uint64(0)
	}
}

func (s blockSet) intersect(other blockSet) {
	for i := range s {
		s[i] &= other[i]
	}
}

func (s blockSet) unite(other blockSet) {
	for i := range s {
		s[i] |= other[i]
	}
}

func (s blockSet) len() (n int) {
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// appendPostings adds a gram's blocks, which are the low bits of the pairs and
// ascend.
func appendPostings(to []byte, pairs []uint32, blocks int) []byte {
	if len(pairs) == blocks {
		return append(to, 0)
	}
	var scratch [1 << 10]byte
	list, size := scratch[:0], (blocks+7)/8
	next := uint32(0)
	for _, pair := range pairs {
		block := pair & blockMask
		list = binary.AppendUvarint(list, uint64(block-next))
		next = block + 1
		if len(list) >= size {
			return appendBitmap(to, pairs, size)
		}
	}
	return append(binary.AppendUvarint(to, uint64(len(list))*2), list...)
}

func appendBitmap(to []byte, pairs []uint32, size int) []byte {
	to = binary.AppendUvarint(to, uint64(size)*2+1)
	at := len(to)
	to = append(to, make([]byte, size)...)
	for _, pair := range pairs {
		block := pair & blockMask
		to[at+int(block/8)] |= 1 << (block % 8)
	}
	return to
}

// eachPosting gives the postings of a chunk that begins with a gram, in order,
// until told to stop.
func eachPosting(chunk []byte, gram uint32, yield func(gram uint32, p posting) bool) error {
	for first := true; len(chunk) > 0; first = false {
		step, n := binary.Uvarint(chunk)
		if n <= 0 || step > gramMask || (step == 0) != first {
			return errPostings
		}
		chunk = chunk[n:]
		head, n := binary.Uvarint(chunk)
		if n <= 0 || head/2 > uint64(len(chunk)-n) {
			return errPostings
		}
		chunk = chunk[n:]
		if gram += uint32(step); gram > gramMask {
			return errPostings
		}
		if !yield(gram, posting{chunk[:head/2], head&1 == 1}) {
			return nil
		}
		chunk = chunk[head/2:]
	}
	return nil
}

// posting is one gram's blocks as they are stored.
type posting struct {
	data   []byte
	bitmap bool
}

// addTo adds the blocks, of so many, to a set.
func (p posting) addTo(s blockSet, blocks int) error {
	switch {
	case len(p.data) == 0:
		s.addAll()
		return nil
	case p.bitmap:
		return p.addBits(s, blocks)
	}
	block := uint64(0)
	for data := p.data; len(data) > 0; block++ {
		skip, n := binary.Uvarint(data)
		if n <= 0 || skip > uint64(blocks) || block+skip >= uint64(blocks) {
			return errPostings
		}
		block += skip
		s.add(int(block))
		data = data[n:]
	}
	return nil
}

func (p posting) addBits(s blockSet, blocks int) error {
	if len(p.data) != (blocks+7)/8 {
		return errPostings
	}
	for i, b := range p.data {
		s[i/8] |= uint64(b) << (i % 8 * 8)
	}
	return nil
}
