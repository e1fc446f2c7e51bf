package tenant

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
)

func TestFailedRowOpens(t *testing.T) {
	f := hosttest.New(t)
	e := entra.Invalid("signing in failed", "the client secret is wrong", "paste the secret's value, not its id")
	e.Detail = "AADSTS7000215"
	f.AddRuns("alpha", 1, e)
	h := runs(shown(f, "alpha"))
	h.list.Grid.Select(0)
	h.list.Grid.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	for _, text := range []string{"Signing in failed", "The client secret is wrong", "Paste the secret's value, not its id", "AADSTS7000215"} {
		if !hosttest.Says(h.details.box, text) {
			t.Errorf("the row does not say %q", text)
		}
	}
	h.details.copy()
	if got := fyne.CurrentApp().Clipboard().Content(); !strings.Contains(got, "AADSTS7000215") {
		t.Errorf("copied %q", got)
	}
	f.Page.Escape()
	if h.details.box.Visible() {
		t.Error("Escape does not close it")
	}
}

// The details are as high as what they say, and leave the table its half.
func TestDetailsFitTheirText(t *testing.T) {
	f := hosttest.New(t)
	h := runs(shown(f, "alpha"))
	h.details.open(entra.ClassRun{Class: "users", Status: entra.Succeeded})
	low := h.details.box.Size().Height
	failed := entra.ClassRun{Class: "users", Status: entra.Failed, What: "it failed", Why: "why", Remedy: "do this", Detail: "trace"}
	h.details.open(failed)
	mid := h.details.box.Size().Height
	failed.Detail = "invalid_client: AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app 'bfa16ac4-4ef6-4d40-a723-6f8b719ff311'."
	for range 2 {
		h.details.open(failed)
		if scroll := h.details.facts.Size(); scroll.Height < h.details.facts.MinSize().Height || h.details.box.Size().Height != h.details.height(h.details.box.Size().Width) {
			t.Errorf("the details are %v high, want %v", h.details.box.Size().Height, h.details.height(h.details.box.Size().Width))
		}
	}
	whole := h.details.box.Size().Height
	h.details.facts.Objects = h.details.tell() // as when the credential is known
	h.details.fit()
	if got := h.details.box.Size().Height; got != whole {
		t.Errorf("told once more, the details are %v high, want %v", got, whole)
	}
	if !hosttest.Says(h.details.box, "Users – Failed") {
		t.Error("the heading is not the row's")
	}
	for range 300 {
		failed.Detail += " and on and on and on"
	}
	h.details.open(failed)
	high := h.details.box.Size().Height
	if !(low < mid && mid < high) {
		t.Errorf("heights: %v without trouble, %v with some, %v with much", low, mid, high)
	}
	if list := h.list.Grid.Size().Height; list < 4*28 {
		t.Errorf("the table has %v left", list)
	}
	if natural := h.details.height(h.details.box.Size().Width); high > natural {
		t.Errorf("the details take %v, more than the %v they need", high, natural)
	}
	h.details.close()
	if h.list.Grid.Size().Height <= 4*28+high {
		t.Error("the table did not get the room back")
	}
}

func TestHistoryTellsTheCredential(t *testing.T) {
	f := hosttest.New(t)
	key := f.Tenant("alpha").Key
	run, err := f.Store.BeginRun(t.Context(), key)
	f.Must(err)
	row, err := f.Store.BeginClass(t.Context(), run, key, "users")
	f.Must(err)
	_, err = f.Store.EndClass(t.Context(), row, store.ClassEnd{Status: entra.Succeeded})
	f.Must(err)
	f.Must(f.Store.EndRun(t.Context(), run, store.RunEnd{Status: entra.Succeeded,
		SignedIn: entra.SignedIn{Index: 2, Kind: entra.Certificate, Refused: []say.Sentence{say.With("credential %d (%s): %s", 1, entra.ClientSecret, say.Sentence("it has expired"))}}}))
	p := shown(f, "alpha")
	runs(p).details.open(entra.ClassRun{Run: run, Class: "users", Status: entra.Succeeded})
	want := "2 (Certificate) signed in\nCredential 1 (client-secret): it has expired"
	if !hosttest.Says(runs(p).details.box, want) {
		t.Errorf("the details do not say %q", want)
	}
}

// A run leads to the changes that it recorded, and to no others.
func TestARunLeadsToItsChanges(t *testing.T) {
	f := hosttest.New(t)
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Anna","jobTitle":"Analyst"}`))
	f.Round("alpha", "users", f.Object("u1", `{"displayName":"Anna","jobTitle":"Lead"}`))
	f.Tick()
	f.Round("alpha", "users", f.Object("u1", `{"displayName":"Anna","jobTitle":"Boss"}`))
	h := runs(shown(f, "alpha"))
	earlier := h.list.Grid.Rows()[1]
	h.details.open(earlier)
	for _, b := range hosttest.All[*kit.Button](h.details.box) {
		if b.Text == "Show its changes" {
			test.Tap(b)
		}
	}
	if f.At.Tab != host.ChangesTab || f.At.Class != "users" {
		t.Fatalf("it leads to %+v", f.At)
	}
	made := f.At
	p := hosttest.Show(f, New(f.Host, f.Tenant("alpha"), f.At))
	if !hosttest.Says(p.Content(), "Job title of Anna: Analyst → Lead") || hosttest.Says(p.Content(), "Job title of Anna: Lead → Boss") {
		t.Errorf("the changes of the run are not those that are shown: %q", hosttest.Texts(p.Content()))
	}
	f.At = host.Route{}
	for _, c := range h.columns() {
		if c.Key == "changed" {
			c.Link(earlier)()
		}
		if c.Key == "deleted" && c.Link(earlier) != nil {
			t.Error("a run that deleted nothing leads to what it deleted")
		}
	}
	if f.At != made {
		t.Errorf("the number of what changed leads to %+v", f.At)
	}
	h.details.open(entra.ClassRun{Class: "users", Status: entra.Succeeded})
	if hosttest.Says(h.details.box, "Show its changes") {
		t.Error("a run without changes offers to show them")
	}
}
