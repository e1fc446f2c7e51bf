package export

import (
	"encoding/json"
	"io"
	"iter"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/entraidsync/entraidsync/core/say"
)

// Type is what the cells of a column are, as a file of columns has to know beforehand.
type Type string

// The types of columns.
const (
	TypeText Type = "text" // texts; what is complex as JSON
	TypeBool Type = "bool"
	TypeInt  Type = "int"
	TypeTime Type = "time" // in UTC, to the millisecond
)

// TypeOf tells a column's type by the cell of a row that holds nothing.
func TypeOf[T any](c Column[T]) Type {
	var none T
	switch c.Value(none).(type) {
	case bool:
		return TypeBool
	case int, int64:
		return TypeInt
	case time.Time:
		return TypeTime
	}
	return TypeText
}

// rowsAGroup is how many rows lie together in a Parquet file: they are held until
// they are written.
const rowsAGroup = 50_000

// Parquet writes a list as an Apache Parquet file, compressed by Zstandard. Absent cells
// are null.
func Parquet[T any](w io.Writer, columns []Column[T], rows iter.Seq2[T, error]) error {
	group := parquet.Group{}
	for _, c := range columns {
		group[c.Key] = parquet.Optional(parquet.Compressed(node(TypeOf(c)), &parquet.Zstd))
	}
	schema := parquet.NewSchema("rows", group)
	place := make([]int, len(columns)) // a schema has its columns by name
	for i, c := range columns {
		leaf, found := schema.Lookup(c.Key)
		if !found {
			return say.Errorf("column %s: it is not in the file's schema", c.Key)
		}
		place[i] = leaf.ColumnIndex
	}
	out := parquet.NewWriter(w, schema, parquet.MaxRowsPerRowGroup(rowsAGroup))
	cells := make(parquet.Row, len(columns))
	for row, err := range rows {
		if err != nil {
			return err
		}
		for i, c := range columns {
			v, err := parquetValue(c.Value(row), place[i])
			if err != nil {
				return say.Errorf("column %s: %s", c.Key, err)
			}
			cells[place[i]] = v
		}
		if _, err := out.WriteRows([]parquet.Row{cells}); err != nil {
			return err
		}
	}
	return out.Close()
}

func node(t Type) parquet.Node {
	switch t {
	case TypeBool:
		return parquet.Leaf(parquet.BooleanType)
	case TypeInt:
		return parquet.Int(64)
	case TypeTime:
		return parquet.Timestamp(parquet.Millisecond)
	}
	return parquet.String()
}

// parquetValue is a value of a column of a file.
func parquetValue(v any, column int) (parquet.Value, error) {
	switch v := v.(type) {
	case nil:
		return parquet.NullValue().Level(0, 0, column), nil
	case bool:
		return parquet.BooleanValue(v).Level(0, 1, column), nil
	case int:
		return parquet.Int64Value(int64(v)).Level(0, 1, column), nil
	case int64:
		return parquet.Int64Value(v).Level(0, 1, column), nil
	case string:
		return parquet.ByteArrayValue([]byte(v)).Level(0, 1, column), nil
	case time.Time:
		if v.IsZero() {
			return parquetValue(nil, column)
		}
		return parquet.Int64Value(v.UnixMilli()).Level(0, 1, column), nil
	case json.RawMessage:
		if v == nil {
			return parquetValue(nil, column)
		}
		return parquet.ByteArrayValue(v).Level(0, 1, column), nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		return parquet.Value{}, err
	}
	return parquet.ByteArrayValue(text).Level(0, 1, column), nil
}
