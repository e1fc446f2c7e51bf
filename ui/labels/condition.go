package labels

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/tell"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// Operator is an operator of a condition for people.
func Operator(o entra.Operator) string {
	switch o {
	case entra.OpEquals:
		return lang.L("is")
	case entra.OpNot:
		return lang.L("is not")
	case entra.OpContains:
		return lang.L("contains")
	case entra.OpNotContains:
		return lang.L("does not contain")
	case entra.OpStartsWith:
		return lang.L("begins with")
	case entra.OpIsEmpty:
		return lang.L("is empty")
	case entra.OpHasValue:
		return lang.L("has a value")
	case entra.OpBefore:
		return lang.L("is before")
	case entra.OpAfter:
		return lang.L("is after")
	case entra.OpGreater:
		return lang.L("is greater than")
	case entra.OpLess:
		return lang.L("is less than")
	}
	return string(o)
}

// Condition is a condition for people: Department is Sales.
func Condition(class string, c entra.Condition) string {
	property, member := c.Parts()
	text := Property(class, property)
	if member != "" {
		text += " · " + tell.Apart(member)
	}
	if days, ok := daysAgo(c.Value); ok {
		switch args := map[string]any{"Count": phrase.Count(days)}; c.Op {
		case entra.OpAfter:
			return text + " " + lang.L(`in the last {{.Count.Of "day" "days"}}`, args)
		case entra.OpBefore:
			return text + " " + lang.L(`more than {{.Count.Of "day" "days"}} ago`, args)
		}
	}
	text += " " + Operator(c.Op)
	if c.Op.Valued() {
		text += " " + conditionValue(property, c.Value)
	}
	return text
}

func conditionValue(property, value string) string {
	switch value {
	case "true":
		return lang.L("Yes")
	case "false":
		return lang.L("No")
	}
	if word := valueWord(property, value); word != "" {
		return word
	}
	if days, ok := daysAgo(value); ok {
		return lang.L(`{{.Count.Of "day" "days"}} ago`, map[string]any{"Count": phrase.Count(days)})
	}
	return value
}

// daysAgo reads a moment that is told by days before now, as -30d.
func daysAgo(value string) (days int, ok bool) {
	before, ok := strings.CutPrefix(value, "-")
	number, inDays := strings.CutSuffix(before, "d")
	days, err := strconv.Atoi(number)
	return days, ok && inDays && err == nil
}
