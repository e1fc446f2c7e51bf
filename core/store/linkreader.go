package store

import (
	"context"
	"database/sql"
	"iter"

	"github.com/entraidsync/entraidsync/core/entra"
)

// LinkQuery says which links of a tenant are wanted; what is empty matches all.
type LinkQuery struct {
	Relation string
	Class    string // of the source
	Source   string // its id
	Target   string // its id
	Names    bool   // the ends' names, too, which costs reading the objects
	Range
}

// Links gives links in sight: of objects that are live, to objects that are not
// deleted. They come in the order of their sources' ids, then by relation and the
// targets' ids.
func (s *Store) Links(ctx context.Context, tenant int64, q LinkQuery) iter.Seq2[entra.StoredLink, error] {
	text, args := q.text(tenant)
	return stream(ctx, s.read, scanLink, query{"reading the links", text, append(args, q.limit(), q.Offset)})
}

func (q LinkQuery) text(tenant int64) (string, []any) {
	names := "NULL, NULL"
	if q.Names {
		names = "o.properties ->> '$[0]', t.properties ->> '$[0]'"
	}
	// The ids come from their index, in its order: only of what has links is the object read.
	from, where, args := "objects k CROSS JOIN links l ON l.source = k.object", " WHERE k.tenant = ?", []any{tenant}
	if q.Target != "" { // links are found by their target, not the target among all links
		from = "objects n CROSS JOIN links l ON l.target = n.object JOIN objects k ON k.object = l.source"
		where, args = " WHERE n.tenant = ? AND n.id = ?", append(args, entra.CanonicalID(q.Target))
	}
	if q.Source != "" {
		where, args = where+" AND k.id = ?", append(args, entra.CanonicalID(q.Source))
	}
	if q.Relation != "" {
		where, args = where+" AND l.relation = (SELECT relation FROM relations WHERE name = ?)", append(args, q.Relation)
	}
	if q.Class != "" {
		where, args = where+" AND o.class = (SELECT class FROM classes WHERE name = ?)", append(args, q.Class)
	}
	return "SELECT r.name, oc.name, k.id, tc.name, t.id, l.since, " + names + " FROM " + from + ` JOIN objects o ON o.object = l.source
		JOIN objects t ON t.object = l.target JOIN relations r ON r.relation = l.relation
		JOIN classes oc ON oc.class = o.class JOIN classes tc ON tc.class = t.class` + where +
		" AND l.until IS NULL AND o.state = 1 AND t.state IN (0, 1, 3) ORDER BY k.id, r.name, t.id LIMIT ? OFFSET ?", args
}

func scanLink(row scanner) (entra.StoredLink, error) {
	var l entra.StoredLink
	var since sql.NullInt64
	var source, target sql.NullString
	err := row.Scan(&l.Relation, &l.Source.Class, &l.Source.ID, &l.Target.Class, &l.Target.ID, &since, &source, &target)
	l.Since, l.Source.Name, l.Target.Name = fromMillis(since), source.String, target.String
	return l, err
}
