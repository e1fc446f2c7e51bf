package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/ui/phrase"
)

func TestLanguageChangesAtOnce(t *testing.T) {
	f := newFixture(t)
	t.Cleanup(func() { speak("en") })
	said := ""
	f.desk.tray = &tray{set: func(m *fyne.Menu) { said = m.Items[0].Label }}
	f.reload()
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
	if got := phrase.Number(1234567) + " " + phrase.Day(time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)) + " " + phrase.Lasted(1400*time.Millisecond); got != "1.234.567 09.03.2026 1,4 s" {
		t.Errorf("a number, a day and a span in German: %q", got)
	}
	if f.shell.offset() != 0.3 || len(f.navigation.tenants) != 2 {
		t.Errorf("the split stands at %v, the tree has %d tenants", f.shell.offset(), len(f.navigation.tenants))
	}
	if p.language.SelectedIndex() != 2 {
		t.Error("the page does not show the language that was chosen")
	}
	if said != trayState(f.navigation.tenants) || said == "All tenants are in sync" {
		t.Errorf("the tray says %q", said)
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
