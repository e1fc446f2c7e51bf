package reach

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/rows"
)

// Roles says of which roles the holders are wanted.
type Roles struct {
	Role       string    // the id of a role's definition, its template's or that of the directory role that it is; "": of all
	Privileged bool      // only of privileged built-in ones
	Holder     string    // only this object's
	At         time.Time // as it was then; zero: now
}

// grant is one row that gives a role to somebody, or lets him activate it.
type grant struct {
	class      string // that told it
	id, from   string // its own, and that of the eligible one that it was activated from
	role       entra.LinkEnd
	template   string
	principal  object
	kind       string // assignmentType: Assigned or Activated
	through    string // memberType: Direct, Group, Inherited
	scope, end string
}

// tells is how much a class tells of an assignment: what tells more hides the others.
var tells = map[string]int{"roleAssignmentSchedules": 2, "roleEligibilitySchedules": 2, "roleAssignments": 1, "directoryRoles": 0}

func (g grant) way() entra.RoleWay {
	switch {
	case g.class == "roleEligibilitySchedules":
		return entra.RoleEligible
	case g.kind == "Activated":
		return entra.RoleActivated
	}
	return entra.RoleAssigned
}

// granted reads the rows of a class that gives roles: assignments, eligibilities and
// schedules by their references, directory roles by their members.
const granted = `SELECT c.name, coalesce(d.id, ''), coalesce(d.properties ->> '$[0]', ''), 0, ` + objectColumns + `,
	coalesce(json_extract(o.properties, '$[' || (SELECT position FROM properties WHERE class = o.class AND name = 'assignmentType') || ']'), ''),
	coalesce(json_extract(o.properties, '$[' || (SELECT position FROM properties WHERE class = o.class AND name = 'memberType') || ']'), ''),
	coalesce(json_extract(o.properties, '$[' || (SELECT position FROM properties WHERE class = o.class AND name = 'directoryScopeId') || ']'), ''),
	coalesce(json_extract(o.properties, '$[' || (SELECT position FROM properties WHERE class = o.class AND name = 'endDateTime') || ']'), ''),
	coalesce(json_extract(o.properties, '$[' || (SELECT position FROM properties WHERE class = o.class AND name = 'roleDefinitionId') || ']'), ''), o.id,
	coalesce(json_extract(o.properties, '$[' || (SELECT position FROM properties WHERE class = o.class AND name = 'activatedUsing') || ']'), '')
	FROM objects o JOIN classes c ON c.class = o.class
	JOIN links p ON p.source = o.object AND p.relation = (SELECT relation FROM relations WHERE name = 'principal') AND p.until IS NULL
	JOIN objects t ON t.object = p.target JOIN classes tc ON tc.class = t.class
	LEFT JOIN links r ON r.source = o.object AND r.relation = (SELECT relation FROM relations WHERE name = 'roleDefinition') AND r.until IS NULL
	LEFT JOIN objects d ON d.object = r.target AND d.state = 1
	WHERE o.tenant = ?1 AND o.class = (SELECT class FROM classes WHERE name = ?2) AND o.state = 1 AND t.state IN (0, 1, 3)`

// inRoles reads the members of directory roles, which are known by their templates.
const inRoles = `SELECT 'directoryRoles', o.id, coalesce(o.properties ->> '$[0]', ''), 0, ` + objectColumns + `, '', '', '/', '',
	coalesce(json_extract(o.properties, '$[' || (SELECT position FROM properties WHERE class = o.class AND name = 'roleTemplateId') || ']'), ''), o.id, ''
	FROM objects o JOIN links l ON l.source = o.object AND l.relation = (SELECT relation FROM relations WHERE name = 'members') AND l.until IS NULL
	JOIN objects t ON t.object = l.target JOIN classes tc ON tc.class = t.class
	WHERE o.tenant = ?1 AND o.class = (SELECT class FROM classes WHERE name = ?2) AND o.state = 1 AND t.state IN (0, 1, 3)`

func scanGrant(row rows.Scanner) (g grant, err error) {
	err = row.Scan(&g.class, &g.role.ID, &g.role.Name, &g.principal.from, &g.principal.key, &g.principal.Class, &g.principal.ID, &g.principal.Name, &g.principal.Account,
		&g.kind, &g.through, &g.scope, &g.end, &g.template, &g.id, &g.from)
	g.role.Class = "roleDefinitions"
	if g.class == "directoryRoles" {
		g.role.Class = g.class
	}
	g.template, g.from = entra.CanonicalID(g.template), entra.CanonicalID(g.from)
	if g.role.ID == "" { // its definition is not held
		g.role.ID = g.template
	}
	if g.role.Name == "" {
		g.role.Name = entra.BuiltInRole(g.template)
	}
	return g, err
}

// Holders gives who has roles or may activate them, and how: role by role, those that
// have it directly first.
func (r *Reader) Holders(q Roles, yield func(entra.RoleHolder) bool) error {
	grants, eligible, err := r.grants(q)
	if err != nil {
		return err
	}
	seen := map[holding]bool{}
	for _, g := range grants {
		more, err := r.hold(g, q, func(h entra.RoleHolder) bool {
			if g.from != "" {
				h.From = entra.LinkEnd{Class: "roleEligibilitySchedules", ID: g.from, Name: eligible[g.from].Name}
			}
			any := holding{g.template, h.Holder.ID, h.Way == entra.RoleEligible, h.Scope, "any"}
			this := any
			if this.by = ""; len(h.Path) > 0 {
				this.by = h.Path[0].ID
			}
			if seen[this] || (seen[any] && indirect(g) == 2) {
				return true
			}
			seen[this], seen[any] = true, true
			return yield(h)
		})
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// holding is what is told once, by whoever tells most of it.
type holding struct {
	role, holder string
	eligible     bool
	scope        string
	by           string // the group that has the role; "": directly
}

// grants reads what gives the roles, what tells most first, and who is eligible by which
// id.
func (r *Reader) grants(q Roles) (out []grant, eligible map[string]entra.LinkEnd, err error) {
	eligible = map[string]entra.LinkEnd{}
	role, err := r.template(q.Role)
	if err != nil {
		return nil, nil, err
	}
	for _, class := range []string{"roleAssignmentSchedules", "roleEligibilitySchedules", "roleAssignments", "directoryRoles"} {
		text := granted
		if class == "directoryRoles" {
			text = inRoles
		}
		found, err := r.told(class, text)
		if err != nil {
			return nil, nil, err
		}
		for _, g := range found {
			if g.way() == entra.RoleEligible {
				eligible[g.id] = g.principal.LinkEnd
			}
			wanted := role == "" || g.template == role || g.role.ID == role
			if wanted && (!q.Privileged || entra.PrivilegedRole(g.template)) {
				out = append(out, g)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b grant) int {
		// Whoever has a role by a group comes with the group's row, which knows the path.
		return cmp.Or(cmp.Compare(a.role.Name, b.role.Name), cmp.Compare(a.template, b.template), cmp.Compare(indirect(a), indirect(b)), tells[b.class]-tells[a.class])
	})
	return out, eligible, nil
}

// template is what a directory role is known by to whoever gives it: its template's id,
// which is its definition's, too. Of what is no directory role it is the id itself.
func (r *Reader) template(role string) (template string, err error) {
	role = entra.CanonicalID(role)
	if template = role; role == "" {
		return "", nil
	}
	if r.past != nil {
		err = r.past.Objects("directoryRoles", role, func(o entra.StoredObject) bool {
			template = cmp.Or(entra.CanonicalID(o.Properties.Text("roleTemplateId")), role)
			return true
		})
		return template, err
	}
	scan := func(row rows.Scanner) (id string, err error) { return id, row.Scan(&id) }
	found, err := rows.All(r.ctx, r.tx, scan, rows.Ask("reading the roles failed", `SELECT coalesce(o.properties ->> ('$[' || (SELECT position FROM properties WHERE class = o.class AND name = 'roleTemplateId') || ']'), '')
		FROM objects o WHERE o.tenant = ? AND o.id = ? AND o.class = (SELECT class FROM classes WHERE name = 'directoryRoles')`, r.tenant, role))
	if err == nil && len(found) > 0 {
		template = cmp.Or(entra.CanonicalID(found[0]), role)
	}
	return template, err
}

// told are the grants that a class tells of: now by a question, of then by its objects.
func (r *Reader) told(class, text string) (out []grant, err error) {
	if r.past == nil {
		return rows.All(r.ctx, r.tx, scanGrant, rows.Ask("reading the roles failed", text, r.tenant, class))
	}
	var objects []entra.StoredObject // few beside people and groups
	if err := r.past.Objects(class, "", func(o entra.StoredObject) bool { objects = append(objects, o); return true }); err != nil {
		return nil, err
	}
	for _, o := range objects {
		var some []grant
		if class == "directoryRoles" {
			some, err = r.membersOf(o)
		} else {
			some, err = r.grantOf(o)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// grantOf reads an assignment, eligibility or schedule as it was.
func (r *Reader) grantOf(o entra.StoredObject) ([]grant, error) {
	text := o.Properties.Text
	g := grant{class: o.Class, id: o.ID, from: entra.CanonicalID(text("activatedUsing")), kind: text("assignmentType"), through: text("memberType"), scope: text("directoryScopeId"), end: text("endDateTime"),
		template: entra.CanonicalID(text("roleDefinitionId"))}
	principal, found, err := r.one(text("principalId"))
	if err != nil || !found {
		return nil, err
	}
	e, err := r.past.End(principal.key)
	if err != nil || e.Gone {
		return nil, err
	}
	g.principal = principal
	g.principal.LinkEnd = e.LinkEnd
	g.role = entra.LinkEnd{Class: "roleDefinitions", ID: g.template, Name: entra.BuiltInRole(g.template)}
	if role, found, err := r.one(g.template); err != nil {
		return nil, err
	} else if found {
		if e, err := r.past.End(role.key); err != nil {
			return nil, err
		} else if e.Live && e.Name != "" {
			g.role.Name = e.Name
		}
	}
	return []grant{g}, nil
}

// membersOf are the members that a directory role had.
func (r *Reader) membersOf(o entra.StoredObject) (out []grant, err error) {
	role, found, err := r.one(o.ID)
	if err != nil || !found {
		return nil, err
	}
	of := grant{class: o.Class, role: entra.LinkEnd{Class: o.Class, ID: o.ID, Name: o.Properties.Text("displayName")}, scope: "/", template: entra.CanonicalID(o.Properties.Text("roleTemplateId"))}
	members, err := rows.All(r.ctx, r.tx, scanObject, rows.Ask("reading the roles failed", pastDown, r.asked([]int64{role.key})...))
	for _, m := range members {
		in, err := r.then(&m, role.key, m.key)
		if err != nil {
			return nil, err
		}
		if g := of; in {
			g.principal = m
			out = append(out, g)
		}
	}
	return out, err
}

func indirect(g grant) int {
	switch {
	case g.through == "Group" || g.through == "Inherited":
		return 2
	case g.principal.Class == "groups":
		return 1
	}
	return 0
}

// hold gives whom a grant makes a holder: the principal, and who is in it. An activated
// assignment is told again as a plain one by the list of assignments.
func (r *Reader) hold(g grant, q Roles, yield func(entra.RoleHolder) bool) (more bool, err error) {
	h := entra.RoleHolder{Role: g.role, Holder: g.principal.LinkEnd, Way: g.way(), Scope: g.scope, ByLegacy: g.class == "directoryRoles"}
	h.End, _ = time.Parse(time.RFC3339, g.end) // none where it has none
	if h.Unit, err = r.unit(g.scope); err != nil {
		return false, err
	}
	var failed error
	give := func(h entra.RoleHolder) bool {
		if q.Holder != "" && h.Holder.ID != entra.CanonicalID(q.Holder) {
			return true
		}
		if h.Holder.Account, failed = r.account(h.Holder); failed != nil {
			return false
		}
		return yield(h)
	}
	if more = give(h); !more || g.principal.Class != "groups" {
		return more, failed
	}
	err = r.Members(g.principal.ID, func(m entra.Reached) bool {
		if m.Circle {
			return true
		}
		member := h
		member.Holder, member.Path = m.LinkEnd, append([]entra.LinkEnd{g.principal.LinkEnd}, m.Path...)
		more = give(member)
		return more
	})
	return more, cmp.Or(failed, err)
}

// account is what a holder signs in as: now it is known, of then it is asked for.
func (r *Reader) account(holder entra.LinkEnd) (account string, err error) {
	if r.past == nil || holder.Class != "users" {
		return holder.Account, nil
	}
	err = r.past.Objects(holder.Class, holder.ID, func(o entra.StoredObject) bool {
		account = o.Properties.Text("userPrincipalName")
		return true
	})
	return account, err
}

// unit is what a scope names: an administrative unit, or an app by its object's id.
func (r *Reader) unit(scope string) (entra.LinkEnd, error) {
	id := strings.TrimPrefix(strings.TrimPrefix(scope, "/administrativeUnits"), "/")
	if id == "" {
		return entra.LinkEnd{}, nil
	}
	unit, found, err := r.one(id)
	if err != nil || !found || r.past == nil {
		return unit.LinkEnd, err
	}
	e, err := r.past.End(unit.key)
	return e.LinkEnd, err
}
