package directory

import (
	"encoding/base64"
	"math/bits"

	"github.com/google/uuid"
)

// An object's id is computed from its class and its index, and can be computed back: the first four bytes are the
// index, scrambled; the others are a hash of it. So a million ids take no memory and no map finds them.

// Mix is the finalizer of SplitMix64: a bijection that looks like chance.
func Mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

const scrambleA, scrambleB = 0x7feb352d, 0x846ca68b

func scramble(x uint32) uint32 {
	x = (x ^ x>>16) * scrambleA
	x = (x ^ x>>15) * scrambleB
	return x ^ x>>16
}

func unscramble(x uint32) uint32 {
	x = (x ^ x>>16) * inverse(scrambleB)
	x ^= x>>15 ^ x>>30
	x *= inverse(scrambleA)
	return x ^ x>>16
}

// inverse is the multiplicative inverse of an odd number modulo 2^32, by Newton's iteration.
func inverse(odd uint32) uint32 {
	x := odd
	for range bits.Len32(31) {
		x *= 2 - odd*x
	}
	return x
}

// Hash is the number that everything generated of an object derives from.
func (t *Tenant) Hash(c ClassID, index int) uint64 {
	return Mix(Mix(t.cfg.Seed^uint64(c)<<56) ^ uint64(index))
}

// salt keeps the ids of the classes, and of tenants with other seeds, apart.
func (t *Tenant) salt(c ClassID) uint32 { return uint32(t.Hash(c, -1)) }

// IDOf is the id of a class's object, existing or not.
func (t *Tenant) IDOf(c ClassID, index int) string {
	u := t.guid(c, index)
	if c == Grants {
		return grantID(u)
	}
	return u.String()
}

// grantID is no GUID, in Entra neither: capitals and small letters are different ids.
func grantID(u uuid.UUID) string {
	tail := guidOf(Mix(uint64(u[0])<<8^uint64(u[15])), Mix(uint64(u[7])))
	return base64.RawURLEncoding.EncodeToString(append(u[:], tail[:]...))
}

func (t *Tenant) guid(c ClassID, index int) uuid.UUID {
	h := t.Hash(c, index)
	u := guidOf(Mix(h^1), Mix(h^2))
	x := scramble(uint32(index) ^ t.salt(c))
	u[0], u[1], u[2], u[3] = byte(x>>24), byte(x>>16), byte(x>>8), byte(x)
	return u
}

// Find is the index of an object of class c, existing or purged.
func (t *Tenant) Find(c ClassID, id string) (int, bool) {
	u, err := uuid.Parse(id)
	if c == Grants {
		raw, _ := base64.RawURLEncoding.DecodeString(id)
		u, err = uuid.FromBytes(raw[:min(len(raw), 16)])
	} else if len(id) != 36 {
		return 0, false
	}
	if err != nil {
		return 0, false
	}
	x := uint32(u[0])<<24 | uint32(u[1])<<16 | uint32(u[2])<<8 | uint32(u[3])
	index := int(unscramble(x) ^ t.salt(c))
	if index >= t.count[c] || t.guid(c, index) != u || c == Grants && grantID(u) != id {
		return 0, false
	}
	return index, true
}

// FindAny looks for the id in every class.
func (t *Tenant) FindAny(id string) (Ref, bool) {
	for c := range ClassCount {
		if index, ok := t.Find(c, id); ok {
			return NewRef(c, index), true
		}
	}
	return 0, false
}

// guidOf makes a version 4 GUID of two hashes.
func guidOf(high, low uint64) uuid.UUID {
	var u uuid.UUID
	for i := range 8 {
		u[i], u[8+i] = byte(high>>(8*i)), byte(low>>(8*i))
	}
	u[6] = u[6]&0x0f | 0x40
	u[8] = u[8]&0x3f | 0x80
	return u
}

// Ref names an object of any class in four bytes: a bit that says a link is gone, four of class, 27 of index.
type Ref uint32

const (
	GoneBit   Ref = 1 << 31
	indexBits     = 27
)

// NewRef names an object.
func NewRef(c ClassID, index int) Ref { return Ref(c)<<indexBits | Ref(index) }

// Class is the object's class.
func (r Ref) Class() ClassID { return ClassID(r &^ GoneBit >> indexBits) }

// Index is the object's place in its class.
func (r Ref) Index() int { return int(r & (1<<indexBits - 1)) }

// Gone tells whether the link has ended.
func (r Ref) Gone() bool { return r&GoneBit != 0 }

// Object is the object, whether its link stands or not.
func (r Ref) Object() Ref { return r &^ GoneBit }

// RefID is the object's id.
func (t *Tenant) RefID(r Ref) string { return t.IDOf(r.Class(), r.Index()) }
