package graphsim

import (
	"encoding/json"
	"strconv"
	"strings"
)

// born is an object as the tenant was generated with it: what all its properties derive from.
type born struct {
	t      *Tenant
	class  classID
	index  int
	hash   uint64
	synced bool // comes from an on-premises directory
	person
	kind int // groups, devices, apps: which sort
}

// dice is a number below n that is always the same for this object and this salt.
func (b *born) dice(salt uint64, n int) int {
	return int(mix64(b.hash+salt*0x2545f4914f6cdd1d) % uint64(n))
}

// view reads the properties of one object as they stand now. It is reused from object to object; the caller holds
// the tenant's lock.
type view struct {
	born     born
	change   *touched
	sketched bool
}

func (v *view) open(t *Tenant, c classID, index int) {
	v.change = t.touched[c][index]
	v.sketched = false
	v.born.t, v.born.class, v.born.index = t, c, index
}

// append adds the JSON of the n-th property, or nothing if it isn't set.
func (v *view) append(dst []byte, n int) []byte {
	if v.change != nil {
		if value, ok := v.change.values[n]; ok || v.change.bare {
			return append(dst, value...)
		}
	}
	c := v.class()
	if !v.sketched {
		v.born.hash = v.born.t.hash(v.born.class, v.born.index)
		c.sketch(&v.born)
		v.sketched = true
	}
	return c.properties[n].value(dst, &v.born)
}

func (v *view) class() *class { return v.born.t.classes[v.born.class] }

func (v *view) id() string { return v.born.t.id(v.born.class, v.born.index) }

// value is one property as JSON; nil if it isn't set.
func (v *view) value(name string) json.RawMessage {
	n, ok := v.class().byName[name]
	if !ok {
		return nil
	}
	return v.append(nil, n)
}

// cleared are the properties that somebody emptied.
func (v *view) cleared() fields {
	var f fields
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

// appendProperties writes `"name":value,` for the wanted properties that are set, starting with the first-th, and
// null for the unset ones among nulls.
func (v *view) appendProperties(dst []byte, want, nulls fields, first int) []byte {
	properties := v.class().properties
	for i := range properties {
		n := (first + i) % len(properties)
		if !want.has(n) {
			continue
		}
		start := len(dst)
		dst = append(append(append(dst, '"'), properties[n].name...), '"', ':')
		before := len(dst)
		if dst = v.append(dst, n); len(dst) == before {
			switch {
			case properties[n].many:
				dst = append(dst, "[]"...)
			case nulls.has(n):
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
