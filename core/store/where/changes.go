package where

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
)

// Called is what an object is called, or was last where it is gone for good; empty: it has no name.
func Called(object string) string {
	names, _ := json.Marshal(entra.NamedBy)
	return strings.ReplaceAll(`coalesce(
		(SELECT iif(json_valid(o.properties), nullif(o.properties ->> ('$[' || p.position || ']'), ''), NULL) AS called FROM json_each('`+string(names)+`') n
			JOIN properties p ON p.class = o.class AND p.name = n.value WHERE called IS NOT NULL ORDER BY n.key LIMIT 1),
		(SELECT display_name FROM changes d WHERE d.object = o.object AND d.target IS NULL AND d.display_name <> '' AND o.state = 4 ORDER BY d.time DESC LIMIT 1), '')`, "o.", object+".")
}

// NamedInChange asks whether a change (x, of the object o) shows a name that a text stands in and that is none of its
// values: its own, where it tells none, and in the place of ids what it leads to, the role of an app, and licences. Which
// roles and licences are called so is found out once, not for each change.
func NamedInChange(tenant int64, text string) Clause {
	pattern := like(text)
	referring := classList(func(c entra.Class) bool { return len(c.References) > 0 })
	giving := classList(func(c entra.Class) bool { return c.Gives != "" })
	licensed := classList(func(c entra.Class) bool { return slices.ContainsFunc(c.Select, entra.HoldsLicences) })
	return Clause{SQL: `(x.display_name = '' AND ` + Called("o") + ` LIKE ? ESCAPE '\'
		OR x.class IN ` + referring + ` AND EXISTS (SELECT 1 FROM links l CROSS JOIN objects n ON n.object = l.target WHERE l.source = x.object AND ` + Called("n") + ` LIKE ? ESCAPE '\')
		OR x.class IN ` + giving + ` AND EXISTS (SELECT 1 FROM (SELECT x.before AS side UNION ALL SELECT x.after) g
			WHERE g.side ->> '$.appRoleId' = '` + entra.DefaultAccess + `' AND 'Default Access' LIKE ? ESCAPE '\' OR (lower(g.side ->> '$.resourceId'), lower(g.side ->> '$.appRoleId')) IN (
				SELECT s.id, lower(j.value ->> 'id') FROM objects s JOIN properties p ON p.class = s.class AND p.name = 'appRoles' JOIN json_each(s.properties, '$[' || p.position || ']') j
				WHERE s.tenant = ? AND s.class = (SELECT class FROM classes WHERE name = 'servicePrincipals') AND s.state IN (1, 2) AND ` + roleName + ` LIKE ? ESCAPE '\'))
		OR x.class IN ` + licensed + ` AND EXISTS (WITH n AS MATERIALIZED (SELECT id FROM (` + licences + ` UNION ALL ` + ended + `) WHERE name LIKE ? ESCAPE '\')
			SELECT 1 FROM n WHERE x.before LIKE '%' || n.id || '%' OR x.after LIKE '%' || n.id || '%'))`,
		Args: []any{pattern, pattern, pattern, tenant, pattern, tenant, tenant, pattern}}
}

// ended are the licences that a tenant has no longer, as they were called last.
const ended = `SELECT lower(d.before ->> '$.skuId'), d.before ->> '$.skuPartNumber' FROM objects o JOIN changes d ON d.object = o.object AND d.target IS NULL AND d.kind = 'deleted'
	WHERE o.tenant = ? AND o.class = (SELECT class FROM classes WHERE name = '` + entra.Licences + `') AND o.state = 4`

// classList are the keys of the classes that fit, as IN takes them.
func classList(fits func(entra.Class) bool) string {
	var names []string
	for _, c := range entra.Classes() {
		if fits(c) {
			names = append(names, "'"+c.Name+"'")
		}
	}
	return "(SELECT class FROM classes WHERE name IN (" + strings.Join(names, ", ") + "))"
}
