package entra

import (
	"bytes"
	"encoding/json"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"

	"github.com/entraidsync/entraidsync/core/say"
)

// Filter says of an object whether it is left out of the local copy. The
// language is expr-lang/expr over the object's properties; a property that is
// missing is nil, and so is what stands within one: no text begins with or contains anything there.
type Filter struct {
	text    string
	program *vm.Program
}

// ParseFilter compiles an expression such as `userType == "Guest"`. An empty
// text gives nil, the filter that leaves out nothing.
func ParseFilter(text string) (*Filter, error) {
	if text == "" {
		return nil, nil
	}
	program, err := expr.Compile(text, expr.Env(map[string]any{}), expr.AllowUndefinedVariables(), expr.AsBool(), expr.Patch(absent{}))
	if err != nil {
		return nil, &Error{Code: CodeInvalid, What: "the filter can't be used", Why: wrongWith(err), Detail: err.Error(),
			Remedy: `write a condition such as userType == "Guest"`, Err: err}
	}
	return &Filter{text, program}, nil
}

// Out tells whether the object is left out. On an error the object stays.
func (f *Filter) Out(id string, p Properties) (bool, error) {
	if f == nil {
		return false, nil
	}
	env := make(map[string]any, len(p)+1)
	for _, q := range p {
		v, err := readValue(q.Value)
		if err != nil {
			return false, say.Errorf("property %s: %s", q.Name, err)
		}
		env[q.Name] = v
	}
	env["id"] = id
	out, err := expr.Run(f.program, env)
	if err != nil {
		return false, say.Errorf("filter %q: %s", f.text, failedBy(err))
	}
	left, _ := out.(bool)
	return left, nil
}

// absent lets an expression ask within what an object lacks: `a.b` and `a startsWith "x"` are
// nil and false where there is no a.
type absent struct{}

// Visit is called for each part, those inside before what they are in.
func (absent) Visit(node *ast.Node) {
	switch part := (*node).(type) {
	case *ast.MemberNode:
		if !part.Method {
			part.Optional = true
			ast.Patch(node, &ast.ChainNode{Node: part})
		}
	case *ast.BinaryNode:
		switch part.Operator {
		case "startsWith", "endsWith", "contains", "matches":
			missing := &ast.BinaryNode{Operator: "==", Left: part.Left, Right: &ast.NilNode{}}
			ast.Patch(node, &ast.ConditionalNode{Cond: missing, Exp1: &ast.BoolNode{Value: false}, Exp2: part})
		}
	}
}

// exactFloats are the whole numbers up to which a float tells all apart.
const exactFloats = 1 << 53

// readValue reads a value for an expression, whose numbers are floats: but for
// whole ones that no float holds, and what is out of range is infinite.
func readValue(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return withNumbers(v), err
}

func withNumbers(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = withNumbers(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = withNumbers(v[name])
		}
	case json.Number:
		if n, err := v.Int64(); err == nil && (n > exactFloats || n < -exactFloats) {
			return int(n)
		}
		f, _ := v.Float64() // infinite where it is out of range
		return f
	}
	return v
}
