package export

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// cell is a list with one column besides its number.
type cell struct {
	n     int
	value any
}

var cellColumns = []Column[cell]{
	{"n", func(c cell) any { return c.n }},
	{"value", func(c cell) any { return c.value }},
}

func rows(values ...any) iter.Seq2[cell, error] {
	return func(yield func(cell, error) bool) {
		for i, v := range values {
			if !yield(cell{i, v}, nil) {
				return
			}
		}
	}
}

func TestCells(t *testing.T) {
	when := time.Date(2026, 1, 31, 13, 0, 0, 250e6, time.FixedZone("CET", 3600))
	for _, c := range []struct {
		name      string
		value     any
		csv, json string
	}{
		{"absent", nil, "", "null"},
		{"no text", Text(""), "", "null"},
		{"text", "a<b>&c", "a<b>&c", `"a<b>&c"`},
		{"yes", true, "true", "true"},
		{"negative number stays a number", int64(-2), "-2", "-2"},
		{"time", when, "2026-01-31T12:00:00.25Z", `"2026-01-31T12:00:00.25Z"`},
		{"no time", time.Time{}, "", "null"},
		{"raw JSON on one line", json.RawMessage("{\"a\":\n [1]}"), `"{""a"":[1]}"`, `{"a":[1]}`},
		{"no raw JSON", json.RawMessage(nil), "", "null"},
		{"list", []string{"x", "y"}, `"[""x"",""y""]"`, `["x","y"]`},
		{"quote and comma", `a,"b"`, `"a,""b"""`, `"a,\"b\""`},
		{"line ends are kept", "a\nb\r\nc\r", "\"a\nb\r\nc\r\"", `"a\nb\r\nc\r"`},
		{"formula", "=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1", `"=cmd|'/c calc'!A1"`},
		{"plus", "+1", "'+1", `"+1"`},
		{"minus", "-2", "'-2", `"-2"`},
		{"at", "@x", "'@x", `"@x"`},
		{"tab", "\tx", "'\tx", `"\tx"`},
		{"carriage return", "\rx", "\"'\rx\"", `"\rx"`},
		{"line feed", "\nx", "\"'\nx\"", `"\nx"`},
		{"NUL", "\x00x", "'\x00x", `"\u0000x"`},
		{"no formula", "a=b", "a=b", `"a=b"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var text, lines strings.Builder
			if err := errors.Join(CSV(&text, cellColumns, rows(c.value)), JSONLines(&lines, cellColumns, rows(c.value))); err != nil {
				t.Fatal(err)
			}
			if want := "n,value\r\n0," + c.csv + "\r\n"; text.String() != want {
				t.Errorf("csv %q, want %q", text.String(), want)
			}
			if want := `{"n":0,"value":` + c.json + "}\n"; lines.String() != want {
				t.Errorf("jsonl %q, want %q", lines.String(), want)
			}
		})
	}
}

// Whatever a text holds, a CSV reader gets it back, but for the apostrophe.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"", "a", `"`, "a,b", "=1", "x\ny", "\x00", "'=", " spaces "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var b strings.Builder
		if err := CSV(&b, cellColumns, rows(text)); err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil || len(records) != 2 || len(records[1]) != 2 {
			t.Fatalf("%q reads as %q: %v", text, records, err)
		}
		// encoding/csv reads \r\n inside a text as \n.
		want := strings.ReplaceAll(guard(text), "\r\n", "\n")
		if got := records[1][1]; got != want {
			t.Errorf("%q comes back as %q", text, got)
		}
	})
}

func TestAnErrorEndsTheList(t *testing.T) {
	broken := errors.New("the database is gone")
	failing := func(yield func(cell, error) bool) {
		_ = yield(cell{0, "a"}, nil) && yield(cell{}, broken)
	}
	for name, write := range map[string]func() error{
		"csv":   func() error { return CSV(&strings.Builder{}, cellColumns, failing) },
		"jsonl": func() error { return JSONLines(&strings.Builder{}, cellColumns, failing) },
	} {
		if err := write(); !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The keys are a contract with scripts.
func TestKeys(t *testing.T) {
	for _, c := range []struct{ name, keys, want string }{
		{"history", keys(HistoryColumns()), "start_time,end_time,type,total,changed,deleted,filtered,status,error,full_scan,requests,retries"},
		{"objects", keys(ObjectColumns()), "id,class,properties,deleted,filtered,first_seen,last_changed"},
		{"members", keys(MemberColumns()), "group_id,member_id,member_type"},
		{"changes", keys(ChangeColumns()), "time,not_before,class,id,kind,display_name,before,after"},
	} {
		if c.keys != c.want {
			t.Errorf("%s has %s", c.name, c.keys)
		}
	}
}

func keys[T any](columns []Column[T]) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Key
	}
	return strings.Join(names, ",")
}

func TestColumnsOfARunningClass(t *testing.T) {
	run := entra.ClassRun{Start: time.UnixMilli(0), Class: "users", Status: entra.Running, Total: 7}
	got, err := Object(HistoryColumns(), run)
	want := `{"start_time":"1970-01-01T00:00:00Z","end_time":null,"type":"users","total":7,"changed":0,"deleted":0,"filtered":0,` +
		`"status":"running","error":null,"full_scan":false,"requests":0,"retries":0}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}

func TestStatesOfObjects(t *testing.T) {
	for state, want := range map[entra.State]string{
		entra.Live:     `"deleted":false,"filtered":false`,
		entra.Deleted:  `"deleted":true,"filtered":false`,
		entra.Filtered: `"deleted":false,"filtered":true`,
	} {
		got, err := Object(ObjectColumns(), entra.StoredObject{ID: "1", Class: "users", State: state, Properties: entra.Properties{{Name: "a", Value: []byte(`"b"`)}}})
		if err != nil || !strings.Contains(string(got), want) || !strings.Contains(string(got), `"properties":{"a":"b"}`) {
			t.Errorf("state %d: %s, %v", state, got, err)
		}
	}
}
