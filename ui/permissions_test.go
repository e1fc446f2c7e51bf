package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
)

func TestNeedsCoverTheClassTable(t *testing.T) {
	newFixture(t)
	all := needs(nil)
	for _, c := range entra.Classes() {
		i := slices.IndexFunc(all, func(n need) bool { return n.permission == c.Permission })
		if i < 0 || !slices.Contains(all[i].reads, c.Label) || all[i].licence != c.Licence {
			t.Errorf("%s is missing, or its licence is", c.Name)
		}
	}
	if got := names(needs([]string{"users", "applications", "servicePrincipals"})); got != "User.Read.All\nApplication.Read.All" {
		t.Errorf("three classes need %q", got)
	}
}

func TestPermissionsAreCopied(t *testing.T) {
	f := newFixture(t)
	f.openProfile("alpha", "1")
	c := f.openForm("alpha")
	c.desk.askPermissions(c.form())
	for _, want := range []string{"User.Read.All", "GroupMember.Read.All", "Member.Read.Hidden"} {
		if !says(f.desk.window.Canvas().Overlays().Top(), want) {
			t.Errorf("the list lacks %s", want)
		}
	}
	if got := f.copied("Copy the permissions"); !strings.HasPrefix(got, "User.Read.All\nGroupMember.Read.All") || strings.Contains(got, "Hidden") {
		t.Errorf("copied %q", got)
	}
	c.desk.askPermissions(c.form())
	want := "https://login.microsoftonline.com/alpha.onmicrosoft.com/adminconsent?client_id=" + someClient + "1"
	if got := f.copied("Copy the consent link"); got != want {
		t.Errorf("the consent link is %q, want %q", got, want)
	}
}

func TestPermissionsOfNoTenant(t *testing.T) {
	f := newFixture(t)
	a := newAddWindow(f.desk, entraIDSync)
	test.Tap(a.form.buttons()[0].(*button))
	top := a.desk.window.Canvas().Overlays().Top()
	if !says(top, "User.Read.All") {
		t.Error("no permissions are shown while nothing is typed")
	}
	for _, b := range buttonsOf(top) {
		if b.Text == "Copy the consent link" {
			t.Error("a consent link is offered though there is neither tenant nor app")
		}
	}
}
