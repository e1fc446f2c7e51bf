package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
)

// sample is a row of every type.
type sample struct {
	Text string
	Flag bool
	N    int
	When time.Time
	Raw  json.RawMessage
}

func sampleColumns() []Column[sample] {
	return []Column[sample]{
		{"text", func(s sample) any { return Text(s.Text) }}, {"flag", func(s sample) any { return s.Flag }}, {"a_number", func(s sample) any { return s.N }},
		{"when", func(s sample) any { return s.When }}, {"raw", func(s sample) any { return s.Raw }},
	}
}

// read is a row as a reader with types of its own sees it.
type read struct {
	Text   *string `parquet:"text,optional"`
	Flag   *bool   `parquet:"flag,optional"`
	Number *int64  `parquet:"a_number,optional"`
	When   *int64  `parquet:"when,optional"`
	Raw    *string `parquet:"raw,optional"`
}

// TestParquet is read back value by value, over several groups of rows, and absent
// values stay absent.
func TestParquet(t *testing.T) {
	when := time.Date(2026, 5, 3, 12, 0, 0, 123e6, time.UTC)
	n := rowsAGroup + 7
	var out bytes.Buffer
	err := Parquet(&out, sampleColumns(), func(yield func(sample, error) bool) {
		for i := range n {
			s := sample{Text: fmt.Sprintf("=Zoë %d", i), Flag: i%2 == 0, N: i, When: when, Raw: json.RawMessage(`{"a":[1]}`)}
			if i == 5 {
				s = sample{}
			}
			if !yield(s, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := parquet.Read[read](bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil || len(rows) != n {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, r := range rows {
		if i == 5 {
			if r.Text != nil || r.When != nil || r.Raw != nil || *r.Flag || *r.Number != 0 {
				t.Errorf("an empty row is %+v", r)
			}
			continue
		}
		if *r.Text != fmt.Sprintf("=Zoë %d", i) || *r.Flag != (i%2 == 0) || *r.Number != int64(i) || *r.When != when.UnixMilli() || *r.Raw != `{"a":[1]}` {
			t.Fatalf("row %d is %+v", i, r)
		}
	}
}

// TestParquetFails with its rows.
func TestParquetFails(t *testing.T) {
	broken := errors.New("broken")
	err := Parquet(&bytes.Buffer{}, sampleColumns(), func(yield func(sample, error) bool) { yield(sample{}, broken) })
	if !errors.Is(err, broken) {
		t.Error(err)
	}
}
