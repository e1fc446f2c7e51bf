package jsonscan

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// UTF8 gives a JSON text in UTF-8 and without a byte order mark, and tells whether
// it had to be converted: from UTF-16, where a mark, the charset that came with it,
// or the zero beside its first sign says so. Any other text is as it was.
func UTF8(text []byte, charset string) (plain []byte, converted bool) {
	if mark := []byte("\xef\xbb\xbf"); bytes.HasPrefix(text, mark) {
		for bytes.HasPrefix(text, mark) { // each server on the way may add its own
			text = text[len(mark):]
		}
		return text, false
	}
	order := utf16Order(text, charset)
	if order == nil {
		return text, false
	}
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
	}
	for _, r := range utf16.Decode(units) {
		if r != '\uFEFF' || len(plain) > 0 {
			plain = utf8.AppendRune(plain, r)
		}
	}
	return plain, true
}

func utf16Order(text []byte, charset string) binary.ByteOrder {
	if len(text) < 2 {
		return nil
	}
	switch {
	case text[0] == 0xff && text[1] == 0xfe, text[0] == '{' && text[1] == 0:
		return binary.LittleEndian
	case text[0] == 0xfe && text[1] == 0xff, text[0] == 0 && text[1] == '{':
		return binary.BigEndian
	case text[0] == '{': // whatever the charset says
		return nil
	}
	switch strings.ToLower(charset) {
	case "utf-16", "utf-16be":
		return binary.BigEndian
	case "utf-16le":
		return binary.LittleEndian
	}
	return nil
}
