package keyfile

import "bytes"

// maxNesting bounds how deep a file's structures nest; real ones need a dozen.
const maxNesting = 40

// internal is an error that [refuse] puts into words.
type internal string

func (e internal) Error() string { return string(e) }

const (
	errCut    = internal("cut short")
	errBroken = internal("broken")
)

// element is one ASN.1 value: its identifier and its content in DER.
type element struct {
	tag      []byte
	content  []byte
	children []element // of a constructed one
}

// toDER gives the first ASN.1 value of b in DER, and how many bytes it takes
// there. BER, which Key Vault, Java and Firefox write, allows what Go's parsers
// don't: lengths that are not told beforehand, and strings in parts.
func toDER(b []byte) (der []byte, used int, err error) {
	e, used, err := read(b, 0)
	if err != nil {
		return nil, 0, err
	}
	return e.append(nil), used, nil
}

func read(b []byte, depth int) (e element, used int, err error) {
	if depth > maxNesting {
		return e, 0, errBroken
	}
	tagged := tagLength(b)
	if tagged == 0 {
		return e, 0, errCut
	}
	e.tag = b[:tagged]
	constructed := b[0]&0x20 != 0
	length, lengthed, err := contentLength(b[tagged:])
	if err != nil {
		return e, 0, err
	}
	start := tagged + lengthed
	switch {
	case length < 0 && !constructed:
		return e, 0, errBroken
	case length >= 0 && length > len(b)-start:
		return e, 0, errCut
	case !constructed:
		e.content = b[start : start+length]
		return e, start + length, nil
	}
	end := start + length
	if length < 0 {
		end = len(b)
	}
	for at := start; ; {
		if length >= 0 && at == end {
			used = end
			break
		}
		if length < 0 && bytes.HasPrefix(b[at:end], []byte{0, 0}) {
			used = at + 2
			break
		}
		child, n, err := read(b[at:end], depth+1)
		if err != nil {
			return e, 0, err
		}
		e.children = append(e.children, child)
		at += n
	}
	return e.flat(), used, nil
}

// tagLength is how many bytes an identifier takes; 0: it is cut.
func tagLength(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	if b[0]&0x1F != 0x1F {
		return 1
	}
	for i := 1; i < len(b); i++ {
		if b[i]&0x80 == 0 {
			return i + 1
		}
	}
	return 0
}

// contentLength reads a length, -1 where the end of the content is marked instead.
func contentLength(b []byte) (length, used int, err error) {
	switch {
	case len(b) == 0:
		return 0, 0, errCut
	case b[0] == 0x80:
		return -1, 1, nil
	case b[0] < 0x80:
		return int(b[0]), 1, nil
	}
	n := int(b[0] & 0x7F)
	if n > 4 {
		return 0, 0, errBroken
	}
	if len(b) <= n {
		return 0, 0, errCut
	}
	for _, c := range b[1 : 1+n] {
		length = length<<8 | int(c)
	}
	return length, 1 + n, nil
}

// The identifiers that matter here.
const (
	tagOctets       = 0x04
	tagOID          = 0x06
	tagSequence     = 0x30
	tagOctetsParts  = 0x24
	tagContext0     = 0xA0
	tagContext0Text = 0x80
)

func (e element) is(tag byte) bool { return len(e.tag) == 1 && e.tag[0] == tag }

// flat joins the parts of a string: an OCTET STRING's, and those of the encrypted
// content of CMS, which is one under another name.
func (e element) flat() element {
	if e.is(tagOctetsParts) {
		if whole, ok := joined(e.children); ok {
			return element{tag: []byte{tagOctets}, content: whole}
		}
	}
	if c := e.children; e.is(tagSequence) && len(c) >= 3 && c[0].is(tagOID) && c[1].is(tagSequence) && c[2].is(tagContext0) {
		if whole, ok := joined(c[2].children); ok {
			c[2] = element{tag: []byte{tagContext0Text}, content: whole}
		}
	}
	return e
}

func joined(parts []element) (whole []byte, ok bool) {
	for _, p := range parts {
		if !p.is(tagOctets) {
			return nil, false
		}
		whole = append(whole, p.content...)
	}
	return whole, true
}

// append writes e in DER behind out.
func (e element) append(out []byte) []byte {
	content := e.content
	for _, c := range e.children {
		content = c.append(content)
	}
	out = append(out, e.tag...)
	if n := len(content); n < 0x80 {
		out = append(out, byte(n))
	} else {
		var size []byte
		for ; n > 0; n >>= 8 {
			size = append([]byte{byte(n)}, size...)
		}
		out = append(append(out, 0x80|byte(len(size))), size...)
	}
	return append(out, content...)
}
