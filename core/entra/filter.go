package entra

import (
	"encoding/json"
	"fmt"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// Filter says of an object whether it is left out of the local copy. The
// language is expr-lang/expr over the object's properties; a property that is
// missing is nil.
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
	program, err := expr.Compile(text, expr.Env(map[string]any{}), expr.AllowUndefinedVariables(), expr.AsBool())
	if err != nil {
		return nil, &Error{Code: CodeInvalid, What: "the filter can't be used", Why: err.Error(),
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
		var v any
		if err := json.Unmarshal(q.Value, &v); err != nil {
			return false, fmt.Errorf("property %s: %w", q.Name, err)
		}
		env[q.Name] = v
	}
	env["id"] = id
	out, err := expr.Run(f.program, env)
	if err != nil {
		return false, fmt.Errorf("filter %q: %w", f.text, err)
	}
	left, _ := out.(bool)
	return left, nil
}
