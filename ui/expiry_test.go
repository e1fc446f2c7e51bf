package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
)

func TestExpiryIsSaidInWordsAndSigns(t *testing.T) {
	newFixture(t)
	now := time.Date(2026, 3, 12, 12, 0, 0, 0, time.Local)
	for _, c := range []struct {
		left time.Duration
		text string
		sign fyne.Resource
	}{
		{31 * day, "12 Apr 2026", nil},
		{30 * day, "in 30 days", signs().warning},
		{12*day + time.Hour, "in 12 days", signs().warning},
		{7*day + time.Hour, "in 7 days", signs().warning},
		{7 * day, "in 7 days", signs().bad},
		{2 * day, "in 2 days", signs().bad},
		{47*time.Hour + 50*time.Minute, "in 2 d", signs().bad},
		{5 * time.Hour, "in 5 h", signs().bad},
		{-time.Hour, "expired on 12 Mar 2026", signs().bad},
	} {
		credential := entra.Credential{Kind: entra.ClientSecret, Expires: now.Add(c.left)}
		if text, sign := expiry(credential, now), expirySign(credential, now); text != c.text || sign != c.sign {
			t.Errorf("%v: says %q with sign %v, want %q", c.left, text, sign, c.text)
		}
	}
	if got := expiry(entra.Credential{Kind: entra.AzureCLI}, now); got != "" {
		t.Errorf("a credential without an end: %q", got)
	}
}

func TestSoonestCredential(t *testing.T) {
	ends := time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)
	p := entra.Profile{Credentials: []entra.Credential{{ID: "none"}, {ID: "late", Expires: ends.Add(day)}, {ID: "first", Expires: ends}}}
	if got := soonest(p); got.ID != "first" {
		t.Errorf("the soonest is %q", got.ID)
	}
	p.Credentials = append(p.Credentials, entra.Credential{ID: "lost", Lost: true})
	if got := soonest(p); got.ID != "lost" {
		t.Errorf("a lost secret counts less than %q", got.ID)
	}
}

func TestExpiryIsToldOnce(t *testing.T) {
	f := newFixture(t)
	f.must(f.store.AddCredential(t.Context(), "alpha", entra.Credential{ID: "c1", Kind: entra.Certificate, ClientID: someClient + "1", Expires: time.Now().Add(12*day + time.Hour)}, nil))
	want := fyne.NewNotification("Credential 1 of alpha ends: in 12 days", "Add its successor to the credential profile before that.")
	test.AssertNotificationSent(t, want, f.announceExpiries)
	if !strings.Contains(f.toasted(), "Credential 1 of alpha ends: in 12 days") {
		t.Errorf("the toasts say %q", f.toasted())
	}
	test.AssertNotificationSent(t, nil, f.announceExpiries)
	f.pressToast("Open")
	if !f.at.isProfile() {
		t.Errorf("the toast leads to %s", f.at)
	}
	texts := []string{}
	for _, c := range f.screen.(*profilePage).grid.Rows() {
		texts = append(texts, expiry(c, time.Now()))
	}
	if !slices.Equal(texts, []string{"in 12 days"}) {
		t.Errorf("the page shows %v", texts)
	}
}

func TestExpiryIsNotNotifiedWhereQuiet(t *testing.T) {
	f := newFixture(t)
	f.desk.preferences.Quiet = true
	f.must(f.store.AddCredential(t.Context(), "alpha", entra.Credential{ID: "c1", Kind: entra.Certificate, ClientID: someClient + "1", Expires: time.Now().Add(-day)}, nil))
	test.AssertNotificationSent(t, nil, f.announceExpiries)
	if !strings.Contains(f.toasted(), "Replace it") {
		t.Errorf("the toasts say %q", f.toasted())
	}
}
