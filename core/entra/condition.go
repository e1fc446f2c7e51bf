package entra

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/say"
)

// Operator says what a [Condition] asks.
type Operator string

// The operators. What has several values fits where one of them does; what is
// absent fits IsEmpty and the two negations, and nothing else: false is a value.
const (
	OpEquals      Operator = "equals" // texts without regard to ASCII case, numbers by value, true and false; times, see Condition.Span
	OpNot         Operator = "not equals"
	OpContains    Operator = "contains" // texts and numbers
	OpNotContains Operator = "not contains"
	OpStartsWith  Operator = "starts with"
	OpIsEmpty     Operator = "is empty" // absent, "", or a list without elements
	OpHasValue    Operator = "has value"
	OpBefore      Operator = "before" // times; see Condition.Bound
	OpAfter       Operator = "after"
	OpGreater     Operator = "greater" // numbers
	OpLess        Operator = "less"
)

// Condition asks something of one property of an object.
type Condition struct {
	Property string // or "id", or the member of a complex one: employeeOrgData/division
	Op       Operator
	Value    string
}

// spellings are how an operator may be written, the longer ones first.
var spellings = []struct {
	text string
	op   Operator
}{
	{"does not contain", OpNotContains}, {"not contains", OpNotContains}, {"not equals", OpNot}, {"starts with", OpStartsWith}, {"startswith", OpStartsWith},
	{"greater than", OpGreater}, {"less than", OpLess}, {"is not empty", OpHasValue}, {"is empty", OpIsEmpty}, {"has value", OpHasValue}, {"is not", OpNot},
	{"contains", OpContains}, {"equals", OpEquals}, {"before", OpBefore}, {"after", OpAfter}, {"greater", OpGreater}, {"less", OpLess},
	{"not", OpNot}, {"eq", OpEquals}, {"ne", OpNot}, {"gt", OpGreater}, {"lt", OpLess}, {"is", OpEquals}, {"!=", OpNot}, {"<>", OpNot}, {"==", OpEquals}, {"=", OpEquals}, {">", OpGreater}, {"<", OpLess},
}

// Operators are all operators, in the order people see.
func Operators() []Operator {
	return []Operator{OpEquals, OpNot, OpContains, OpNotContains, OpStartsWith, OpIsEmpty, OpHasValue, OpBefore, OpAfter, OpGreater, OpLess}
}

// Valued tells whether an operator takes a value.
func (o Operator) Valued() bool { return o != OpIsEmpty && o != OpHasValue }

var propertyName = regexp.MustCompile(`^[\pL_@][\pL\pN_.@-]*(/[A-Za-z_][A-Za-z0-9_]*)?$`)

// ParseCondition reads a condition such as `userType = Guest` or `department is empty`.
// A value may stand in quotes. > and < compare times where the value is one.
func ParseCondition(text string) (Condition, error) {
	property, rest := cutWord(strings.TrimSpace(text))
	c := Condition{Property: property}
	for _, s := range spellings {
		after, is := cutFold(rest, s.text)
		if !is {
			continue
		}
		c.Op, c.Value = s.op, unquoted(strings.TrimSpace(after))
		if _, err := strconv.ParseFloat(c.Value, 64); err != nil && (s.text == ">" || s.text == "<") {
			c.Op = map[Operator]Operator{OpGreater: OpAfter, OpLess: OpBefore}[c.Op]
		}
		return c, c.Check()
	}
	return c, badCondition(say.With("%s has no operator", text))
}

// cutWord takes the property off a condition; an operator of signs may follow it at once.
func cutWord(text string) (word, rest string) {
	end := strings.IndexAny(text, " \t=!<>")
	if end < 0 {
		return text, ""
	}
	return text[:end], strings.TrimSpace(text[end:])
}

// cutFold takes an operator off the beginning of a text. One of letters is a word of its own.
func cutFold(text, operator string) (rest string, is bool) {
	if len(text) < len(operator) || !strings.EqualFold(text[:len(operator)], operator) {
		return "", false
	}
	rest = text[len(operator):]
	letters := operator[len(operator)-1] >= 'a'
	return rest, !letters || rest == "" || strings.ContainsAny(rest[:1], " \t'\"")
}

func unquoted(value string) string {
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		return value[1 : n-1]
	}
	return value
}

// Check refuses a condition that nothing could fit or that nobody could mean.
func (c Condition) Check() error {
	switch _, isNumber := c.number(); {
	case !propertyName.MatchString(c.Property):
		return badCondition(say.With("%s is no name of a property", c.Property))
	case !c.Op.Valued() && c.Value != "":
		return badCondition(say.With("%s takes no value", string(c.Op)))
	case c.Op == OpBefore || c.Op == OpAfter:
		_, err := c.Bound(time.Now())
		return err
	case (c.Op == OpGreater || c.Op == OpLess) && !isNumber:
		return badCondition(say.With("%s is no number", c.Value))
	case c.Op.Valued() && c.Value == "" && c.Op != OpEquals && c.Op != OpNot:
		return badCondition("the value is missing")
	}
	for _, op := range Operators() {
		if op == c.Op {
			return nil
		}
	}
	return badCondition(say.With("there is no operator %s", string(c.Op)))
}

func badCondition(why say.Sentence) error {
	return Invalid("the filter can't be used", why, `write PROPERTY OPERATOR VALUE, such as "userType = Guest", "department is empty" or "createdDateTime after -30d"`)
}

// Written is the condition as [ParseCondition] reads it.
func (c Condition) Written() string {
	if !c.Op.Valued() {
		return c.Property + " " + string(c.Op)
	}
	return c.Property + " " + string(c.Op) + ` "` + c.Value + `"`
}

// Bound is the moment that OpBefore and OpAfter compare with: a time, a date (before
// its beginning, after its end, by this computer's clock), or so long before or after
// now: now, -30d, +12h.
func (c Condition) Bound(now time.Time) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, c.Value); err == nil {
		return t, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, c.Value, time.Local); err == nil {
		if c.Op == OpAfter {
			day = day.AddDate(0, 0, 1).Add(-time.Millisecond)
		}
		return day, nil
	}
	if strings.EqualFold(c.Value, "now") {
		return now, nil
	}
	if len(c.Value) > 2 && strings.ContainsAny(c.Value[:1], "+-") {
		n, err := strconv.Atoi(c.Value[:len(c.Value)-1])
		switch unit := c.Value[len(c.Value)-1]; {
		case err != nil || max(n, -n) > 1_000_000:
		case unit == 'd':
			return now.AddDate(0, 0, n), nil
		case unit == 'h':
			return now.Add(time.Duration(n) * time.Hour), nil
		}
	}
	return time.Time{}, badCondition(say.With("%s is no time: write 2026-01-31, 2026-01-31T12:00:00Z, now, -30d or +12h", c.Value))
}

// Span is the time that OpEquals and OpNot ask for, where the value is one: from a moment until
// before another. A date means its day, by this computer's clock, a time the instant, however it is written.
func (c Condition) Span() (from, until time.Time, is bool) {
	if c.Op != OpEquals && c.Op != OpNot {
		return from, until, false
	}
	if t, err := time.Parse(time.RFC3339, c.Value); err == nil {
		t = t.Round(time.Millisecond)
		return t, t.Add(time.Millisecond), true
	}
	day, err := time.ParseInLocation(time.DateOnly, c.Value, time.Local)
	return day, day.AddDate(0, 0, 1), err == nil
}

// number is the value as a number, where it is one.
func (c Condition) number() (float64, bool) {
	f, err := strconv.ParseFloat(c.Value, 64)
	return f, err == nil && !strings.ContainsAny(c.Value, "xX_pPnN") // no hexadecimal one, no NaN
}

// Number is the value as a number, where it is one.
func (c Condition) Number() (float64, bool) { return c.number() }

// Parts are the property and the member of it that is meant; "": all of it.
func (c Condition) Parts() (property, member string) {
	property, member, _ = strings.Cut(c.Property, "/")
	return property, member
}

// Holds tells whether an object fits, with the names that it shows in the place of the property's
// ids, which count as its values. The store's SQL tells the same of what is held.
func (c Condition) Holds(o StoredObject, now time.Time, names ...string) bool {
	property, member := c.Parts()
	var v jsontext.Value
	if property == "id" {
		v, _ = jsontext.AppendQuote(nil, o.ID)
	} else {
		v = o.Properties.Value(property)
	}
	places := []jsontext.Value{v}
	if member != "" {
		places = membersOf(v, member)
	}
	switch c.Op {
	case OpIsEmpty:
		return !anyFilled(places)
	case OpHasValue:
		return anyFilled(places)
	}
	fits := c.anyLeaf(places, member == "", now)
	for _, name := range names {
		fits = fits || c.leaf(quoted(name), now)
	}
	if c.Op == OpNot || c.Op == OpNotContains {
		return !fits
	}
	return fits
}

// membersOf are the values of a member in a complex value, or in each of a list.
func membersOf(v jsontext.Value, member string) (out []jsontext.Value) {
	switch v.Kind() {
	case '[':
		for _, e := range Elements(v) {
			out = append(out, membersOf(e, member)...)
		}
	case '{':
		if p, err := ParseProperties(v); err == nil {
			out = append(out, p.Value(member))
		}
	}
	return out
}

func anyFilled(values []jsontext.Value) bool {
	for _, v := range values {
		if text := string(v); !isNull(v) && text != `""` && text != "[]" && text != "{}" {
			return true
		}
	}
	return false
}

// anyLeaf tells whether a value fits that has no parts of its own: at whatever depth,
// or (deep false) only of lists.
func (c Condition) anyLeaf(values []jsontext.Value, deep bool, now time.Time) bool {
	for _, v := range values {
		switch v.Kind() {
		case '[':
			if c.anyLeaf(Elements(v), deep, now) {
				return true
			}
		case '{':
			p, _ := ParseProperties(v) // what is stored is sound
			for i := range p {
				if deep && c.anyLeaf([]jsontext.Value{p[i].Value}, deep, now) {
					return true
				}
			}
		case 0, 'n':
		default:
			if c.leaf(v, now) {
				return true
			}
		}
	}
	return false
}

// leaf tells whether a value without parts fits.
func (c Condition) leaf(v jsontext.Value, now time.Time) bool {
	text, kind := ValueText(v), v.Kind()
	number, isNumber := c.number()
	switch c.Op {
	case OpEquals, OpNot:
		if kind == '0' {
			held, err := strconv.ParseFloat(text, 64)
			return err == nil && isNumber && held == number
		}
		return LowerASCII(text) == LowerASCII(c.Value) || kind == '"' && c.spans(text)
	case OpContains, OpNotContains:
		return (kind == '"' || kind == '0') && strings.Contains(LowerASCII(text), LowerASCII(c.Value))
	case OpStartsWith:
		return kind == '"' && strings.HasPrefix(LowerASCII(text), LowerASCII(c.Value))
	case OpGreater, OpLess:
		held, err := strconv.ParseFloat(text, 64)
		return kind == '0' && err == nil && isNumber && ((c.Op == OpGreater && held > number) || (c.Op == OpLess && held < number))
	}
	bound, err := c.Bound(now)
	held, wrong := time.Parse(time.RFC3339, text)
	if kind != '"' || err != nil || wrong != nil {
		return false
	}
	a, b := held.Round(time.Millisecond).UnixMilli(), bound.UnixMilli()
	return (c.Op == OpBefore && a < b) || (c.Op == OpAfter && a > b)
}

// spans tells whether a value is a time that the condition's value means.
func (c Condition) spans(text string) bool {
	from, until, is := c.Span()
	held, wrong := time.Parse(time.RFC3339, text)
	at := held.Round(time.Millisecond).UnixMilli()
	return is && wrong == nil && from.UnixMilli() <= at && at < until.UnixMilli()
}

// LowerASCII is a text without regard to the case of ASCII letters, the only case that
// SQLite knows.
func LowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, s)
}
