// Package where says in SQL what is asked of objects: conditions on their properties,
// links that they lack, and the order in which they are wanted. What a condition means
// is told by entra.Condition; here is the same for what lies in the table of objects,
// whose properties are arrays by position.
package where

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
)

// Positions tells where a property lies in the arrays of a class's objects.
type Positions func(name string) (position int, known bool)

// Clause is part of a WHERE, with its arguments.
type Clause struct {
	SQL  string
	Args []any
	Text string // that stands in the id or a value of all that fit; "": nothing is known to
}

// Condition is what SQL asks of an object for a condition to hold.
func Condition(c entra.Condition, at Positions, now time.Time) (Clause, error) {
	if err := c.Check(); err != nil {
		return Clause{}, err
	}
	property, member := c.Parts()
	p := place{member: member}
	if property == "id" {
		p.id = true
	} else {
		position, known := at(property)
		if !known { // no object of the class has it
			absent := map[bool]string{true: "1", false: "0"}[c.Op == entra.OpIsEmpty || c.Op == entra.OpNot || c.Op == entra.OpNotContains]
			return Clause{SQL: absent}, nil
		}
		p.position = position
	}
	switch c.Op {
	case entra.OpIsEmpty:
		filled := p.filled()
		filled.SQL = "NOT " + filled.SQL
		return filled, nil
	case entra.OpHasValue:
		return p.filled(), nil
	}
	test, err := leafTest(c, now)
	if err != nil {
		return Clause{}, err
	}
	out := p.any(test)
	if c.Op == entra.OpNot || c.Op == entra.OpNotContains {
		return Clause{SQL: "NOT coalesce(" + out.SQL + ", 0)", Args: out.Args}, nil
	}
	return p.sure(c, out), nil
}

// place is where a condition looks.
type place struct {
	id       bool
	position int
	member   string
}

func (p place) path() string { return fmt.Sprintf("'$[%d]'", p.position) }

// filled asks whether there is a value that is not empty.
func (p place) filled() Clause {
	switch {
	case p.id:
		return Clause{SQL: "(id <> '')"}
	case p.member == "":
		return Clause{SQL: "(coalesce(properties -> " + p.path() + `, 'null') NOT IN ('null', '""', '[]', '{}'))`}
	}
	return Clause{SQL: "EXISTS (SELECT 1 FROM json_tree(properties, " + p.path() + `) v WHERE v.key = ? AND v.path NOT LIKE '%.%' AND coalesce(v.value, '') NOT IN ('', '[]', '{}'))`,
		Args: []any{p.member}}
}

// test asks something of one value without parts, by its type and its atom.
type test struct {
	sql  string // with %[1]s for the type, %[2]s for the atom
	args []any
}

func (t test) of(kind, atom string) string { return fmt.Sprintf(t.sql, kind, atom) }

// any asks whether the test holds for a value at the place, at whatever depth. Most
// values have no parts, and are told without walking over them.
func (p place) any(t test) Clause {
	if p.id {
		return Clause{SQL: "(" + t.of("'text'", "id") + ")", Args: t.args}
	}
	tree := "EXISTS (SELECT 1 FROM json_tree(properties, " + p.path() + ") v WHERE "
	if p.member != "" {
		args := append([]any{p.member, "%." + strings.ReplaceAll(p.member, "_", `\_`)}, t.args...)
		return Clause{SQL: tree + `((v.key = ? AND v.path NOT LIKE '%.%') OR (v.path LIKE ? ESCAPE '\' AND v.path NOT LIKE '%.%.%' AND typeof(v.key) = 'integer'))
			AND v.atom IS NOT NULL AND (` + t.of("v.type", "v.atom") + "))", Args: args}
	}
	kind := "json_type(properties, " + p.path() + ")"
	return Clause{SQL: "(CASE WHEN " + kind + " IN ('array', 'object') THEN " + tree + t.of("v.type", "v.atom") + ") ELSE " +
		t.of(kind, "properties ->> "+p.path()) + " END)", Args: append(t.args[:len(t.args):len(t.args)], t.args...)}
}

// sure adds what rules most objects out before their properties are parsed.
func (p place) sure(c entra.Condition, out Clause) Clause {
	_, number := c.Number()
	text := c.Op == entra.OpContains || c.Op == entra.OpStartsWith || c.Op == entra.OpEquals
	flag := strings.EqualFold(c.Value, "true") || strings.EqualFold(c.Value, "false")
	_, _, isTime := c.Span() // which may be written otherwise
	if !text || isTime || number || c.Value == "" || flag && c.Op != entra.OpEquals {
		return out
	}
	if !flag { // the search index knows texts and numbers
		out.Text = c.Value
	}
	if p.id {
		return out
	}
	if !utf8.ValidString(c.Value) { // no value that is stored holds it
		return Clause{SQL: "0"}
	}
	return Clause{SQL: `(properties LIKE ? ESCAPE '\' AND ` + out.SQL + ")", Args: append([]any{like(quoted(c.Value))}, out.Args...), Text: out.Text}
}

// Text asks that an object holds a text in its id or in any value.
func Text(text string) Clause {
	// The whole text first: it rules out most rows without parsing them.
	return Clause{SQL: `(id LIKE ? ESCAPE '\' OR (properties LIKE ? ESCAPE '\' AND EXISTS
			(SELECT 1 FROM json_tree(properties) v WHERE v.atom LIKE ? ESCAPE '\')))`, Args: []any{like(text), like(quoted(text)), like(text)}, Text: text}
}

// HoldsText tells whether an object holds a text in its id or any value, as the
// search of what is stored tells it.
func HoldsText(o entra.StoredObject, text string) bool {
	if text == "" {
		return true
	}
	text = entra.LowerASCII(text)
	if strings.Contains(entra.LowerASCII(o.ID), text) {
		return true
	}
	for _, p := range o.Properties {
		if valueHolds(p.Value, text) {
			return true
		}
	}
	return false
}

func valueHolds(v jsontext.Value, text string) bool {
	d := jsontext.NewDecoder(bytes.NewReader(v))
	for {
		token, err := d.ReadToken()
		if err != nil { // the end
			return false
		}
		kind, n := d.StackIndex(d.StackDepth())
		if k := token.Kind(); (k != '"' && k != '0') || (kind == '{' && n%2 == 1) {
			continue
		}
		if strings.Contains(entra.LowerASCII(token.String()), text) {
			return true
		}
	}
}

// quoted is a text as it stands inside a stored JSON string.
func quoted(text string) string {
	q, _ := jsontext.AppendQuote(nil, text) // what is no UTF-8 is in no value
	return string(q[1 : len(q)-1])
}

// leafTest is what a condition asks of one value.
func leafTest(c entra.Condition, now time.Time) (test, error) {
	number, isNumber := c.Number()
	switch c.Op {
	case entra.OpEquals, entra.OpNot:
		t := test{"(%[1]s = 'text' AND %[2]s = ? COLLATE NOCASE)", []any{c.Value}}
		if isNumber {
			t = test{t.sql + " OR (%[1]s IN ('integer', 'real') AND CAST(%[2]s AS REAL) = ?)", append(t.args, number)}
		}
		if kind := strings.ToLower(c.Value); kind == "true" || kind == "false" {
			t = test{t.sql + " OR %[1]s = ?", append(t.args, kind)}
		}
		if from, until, is := c.Span(); is {
			t = test{t.sql + " OR " + isTime + millis + " >= ? AND " + millis + " < ?)", append(t.args, from.UnixMilli(), until.UnixMilli())}
		}
		return t, nil
	case entra.OpContains, entra.OpNotContains:
		return test{`(%[1]s IN ('text', 'integer', 'real') AND %[2]s LIKE ? ESCAPE '\')`, []any{like(c.Value)}}, nil
	case entra.OpStartsWith:
		return test{`(%[1]s = 'text' AND %[2]s LIKE ? ESCAPE '\')`, []any{strings.TrimPrefix(like(c.Value), "%")}}, nil
	case entra.OpGreater:
		return test{"(%[1]s IN ('integer', 'real') AND CAST(%[2]s AS REAL) > ?)", []any{number}}, nil
	case entra.OpLess:
		return test{"(%[1]s IN ('integer', 'real') AND CAST(%[2]s AS REAL) < ?)", []any{number}}, nil
	}
	bound, err := c.Bound(now)
	sign := map[entra.Operator]string{entra.OpBefore: "<", entra.OpAfter: ">"}[c.Op]
	return test{isTime + millis + " " + sign + " ?)", []any{bound.UnixMilli()}}, err
}

// A value that is a time, and its milliseconds since 1970.
const (
	isTime = "(%[1]s = 'text' AND %[2]s GLOB '????-??-??T??:??:??*' AND "
	millis = "round(unixepoch(%[2]s, 'subsec') * 1000)"
)

// Lacking asks that an object of a tenant has no link of a relation in sight.
func Lacking(tenant int64, relation string) Clause {
	return Clause{SQL: `NOT EXISTS (SELECT 1 FROM links l WHERE l.source = objects.object
		AND l.relation = (SELECT relation FROM relations WHERE name = ?) AND l.until IS NULL AND l.target NOT IN ` + hidden + ")", Args: []any{relation, tenant}}
}

// like makes a pattern that matches the text literally, anywhere.
func like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
}
