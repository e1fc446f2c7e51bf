package directory

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// born is an object as the tenant was generated with it: what all its properties derive from.
type born struct {
	t      *Tenant
	class  ClassID
	index  int
	hash   uint64
	synced bool // comes from an on-premises directory
	person
	kind int // groups, devices, apps: which sort
}

// dice is a number below n that is always the same for this object and this salt.
func (b *born) dice(salt uint64, n int) int {
	return int(Mix(b.hash+salt*0x2545f4914f6cdd1d) % uint64(n))
}

// View reads the properties of one object as they stand now. It is reused from object to object; the caller holds
// the tenant's lock.
type View struct {
	born     born
	change   *touched
	sketched bool
}

// Open turns the view to an object.
func (v *View) Open(t *Tenant, c ClassID, index int) {
	v.change = t.touched[c][index]
	v.sketched = false
	v.born.t, v.born.class, v.born.index = t, c, index
}

// Append adds the JSON of the n-th property, or nothing if it isn't set.
func (v *View) Append(dst []byte, n int) []byte {
	if v.change != nil {
		if value, ok := v.change.values[n]; ok || v.change.bare {
			return append(dst, value...)
		}
	}
	return v.Class().Properties[n].value(dst, v.asBorn())
}

// asBorn is what the object was born as.
func (v *View) asBorn() *born {
	if !v.sketched {
		v.born.hash = v.born.t.Hash(v.born.class, v.born.index)
		v.Class().sketch(&v.born)
		v.sketched = true
	}
	return &v.born
}

// ODataType is the type of the object: its class's, or one that is derived from that.
func (v *View) ODataType() string {
	c := v.Class()
	if c.derived != nil && (v.change == nil || !v.change.bare) {
		if kind := c.derived(v.asBorn()); kind != "" {
			return "#microsoft.graph." + kind
		}
	}
	return c.ODataType()
}

// AppendDerived writes the type of an object that is of a derived one, as Graph does: of
// others what is asked for says it.
func (v *View) AppendDerived(dst []byte) []byte {
	if t := v.ODataType(); t != v.Class().ODataType() {
		dst = append(append(append(dst, `"@odata.type":"`...), t...), `",`...)
	}
	return dst
}

// Class is what the object's class is like.
func (v *View) Class() *Class { return v.born.t.classes[v.born.class] }

// ID is the object's id.
func (v *View) ID() string { return v.born.t.IDOf(v.born.class, v.born.index) }

// Hash is a number that is always the same for this object.
func (v *View) Hash() uint64 { return v.born.t.Hash(v.born.class, v.born.index) }

// Gone is when the object left the directory.
func (v *View) Gone() time.Time { return v.change.gone }

// Value is one property as JSON; nil if it isn't set.
func (v *View) Value(name string) json.RawMessage {
	n, ok := v.Class().ByName[name]
	if !ok {
		return nil
	}
	return v.Append(nil, n)
}

// Cleared are the properties that somebody emptied.
func (v *View) Cleared() Fields {
	var f Fields
	if v.change == nil {
		return 0
	}
	for n, value := range v.change.values {
		if value == nil {
			f |= 1 << n
		}
	}
	return f
}

// AppendProperties writes `"name":value,` for the wanted properties that are set, starting with the first-th, and
// null for the unset ones among nulls.
func (v *View) AppendProperties(dst []byte, want, nulls Fields, first int) []byte {
	properties := v.Class().Properties
	for i := range properties {
		n := (first + i) % len(properties)
		if !want.Has(n) {
			continue
		}
		start := len(dst)
		dst = append(append(append(dst, '"'), properties[n].Name...), '"', ':')
		before := len(dst)
		if dst = v.Append(dst, n); len(dst) == before {
			switch {
			case properties[n].many:
				dst = append(dst, "[]"...)
			case nulls.Has(n):
				dst = append(dst, "null"...)
			default:
				dst = dst[:start]
				continue
			}
		}
		dst = append(dst, ',')
	}
	return dst
}

// appendText writes a JSON string.
func appendText(dst []byte, parts ...string) []byte {
	dst = append(dst, '"')
	for _, s := range parts {
		if strings.ContainsAny(s, "\"\\\n\r\t") {
			quoted, _ := json.Marshal(s)
			dst = append(dst, quoted[1:len(quoted)-1]...)
			continue
		}
		dst = append(dst, s...)
	}
	return append(dst, '"')
}

func appendBool(dst []byte, b bool) []byte { return strconv.AppendBool(dst, b) }

// appendTime writes a time in the given number of days and seconds after 1 January 2015.
func appendTime(dst []byte, days, seconds int) []byte {
	dst = append(dst, '"')
	dst = epoch.AddDate(0, 0, days).Add(secondsOf(seconds)).AppendFormat(dst, "2006-01-02T15:04:05Z")
	return append(dst, '"')
}
