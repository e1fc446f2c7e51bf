package object

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/lists"
)

func TestRelationsAreListedInBothDirections(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	p := shown(f, at(f, "groups", "g1"))
	for _, want := range []string{"Members|3", "Member of|1", "Owners|0"} {
		if !strings.Contains(entries(f), want) {
			t.Errorf("the parts are %q, without %q", entries(f), want)
		}
	}
	p.goTo("out:groups:members")
	list := p.part.(*related).list
	var got []string
	for _, o := range list.Grid.Rows() {
		got = append(got, o.end.Class+" "+o.end.Name)
	}
	slices.Sort(got)
	if want := []string{"groups Whole", "users Anna Berg", "users Ben Cole"}; !slices.Equal(got, want) {
		t.Errorf("the members are %q, want %q", got, want)
	}
	list.Search.SetText("anna")
	f.Clock.Pass()
	if len(list.Grid.Rows()) != 1 {
		t.Errorf("the search finds %v", list.Grid.Rows())
	}
	list.Grid.Select(0)
	if list.Grid.TypedKey(hosttest.Enter); f.At != at(f, "users", "u1") {
		t.Errorf("Anna leads to %v", f.At)
	}
	path := filepath.Join(t.TempDir(), "a.csv")
	list.ExportTo(path)
	if content, _ := os.ReadFile(path); strings.Count(string(content), "\r\n") != 2 || !strings.Contains(string(content), "members,groups,g1,Team,users,u1,Anna Berg") {
		t.Errorf("the export holds %q", content)
	}
}

// Groups may nest in a circle: each object is named once, with the shortest way.
func TestNestedMembershipHasItsPath(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	paths := func(r host.Route, part string) map[string]string {
		p := shown(f, r)
		p.goTo(part)
		test.Tap(p.part.(*related).nested)
		got := map[string]string{}
		for _, o := range p.part.(*related).list.Grid.Rows() {
			got[o.end.Name] = via(o)
		}
		return got
	}
	up := paths(at(f, "users", "u2"), "in:groups:members")
	if len(up) != 3 || up["Team"] != "direct" || up["Unit"] != "Team" || up["Whole"] != "Team → Unit" {
		t.Errorf("Ben is in %v", up)
	}
	down := paths(at(f, "groups", "g3"), "out:groups:members")
	if len(down) != 5 || down["Unit"] != "direct" || down["Team"] != "Unit" || down["Anna Berg"] != "Unit → Team" || down["Whole"] != "Unit → Team" {
		t.Errorf("Whole has %v", down)
	}
}

// What apps are given to a person stands in a file with the role by its name.
func TestExportOfAppsNamesTheirRoles(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	f.Scan("alpha", "servicePrincipals", f.Object("s1", `{"displayName":"Payroll","appRoles":[{"id":"0a0a0a0a-0000-4000-8000-000000000001","displayName":"Reader"}]}`))
	f.Scan("alpha", "appRoleAssignments", f.Object("a1", `{"appRoleId":"0a0a0a0a-0000-4000-8000-000000000001","principalId":"u1","resourceId":"s1"}`))
	then := f.Tick()
	f.Tick()
	for name, r := range map[string]host.Route{"now": at(f, "users", "u1"), "then": at(f, "users", "u1").AsOf(then)} {
		p := shown(f, r)
		p.goTo("in:appRoleAssignments:principal")
		path := filepath.Join(t.TempDir(), "a.csv")
		p.part.(*related).list.ExportTo(path)
		if content, err := os.ReadFile(path); err != nil || !strings.Contains(string(content), "principal,appRoleAssignments,a1,Reader,users,u1,Anna Berg,") || !strings.Contains(string(content), ",Payroll,") {
			t.Errorf("%s the export holds %q, %v", name, content, err)
		}
	}
}

// TestWhoReachesARole: of a role who has it or may activate it, and how; of somebody, which
// roles these are.
func TestWhoReachesARole(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	f.Scan("alpha", "roleDefinitions", f.Object("r1", `{"displayName":"User Administrator"}`))
	f.Scan("alpha", "roleAssignments", f.Object("a1", `{"principalId":"g2","roleDefinitionId":"r1","directoryScopeId":"/"}`))
	f.Scan("alpha", "administrativeUnits", f.Object("m1", `{"displayName":"Madrid"}`))
	f.Scan("alpha", "roleEligibilitySchedules", f.Object("e1", `{"principalId":"u2","roleDefinitionId":"r1","directoryScopeId":"/administrativeUnits/m1"}`))
	f.Scan("alpha", "directoryRoles", f.Object("d1", `{"displayName":"User Administrator","roleTemplateId":"r1"}`))
	says := func(p *Page) (lines []string) {
		p.goTo(holdersPart)
		grid := p.part.(*holders).list.Grid
		for _, r := range grid.Rows() {
			var line []string
			for _, c := range grid.Columns() {
				line = append(line, c.Text(r))
			}
			lines = append(lines, strings.Trim(strings.Join(line, " | "), " |"))
		}
		slices.Sort(lines)
		return lines
	}
	reached := []string{"Anna Berg | Users | anna@contoso.com | assigned | Unit → Team | Whole directory", "Ben Cole | Users |  | assigned | Unit → Team | Whole directory",
		"Ben Cole | Users |  | eligible | direct | Madrid", "Team | Groups |  | assigned | Unit | Whole directory",
		"Unit | Groups |  | assigned | direct | Whole directory", "Whole | Groups |  | assigned | Unit → Team | Whole directory"}
	for _, role := range []host.Route{at(f, "roleDefinitions", "r1"), at(f, "directoryRoles", "d1")} {
		if got := says(shown(f, role)); !slices.Equal(got, reached) {
			t.Errorf("%v says\n%s", role, strings.Join(got, "\n"))
		}
	}
	p := shown(f, at(f, "users", "u2"))
	if p.holdersTitle() != "" {
		t.Error("roles are offered of a tenant that syncs none")
	}
	p.tenant.Classes = append(p.tenant.Classes, "roleAssignments")
	want := []string{"User Administrator | assigned | Unit → Team | Whole directory", "User Administrator | eligible | direct | Madrid"}
	if got := says(p); !slices.Equal(got, want) {
		t.Errorf("Ben's page says %q", got)
	}
	p.travel(f.Tick().AddDate(-10, 0, 0))
	if p.goTo(holdersPart); !strings.Contains(strings.Join(hosttest.Texts(f.Window.Content()), " "), "Users, Groups, Role Assignments were first read whole on") {
		t.Errorf("of the roles then it doubts nothing: %q", hosttest.Texts(f.Window.Content()))
	}
	p.travel(time.Time{})
	h := p.part.(*holders)
	var out strings.Builder
	f.Must(h.exportCSV(t.Context(), &out, lists.Wanted{Stand: host.Stand{Search: "eligible"}}))
	if got := strings.Split(strings.TrimSpace(out.String()), "\r\n"); len(got) != 2 || !strings.HasPrefix(got[1], "users,u2,Ben Cole,,User Administrator,r1,eligible,,,/administrativeUnits/m1,Madrid,") {
		t.Errorf("the export says %q", got)
	}
	h.list.Grid.Select(0)
	h.list.Grid.TypedKey(hosttest.Enter)
	if f.At != at(f, "roleDefinitions", "r1") {
		t.Errorf("a role leads to %v", f.At)
	}
}

func TestRolesTellTheirScopeAndTheWayToThem(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	f.Scan("alpha", "roleDefinitions", f.Object("r1", `{"displayName":"User Administrator"}`))
	f.Scan("alpha", "roleAssignments", f.Object("a1", `{"principalId":"g2","roleDefinitionId":"r1","directoryScopeId":"/"}`))
	p := shown(f, at(f, "users", "u1"))
	p.goTo("in:roleAssignments:principal")
	if n := len(p.part.(*related).list.Grid.Rows()); n != 0 {
		t.Errorf("Anna has %d roles of her own", n)
	}
	test.Tap(p.part.(*related).nested)
	grid := p.part.(*related).list.Grid
	if len(grid.Rows()) != 1 {
		t.Fatalf("the roles are %v", grid.Rows())
	}
	cells := map[string]string{}
	for _, c := range grid.Columns() {
		cells[c.Key] = c.Text(grid.Rows()[0])
	}
	if cells["roleDefinitionId"] != "User Administrator" || cells["directoryScopeId"] != "Whole directory" || cells["via"] != "Team → Unit" {
		t.Errorf("the role says %v", cells)
	}
	f.Scan("alpha", "roleEligibilitySchedules", f.Object("e1", `{"principalId":"g2","roleDefinitionId":"r1","directoryScopeId":"/"}`))
	f.Scan("alpha", "roleAssignmentSchedules", f.Object("s1", `{"principalId":"u1","roleDefinitionId":"r1","directoryScopeId":"/","assignmentType":"Activated","activatedUsing":"e1"}`))
	p = shown(f, at(f, "roleDefinitions", "r1"))
	p.goTo("in:roleAssignmentSchedules:roleDefinition")
	grid = p.part.(*related).list.Grid
	if len(grid.Rows()) != 1 {
		t.Fatalf("active in the role are %v", grid.Rows())
	}
	for _, c := range grid.Columns() {
		cells[c.Key] = c.Text(grid.Rows()[0])
	}
	if cells["principalId"] != "Anna Berg" || cells["activatedUsing"] != "Unit" {
		t.Errorf("who is active in the role says %v", cells)
	}
	p = shown(f, at(f, "roleAssignmentSchedules", "s1"))
	if got := facts(p); got["Activated from"] != "Unit" || got["Principal"] != "Anna Berg" {
		t.Errorf("the activated role says %v", got)
	}
	p = shown(f, at(f, "roleAssignments", "a1"))
	if got := facts(p); got["Principal"] != "Unit" || got["Role"] != "User Administrator" || p.found.name != "User Administrator for Unit" {
		t.Errorf("%q says %v", p.found.name, got)
	}
	for i, r := range p.part.(*properties).grid.Rows() {
		if r.name == "principalId" {
			p.part.(*properties).grid.Select(i)
			p.part.(*properties).grid.TypedKey(hosttest.Enter)
		}
	}
	if f.At != at(f, "groups", "g2") {
		t.Errorf("its principal leads to %v", f.At)
	}
}
