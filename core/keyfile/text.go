package keyfile

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/entraidsync/entraidsync/core/say"
)

// The marks that a text may begin with, and what they say of its encoding.
var (
	markUTF8    = []byte{0xEF, 0xBB, 0xBF}
	markUTF16LE = []byte{0xFF, 0xFE}
	markUTF16BE = []byte{0xFE, 0xFF}
	markUTF32LE = []byte{0xFF, 0xFE, 0, 0}
	markUTF32BE = []byte{0, 0, 0xFE, 0xFF}
)

// The reasons why a file's text can't be read.
var (
	ErrUTF16   = say.Errorf("it is UTF-16 text without a mark that says so; save it as UTF-8, in PowerShell with `Set-Content -Encoding utf8`")
	ErrUTF32   = say.Errorf("it is UTF-32 text; save it as UTF-8")
	ErrCutText = say.Errorf("it is UTF-16 text that ends in the middle of a character; save it anew as UTF-8")
	ErrNotText = say.Errorf("it is no UTF-8 text; save it as UTF-8, in PowerShell with `Set-Content -Encoding utf8`")
)

// Text gives a text file's content as UTF-8, without the mark that it may begin
// with. UTF-16 is read where a mark says so: PowerShell's > writes that. What is
// neither is refused: a secret that was guessed would only be wrong later.
func Text(file []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(file, markUTF32LE), bytes.HasPrefix(file, markUTF32BE):
		return nil, ErrUTF32
	case bytes.HasPrefix(file, markUTF16LE):
		return fromUTF16(file[2:], binary.LittleEndian)
	case bytes.HasPrefix(file, markUTF16BE):
		return fromUTF16(file[2:], binary.BigEndian)
	}
	file = bytes.TrimPrefix(file, markUTF8)
	switch {
	case bytes.IndexByte(file, 0) >= 0 && len(file)%2 == 0:
		return nil, ErrUTF16
	case bytes.IndexByte(file, 0) >= 0 || !utf8.Valid(file):
		return nil, ErrNotText
	}
	return file, nil
}

// Line is the text of a file that holds a single secret: [Text] without the one
// newline that editors and echo put at its end.
func Line(file []byte) ([]byte, error) {
	text, err := Text(file)
	if err != nil {
		return nil, err
	}
	if rest, ended := bytes.CutSuffix(text, []byte("\n")); ended {
		text = bytes.TrimSuffix(rest, []byte("\r"))
	}
	return text, nil
}

func fromUTF16(b []byte, order binary.ByteOrder) ([]byte, error) {
	if len(b)%2 != 0 {
		return nil, ErrCutText
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	var out []byte
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		if utf16.IsSurrogate(r) {
			if i+1 == len(units) {
				return nil, ErrCutText
			}
			i++
			if r = utf16.DecodeRune(r, rune(units[i])); r == utf8.RuneError {
				return nil, ErrNotText
			}
		}
		if r == 0 {
			return nil, ErrNotText
		}
		out = utf8.AppendRune(out, r)
	}
	return out, nil
}
