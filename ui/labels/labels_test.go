package labels

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
	"github.com/entraidsync/entraidsync/ui/translations"
)

func TestExpiryIsSaidInWordsAndSigns(t *testing.T) {
	test.NewTempApp(t)
	now := time.Date(2026, 3, 12, 12, 0, 0, 0, time.Local)
	for _, c := range []struct {
		left time.Duration
		text string
		sign fyne.Resource
	}{
		{31 * day, "12 Apr 2026", nil},
		{30 * day, "in 30 days", apptheme.Signs().Warning},
		{12*day + time.Hour, "in 12 days", apptheme.Signs().Warning},
		{7*day + time.Hour, "in 7 days", apptheme.Signs().Warning},
		{7 * day, "in 7 days", apptheme.Signs().Bad},
		{2 * day, "in 2 days", apptheme.Signs().Bad},
		{47*time.Hour + 50*time.Minute, "in 2 d", apptheme.Signs().Bad},
		{5 * time.Hour, "in 5 h", apptheme.Signs().Bad},
		{-time.Hour, "expired on 12 Mar 2026", apptheme.Signs().Bad},
	} {
		credential := entra.Credential{Kind: entra.ClientSecret, Expires: now.Add(c.left)}
		if text, sign := Expiry(credential, now), ExpirySign(credential, now); text != c.text || sign != c.sign {
			t.Errorf("%v: says %q with sign %v, want %q", c.left, text, sign, c.text)
		}
	}
	if got := Expiry(entra.Credential{Kind: entra.AzureCLI}, now); got != "" {
		t.Errorf("a credential without an end: %q", got)
	}
}

func TestSoonestCredential(t *testing.T) {
	ends := time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)
	p := entra.Profile{Credentials: []entra.Credential{{ID: "none"}, {ID: "late", Expires: ends.Add(day)}, {ID: "first", Expires: ends}}}
	if got := Soonest(p); got.ID != "first" {
		t.Errorf("the soonest is %q", got.ID)
	}
	p.Credentials = append(p.Credentials, entra.Credential{ID: "lost", Lost: true})
	if got := Soonest(p); got.ID != "lost" {
		t.Errorf("a lost secret counts less than %q", got.ID)
	}
}

func TestActivityText(t *testing.T) {
	now := time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)
	for want, a := range map[string]syncer.Activity{
		"":                                    {},
		"next sync in 3 min":                  {Phase: syncer.Waiting, Next: now.Add(3 * time.Minute)},
		"next sync now":                       {Phase: syncer.Waiting, Next: now.Add(-time.Second)},
		"waiting for other tenants' syncs":    {Phase: syncer.Queued},
		"signing in":                          {Phase: syncer.SigningIn},
		"throttled by Graph, goes on in 12 s": {Phase: syncer.Throttled, Until: now.Add(12 * time.Second)},
		"syncing users: 12,400 of 50,000 · groups": {Phase: syncer.Syncing, Classes: []syncer.ClassActivity{
			{Class: "users", Objects: 12400, Of: 50000, PerSecond: 3100, Full: true}, {Class: "groups", Full: true}}},
		"syncing users: 12,400 · groups, nothing new for 40 s": {Phase: syncer.Syncing, Heard: now.Add(-40 * time.Second), Classes: []syncer.ClassActivity{
			{Class: "groups"}, {Class: "users", Objects: 12400, PerSecond: 3100}}},
		"syncing users: 12,400 at 3,100/s": {Phase: syncer.Syncing, Classes: []syncer.ClassActivity{
			{Class: "groups", Objects: 5, Done: true}, {Class: "users", Objects: 12400, PerSecond: 3100}}},
		"syncing users: 12,400 of 50,000 · devices: 9,000 of 10,000 · groups: links of 50 of 2,000 and 2 more classes": {Phase: syncer.Syncing, Classes: []syncer.ClassActivity{
			{Class: "domains", Full: true}, {Class: "groups", Objects: 2000, Linked: 50, Of: 2000, Full: true, Apart: true}, {Class: "devices", Objects: 9000, Of: 10000, Full: true},
			{Class: "organization", Objects: 1, Full: true}, {Class: "users", Objects: 12400, Of: 50000, Full: true}}},
	} {
		if got := Activity(a, now); got != want {
			t.Errorf("%v: %q, want %q", a, got, want)
		}
	}
}

func TestActivityIsToldInGerman(t *testing.T) {
	test.NewTempApp(t)
	if err := translations.Speak("de"); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = translations.Speak("en") }()
	now := time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)
	for want, a := range map[string]syncer.Activity{
		"Graph bittet um eine Pause, weiter in 12 s": {Phase: syncer.Throttled, Why: "Graph asks to slow down", Until: now.Add(12 * time.Second)},
		"angehalten: der Datenträger ist voll":       {Phase: syncer.Paused, Trouble: &entra.Error{Why: "the disk is full"}},
		"synchronisiert Benutzer":                    {Phase: syncer.Syncing, Classes: []syncer.ClassActivity{{Class: "users"}}},
	} {
		if got := Activity(a, now); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := restText("Benutzer", 90*time.Second, true); got != "synchronisiert Benutzer, noch mindestens 1 Min. 30 s" {
		t.Errorf("%q", got)
	}
}

// A bar shows what is read whole once it is known of most of that how much there is.
func TestShareOfWhatIsReadWhole(t *testing.T) {
	users := syncer.ClassActivity{Class: "users", Objects: 3000, Of: 6000, Full: true}
	groups := syncer.ClassActivity{Class: "groups", Objects: 2000, Full: true, Done: true}
	for _, c := range []struct {
		classes []syncer.ClassActivity
		share   float64
		known   bool
	}{
		{[]syncer.ClassActivity{users, groups}, 0.625, true},
		{[]syncer.ClassActivity{users, {Class: "devices", Objects: 5, Full: true}}, 0.5, true}, // little beside the users
		{[]syncer.ClassActivity{users, {Class: "devices", Objects: 500, Full: true}}, 0, false},
		{[]syncer.ClassActivity{users, {Class: "devices", Objects: 5}}, 0.5, true}, // only what changed
		{[]syncer.ClassActivity{groups}, 1, false},
	} {
		if share, known := Share(syncer.Activity{Classes: c.classes}); known != c.known || known && share != c.share {
			t.Errorf("%+v: %v, %v", c.classes, share, known)
		}
	}
}

// The row of a first scan that goes on says the number that its activity says.
func TestARunningRowSaysWhatItsActivitySays(t *testing.T) {
	row := entra.ClassRun{Class: "users", Status: entra.Running, Total: 900, Changed: 900, Filtered: 90}
	a := syncer.Activity{Classes: []syncer.ClassActivity{{Class: "users", Objects: 2200, Filtered: 200, First: true, Full: true}}}
	if got := Now(row, a); got.Total != 2000 || got.Changed != 2000 || got.Filtered != 200 {
		t.Errorf("%+v", got)
	}
	a.Classes[0].First = false
	if got := Now(row, a); got.Total != 900 {
		t.Errorf("of a scan of what is held: %+v", got)
	}
	if got := Now(row, syncer.Activity{Untold: &entra.Error{Code: entra.CodeDiskFull, What: "storing failed", Why: "the disk is full"}}); got.Status != entra.Failed || Brief(got.Trouble()) != "the disk is full" {
		t.Errorf("of a run whose end could not be stored: %+v", got)
	}
}

// What is so of many classes since one sync is said once, and names some of them: a sentence
// each filled the whole page.
func TestDoubtsOfManyClassesAreOneSentence(t *testing.T) {
	test.NewTempApp(t)
	if err := translations.Speak("en"); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	var doubts []entra.Doubt
	for i, c := range entra.Classes()[:20] {
		doubts = append(doubts, entra.Doubt{Class: c.Name, Kind: entra.NotHeldYet, Until: now.Add(time.Duration(i) * time.Second)})
	}
	doubts = append(doubts, entra.Doubt{Class: "users", Kind: entra.OtherFilter, Count: 2}, entra.Doubt{Class: "groups", Kind: entra.OtherFilter, Count: 2},
		entra.Doubt{Class: "devices", Kind: entra.NotHeldYet, Until: now.Add(-time.Hour)})
	for _, class := range []string{"users", "groups", "orgContacts"} {
		doubts = append(doubts, entra.Doubt{Class: class, Kind: entra.VolatileOnly, Names: []string{"onPremisesLastSyncDateTime"}})
	}
	doubts = append(doubts, entra.Doubt{Class: "devices", Kind: entra.VolatileOnly, Names: []string{"approximateLastSignInDateTime"}})
	said := Doubts(doubts, now)
	if len(said) != 6 {
		t.Fatalf("said: %q", said)
	}
	names := strings.Join([]string{Class(doubts[0].Class), Class(doubts[1].Class), Class(doubts[2].Class)}, ", ")
	if want := names + " and 17 more classes were first read whole on "; !strings.HasPrefix(said[0], want) {
		t.Errorf("it says %q, want %q", said[0], want)
	}
}
