package entra

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Members visits the members of a JSON object that jsontext has found valid, as
// parts of it; a name comes as it stands, in quotes. Walking over what is known
// to be valid costs a fraction of decoding it once more.
func Members(object jsontext.Value, visit func(quoted, value jsontext.Value) error) error {
	i := skipBlanks(object, 1)
	for object[i] != '}' {
		end := valueEnd(object, i)
		quoted := object[i:end:end]
		i = skipBlanks(object, skipBlanks(object, end)+1) // the colon
		end = valueEnd(object, i)
		if err := visit(quoted, object[i:end:end]); err != nil {
			return err
		}
		i = nextItem(object, end)
	}
	return nil
}

// Elements visits the elements of a JSON array that jsontext has found valid.
func Elements(array jsontext.Value, visit func(value jsontext.Value) error) error {
	i := skipBlanks(array, 1)
	for array[i] != ']' {
		end := valueEnd(array, i)
		if err := visit(array[i:end:end]); err != nil {
			return err
		}
		i = nextItem(array, end)
	}
	return nil
}

// nextItem goes from the end of a value to the next one, or to the bracket.
func nextItem(b []byte, i int) int {
	i = skipBlanks(b, i)
	if b[i] == ',' {
		i = skipBlanks(b, i+1)
	}
	return i
}

func skipBlanks(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t' {
		i++
	}
	return i
}

// valueEnd is where the value that begins at i ends.
func valueEnd(b []byte, i int) int {
	switch b[i] {
	case '"':
		return stringEnd(b, i)
	case '{', '[':
		return nestedEnd(b, i)
	}
	for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] > ' ' {
		i++
	}
	return i
}

func stringEnd(b []byte, i int) int {
	for i++; ; {
		i += bytes.IndexByte(b[i:], '"')
		slashes := 0
		for b[i-1-slashes] == '\\' {
			slashes++
		}
		i++
		if slashes%2 == 0 {
			return i
		}
	}
}

func nestedEnd(b []byte, i int) int {
	for depth := 0; ; {
		switch b[i] {
		case '"':
			i = stringEnd(b, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		i++
		if depth == 0 {
			return i
		}
	}
}
