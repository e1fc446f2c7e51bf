package graphsim

import (
	"regexp"
	"slices"
	"strings"
)

// clause is one comparison of a $filter.
type clause struct {
	property string // isof: the comparison is with the object's type
	operator string // eq, in, ge, le, gt, lt
	values   []string
}

var (
	comparison = regexp.MustCompile(`^(?i)(\w+)\s+(eq|ge|le|gt|lt)\s+('(?:[^']|'')*'|[\w.:+-]+)`)
	membership = regexp.MustCompile(`^(?i)(\w+)\s+in\s*\(((?:\s*'(?:[^']|'')*'\s*,?)+)\)`)
	beginning  = regexp.MustCompile(`^(?i)startswith\(\s*(\w+)\s*,\s*('(?:[^']|'')*')\s*\)`)
	typeTest   = regexp.MustCompile(`^(?i)isof\(\s*'(microsoft\.graph\.\w+)'\s*\)`)
	quoted     = regexp.MustCompile(`'((?:[^']|'')*)'`)
	joint      = regexp.MustCompile(`^(?i)\s+and\s+`)
)

// clauses reads a filter of comparisons that all must hold; false: it is another kind of filter.
func clauses(text string) (all []clause, ok bool) {
	text = strings.TrimSpace(text)
	for {
		c, length := readClause(text)
		if length == 0 {
			return nil, false
		}
		all = append(all, c)
		if text = text[length:]; strings.TrimSpace(text) == "" {
			return all, true
		}
		and := joint.FindString(text)
		if and == "" {
			return nil, false
		}
		text = text[len(and):]
	}
}

// readClause reads the comparison that a text begins with; a length of 0: it begins with none.
func readClause(text string) (c clause, length int) {
	if m := typeTest.FindStringSubmatch(text); m != nil {
		return clause{"isof", "eq", []string{"#" + m[1]}}, len(m[0])
	}
	if m := beginning.FindStringSubmatch(text); m != nil {
		return clause{m[1], "startswith", []string{unquoted(m[2])}}, len(m[0])
	}
	if m := comparison.FindStringSubmatch(text); m != nil {
		return clause{m[1], strings.ToLower(m[2]), []string{unquoted(m[3])}}, len(m[0])
	}
	if m := membership.FindStringSubmatch(text); m != nil {
		c = clause{property: m[1], operator: "in"}
		for _, value := range quoted.FindAllString(m[2], -1) {
			c.values = append(c.values, unquoted(value))
		}
		return c, len(m[0])
	}
	return clause{}, 0
}

func unquoted(value string) string {
	if strings.HasPrefix(value, "'") {
		return strings.ReplaceAll(value[1:len(value)-1], "''", "'")
	}
	return value
}

// holds compares a value's text; texts are compared without regard to case, as Graph does.
func (c clause) holds(value string) bool {
	switch c.operator {
	case "ge":
		return value >= c.values[0]
	case "gt":
		return value > c.values[0]
	case "le":
		return value <= c.values[0]
	case "lt":
		return value < c.values[0]
	case "startswith":
		return strings.HasPrefix(strings.ToLower(value), strings.ToLower(c.values[0]))
	}
	return slices.ContainsFunc(c.values, func(wanted string) bool { return strings.EqualFold(wanted, value) })
}
