package grams

import (
	"encoding/binary"
	"errors"
	"math/bits"

	"github.com/entraidsync/entraidsync/core/say"
)

// Postings say in which blocks of a segment a gram stands. A chunk is a row of
// postings, one gram after the other: how much greater the gram is than the one
// before, twice the length of what follows (plus one where that is a bitmap), and
// then how many blocks are left out before each, or a bit a block. Length zero:
// all blocks.

// ErrDamaged says that postings, or a list of keys, are damaged. What they were to say is taken for
// "perhaps".
var ErrDamaged = say.Errorf("the search index is damaged")

// BlockSet is a set of the blocks of a segment, a bit each.
type BlockSet []uint64

// NewBlockSet makes an empty set of so many blocks.
func NewBlockSet(blocks int) BlockSet { return make(BlockSet, (blocks+63)/64) }

// Has tells whether a block is in the set.
func (s BlockSet) Has(block int) bool { return s[block/64]>>(block%64)&1 == 1 }

func (s BlockSet) add(block int) { s[block/64] |= 1 << (block % 64) }

// AddAll adds every block.
func (s BlockSet) AddAll() {
	for i := range s {
		s[i] = ^uint64(0)
	}
}

// Intersect keeps the blocks that the other set has, too.
func (s BlockSet) Intersect(other BlockSet) {
	for i := range s {
		s[i] &= other[i]
	}
}

// Unite adds the blocks of the other set.
func (s BlockSet) Unite(other BlockSet) {
	for i := range s {
		s[i] |= other[i]
	}
}

// Len is how many blocks the set has.
func (s BlockSet) Len() (n int) {
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// Collect adds the blocks that a chunk tells of the grams of a range. The chunk
// begins with the gram first.
func (s BlockSet) Collect(chunk []byte, first uint32, wanted Range, blocks int) error {
	var damage error
	err := eachPosting(chunk, first, func(gram uint32, p posting) bool {
		if gram >= wanted.Low && gram <= wanted.High {
			damage = p.addTo(s, blocks)
		}
		return gram < wanted.High && damage == nil
	})
	return errors.Join(err, damage)
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
		if n <= 0 || step > Mask || (step == 0) != first {
			return ErrDamaged
		}
		chunk = chunk[n:]
		head, n := binary.Uvarint(chunk)
		if n <= 0 || head/2 > uint64(len(chunk)-n) {
			return ErrDamaged
		}
		chunk = chunk[n:]
		if gram += uint32(step); gram > Mask {
			return ErrDamaged
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
func (p posting) addTo(s BlockSet, blocks int) error {
	switch {
	case len(p.data) == 0:
		s.AddAll()
		return nil
	case p.bitmap:
		return p.addBits(s, blocks)
	}
	block := uint64(0)
	for data := p.data; len(data) > 0; block++ {
		skip, n := binary.Uvarint(data)
		if n <= 0 || skip > uint64(blocks) || block+skip >= uint64(blocks) {
			return ErrDamaged
		}
		block += skip
		s.add(int(block))
		data = data[n:]
	}
	return nil
}

func (p posting) addBits(s BlockSet, blocks int) error {
	if len(p.data) != (blocks+7)/8 {
		return ErrDamaged
	}
	for i, b := range p.data {
		s[i/8] |= uint64(b) << (i % 8 * 8)
	}
	return nil
}
