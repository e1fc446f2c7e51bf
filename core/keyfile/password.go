package keyfile

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// password is one in the two forms that PFX files are encrypted with.
type password struct {
	wide []byte // UTF-16 with a zero at its end, as PKCS #12 has it
	raw  []byte // as it was given, for newer schemes
}

// passwordsLike are the passwords that somebody may mean by one, the likeliest
// first. A file's checksum tells which it is: one without ASCII alone is typed in
// two ways (é, or e and its accent), old versions of openssl took each byte for a
// character, and a missing password is an empty one, written in two ways.
func passwordsLike(given []byte) []password {
	empty := []password{{wide: []byte{0, 0}}, {}}
	if len(given) == 0 {
		return empty
	}
	var out []password
	add := func(units []uint16, raw []byte) {
		p := password{raw: raw}
		for _, u := range units {
			p.wide = append(p.wide, byte(u>>8), byte(u))
		}
		p.wide = append(p.wide, 0, 0)
		for _, known := range out {
			if bytes.Equal(known.wide, p.wide) && bytes.Equal(known.raw, p.raw) {
				return
			}
		}
		out = append(out, p)
	}
	if utf8.Valid(given) {
		for _, text := range [][]byte{given, norm.NFC.Bytes(given), norm.NFD.Bytes(given)} {
			add(utf16.Encode([]rune(string(text))), text)
		}
	}
	bytewise := make([]uint16, len(given))
	for i, b := range given {
		bytewise[i] = uint16(b)
	}
	add(bytewise, given)
	return append(out, empty...)
}
