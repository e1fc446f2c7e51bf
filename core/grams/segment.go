package grams

import "encoding/binary"

const (
	// blockObjects are told apart by reading them only.
	blockObjects = 16
	// MostObjects is how many objects a segment could hold.
	MostObjects = blockObjects << blockBits
	// chunkBytes fill a page of the file.
	chunkBytes = 4000

	blockBits = 14
	blockMask = 1<<blockBits - 1
)

// Blocks is how many blocks a segment of so many objects has.
func Blocks(objects int) int { return (objects + blockObjects - 1) / blockObjects }

// BlockOf is the block of an object by its place in the segment.
func BlockOf(place int) int { return place / blockObjects }

// Segmenter makes segments, one after the other: Reset, Add for each object in
// the order of the keys, Close.
type Segmenter struct {
	block *set                    // grams of the block that is being read
	pairs [1 << signBits][]uint32 // by a gram's first sign: its other signs, and a block
	spare []uint32

	list  []byte // how much greater each key is than the one before
	count int
	last  int64
}

// Reset begins a segment.
func (x *Segmenter) Reset() {
	if x.block == nil { // not before there is something to do
		x.block = newSet()
	}
	for sign := range x.pairs {
		x.pairs[sign] = x.pairs[sign][:0]
	}
	x.block.reset()
	x.list, x.count, x.last = x.list[:0], 0, 0
}

// Count is how many objects were added.
func (x *Segmenter) Count() int { return x.count }

// Last is the key of the object that was added last.
func (x *Segmenter) Last() int64 { return x.last }

// List is the keys of all objects in the form that [Keys] reads, until Reset.
func (x *Segmenter) List() []byte { return x.list }

// Add takes an object in: its key, id and stored properties.
func (x *Segmenter) Add(object int64, id, packed []byte) {
	if x.count > 0 && x.count%blockObjects == 0 {
		x.Close()
	}
	x.block.text(id)
	x.block.values(packed)
	x.list = binary.AppendUvarint(x.list, uint64(object-x.last))
	x.last = object
	x.count++
}

// Close ends the last block.
func (x *Segmenter) Close() {
	const rest = Bits - signBits
	block := uint32(x.count-1) / blockObjects
	for _, gram := range x.block.list {
		sign := gram >> rest
		x.pairs[sign] = append(x.pairs[sign], gram&(1<<rest-1)<<blockBits|block)
	}
	x.block.reset()
}

// sort brings the pairs of one first sign into the order of their grams, by
// digits of nine bits; the blocks of each gram ascend already.
func (x *Segmenter) sort(sign int) []uint32 {
	const digit = 9
	from := x.pairs[sign]
	if cap(x.spare) < len(from) {
		x.spare = make([]uint32, len(from), len(from)+len(from)/4)
	}
	to := x.spare[:len(from)]
	for _, shift := range []int{blockBits, blockBits + digit} {
		var at [1<<digit + 1]int
		for _, pair := range from {
			at[pair>>shift&(1<<digit-1)+1]++
		}
		for i := range 1 << digit {
			at[i+1] += at[i]
		}
		for _, pair := range from {
			i := pair >> shift & (1<<digit - 1)
			to[at[i]] = pair
			at[i]++
		}
		from, to = to, from
	}
	return from
}

// Chunks gives the postings of what was added, in pieces of a page, each with its
// first gram.
func (x *Segmenter) Chunks(write func(gram uint32, chunk []byte) error) error {
	blocks := Blocks(x.count)
	var chunk []byte
	var first, last uint32
	most := 8 + (blocks+7)/8 // bytes of one gram
	for sign := range x.pairs {
		pairs := x.sort(sign)
		for len(pairs) > 0 {
			n := 1
			for n < len(pairs) && pairs[n]>>blockBits == pairs[0]>>blockBits {
				n++
			}
			gram := uint32(sign)<<(Bits-signBits) | pairs[0]>>blockBits
			if len(chunk) > 0 && len(chunk)+most > chunkBytes {
				if err := write(first, chunk); err != nil {
					return err
				}
				chunk = chunk[:0]
			}
			if len(chunk) == 0 {
				first, last = gram, gram
			}
			chunk = binary.AppendUvarint(chunk, uint64(gram-last))
			chunk = appendPostings(chunk, pairs[:n], blocks)
			last, pairs = gram, pairs[n:]
		}
	}
	if len(chunk) == 0 {
		return nil
	}
	return write(first, chunk)
}

// Keys reads a segment's list: the keys of its objects.
func Keys(list []byte) ([]int64, error) {
	keys := make([]int64, 0, len(list))
	key := int64(0)
	for len(list) > 0 {
		step, n := binary.Uvarint(list)
		if n <= 0 || step == 0 || key+int64(step) <= key {
			return nil, ErrDamaged
		}
		key += int64(step)
		keys = append(keys, key)
		list = list[n:]
	}
	return keys, nil
}
