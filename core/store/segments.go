package store

import (
	"database/sql"
	"encoding/binary"
)

const (
	// blockObjects are told apart by reading them only.
	blockObjects = 16
	// chunkBytes fill a page of the file.
	chunkBytes = 4000

	blockBits   = 14
	blockMask   = 1<<blockBits - 1
	mostObjects = blockObjects << blockBits // that a segment could hold
)

// segment is the search index of some objects of one class: of all in a range
// of keys, or of those that changed after such a range was indexed.
type segment struct {
	key           int64 // newer ones are greater
	tenant, class int64
	base          bool  // all of its range; the ranges of a class follow on each other without a gap
	first, last   int64 // of the objects' keys
	count         int
}

// blocks is how many blocks it has.
func (g segment) blocks() int { return (g.count + blockObjects - 1) / blockObjects }

// chunkKey is where a chunk of the segment lies that begins with a gram.
func (g segment) chunkKey(gram uint32) int64 { return g.key<<gramBits | int64(gram) }

// segmenter makes segments, one after the other.
type segmenter struct {
	grams *gramSet                // of the block that is being read
	pairs [1 << signBits][]uint32 // by a gram's first sign: its other signs, and a block
	spare []uint32

	list  []byte // how much greater each key is than the one before
	count int
	last  int64
}

func (x *segmenter) reset() {
	if x.grams == nil { // not before there is something to do
		x.grams = newGramSet()
	}
	for sign := range x.pairs {
		x.pairs[sign] = x.pairs[sign][:0]
	}
	x.grams.reset()
	x.list, x.count, x.last = x.list[:0], 0, 0
}

// read takes in objects: their keys, ids and properties, in the order of the keys.
func (x *segmenter) read(rows *sql.Rows, err error) error {
	x.reset()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var object int64
		var id, packed sql.RawBytes
		if err := rows.Scan(&object, &id, &packed); err != nil {
			return err
		}
		x.add(object, id, packed)
	}
	x.closeBlock()
	return rows.Err()
}

func (x *segmenter) add(object int64, id, packed []byte) {
	if x.count > 0 && x.count%blockObjects == 0 {
		x.closeBlock()
	}
	x.grams.text(id)
	x.grams.values(packed)
	x.list = binary.AppendUvarint(x.list, uint64(object-x.last))
	x.last = object
	x.count++
}

func (x *segmenter) closeBlock() {
	const rest = gramBits - signBits
	block := uint32(x.count-1) / blockObjects
	for _, gram := range x.grams.list {
		sign := gram >> rest
		x.pairs[sign] = append(x.pairs[sign], gram&(1<<rest-1)<<blockBits|block)
	}
	x.grams.reset()
}

// sort brings the pairs of one first sign into the order of their grams, by
// digits of nine bits; the blocks of each gram ascend already.
func (x *segmenter) sort(sign int) []uint32 {
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

// chunks gives the postings of what was read, in pieces of a page, each with its
// first gram.
func (x *segmenter) chunks(blocks int, write func(gram uint32, chunk []byte) error) error {
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
			gram := uint32(sign)<<(gramBits-signBits) | pairs[0]>>blockBits
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

// store writes what was read as a segment with a new key.
func (x *segmenter) store(t *tx, g segment) (err error) {
	g.count = x.count
	g.key, err = t.insert("INSERT INTO search_segments (tenant, class, base, first, last, objects, made, list) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		g.tenant, g.class, g.base, g.first, g.last, g.count, t.now, append([]byte{}, x.list...))
	if err != nil {
		return err
	}
	return x.chunks(g.blocks(), func(gram uint32, chunk []byte) error {
		_, err := t.exec("INSERT INTO search_grams (chunk, postings) VALUES (?, ?)", g.chunkKey(gram), chunk)
		return err
	})
}

// segmentObjectKeys reads a segment's list: the keys of its objects.
func segmentObjectKeys(list []byte) ([]int64, error) {
	keys := make([]int64, 0, len(list))
	key := int64(0)
	for len(list) > 0 {
		step, n := binary.Uvarint(list)
		if n <= 0 || step == 0 || key+int64(step) <= key {
			return nil, errPostings
		}
		key += int64(step)
		keys = append(keys, key)
		list = list[n:]
	}
	return keys, nil
}
