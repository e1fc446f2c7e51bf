package entra

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/entraidsync/entraidsync/core/say"
)

// CheckFilter refuses an expression that can't be used for a class: one that is none, or
// that asks for a property which its objects never have, or compares one with what it never
// is. Beside those of the class table they have the ones that were added for it, and those of extensions.
func CheckFilter(class, text string, added []string) error {
	if _, err := ParseFilter(text); err != nil || text == "" {
		return err
	}
	c, ok := ClassNamed(class)
	tree, err := parser.Parse(text)
	if !ok || err != nil {
		return err // unreachable: it has just been compiled
	}
	known := slices.Concat([]string{"id"}, c.Told(), c.Columns, added)
	for _, r := range c.References {
		property, _ := r.Place()
		known = append(known, property)
	}
	names := &namesOf{}
	ast.Walk(&tree.Node, names)
	for _, name := range names.asked {
		near := nearest(name, known)
		switch {
		case slices.Contains(known, name), extension.MatchString(name), c.Whole && near == "":
		case near != "":
			return Invalid("the filter can't be used", say.With("%s have no property %s", c, name), say.With("did you mean %s?", near))
		default:
			return Invalid("the filter can't be used", say.With("%s have no property %s", c, name), "choose one of the class's properties, or add it to them first")
		}
	}
	asked := &comparisons{kinds: map[string]ValueKind{}, own: names.own}
	for _, name := range known {
		asked.kinds[name] = KindOf(name)
	}
	ast.Walk(&tree.Node, asked)
	return asked.wrong
}

// extension is how the names of directory and schema extensions begin.
var extension = regexp.MustCompile(`^(extension_[0-9A-Fa-f]{32}_|ext[a-z0-9]{8}_)\w+$`)

// namesOf gathers the properties that an expression asks for: names that are neither
// variables of its own nor what a function is called.
type namesOf struct {
	asked []string
	own   []string
}

// Visit is called for each part, those inside before what they are in.
func (n *namesOf) Visit(node *ast.Node) {
	switch part := (*node).(type) {
	case *ast.IdentifierNode:
		if part.Value != "$env" && !slices.Contains(n.own, part.Value) {
			n.asked = append(n.asked, part.Value)
		}
	case *ast.VariableDeclaratorNode:
		n.own = append(n.own, part.Name)
		n.asked = slices.DeleteFunc(n.asked, func(name string) bool { return name == part.Name })
	}
}

// nearest is the name that is most like another; "" where none is much like it.
func nearest(name string, known []string) (best string) {
	least := min(len(name)/4+1, 3)
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < least || d == least && best == "" {
			least, best = d, k
		}
	}
	return best
}

// distance counts the letters that tell two names apart (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

var unexpected = regexp.MustCompile(`^unexpected token (\w+)(?:\("?(.*?)"?\))?$`)

// elsewhere is how an expression says what other languages that admins know say so.
var elsewhere = map[string]string{"AND": "and", "OR": "or", "NOT": "not", "eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<=", "like": "contains"}

// failedBy says in an admin's words why an expression fails for an object.
func failedBy(err error) say.Sentence {
	var e *file.Error
	if !errors.As(err, &e) {
		return "it can't be answered"
	}
	at := e.Column + 1
	switch {
	case strings.Contains(e.Message, "cannot fetch"), strings.Contains(e.Message, "out of range"):
		return say.With("the value at place %d has no such part", at)
	case strings.Contains(e.Message, "interface conversion"), strings.Contains(e.Message, "invalid operation"), strings.Contains(e.Message, "invalid argument"):
		return say.With("what stands at place %d takes no value of this kind", at)
	case strings.Contains(e.Message, "regex"), strings.Contains(e.Message, "error parsing regexp"):
		return say.With("the pattern at place %d is no regular expression", at)
	}
	return say.With("it can't be answered at place %d", at)
}

// wrongWith says in an admin's words what is wrong with an expression.
func wrongWith(err error) say.Sentence {
	var e *file.Error
	if !errors.As(err, &e) {
		return "it is no condition: it gives a value, where yes or no is wanted"
	}
	at := e.Column + 1
	told := unexpected.FindStringSubmatch(e.Message)
	switch {
	case told != nil && told[1] == "EOF", e.Message == "unexpected end of expression":
		return "it ends too early: something is missing behind it"
	case told != nil && told[2] == "=":
		return say.With("a single = at place %d compares nothing: write ==", at)
	case told != nil && elsewhere[told[2]] != "":
		return say.With("%q at place %d means nothing here: write %s", told[2], at, elsewhere[told[2]])
	case told != nil:
		return say.With("%q at place %d does not fit there", told[2], at)
	case strings.Contains(e.Message, "literal not terminated"):
		return "a quotation mark is never closed"
	case strings.Contains(e.Message, "unrecognized character"), strings.Contains(e.Message, "invalid char escape"):
		return say.With("the sign at place %d means nothing here", at)
	case strings.Contains(e.Message, "expected bool"):
		return "it is no condition: it gives a value, where yes or no is wanted"
	case strings.Contains(e.Message, "mismatched types"), strings.Contains(e.Message, "invalid operation"):
		return say.With("at place %d two kinds of values are compared that never fit each other", at)
	case strings.Contains(e.Message, "not enough arguments"), strings.Contains(e.Message, "too many arguments"), strings.Contains(e.Message, "expected at least"):
		return say.With("a function at place %d has too few or too many values", at)
	case strings.Contains(e.Message, "regex"), strings.Contains(e.Message, "error parsing regexp"):
		return say.With("the pattern at place %d is no regular expression", at)
	case strings.Contains(e.Message, "unclosed comment"):
		return "a comment is never closed"
	}
	return say.With("it can't be read at place %d", at)
}
