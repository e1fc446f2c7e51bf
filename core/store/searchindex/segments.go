package searchindex

import (
	"database/sql"

	"github.com/entraidsync/entraidsync/core/grams"
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
func (g segment) blocks() int { return grams.Blocks(g.count) }

// chunkKey is where a chunk of the segment lies that begins with a gram.
func (g segment) chunkKey(gram uint32) int64 { return g.key<<grams.Bits | int64(gram) }

// Segmenter makes segments of rows, one after the other.
type Segmenter struct{ grams.Segmenter }

// read takes in objects: their keys, ids and properties, in the order of the keys.
func (x *Segmenter) read(found *sql.Rows, err error) error {
	x.Reset()
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		var object int64
		var id, packed sql.RawBytes
		if err := found.Scan(&object, &id, &packed); err != nil {
			return err
		}
		x.Add(object, id, packed)
	}
	x.Close()
	return found.Err()
}

// store writes what was read as a segment with a new key.
func (x *Segmenter) store(w Writing, g segment) error {
	g.count = x.Count()
	made, err := w.Conn.ExecContext(w.Ctx, "INSERT INTO search_segments (tenant, class, base, first, last, objects, made, list) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		g.tenant, g.class, g.base, g.first, g.last, g.count, w.Now, append([]byte{}, x.List()...))
	if err != nil {
		return err
	}
	if g.key, err = made.LastInsertId(); err != nil {
		return err
	}
	chunks, err := w.Conn.PrepareContext(w.Ctx, "INSERT INTO search_grams (chunk, postings) VALUES (?, ?)")
	if err != nil {
		return err
	}
	defer chunks.Close()
	return x.Chunks(func(gram uint32, chunk []byte) error {
		_, err := chunks.ExecContext(w.Ctx, g.chunkKey(gram), chunk)
		return err
	})
}
