package ui

import (
	"testing"

	"fyne.io/fyne/v2"
)

func TestLanguageChangesAtOnce(t *testing.T) {
	f := newFixture(t)
	t.Cleanup(func() { speak("en") })
	f.desk.tray = &tray{set: func(m *fyne.Menu) { f.desk.tray.state = m.Items[0].Label }}
	f.shell.split.SetOffset(0.3)
	f.open(settingsNode)
	f.screen.(*settingsPage).language.SetSelectedIndex(2)
	p, ok := f.screen.(*settingsPage)
	if !ok || f.at != settingsNode || f.navigation.current != settingsNode {
		t.Fatalf("the page is %s", f.at)
	}
	if f.navigation.header.Text != "Integrationen" || p.notify.Text != "Benachrichtigen, wenn die Synchronisierung eines Mandanten zu scheitern beginnt und wenn sie wieder gelingt" {
		t.Errorf("the header says %q, the page %q", f.navigation.header.Text, p.notify.Text)
	}
	if !says(f.desk.window.Content(), "Einstellungen") {
		t.Error("the window does not show the page in German")
	}
	if f.shell.offset() != 0.3 || len(f.navigation.tenants) != 2 {
		t.Errorf("the split stands at %v, the tree has %d tenants", f.shell.offset(), len(f.navigation.tenants))
	}
	if p.language.SelectedIndex() != 2 {
		t.Error("the page does not show the language that was chosen")
	}
	if got := f.desk.tray.state; got != trayState(f.navigation.tenants) || got == "All tenants are in sync" {
		t.Errorf("the tray says %q", got)
	}
	p.language.SetSelectedIndex(1)
	if f.navigation.header.Text != "Integrations" {
		t.Errorf("back in English the header says %q", f.navigation.header.Text)
	}
}

func TestLanguageOfTheSystem(t *testing.T) {
	f := newFixture(t)
	t.Cleanup(func() { speak("en") })
	f.must(f.speak("de"))
	f.must(f.speak("")) // the tests' system is not German
	if f.navigation.header.Text != "Integrations" {
		t.Errorf("the header says %q", f.navigation.header.Text)
	}
	if err := f.speak("xx"); err == nil {
		t.Error("a language that is not there was taken")
	}
}
