package terminal

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
)

// How wide a cell of a table may be, and the last one of a line; csv and jsonl
// hold all of it.
const (
	cellWidth = 60
	lastWidth = 240
)

// Table prints rows as aligned columns. It holds what it prints.
func Table[T any](w io.Writer, columns []export.Column[T], rows iter.Seq2[T, error]) error {
	lines := [][]string{make([]string, len(columns))}
	widths := make([]int, len(columns))
	for i, c := range columns {
		lines[0][i] = strings.ToUpper(strings.ReplaceAll(c.Key, "_", " "))
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		line := make([]string, len(columns))
		for i, c := range columns {
			limit := cellWidth
			if i == len(columns)-1 {
				limit = lastWidth
			}
			line[i] = cut(Plain(cellText(c.Value(row))), limit)
		}
		lines = append(lines, line)
	}
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], cells(cell))
		}
	}
	for _, line := range lines {
		if err := printLine(w, line, widths); err != nil {
			return err
		}
	}
	return nil
}

func printLine(w io.Writer, line []string, widths []int) error {
	var b strings.Builder
	for i, cell := range line {
		b.WriteString(cell)
		b.WriteString(strings.Repeat(" ", widths[i]-cells(cell)+2))
	}
	_, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	return err
}

// cellText is a value as people read it; times are local.
func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.Local().Format(time.DateTime)
	case []string:
		return strings.Join(v, ", ")
	case json.RawMessage:
		return entra.ValueText([]byte(v))
	}
	return fmt.Sprint(v)
}

// Plain takes out what would command a terminal or turn its text around: names
// come from people who may mean harm.
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Bidi_Control):
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// cut shortens a text to a width.
func cut(text string, limit int) string {
	if cells(text) <= limit {
		return text
	}
	taken := 0
	for i, r := range text {
		if taken += runeCells(r); taken > limit-1 {
			return text[:i] + "…"
		}
	}
	return text
}

// cells is how many columns of a terminal a text takes.
func cells(text string) int {
	n := 0
	for _, r := range text {
		n += runeCells(r)
	}
	return n
}

func runeCells(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
