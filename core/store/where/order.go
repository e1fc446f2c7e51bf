package where

import (
	"cmp"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
)

// Order is what objects are sorted by.
type Order struct {
	Expression string // in SQL
	Position   int    // of a property; -1: a column
}

// Columns of an object that it can be sorted by, beside its properties: named as the
// export names them, so that no property of Graph's is. What an object gives by an id is
// sorted by its name.
var columns = func() map[string]string {
	out := map[string]string{"id": "id", "first_seen": "first_seen", "last_changed": "last_changed"}
	for _, c := range entra.Classes() {
		if c.Gives != "" {
			out[c.GivenName()] = "(SELECT n.name FROM app_role_names n WHERE n.object = objects.object) COLLATE NOCASE"
		}
		for name, relation := range c.LedNames() {
			r, _ := c.Reference(relation)
			out[name] = ledTo(relation, c.Leads != "" && r.Property == c.Leads)
		}
	}
	return out
}()

// ledTo is the name at the end of a relation of which an object has one link at most, as a table shows it: of live
// objects alone, and none of what is gone. An eligible role has no name, and leads further.
func ledTo(relation string, further bool) string {
	way := " CROSS JOIN objects t ON t.object = l.target"
	if further {
		way = " CROSS JOIN objects e ON e.object = l.target AND e.state = 1" + leading + " CROSS JOIN objects t ON t.object = m.target"
	}
	return "(SELECT nullif(" + nameOf("t") + ", '') FROM links l" + way + " WHERE objects.state = 1 AND l.source = objects.object AND l.relation = (SELECT relation FROM relations WHERE name = '" +
		relation + "') AND l.until IS NULL AND t.state = 1 LIMIT 1) COLLATE NOCASE"
}

// LeadsTo is the relation by the name at whose end a key sorts; "": it does by something else.
func LeadsTo(key string) string { return led[key] }

var led = func() map[string]string {
	out := map[string]string{}
	for _, c := range entra.Classes() {
		maps.Copy(out, c.LedNames())
	}
	return out
}()

// By is the order by a property; false where no object of the class has it. What a filter takes for empty
// is absent: a text without letters, and a list or an object with nothing in it.
func By(property string, at Positions) (Order, bool) {
	if column, is := columns[property]; is {
		return Order{column, -1}, true
	}
	position, known := at(property)
	return Order{fmt.Sprintf("nullif(nullif(nullif(properties ->> '$[%d]', ''), '[]'), '{}') COLLATE NOCASE", position), position}, known
}

// Present asks that an object has it, in a way that an index finds the first of them. An
// id is compared as a text, whatever stands beside it: as one, the least number comes
// behind ids that begin with a plus.
func (o Order) Present() string {
	if o.Expression == columns["id"] {
		return o.Expression + " >= ''"
	}
	return o.Expression + " >= -9e999"
}

// Index is the name of the index that has a class's objects in this order, and how it
// is made. Its last columns tell equal ones apart and rule out, without reading the
// object, what is not in sight.
func (o Order) Index(class int64) (name, create string) {
	name = fmt.Sprintf("objects_ordered_%d_%d", class, o.Position)
	return name, fmt.Sprintf("CREATE INDEX IF NOT EXISTS %s ON objects (tenant, %s, object, state) WHERE class = %d", name, o.Expression, class)
}

// Outdated finds the indexes of orders by another expression, of versions before: no question is read from them.
const Outdated = `SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'objects\_sorted\_%' ESCAPE '\'`

// Value is what an object is sorted by, as SQLite compares it: what is absent, numbers,
// texts without regard to ASCII case.
type Value struct {
	kind   int // 0 absent, 1 number, 2 text
	number float64
	text   string
}

// Absent tells whether the object lacks it.
func (v Value) Absent() bool { return v.kind == 0 }

// Name is a name that is shown in the place of an id; "": it is absent.
func Name(name string) Value {
	if name == "" {
		return Value{}
	}
	return Value{kind: 2, text: entra.LowerASCII(name)}
}

// ValueOf is what an object is sorted by, see [By]. What it leads to is not its own: see [LeadsTo].
func ValueOf(o entra.StoredObject, property string) Value {
	switch property {
	case "id":
		return Value{kind: 2, text: o.ID}
	case "first_seen":
		return Value{kind: 1, number: float64(o.FirstSeen.UnixMilli())}
	case "last_changed":
		return Value{kind: 1, number: float64(o.LastChanged.UnixMilli())}
	}
	if c, _ := entra.ClassNamed(o.Class); c.Gives != "" && property == c.GivenName() {
		return Name(o.Given)
	}
	raw := o.Properties.Value(property)
	switch raw.Kind() {
	case 0, 'n':
		return Value{}
	case 't':
		return Value{kind: 1, number: 1}
	case 'f':
		return Value{kind: 1}
	case '0':
		n, _ := strconv.ParseFloat(string(raw), 64) // infinite where it is out of range
		return Value{kind: 1, number: n}
	}
	text := string(raw)
	if raw.Kind() == '"' {
		text = entra.ValueText(raw)
	}
	if text == "" || text == "[]" || text == "{}" {
		return Value{}
	}
	return Value{kind: 2, text: entra.LowerASCII(text)}
}

// Compare tells which comes first.
func (v Value) Compare(w Value) int {
	return cmp.Or(cmp.Compare(v.kind, w.kind), cmp.Compare(v.number, w.number), strings.Compare(v.text, w.text))
}
