// Package say words what people are told. A sentence is its format, which is the
// key of its translations, and what stands in the format's places, all the way
// from where it is made to where it is shown: nobody has to recognise it.
package say

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Sentence is a text for people, in English. A constant is one as it stands; [With]
// makes those with places. A sentence that is put together with + or taken apart is
// none any more: put sentences into the places of others.
type Sentence string

// packed begins a sentence that has places: behind it stands a JSON array of its
// format and its arguments. A nested array is a sentence, one of a single text is
// that text as it stands.
const packed = "\x01"

// Noun is what stands in a sentence by a name that is translated: a class, a kind.
type Noun interface{ Noun() Sentence }

// With makes a sentence of a format with %s, %d and %q and what stands in its
// places ([Numbered] says how words follow a number): numbers for %d, else texts, sentences, nouns, errors, or what fmt
// prints. A text is foreign, such as a name, and is translated by nobody.
func With(format string, args ...any) Sentence {
	if len(args) == 0 {
		return Sentence(strings.ReplaceAll(format, "%%", "%"))
	}
	return pack(format, args)
}

// Foreign makes a sentence of words that are not ours, such as a server's or the
// operating system's.
func Foreign(text string) Sentence {
	if text == "" {
		return ""
	}
	return With("%s", text)
}

// Join puts sentences that are not empty side by side, with a separator of
// punctuation between them, which needs no translation.
func Join(separator string, list ...Sentence) Sentence {
	var args []any
	for _, s := range list {
		if s != "" {
			args = append(args, s)
		}
	}
	switch len(args) {
	case 0:
		return ""
	case 1:
		return args[0].(Sentence)
	}
	return With("%s"+strings.Repeat(separator+"%s", len(args)-1), args...)
}

func pack(format string, args []any) Sentence {
	list := []any{format}
	for _, a := range args {
		list = append(list, argument(a))
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic(err) // texts, numbers, and lists of them
	}
	return Sentence(packed + string(text))
}

// argument is what stands for a in JSON.
func argument(a any) any {
	switch a := a.(type) {
	case string, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64:
		return a
	case Sentence:
		return nested(a)
	case Noun:
		return nested(a.Noun())
	case error:
		return nested(Because(a))
	}
	return fmt.Sprint(a)
}

func nested(s Sentence) any {
	if text, found := strings.CutPrefix(string(s), packed); found && json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	return []string{string(s)}
}

// Parts gives the format of a sentence and what stands in its places: a string,
// an int64 or a Sentence each. A sentence without places is its text, and no format.
func (s Sentence) Parts() (format string, args []any) {
	text, found := strings.CutPrefix(string(s), packed)
	var list []json.RawMessage
	if !found || json.Unmarshal([]byte(text), &list) != nil || len(list) == 0 || json.Unmarshal(list[0], &format) != nil {
		return strings.TrimPrefix(string(s), packed), nil
	}
	for _, raw := range list[1:] {
		args = append(args, place(raw))
	}
	return format, args
}

// place reads what stands in a place.
func place(raw json.RawMessage) any {
	var text string
	var number int64
	var plain []string
	switch {
	case json.Unmarshal(raw, &text) == nil:
		return text
	case json.Unmarshal(raw, &number) == nil:
		return number
	case json.Unmarshal(raw, &plain) == nil && len(plain) == 1:
		return Sentence(plain[0])
	}
	return Sentence(packed + string(raw))
}

// Map gives the sentence with what f makes of each foreign text in it.
func (s Sentence) Map(f func(text string) string) Sentence {
	format, args := s.Parts()
	if len(args) == 0 {
		return s
	}
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = f(a)
		case Sentence:
			args[i] = a.Map(f)
		}
	}
	return pack(format, args)
}

// Kept is the sentence as it is stored, with what stands in its places; [FromKept] reads it.
func (s Sentence) Kept() string { return string(s) }

// FromKept reads what [Sentence.Kept] gave.
func FromKept(text string) Sentence { return Sentence(text) }

// String is the sentence in English.
func (s Sentence) String() string {
	format, args := s.Parts()
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(Numbered(format, args), args...)
}

// MarshalText is the sentence in English, for machines.
func (s Sentence) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
