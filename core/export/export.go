// Package export writes lists as CSV and as JSON Lines, row by row, and puts
// files in place whole or not at all.
//
// A list is declared once, as its columns: their keys are the header of the CSV
// and the names in each JSON object, in that order. The columns of what a
// tenant's page shows are in this package; other lists bring their own.
//
// CSV is RFC 4180 in UTF-8. A text that a spreadsheet would take for a formula
// gets a leading apostrophe; JSON Lines stay raw.
package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/say"
)

// Column is one column of a list of T.
//
// Value gives a cell: nil (absent), a string, bool, int, int64 or time.Time
// (zero: absent), raw JSON as [json.RawMessage] (nil: absent), or anything else
// that encoding/json takes.
type Column[T any] struct {
	Key   string
	Value func(T) any
}

// Text makes cells of strings, absent where they are empty.
func Text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// JSONLines writes one JSON object a line.
func JSONLines[T any](w io.Writer, columns []Column[T], rows iter.Seq2[T, error]) error {
	out := bufio.NewWriterSize(w, 64<<10)
	var line []byte
	for row, err := range rows {
		if err != nil {
			return err
		}
		if line, err = appendObject(line[:0], columns, row); err != nil {
			return err
		}
		if _, err = out.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return out.Flush()
}

// Object is one row as a JSON object.
func Object[T any](columns []Column[T], row T) (json.RawMessage, error) {
	return appendObject(nil, columns, row)
}

func appendObject[T any](b []byte, columns []Column[T], row T) ([]byte, error) {
	b = append(b, '{')
	for i, c := range columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(strconv.AppendQuote(b, c.Key), ':')
		var err error
		if b, err = appendJSON(b, c.Value(row)); err != nil {
			return nil, say.Errorf("column %s: %s", c.Key, err)
		}
	}
	return append(b, '}'), nil
}

// appendJSON appends a cell as JSON on one line.
func appendJSON(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case time.Time:
		if v.IsZero() {
			return append(b, "null"...), nil
		}
		return strconv.AppendQuote(b, Timestamp(v)), nil
	case json.RawMessage:
		return appendRaw(b, v)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte{'\n'})...), err
}

// appendRaw takes what is on one line as it is: it was checked when it was
// stored, and that is most of the time an export takes.
func appendRaw(b []byte, v json.RawMessage) ([]byte, error) {
	if v == nil {
		return append(b, "null"...), nil
	}
	if onOneLine(v) {
		return append(b, v...), nil
	}
	var out bytes.Buffer
	err := json.Compact(&out, v)
	return append(b, out.Bytes()...), err
}

func onOneLine(v []byte) bool { return bytes.IndexByte(v, '\n') < 0 && bytes.IndexByte(v, '\r') < 0 }

// Timestamp is a time as machines read it: RFC 3339 in UTC, to the millisecond
// that is stored.
func Timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999Z07:00") }

// CSV writes a header and one record a row.
func CSV[T any](w io.Writer, columns []Column[T], rows iter.Seq2[T, error]) error {
	out := bufio.NewWriterSize(w, 64<<10)
	var line []byte
	for _, c := range columns {
		line = append(appendField(line, c.Key), ',')
	}
	if _, err := out.Write(endRecord(line)); err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		line = line[:0]
		for _, c := range columns {
			var err error
			if line, err = appendCell(line, c.Value(row)); err != nil {
				return say.Errorf("column %s: %s", c.Key, err)
			}
			line = append(line, ',')
		}
		if _, err := out.Write(endRecord(line)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// endRecord puts the end of a record in the place of its last comma.
func endRecord(line []byte) []byte { return append(line[:len(line)-1], '\r', '\n') }

// appendCell appends a cell's text: nested values as JSON, absent ones empty.
func appendCell(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return b, nil
	case string:
		return appendField(b, guard(v)), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case time.Time:
		if v.IsZero() {
			return b, nil
		}
		return append(b, Timestamp(v)...), nil
	case json.RawMessage:
		if v == nil {
			return b, nil
		}
		if onOneLine(v) {
			return appendField(b, v), nil
		}
	}
	text, err := appendJSON(nil, v)
	return appendField(b, text), err
}

// guard keeps a spreadsheet from taking a text for a formula (CWE-1236).
func guard(text string) string {
	if text != "" && strings.IndexByte("=+-@\t\r\n\x00", text[0]) >= 0 {
		return "'" + text
	}
	return text
}

// appendField quotes where RFC 4180 asks for it. encoding/csv is not used: with
// the line ends of RFC 4180 it rewrites those inside a text, too.
func appendField[T ~string | ~[]byte](b []byte, text T) []byte {
	from := len(b)
	b = append(b, '"')
	special := false
	for i := range len(text) {
		switch text[i] {
		case '"':
			special = true
			b = append(b, '"', '"')
			continue
		case ',', '\r', '\n':
			special = true
		}
		b = append(b, text[i])
	}
	if !special {
		return append(b[:from], text...)
	}
	return append(b, '"')
}
