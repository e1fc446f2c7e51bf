package object

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
)

func members(ids ...string) (links []entra.Link) {
	for _, id := range ids {
		links = append(links, entra.Link{Relation: entra.Members, Target: id})
	}
	return links
}

// filled is a tenant in which Anna is in Team, Team in Unit, Unit in Whole, and Whole
// in Team again.
func filled(f *hosttest.Fixture) {
	f.Helper()
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Anna Berg","userPrincipalName":"anna@contoso.com","department":"Sales","accountEnabled":false,
		"createdDateTime":"2020-04-19T12:03:00Z","onPremisesSamAccountName":"aberg","proxyAddresses":["SMTP:anna@contoso.com","smtp:a@contoso.com"]}`),
		f.Object("u2", `{"displayName":"Ben Cole"}`))
	f.Scan("alpha", "groups", f.Object("g1", `{"displayName":"Team"}`, members("u1", "u2", "g3")...), f.Object("g2", `{"displayName":"Unit"}`, members("g1")...),
		f.Object("g3", `{"displayName":"Whole"}`, append(members("g2"), entra.Link{Relation: "owners", Target: "u1"})...))
}

func at(f *hosttest.Fixture, class, id string) host.Route {
	f.Helper()
	return host.ToObject(f.Tenant("alpha").Key, class, id)
}

func shown(f *hosttest.Fixture, r host.Route) *Page {
	f.Helper()
	return hosttest.Show(f, New(f.Host, f.Tenant("alpha"), r))
}

func facts(p *Page) map[string]string {
	all := map[string]string{}
	for _, f := range p.part.(*properties).grid.Rows() {
		all[f.title] = f.text
	}
	return all
}

func TestPropertiesAreGroupedAndNamedForPeople(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	p := shown(f, at(f, "users", "u1"))
	got := facts(p)
	for title, want := range map[string]string{"Name": "Anna Berg", "User principal name": "anna@contoso.com", "Account enabled": "No", "SAM account name": "aberg",
		"Proxy addresses": "SMTP:anna@contoso.com, smtp:a@contoso.com", "Object ID": "u1"} {
		if got[title] != want {
			t.Errorf("%s is %q, want %q", title, got[title], want)
		}
	}
	var headings []string
	for _, r := range p.part.(*properties).grid.Rows() {
		if r.heading {
			headings = append(headings, r.title)
		}
	}
	if want := []string{"Identity", "Contact", "Organization data", "On-premises", "In the copy", "Empty"}; !slices.Equal(headings, want) {
		t.Errorf("the groups are %q, want %q", headings, want)
	}
	if !hosttest.Says(f.Window.Content(), "disabled · u1") || !hosttest.Says(f.Window.Content(), "Anna Berg") {
		t.Errorf("the head says %q", hosttest.Texts(f.Window.Content()))
	}
}

func TestEmptyPropertiesAreFolded(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	p := shown(f, at(f, "users", "u1"))
	grid := p.part.(*properties).grid
	folded := len(grid.Rows())
	grid.Select(folded - 1)
	grid.TypedKey(hosttest.Enter)
	if _, there := facts(p)["City"]; !there || len(grid.Rows()) < folded+20 {
		t.Errorf("of %d lines %d are shown", folded, len(grid.Rows()))
	}
	grid.Select(folded - 1)
	if grid.TypedKey(hosttest.Enter); len(grid.Rows()) != folded {
		t.Error("they don't fold again")
	}
}

func TestValuesAreReadInFull(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	s := shown(f, at(f, "users", "u1")).part.(*properties)
	for i, r := range s.grid.Rows() {
		if r.name == "proxyAddresses" || r.name == "createdDateTime" {
			s.grid.Select(i)
			s.grid.TypedKey(hosttest.Enter)
			want := map[string]string{"proxyAddresses": "[\n  \"SMTP:anna@contoso.com\",\n  \"smtp:a@contoso.com\"\n]", "createdDateTime": "2020-04-19 "}[r.name]
			if !slices.ContainsFunc(hosttest.Texts(s.detail.Object()), func(text string) bool { return strings.HasPrefix(text, want) }) || !s.detail.Shown() {
				t.Errorf("%s in full is %q", r.name, hosttest.Texts(s.detail.Object()))
			}
		}
	}
	if s.page.Escape(); s.detail.Shown() {
		t.Error("Escape does not close it")
	}
}

// entries are the parts at the left, with their counts.
func entries(f *hosttest.Fixture) string {
	return strings.Join(hosttest.Texts(f.Window.Content()), "|")
}

func TestObjectTellsItsChanges(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	f.Round("alpha", "users", f.Object("u1", `{"department":"Finance"}`))
	f.Round("alpha", "groups", f.Object("g1", `{}`, entra.Link{Relation: entra.Members, Target: "u2", Removed: true}))
	p := shown(f, at(f, "users", "u1"))
	p.goTo(changesPart)
	c := p.part.(*changes)
	if rows := c.list.Grid.Rows(); len(rows) != 1 || c.list.Grid.Columns()[2].Text(rows[0]) != "Department of Anna Berg: Sales → Finance" {
		t.Errorf("Anna's changes are %v", rows)
	}
	c.list.Grid.Select(0)
	c.list.Grid.TypedKey(hosttest.Enter)
	for _, want := range []string{"Department", "Sales", "Finance"} {
		if !hosttest.Says(c.detail.Object(), want) {
			t.Errorf("in full: %q, without %q", hosttest.Texts(c.detail.Object()), want)
		}
	}
	p = shown(f, at(f, "groups", "g1"))
	p.goTo(changesPart)
	c = p.part.(*changes)
	if rows := c.list.Grid.Rows(); len(rows) != 1 || c.list.Grid.Columns()[2].Text(rows[0]) != "Ben Cole was removed from Team" {
		t.Errorf("the team's changes are %v", rows)
	}
	p = shown(f, at(f, "users", "u2"))
	p.goTo(changesPart)
	c = p.part.(*changes)
	if rows := c.list.Grid.Rows(); len(rows) != 1 || c.list.Grid.Columns()[2].Text(rows[0]) != "Ben Cole was removed from Team" {
		t.Errorf("Ben's changes are %v", rows)
	}
}

func TestObjectShowsThePast(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	then := f.Tick()
	f.Round("alpha", "users", f.Object("u1", `{"department":"Finance"}`))
	f.Round("alpha", "groups", f.Object("g1", `{}`, entra.Link{Relation: entra.Members, Target: "u2", Removed: true}))
	p := shown(f, at(f, "groups", "g1"))
	p.goTo("out:groups:members")
	n := func() int { return len(p.part.(*related).list.Grid.Rows()) }
	if n() != 2 {
		t.Errorf("now it has %d members, want 2", n())
	}
	p.travel(then)
	if n() != 3 || !p.moment.Past.Visible() || f.Stood.At == 0 {
		t.Errorf("then it had %d members, want 3", n())
	}
	p = shown(f, at(f, "users", "u1").AsOf(then))
	if got := facts(p)["Department"]; got != "Sales" {
		t.Errorf("then Anna was in %q", got)
	}
	p.travel(p.host.Now().AddDate(0, 0, -1))
	if s := p.part.(*properties).grid.State(); s == nil || s.Title != "Nothing is known of then" {
		t.Errorf("a day before the first sync it says %v", s)
	}
}

func TestWhatIsGoneTellsWhatItWas(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	f.Round("alpha", "users", entra.Object{ID: "u2", Removed: entra.Gone}, entra.Object{ID: "u1", Removed: entra.SoftDeleted})
	p := shown(f, at(f, "users", "u2"))
	if !hosttest.Says(f.Window.Content(), "Ben Cole") || !hosttest.Says(f.Window.Content(), "gone from Entra ID · u2") {
		t.Errorf("it says %q", hosttest.Texts(f.Window.Content()))
	}
	p.part.(*properties).grid.State().Do()
	if c, ok := p.part.(*changes); !ok || len(c.list.Grid.Rows()) != 1 {
		t.Error("it does not show its changes")
	}
	if shown(f, at(f, "users", "u1")); !strings.Contains(entries(f), "deleted, restorable") {
		t.Errorf("of a deleted one it says %q", entries(f))
	}
	if p := shown(f, at(f, "users", "nobody")); p.part.(*properties).grid.State() == nil {
		t.Error("of an unknown one it shows properties")
	}
}

func TestObjectIsCopiedAndItsJSONShown(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	p := shown(f, at(f, "users", "u2"))
	p.goTo(jsonPart)
	grid := p.part.(*rawText).grid
	grid.TypedShortcut(&fyne.ShortcutSelectAll{})
	board := test.NewClipboard()
	grid.TypedShortcut(&fyne.ShortcutCopy{Clipboard: board})
	if want := "{\n  \"id\": \"u2\",\n  \"displayName\": \"Ben Cole\"\n}"; board.Content() != want {
		t.Errorf("copied %q", board.Content())
	}
	test.Tap(p.copy)
	f.TypeKeys(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	if got := fyne.CurrentApp().Clipboard().Content(); got != "u2" {
		t.Errorf("the second entry copied %q, want the id", got)
	}
}

func TestAdminCenterIsThatOfTheCloud(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	p := shown(f, at(f, "users", "u1"))
	p.tenant.TenantID = "11111111-2222-3333-4444-555555555555"
	for cloud, want := range map[string]string{
		"public": "https://entra.microsoft.com/11111111-2222-3333-4444-555555555555/#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/u1",
		"usgov":  "https://entra.microsoft.us/11111111-2222-3333-4444-555555555555/#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/u1",
		"china":  "https://entra.microsoftonline.cn/11111111-2222-3333-4444-555555555555/#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/u1",
		"bleu":   "", "my-lab": ""} {
		p.tenant.Cloud = cloud
		if got, reason := p.adminCenter(); got != want || (want == "") != (reason != "") {
			t.Errorf("%s: %q %q, want %q", cloud, got, reason, want)
		}
	}
}

// Back finds the page as it was left.
func TestObjectStandsAsItWasLeft(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	p := shown(f, at(f, "groups", "g1"))
	p.goTo("out:groups:members")
	p.part.(*related).list.Search.SetText("b")
	f.Clock.Pass()
	p.part.(*related).list.Grid.Select(1)
	again := shown(f, f.Stood)
	list := again.part.(*related).list
	if r, ok := list.Grid.Selected(); !ok || list.Search.Text != "b" || r.end.ID == "" || list.Stand.Row != p.part.(*related).list.Stand.Row {
		t.Errorf("it stands at %+v", list.Stand)
	}
}

func TestObjectSpeaksGerman(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	f.InGerman()
	p := shown(f, at(f, "users", "u1"))
	f.ExpectGerman("the properties", f.Window.Content())
	p.goTo("in:groups:members")
	f.ExpectGerman("a relation", f.Window.Content())
	p.goTo(changesPart)
	f.ExpectGerman("the changes", f.Window.Content())
}

func TestLicencesAreNamed(t *testing.T) {
	f := hosttest.New(t)
	f.Scan("alpha", "subscribedSkus", f.Object("t_05e9", `{"skuId":"05e9","skuPartNumber":"SPE_E3"}`), f.Object("t_06eb", `{"skuId":"06eb","skuPartNumber":"SPE_E5"}`))
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Anna Berg","assignedLicenses":[{"disabledPlans":[],"skuId":"05e9"},{"disabledPlans":[],"skuId":"06eb"}],"licenseAssignmentStates":[{"skuId":"05e9","state":"Active"}]}`))
	got := facts(shown(f, at(f, "users", "u1")))
	if got["Assigned licences"] != "SPE_E3, SPE_E5" || !strings.Contains(got["Licence states"], "SPE_E3") {
		t.Errorf("the licences are %q, their states %q", got["Assigned licences"], got["Licence states"])
	}
}

// An object of a class that is switched off is shown with since when it stands still.
func TestSwitchedOffClassIsTold(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	f.Must(f.Store.SetTenant(t.Context(), f.Tenant("alpha").Key, store.TenantChange{Classes: []string{"users"}}))
	const told = "are switched off since"
	shown(f, at(f, "groups", "g1"))
	if got := strings.Join(hosttest.Texts(f.Window.Content()), "|"); !strings.Contains(got, "Groups "+told) || strings.Contains(got, "This is the past") {
		t.Errorf("a group's page: %s", got)
	}
	shown(f, at(f, "users", "u1"))
	if got := strings.Join(hosttest.Texts(f.Window.Content()), "|"); strings.Contains(got, told) {
		t.Errorf("a user's page: %s", got)
	}
}
