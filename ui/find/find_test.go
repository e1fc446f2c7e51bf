package find

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
)

const guid = "8ae57a71-0c3f-4a43-9a4d-0c9b2f1f2a10"

func opened(f *hosttest.Fixture) *Box {
	f.Helper()
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Anna Berg","userPrincipalName":"anna@alpha.com","department":"Bergbau"}`),
		f.Object("u2", `{"displayName":"Ben Bergmann","mail":"ben@alpha.com","manager":"Anna Berg"}`), f.Object("u3", `{"displayName":"Berg"}`))
	f.Scan("beta", "groups", f.Object("g1", `{"displayName":"All of Berg"}`))
	f.Scan("beta", "applications", f.Object("a1", `{"displayName":"Payroll","appId":"`+guid+`"}`))
	f.Round("alpha", "users", entra.Object{ID: "u3", Removed: entra.SoftDeleted})
	return Open(f.Host)
}

func (b *Box) names() (out []string) {
	for _, x := range b.grid.Rows() {
		out = append(out, x.name)
	}
	return out
}

// Organizations of one name, as a company's test tenant has it, are told by their domains.
func TestTenantsOfOneNameAreToldApart(t *testing.T) {
	f := hosttest.New(t)
	for _, name := range []string{"alpha", "beta"} {
		f.Must(f.Store.PinTenant(t.Context(), f.Tenant(name).Key, name, "Contoso"))
	}
	b := opened(f)
	b.field.SetText("berg")
	f.Clock.Pass()
	var got []string
	for _, x := range b.grid.Rows() {
		got = append(got, x.tenant)
	}
	alpha, beta := "Contoso ("+f.Tenant("alpha").Name+")", "Contoso ("+f.Tenant("beta").Name+")"
	if want := []string{alpha, alpha, alpha, beta}; !slices.Equal(got, want) {
		t.Errorf("they are of %q, want %q", got, want)
	}
}

func TestAllTenantsAreSearched(t *testing.T) {
	f := hosttest.New(t)
	b := opened(f)
	for _, c := range []struct {
		words string
		want  []string
	}{
		{"berg", []string{"Berg", "Anna Berg", "Ben Bergmann", "All of Berg"}},
		{"anna@alpha.com", []string{"Anna Berg"}},
		{"  ben@ALPHA.com ", []string{"Ben Bergmann"}},
		{guid, []string{"Payroll"}},
		{"u1", []string{"Anna Berg"}},
		{"bergbau", []string{"Anna Berg"}},
	} {
		b.field.SetText(c.words)
		f.Clock.Pass()
		if got := b.names(); !slices.Equal(got, c.want) {
			t.Errorf("%q finds %q, want %q", c.words, got, c.want)
		}
	}
	f.Scan("alpha", "appRoleAssignments", f.Object("r1", `{"principalDisplayName":"Anna Berg","resourceDisplayName":"Expense Portal"}`))
	b.field.SetText("expense")
	f.Clock.Pass()
	if rows := b.grid.Rows(); len(rows) != 1 || rows[0].name != "Anna Berg" || rows[0].known != "Expense Portal" {
		t.Errorf("an app role that is given is called %v", rows)
	}
	b.field.SetText("nobody")
	f.Clock.Pass()
	if s := b.grid.State(); s == nil || s.Title != "Nothing matches" {
		t.Errorf("it says %v", s)
	}
}

// What was deleted for good is found by its id, by its name and by what it was, as long as the record
// of changes tells of it: once, and not where it came back.
func TestWhatIsGoneIsFound(t *testing.T) {
	f := hosttest.New(t)
	b := opened(f)
	const id, back = "8ae57a71-0c3f-4a43-9a4d-0c9b2f1f2a11", "8ae57a71-0c3f-4a43-9a4d-0c9b2f1f2a12"
	was := f.Object(back, `{"displayName":"Carla Back","mail":"carla@alpha.com"}`)
	f.Round("alpha", "users", f.Object(id, `{"displayName":"Dora Gone","mail":"dora@alpha.com"}`), was)
	f.Round("alpha", "users", entra.Object{ID: id, Removed: entra.Gone}, entra.Object{ID: back, Removed: entra.Gone})
	f.Round("alpha", "users", was)
	for words, want := range map[string][]string{id: {"Dora Gone"}, "dora gone": {"Dora Gone"}, "DORA@": {"Dora Gone"}, back: {"Carla Back"}, "carla": {"Carla Back"}} {
		b.field.SetText(words)
		f.Clock.Pass()
		if got := b.names(); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", words, got, want)
		}
	}
	b.field.SetText(id)
	f.Clock.Pass()
	if x := b.grid.Rows()[0]; !x.deleted || x.known != "dora@alpha.com" || x.route != host.ToObject(f.Tenant("alpha").Key, "users", id) {
		t.Errorf("it is %+v", x)
	}
}

func TestWhatIsFoundIsOpenedByTheKeyboard(t *testing.T) {
	f := hosttest.New(t)
	b := opened(f)
	b.field.SetText(guid)
	f.Clock.Pass()
	f.TypeKeys(fyne.KeyDown, fyne.KeyReturn)
	if want := host.ToObject(f.Tenant("beta").Key, "applications", "a1"); f.At != want || f.Top() != nil {
		t.Errorf("it leads to %v, want %v", f.At, want)
	}
	b = Open(f.Host)
	b.field.SetText("anna@")
	f.Clock.Pass()
	if f.TypeKeys(fyne.KeyReturn); f.At != host.ToObject(f.Tenant("alpha").Key, "users", "u1") {
		t.Errorf("Enter in the field leads to %v", f.At)
	}
	Open(f.Host)
	if f.TypeKeys(fyne.KeyEscape); f.Top() != nil {
		t.Error("Escape does not close it")
	}
}

// In the window what is found is shown a moment later than it is found, when the
// search may be over by then.
func TestWhatIsFoundIsShownAfterTheSearchIsOver(t *testing.T) {
	f := hosttest.New(t)
	b := opened(f)
	var later []func()
	f.Post = func(do func()) { later = append(later, do) }
	b.field.SetText("payroll")
	f.Clock.Pass()
	for _, do := range later {
		do()
	}
	if got := b.names(); !slices.Equal(got, []string{"Payroll"}) {
		t.Errorf("it shows %q", got)
	}
}

// A search that was not done when another began shows nothing of what it finds.
func TestOlderSearchesShowNothing(t *testing.T) {
	f := hosttest.New(t)
	b := opened(f)
	run := f.Later()
	b.field.SetText("berg")
	f.Clock.Pass()
	b.field.SetText("payroll")
	f.Clock.Pass()
	run()
	if got := b.names(); !slices.Equal(got, []string{"Payroll"}) {
		t.Errorf("it shows %q", got)
	}
}

func TestSearchEverywhereSpeaksGerman(t *testing.T) {
	f := hosttest.New(t)
	f.InGerman()
	b := opened(f)
	f.ExpectGerman("the search", f.Top())
	b.field.SetText("nobody")
	f.Clock.Pass()
	f.ExpectGerman("what finds nothing", f.Top(), "nobody")
}

func TestEnterBeforeTheSearchOpensWhatIsTyped(t *testing.T) {
	f := hosttest.New(t)
	b := opened(f)
	b.field.SetText("ben@")
	f.Clock.Pass()
	answer := f.Later()
	b.field.SetText("anna@") // and at once Enter, while the hit before is in sight
	f.TypeKeys(fyne.KeyReturn)
	answer()
	if want := host.ToObject(f.Tenant("alpha").Key, "users", "u1"); f.At != want || f.Top() != nil {
		t.Errorf("it leads to %v, want %v", f.At, want)
	}
}
