package where

import (
	"encoding/json"
	"slices"

	"github.com/entraidsync/entraidsync/core/entra"
)

// Links says which links of a tenant are wanted; what is empty matches all.
type Links struct {
	Tenant         int64
	Relation       string
	Class          string // of the source
	Source, Target string
	Sources        []string // any of these
	Search         string   // in the id or the name of the end that is not asked by; of all links, of either
	Names          bool     // the ends' names, too
	AsHeld         bool     // in the order in which they lie
	Many           bool     // the source is known to have more than [Most]
}

// Most is how many links are gone through with the objects at both their ends: more of one
// source are found by the keys alone.
const Most = 5000

// hidden are a tenant's objects that no link in sight leads to, by an index alone: deleted ones, which
// are few beside all others. SQLite makes the list once a question, when it first meets a link.
const hidden = "(SELECT object FROM objects WHERE tenant = ? AND class IN (SELECT class FROM classes) AND state IN (2, 4))"

// byKeys tells whether the links are found without reading the objects that they lead to, each
// at a place of its own in the file: what is passed over on the way to a page deep in a large
// group, or only counted.
func (q Links) byKeys() bool {
	return q.Many && q.AsHeld && q.Source != "" && q.Target == "" && q.Search == ""
}

// keysInSight is inSight for them, beside Match.
const keysInSight = " AND l.until IS NULL AND k.state = 1 AND l.target NOT IN " + hidden

// ManyOf asks whether a source has more links than [Most].
func (q Links) ManyOf() (string, []any) {
	from, where, args := q.Match()
	return "SELECT count(*) > ? FROM (SELECT 1 FROM " + from + where + " LIMIT ?)", slices.Concat([]any{Most}, args, []any{Most + 1})
}

// Match is what SQL asks of a link (l), whose source is k, at any time.
func (q Links) Match() (from, where string, args []any) {
	// The ids come from their index, in its order: only of what has links is the object read.
	from, where, args = "objects k CROSS JOIN links l ON l.source = k.object", " WHERE k.tenant = ?", []any{q.Tenant}
	if q.Target != "" { // links are found by their target, not the target among all links
		from = "objects n CROSS JOIN links l ON l.target = n.object CROSS JOIN objects k ON k.object = l.source"
		where, args = " WHERE n.tenant = ? AND n.id = ?", append(args, entra.CanonicalID(q.Target))
	}
	if q.Source != "" {
		where, args = where+" AND k.id = ?", append(args, entra.CanonicalID(q.Source))
	}
	if q.Sources != nil {
		ids := make([]string, len(q.Sources))
		for i, id := range q.Sources {
			ids[i] = entra.CanonicalID(id)
		}
		list, _ := json.Marshal(ids)
		where, args = where+" AND k.id IN (SELECT value FROM json_each(?))", append(args, string(list))
	}
	if q.Relation != "" {
		where, args = where+" AND l.relation = (SELECT relation FROM relations WHERE name = ?)", append(args, q.Relation)
	}
	if q.Class != "" {
		class := "(SELECT class FROM objects WHERE object = l.source)" // asked of what has links, see above
		if q.Source != "" || q.Sources != nil || q.Target != "" {
			class = "k.class"
		}
		where, args = where+" AND "+class+" = (SELECT class FROM classes WHERE name = ?)", append(args, q.Class)
	}
	return from, where, args
}

// Order is the order that is wanted, of what Match asks for with the relation (r) and
// the target (t): that of the sources' ids, then by relation and the targets' ids. As
// they lie they need none: outer joins keep their order, and first rows come at once
// however many there are.
func (q Links) Order() string {
	if q.AsHeld {
		return ""
	}
	return " ORDER BY k.id, r.name, t.id"
}

// inSight is what SQL asks of a link now, beside Match.
const inSight = " AND l.until IS NULL AND o.state = 1 AND t.state IN (0, 1, 3)"

// ends are the source (o), which is k read from the table, and the target.
const ends = " CROSS JOIN objects o ON o.object = l.source CROSS JOIN objects t ON t.object = l.target"

// Select asks for the links in sight.
func (q Links) Select() (string, []any) {
	names := "NULL, NULL"
	if q.Names {
		names = named("o") + ", " + named("t")
	}
	from, where, args := q.Match()
	searched, more := q.searched()
	rest := where + inSight + searched + q.Order() + page
	if q.byKeys() {
		from, rest, args = "(SELECT l.source, l.relation, l.target, l.since FROM "+from+where+keysInSight+page+") l", "", append(args, q.Tenant)
	}
	return "SELECT r.name, oc.name, o.id, tc.name, t.id, l.since, " + names + " FROM " + from + ends +
		` CROSS JOIN relations r ON r.relation = l.relation CROSS JOIN classes oc ON oc.class = o.class CROSS JOIN classes tc ON tc.class = t.class` + rest, append(args, more...)
}

// page is what is given of what is found.
const page = " LIMIT ? OFFSET ?"

// named is the name of an end: of an app role assignment, which has none, that of its role.
func named(end string) string {
	return "coalesce(" + end + ".properties ->> '$[0]', (SELECT n.name FROM app_role_names n WHERE n.object = " + end + ".object))"
}

// Count asks how many there are.
func (q Links) Count() (string, []any) {
	from, where, args := q.Match()
	if q.AsHeld = true; q.byKeys() {
		return "SELECT count(*) FROM " + from + where + keysInSight, append(args, q.Tenant)
	}
	searched, more := q.searched()
	return "SELECT count(*) FROM " + from + ends + where + inSight + searched, append(args, more...)
}

// searched asks that an end holds the text.
func (q Links) searched() (string, []any) {
	if q.Search == "" {
		return "", nil
	}
	end := func(alias string) string {
		return "(" + alias + `.id LIKE ? ESCAPE '\' OR (` + alias + `.properties LIKE ? ESCAPE '\' AND ` + alias + `.properties ->> '$[0]' LIKE ? ESCAPE '\'))`
	}
	text := []any{like(q.Search), like(quoted(q.Search)), like(q.Search)}
	switch {
	case q.Target != "":
		return " AND " + end("o"), text
	case q.Source != "" || q.Sources != nil:
		return " AND " + end("t"), text
	}
	return " AND (" + end("o") + " OR " + end("t") + ")", append(text, text...)
}

// Counts counts the links in sight by relation: those that lead to the target by their sources'
// class, too, else the source's own.
func (q Links) Counts() (string, []any) {
	switch {
	case q.Target != "":
		return `SELECT c.name, r.name, count(*) FROM objects t CROSS JOIN links l ON l.target = t.object CROSS JOIN objects o ON o.object = l.source
			CROSS JOIN relations r ON r.relation = l.relation CROSS JOIN classes c ON c.class = o.class
			WHERE t.tenant = ? AND t.id = ?` + inSight + " GROUP BY 1, 2", []any{q.Tenant, q.Target}
	case q.Many:
		return `SELECT c.name, r.name, n FROM (SELECT k.class, l.relation, count(*) AS n FROM objects k CROSS JOIN links l ON l.source = k.object
			WHERE k.tenant = ? AND k.id = ?` + keysInSight + ` GROUP BY l.source, l.relation) x
			CROSS JOIN relations r ON r.relation = x.relation CROSS JOIN classes c ON c.class = x.class ORDER BY 1, 2`, []any{q.Tenant, q.Source, q.Tenant}
	}
	return `SELECT c.name, r.name, count(*) FROM objects o CROSS JOIN links l ON l.source = o.object CROSS JOIN objects t ON t.object = l.target
		CROSS JOIN relations r ON r.relation = l.relation CROSS JOIN classes c ON c.class = o.class
		WHERE o.tenant = ? AND o.id = ?` + inSight + " GROUP BY 1, 2", []any{q.Tenant, q.Source}
}
