package wording

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// resolve gives the formats that an expression can be; hole alone where the
// code does not tell.
func (x *texts) resolve(c *code, within *ast.FuncDecl, e ast.Expr) []string {
	switch e := e.(type) {
	case *ast.BasicLit:
		return []string{strings.ReplaceAll(unquote(e), "%", "%%")}
	case *ast.ParenExpr:
		return x.resolve(c, within, e.X)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return product(x.part(c, within, e.X), x.part(c, within, e.Y))
		}
	case *ast.CallExpr:
		return x.call(c, within, e)
	case *ast.Ident:
		if e.Name == "query" { // SQL, and what holds it, is no sentence
			return nil
		}
		return x.variable(c, within, e.Name)
	case *ast.SelectorExpr:
		return x.field(c, e)
	}
	return []string{hole}
}

// part resolves what stands in a longer sentence: where all that it can be is
// known each makes a sentence of its own, else what is known stands alone.
func (x *texts) part(c *code, within *ast.FuncDecl, e ast.Expr) []string {
	variants := x.resolve(c, within, e)
	if slices.Contains(variants, hole) {
		if _, sum := e.(*ast.BinaryExpr); !sum {
			x.noteAll(variants, e)
			return []string{hole}
		}
	}
	return variants
}

func product(a, b []string) (out []string) {
	for _, p := range a {
		for _, q := range b {
			out = append(out, p+q)
		}
	}
	return out
}

func (x *texts) call(c *code, within *ast.FuncDecl, call *ast.CallExpr) []string {
	name := called(call)
	switch name {
	case "fmt.Sprintf", "fmt.Errorf":
		return x.format(c, within, call)
	case "errors.New", "textError", "strings.TrimSpace":
		return x.resolve(c, within, call.Args[0])
	case "append", "cmp.Or":
		var out []string
		for _, a := range call.Args {
			if a != call.Args[0] || name != "append" {
				out = append(out, x.resolve(c, within, a)...)
			}
		}
		return out
	}
	return x.results(c, call, 0)
}

// results are the formats that the i-th result of a call to a function of the
// package can be.
func (x *texts) results(c *code, e ast.Expr, i int) (out []string) {
	call, ok := e.(*ast.CallExpr)
	if !ok || strings.HasPrefix(called(call), ".") {
		return []string{hole}
	}
	name := called(call)[strings.Index(called(call), ".")+1:]
	if c.busy[name] {
		return nil
	}
	c.busy[name] = true
	defer delete(c.busy, name)
	_, plain := call.Fun.(*ast.Ident)
	for _, f := range c.funcs[name] {
		method := f.within.Recv != nil && f.body == f.within.Body
		if name != "Error" && !(plain && method) && i < len(f.results) && texty(f.within, i) {
			for _, r := range returned(f.body, i) {
				out = append(out, x.resolve(c, f.within, r)...)
			}
		}
	}
	if out == nil {
		return []string{hole}
	}
	return out
}

// texty tells whether the i-th result of a function is a text.
func texty(f *ast.FuncDecl, i int) bool {
	if i >= f.Type.Results.NumFields() {
		return false
	}
	n := 0
	for _, r := range f.Type.Results.List {
		n += max(1, len(r.Names))
		if i < n {
			id, ok := r.Type.(*ast.Ident)
			return ok && id.Name == "string"
		}
	}
	return false
}

// returned are the expressions that a function returns as its i-th result.
func returned(body *ast.BlockStmt, i int) (out []ast.Expr) {
	ast.Inspect(body, func(n ast.Node) bool {
		if r, ok := n.(*ast.ReturnStmt); ok && i < len(r.Results) {
			out = append(out, r.Results[i])
		}
		_, inner := n.(*ast.FuncLit)
		return !inner
	})
	return out
}

var anyVerb = regexp.MustCompile(`%(?:\[\d+\])?[a-zA-Z]|%%`)

// format resolves a call of Sprintf or Errorf.
func (x *texts) format(c *code, within *ast.FuncDecl, call *ast.CallExpr) (out []string) {
	var formats []string
	if lit, ok := call.Args[0].(*ast.BasicLit); ok {
		formats = []string{unquote(lit)}
	} else { // a format is escaped already; what was doubled for a text is single in one
		for _, f := range x.resolve(c, within, call.Args[0]) {
			formats = append(formats, strings.ReplaceAll(f, "%%", "%"))
		}
	}
	for _, f := range formats {
		out = append(out, x.fill(c, within, f, call.Args[1:])...)
	}
	return out
}

// fill puts into a format what its arguments are known to be.
func (x *texts) fill(c *code, within *ast.FuncDecl, format string, args []ast.Expr) []string {
	out, at, i := []string{""}, 0, 0
	for _, span := range append(anyVerb.FindAllStringIndex(format, -1), []int{len(format), len(format)}) {
		out = product(out, []string{format[at:span[0]]})
		at = span[1]
		v := format[span[0]:span[1]]
		if v == "" || v == "%%" || strings.Contains(v, "[") {
			out = product(out, []string{v})
			continue
		}
		variants := []string{hole}
		if i < len(args) {
			variants = x.part(c, within, args[i])
		}
		i++
		out = product(out, inPlace(v, variants))
	}
	return out
}

// inPlace puts what an argument can be in the place of its verb.
func inPlace(v string, variants []string) (out []string) {
	for _, text := range variants {
		switch {
		case text != hole && v == "%q":
			text = strconv.Quote(text)
		case text == hole && (v == "%q" || v == "%d"):
			text = v
		}
		out = append(out, text)
	}
	return out
}

// variable resolves a name: a parameter by the calls there are, anything else by
// what it is set to.
func (x *texts) variable(c *code, within *ast.FuncDecl, name string) (out []string) {
	key := name
	if within != nil {
		key = within.Name.Name + " " + name
	}
	if name == "nil" || c.busy[key] {
		return nil
	}
	c.busy[key] = true
	defer delete(c.busy, key)
	if within != nil {
		out = x.parameter(c, within, name)
		for _, e := range set(within, name) {
			out = append(out, x.resolve(c, within, e)...)
		}
	}
	if out == nil {
		for _, e := range c.globals[name] {
			out = append(out, x.resolve(c, nil, e)...)
		}
	}
	if out == nil {
		return []string{hole}
	}
	slices.Sort(out)
	out = slices.DeleteFunc(slices.Compact(out), func(text string) bool { return text == "" })
	if len(out) == 0 { // it grows from nothing
		return []string{hole}
	}
	return out
}

// parameter resolves a parameter of a function or of one within it.
func (x *texts) parameter(c *code, within *ast.FuncDecl, name string) (out []string) {
	for of, list := range c.funcs {
		for _, f := range list {
			if i := slices.Index(f.params, name); i >= 0 && f.within == within {
				out = append(out, x.arguments(c, of, i)...)
			}
		}
	}
	return out
}

// set lists what a name is set to in a function.
func set(within *ast.FuncDecl, name string) (out []ast.Expr) {
	take := func(left, right []ast.Expr) {
		for i, l := range left {
			if id, ok := l.(*ast.Ident); ok && id.Name == name && len(left) == len(right) {
				out = append(out, right[i])
			} else if ok && id.Name == name {
				out = append(out, ast.NewIdent("·")) // one of several results
			}
		}
	}
	ast.Inspect(within, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.ADD_ASSIGN {
				take(n.Lhs, n.Rhs)
			}
		case *ast.ValueSpec:
			for i := range n.Values {
				take([]ast.Expr{n.Names[i]}, n.Values[i:i+1])
			}
		case *ast.RangeStmt:
			take([]ast.Expr{n.Key}, []ast.Expr{ast.NewIdent("·")})
			take([]ast.Expr{n.Value}, []ast.Expr{ast.NewIdent("·")})
		}
		return true
	})
	return out
}

// arguments resolves the i-th argument of all calls of a function: those of its
// own package, and of others where its name is exported.
func (x *texts) arguments(c *code, name string, i int) (out []string) {
	for _, other := range x.packages {
		if other != c && !ast.IsExported(name) {
			continue
		}
		for _, file := range other.files {
			for _, d := range file.Decls {
				f, _ := d.(*ast.FuncDecl)
				ast.Inspect(d, func(n ast.Node) bool {
					call, ok := n.(*ast.CallExpr)
					if ok && i < len(call.Args) && callsInto(call, name, c, other) {
						out = append(out, x.resolve(other, f, call.Args[i])...)
					}
					return true
				})
			}
		}
	}
	return out
}

// callsInto tells whether a call in a package is one of a function of c.
func callsInto(call *ast.CallExpr, name string, c, from *code) bool {
	callee := called(call)
	if callee == name || strings.HasSuffix(callee, "."+name) {
		return from == c || callee == c.name+"."+name
	}
	return false
}

// field resolves a field of one of the package's own structs, and a constant of
// another package.
func (x *texts) field(c *code, e *ast.SelectorExpr) (out []string) {
	owner, ok := e.X.(*ast.Ident)
	if !ok || slices.Contains(told, e.Sel.Name) || ast.IsExported(e.Sel.Name) {
		return []string{hole}
	}
	key := "." + e.Sel.Name
	if c.busy[key] || owner.Name == "" {
		return nil
	}
	c.busy[key] = true
	defer delete(c.busy, key)
	for _, file := range c.files {
		for _, d := range file.Decls {
			f, _ := d.(*ast.FuncDecl)
			ast.Inspect(d, func(n ast.Node) bool {
				if lit, ok := n.(*ast.CompositeLit); ok {
					if v := c.values(lit)[e.Sel.Name]; v != nil {
						out = append(out, x.resolve(c, f, v)...)
					}
				}
				return true
			})
		}
	}
	if out == nil {
		return []string{hole}
	}
	return out
}
