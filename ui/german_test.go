package ui

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
)

// english are words that no German sentence has and few English ones lack.
var english = regexp.MustCompile(`(?i)\b(the|is|are|of|to|and|failed|with|its|for|or|that|this|no|not|try|give|add|check)\b`)

// texts are what an object shows, text by text.
func texts(o fyne.CanvasObject) (out []string) {
	for _, o := range test.LaidOutObjects(o) {
		if text := textOf(o); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// expectGerman fails for each English sentence that an object shows; technical
// texts stay English.
func (f *fixture) expectGerman(where string, o fyne.CanvasObject, technical ...string) {
	f.Helper()
	shown := texts(o)
	if len(shown) == 0 {
		f.Errorf("%s shows nothing", where)
	}
	for _, text := range shown {
		line := strings.TrimSpace(text) // a long text is shown line by line
		within := func(t string) bool { return strings.Contains(t, line) }
		if word := english.FindString(line); word != "" && !slices.ContainsFunc(technical, within) {
			f.Errorf("%s says %q in %q", where, word, text)
		}
	}
}

// simulated makes the tenant alpha a simulated one that the app may read users
// of, and gives its profile a secret.
func (f *fixture) simulated(secret string) entra.Tenant {
	f.Helper()
	app := graphsim.App{ClientID: "7d3a1c55-0c3f-4a43-9a4d-0c9b2f1f2a10", Secret: "right~secret", Roles: []string{"User.Read.All", "Organization.Read.All"}}
	sim, err := graphsim.Start(graphsim.Config{Tenants: []graphsim.TenantConfig{{Domain: "gamma.onmicrosoft.com", DisplayName: "Gamma", Seed: 1, Users: 5, Apps: []graphsim.App{app}}}})
	f.must(err)
	f.Cleanup(func() { sim.Close() })
	f.must(f.store.AddCloud(f.Context(), entra.Cloud{Name: "lab", Label: "Lab", Authority: sim.Authority(), Graph: sim.Graph(), CA: sim.CA()}))
	f.must(f.store.AddProfile(f.Context(), "gamma", ""))
	f.must(signin.AddCredential(f.Context(), f.store, f.desk.keeper, "gamma",
		signin.Material{Kind: entra.ClientSecret, ClientID: app.ClientID, Secret: vault.NewSecret([]byte(secret))}))
	tenant, err := f.desk.engine.AddTenant(f.Context(), entra.Tenant{Name: "gamma.onmicrosoft.com", Cloud: "lab", Profile: "gamma", Enabled: true})
	f.must(err)
	return tenant
}

// A wrong secret, as it comes from the sign-in through core and the history: on
// the overview, in the history, in the toast and in the dialog behind it.
func TestFailureIsToldInGerman(t *testing.T) {
	f := newFixture(t)
	t.Cleanup(func() { speak("en") })
	tenant := f.simulated("wrong~secret")
	_, failure := f.desk.engine.Sync(t.Context(), tenant.Key, syncer.SyncOptions{})
	if entra.CodeOf(failure) != entra.CodeSignIn {
		t.Fatalf("the sync ended with %v", failure)
	}
	f.must(f.speak("de"))
	detail := entra.AsError(failure).Detail

	card := f.overview().attention.cards[0]
	f.reload()
	f.expectGerman("the card", card.content)
	if card.why.Text != "Der geheime Clientschlüssel ist falsch (AADSTS7000215)" {
		t.Errorf("the card says %q", card.why.Text)
	}
	f.openTenant("gamma")
	h := f.screen.(*tenantPage).history
	for r, err := range f.store.History(t.Context(), tenant.Key, store.HistoryQuery{}) {
		f.must(err)
		h.details.open(r)
		f.expectGerman("the details", h.details.box, detail)
		break
	}
	if !says(h.details.box, "Die Anmeldung bei gamma.onmicrosoft.com ist fehlgeschlagen") {
		t.Errorf("the details say %q", texts(h.details.box))
	}
	f.desk.failed(failure)
	f.expectGerman("the toast", f.desk.toasts.Object())
	f.pressToast("Details")
	f.expectGerman("the dialog", f.desk.window.Canvas().Overlays().Top(), sentence(detail))
	if copied := f.copied("Kopieren"); !strings.Contains(copied, "the client secret is wrong") {
		t.Errorf("what helps others is copied as %q", copied)
	}
}

func TestDiagnosisIsToldInGerman(t *testing.T) {
	f := newFixture(t)
	t.Cleanup(func() { speak("en") })
	tenant := f.simulated("right~secret")
	f.must(f.speak("de"))
	f.desk.tellDiagnosis(tenant, f.desk.engine.Diagnose(t.Context(), tenant))
	f.expectGerman("the toast", f.desk.toasts.Object())
	f.pressToast("Details")
	f.expectGerman("the diagnosis", f.desk.window.Canvas().Overlays().Top())
}

func TestLockedVaultIsToldInGerman(t *testing.T) {
	f := newFixture(t)
	t.Cleanup(func() { speak("en") })
	f.must(f.speak("de"))
	why := "the vault is locked: the OS keychain gave no key (timeout): give the passphrase"
	if got, want := lockedBy(&entra.Error{Why: why}), "der Schlüsselbund hat keinen Schlüssel herausgegeben (timeout): die Passphrase angeben"; got != want {
		t.Errorf("the vault is said to be locked by %q", got)
	}
	f.lock()
	b := f.vaultBar
	b.refresh()
	b.passphrase.SetText("wrong")
	test.Tap(b.unlock)
	f.expectGerman("the bar", b.box)
	if b.wrong.Text != "Die Passphrase ist falsch." {
		t.Errorf("a wrong passphrase: it says %q", b.wrong.Text)
	}
}

func TestPagesAreGerman(t *testing.T) {
	f := newFixture(t)
	t.Cleanup(func() { speak("en") })
	f.must(f.speak("de"))
	f.history("alpha", 2, entra.Invalid("reading Users failed", "the disk is full", "try again"))
	alpha, err := f.store.Profile(t.Context(), "alpha")
	f.must(err)
	for _, page := range []node{overviewNode, tenantsNode, profilesNode, settingsNode, tenantNode(f.tenant("alpha").Key), profileNode(alpha.ID)} {
		f.open(page)
		f.reload()
		f.expectGerman(string(page), f.desk.window.Content())
	}
	f.openForm("alpha")
	f.expectGerman("the configuration", f.desk.window.Content())
}

func TestActivityIsToldInGerman(t *testing.T) {
	newFixture(t)
	t.Cleanup(func() { speak("en") })
	if err := speak("de"); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)
	for want, a := range map[string]syncer.Activity{
		"Graph bittet um eine Pause, weiter in 12 s": {Phase: syncer.Throttled, Why: "Graph asks to slow down", Until: now.Add(12 * time.Second)},
		"angehalten: der Datenträger ist voll":       {Phase: syncer.Paused, Trouble: &entra.Error{Why: "the disk is full"}},
	} {
		if got := activityText(a, now); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// An error without a reason leaves no gap where the reason stands else.
func TestSentences(t *testing.T) {
	for want, parts := range map[string][]string{
		"It failed. Try again.": {"it failed", "try again"},
		"Try again.":            {"", "try again"},
		"It failed.":            {"it failed.", ""},
		"":                      {"", ""},
	} {
		if got := sentences(parts...); got != want {
			t.Errorf("%q: %q, want %q", parts, got, want)
		}
	}
}
