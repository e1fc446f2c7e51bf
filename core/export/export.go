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
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
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
	out := bufio.NewWriter(w)
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
		value, err := marshal(c.Value(row))
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Key, err)
		}
		b = append(b, value...)
	}
	return append(b, '}'), nil
}

// marshal gives a cell as JSON on one line.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	switch v := v.(type) {
	case time.Time:
		if v.IsZero() {
			return []byte("null"), nil
		}
		return strconv.AppendQuote(nil, Timestamp(v)), nil
	case json.RawMessage:
		if v == nil {
			return []byte("null"), nil
		}
		err := json.Compact(&b, v)
		return b.Bytes(), err
	}
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), err
}

// Timestamp is a time as machines read it: RFC 3339 in UTC, to the millisecond
// that is stored.
func Timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999Z07:00") }

// CSV writes a header and one record a row.
func CSV[T any](w io.Writer, columns []Column[T], rows iter.Seq2[T, error]) error {
	out := bufio.NewWriter(w)
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
			cell, err := csvCell(c.Value(row))
			if err != nil {
				return fmt.Errorf("column %s: %w", c.Key, err)
			}
			line = append(appendField(line, cell), ',')
		}
		if _, err := out.Write(endRecord(line)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// endRecord puts the end of a record in the place of its last comma.
func endRecord(line []byte) []byte { return append(line[:len(line)-1], '\r', '\n') }

// csvCell gives a cell's text: nested values as JSON, absent ones empty.
func csvCell(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return guard(v), nil
	case time.Time:
		if v.IsZero() {
			return "", nil
		}
		return Timestamp(v), nil
	case json.RawMessage:
		if v == nil {
			return "", nil
		}
	}
	b, err := marshal(v)
	return string(b), err
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
func appendField(b []byte, text string) []byte {
	if !strings.ContainsAny(text, ",\"\r\n") {
		return append(b, text...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(text, `"`, `""`)...)
	return append(b, '"')
}
