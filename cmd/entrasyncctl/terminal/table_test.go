package terminal

import (
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/export"
)

func TestTableIsAligned(t *testing.T) {
	columns := []export.Column[[2]string]{
		{Key: "first_name", Value: func(r [2]string) any { return r[0] }},
		{Key: "b", Value: func(r [2]string) any { return r[1] }},
	}
	var b strings.Builder
	rows := [][2]string{{"李", "|"}, {"e\u0301", "|"}, {"", "|"}, {strings.Repeat("x", 100), "|"}}
	if err := Table(&b, columns, all(rows)); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(b.String()), "\n") {
		before, _, _ := strings.Cut(strings.Replace(line, "  B", "  |", 1), "|")
		if cells(before) != cellWidth+2 {
			t.Errorf("%q takes %d cells", line, cells(before))
		}
	}
	if !strings.HasPrefix(b.String(), "FIRST NAME ") {
		t.Error(b.String())
	}
}

// all gives every row, and no error.
func all[T any](rows []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{"\x1b[31mred": "\uFFFD[31mred", "a\nb\tc": "a b c", "a\u202Eb": "a\uFFFDb", "ü 李 🎉": "ü 李 🎉", "\x9b": "\x9b"} {
		if in == "\x9b" {
			want = "\uFFFD" // a byte that is no UTF-8
		}
		if got := Plain(in); got != want {
			t.Errorf("%q becomes %q", in, got)
		}
	}
}

func TestCellText(t *testing.T) {
	when := time.Date(2026, 1, 2, 3, 4, 5, 0, time.Local)
	for _, c := range []struct {
		value any
		want  string
	}{{nil, ""}, {true, "yes"}, {false, "no"}, {when, "2026-01-02 03:04:05"}, {time.Time{}, ""}, {[]string{"a", "b"}, "a, b"}, {int64(7), "7"}} {
		if got := cellText(c.value); got != c.want {
			t.Errorf("%v is shown as %q", c.value, got)
		}
	}
}
