package overview

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/labels"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

func TestFailingTenantsHaveTheReasonAndTheWayOut(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 1, nil)
	p := shown(f)
	if p.attention.box.Visible() {
		t.Error("nothing fails, yet something needs attention")
	}
	f.AddRuns("beta", 1, entra.Invalid("signing in failed", "the client secret is wrong", "paste the secret's value"))
	f.Changed()
	card := p.attention.cards[0]
	if !p.attention.box.Visible() || !card.content.Visible() || p.attention.cards[1].content.Visible() {
		t.Fatal("one tenant fails; its card alone should be there")
	}
	if card.name.Text != "beta.onmicrosoft.com" || card.why.Text != "Users: the client secret is wrong" || card.remedy.Text != "Paste the secret's value" {
		t.Errorf("the card says %q, %q, %q", card.name.Text, card.why.Text, card.remedy.Text)
	}
	if got := p.figures[attentionFigure].number.String(); got != "1" {
		t.Errorf("%s need attention, want 1", got)
	}
	test.Tap(card.open)
	if want := host.ToTenant(f.Tenant("beta").Key); f.At != want {
		t.Errorf("the card leads to %s, want %s", f.At, want)
	}
}

func TestMoreFailingTenantsThanCards(t *testing.T) {
	f := hosttest.New(t)
	p := shown(f)
	var rows []row
	for i := range mostAttention + 3 {
		rows = append(rows, row{tenant: entra.Tenant{Name: fmt.Sprint("t", i)}, causes: []labels.Cause{{Trouble: &entra.Error{What: "it failed"}}}})
	}
	p.attention.show(rows)
	if !p.attention.rest.Visible() || p.attention.rest.Text != "3 more below" {
		t.Errorf("under the cards stands %q", p.attention.rest.Text)
	}
}

// What the table says in place of rows is in sight whole.
func TestTroubleHasRoom(t *testing.T) {
	f := hosttest.New(t)
	p := shown(f)
	f.Window.Resize(fyne.NewSize(1280, 800))
	p.show(data{}, entra.Invalid("reading the history failed", "the disk can't be read", "try again"))
	if p.board.Objects[2].Visible() || p.grid.Size().Height < 400 {
		t.Errorf("the table is %v high, and the chart in sight: %v", p.grid.Size().Height, p.board.Objects[2].Visible())
	}
	p.show(data{rows: []row{{tenant: f.Tenant("alpha")}}}, nil)
	if !p.board.Objects[2].Visible() {
		t.Error("the chart does not come back")
	}
}

func TestOverviewPutsFailingTenantsFirst(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 1, nil)
	f.AddRuns("beta", 1, entra.Invalid("signing in failed", "the client secret is wrong", "give the right one"))
	s, err := readData(t.Context(), f.Host, data{})
	f.Must(err)
	if names := []string{s.rows[0].tenant.Profile, s.rows[1].tenant.Profile}; !slices.Equal(names, []string{"beta", "alpha"}) {
		t.Errorf("order: %v", names)
	}
	if want := "Users: the client secret is wrong"; s.rows[0].text != want {
		t.Errorf("beta says %q, want %q", s.rows[0].text, want)
	}
}

// What the loss guard holds is said on the overview, with the way to look at it.
func TestHeldDeletionsNeedAttention(t *testing.T) {
	f := hosttest.New(t)
	f.Hold("alpha", 3)
	p := shown(f)
	card := p.attention.cards[0]
	if !card.content.Visible() || card.name.Text != "alpha.onmicrosoft.com" || !strings.Contains(card.why.Text, "3 deletions held") || card.help.Text != "Review deletions" {
		t.Fatalf("the card says %q, %q and offers %q", card.name.Text, card.why.Text, card.help.Text)
	}
	test.Tap(card.help)
	if f.Top() == nil || !hosttest.Says(f.Top(), "3 deletions held · alpha.onmicrosoft.com") {
		t.Error("nothing lists what is held")
	}
}

// A sync that removed unusually much went well, and is told nevertheless.
func TestManyDeletionsNeedAttention(t *testing.T) {
	f := hosttest.New(t)
	f.Lose("beta")
	p := shown(f)
	card := p.attention.cards[0]
	if want := "Groups: 1369 of 1400 links of Groups were removed in one sync, as Graph says of each of them"; !card.content.Visible() || card.why.Text != want {
		t.Errorf("the card says %q, want %q", card.why.Text, want)
	}
	if got := p.figures[attentionFigure].number.String(); got != "1" {
		t.Errorf("%s need attention, want 1", got)
	}
}

// Each class is told with its own reason and remedy, whichever was synced last.
func TestEachClassIsToldItsOwnCause(t *testing.T) {
	f := hosttest.New(t)
	alpha := f.Tenant("alpha")
	classes := []string{"users", "administrativeUnits", "riskyUsers"}
	f.Must(f.Store.SetTenant(t.Context(), alpha.Key, store.TenantChange{Classes: classes}))
	units := &entra.Error{Code: entra.CodeNotOffered, What: "reading administrative units failed", Why: "this cloud has no such class", Remedy: "take the class out"}
	risky := &entra.Error{Code: entra.CodePermission, What: "reading risky users failed", Why: "a permission is missing", Remedy: "grant it"}
	end(f, "alpha", entra.Warning, map[string]*entra.Error{"administrativeUnits": units, "riskyUsers": risky})
	p := shown(f)
	card := p.attention.cards[0]
	want := []string{"Administrative Units: this cloud has no such class. Take the class out", "Risky Users: a permission is missing. Grant it"}
	said := func() []string { return []string{card.why.Text, card.others[0].Text} }
	if !slices.Equal(said(), want) || card.others[1].Visible() || card.remedy.Visible() {
		t.Errorf("the card says %q, want %q", said(), want)
	}
	if g := p.shown.rows[0]; g.text != "Administrative Units: this cloud has no such class · Risky Users: a permission is missing" {
		t.Errorf("the table says %q", g.text)
	}
	end(f, "alpha", entra.Warning, map[string]*entra.Error{"riskyUsers": risky}) // the other one is asked daily
	if f.Changed(); !slices.Equal(said(), want) {
		t.Errorf("after another sync the card says %q", said())
	}
	if card.bar.FillColor != theme.Color(theme.ColorNameWarning) || p.figures[attentionFigure].sign.Resource != apptheme.Signs().Warning {
		t.Error("warnings alone are red")
	}
	f.Must(f.Store.SetTenant(t.Context(), alpha.Key, store.TenantChange{Classes: []string{"users", "riskyUsers"}}))
	if f.Changed(); card.why.Text != "Risky Users: a permission is missing" || card.remedy.Text != "Grant it" || card.others[0].Visible() {
		t.Errorf("without the class the card says %q, %q", card.why.Text, card.remedy.Text)
	}
}

// Where nothing of a tenant could be read it has failed, and all that says so is red: its sign,
// its card and the figure. How many there are of a class that can't be read nobody knows.
func TestNothingReadableIsAFailure(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 1, nil)
	f.Must(f.Store.SetTenant(t.Context(), f.Tenant("alpha").Key, store.TenantChange{Classes: []string{"users", "devices"}}))
	lacks := map[string]*entra.Error{"devices": {Code: entra.CodePermission, What: "reading devices failed", Why: "a permission is missing"}}
	end(f, "alpha", entra.Warning, lacks)
	p := shown(f)
	if n, known := p.shown.rows[0].classes["devices"]; known {
		t.Errorf("%d devices are told of a class that was never read", n)
	}
	lacks["users"] = lacks["devices"]
	run, err := f.Store.BeginRun(t.Context(), f.Tenant("alpha").Key)
	f.Must(err)
	for _, class := range []string{"users", "devices"} {
		row, err := f.Store.BeginClass(t.Context(), run, f.Tenant("alpha").Key, class)
		f.Must(err)
		_, err = f.Store.EndClass(t.Context(), row, store.ClassEnd{Status: entra.Warning, Err: lacks[class]})
		f.Must(err)
	}
	f.Must(f.Store.EndRun(t.Context(), run, store.RunEnd{Status: entra.Failed}))
	f.Changed()
	if card := p.attention.cards[0]; card.bar.FillColor != theme.Color(theme.ColorNameError) || p.figures[attentionFigure].sign.Resource != apptheme.Signs().Bad ||
		p.shown.rows[0].icon != apptheme.Signs().Bad {
		t.Error("red and amber of one tenant")
	}
}

// What failed stands above what only warns.
func TestFailuresStandBeforeWarnings(t *testing.T) {
	f := hosttest.New(t)
	end(f, "alpha", entra.Warning, map[string]*entra.Error{"users": {What: "left out", Why: "a permission is missing"}})
	end(f, "beta", entra.Failed, map[string]*entra.Error{"users": {What: "signing in failed", Why: "the client secret is wrong"}})
	p := shown(f)
	first, second := p.attention.cards[0], p.attention.cards[1]
	if first.name.Text != "beta.onmicrosoft.com" || second.name.Text != "alpha.onmicrosoft.com" {
		t.Errorf("the cards are of %s, then %s", first.name.Text, second.name.Text)
	}
	if first.bar.FillColor != theme.Color(theme.ColorNameError) || second.bar.FillColor != theme.Color(theme.ColorNameWarning) {
		t.Error("the colours do not tell a failure from a warning")
	}
	if p.figures[attentionFigure].sign.Resource != apptheme.Signs().Bad {
		t.Error("the figure does not say that a tenant fails")
	}
}
