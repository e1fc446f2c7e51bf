package help

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"aead.dev/minisign"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/updates"
	"github.com/entraidsync/entraidsync/docs"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// press presses a button of the page.
func press(t *testing.T, o fyne.CanvasObject, text string) {
	t.Helper()
	for _, b := range hosttest.All[*kit.Button](o) {
		if b.Text == text {
			test.Tap(b)
			return
		}
	}
	t.Fatalf("no button %q", text)
}

// TestDocumentsAreThere asks for each document that the page offers, as a browser
// would.
func TestDocumentsAreThere(t *testing.T) {
	f := hosttest.New(t)
	t.Cleanup(func() { f.Must(f.Documents.Close()) })
	page := New(f.Host).Content()
	f.Display(page)
	for _, title := range []string{"Getting started", "User guide", "Troubleshooting", "Registering the app", "entrasyncctl", "Privacy", "Upgrading", "Guarantees"} {
		press(t, page, title)
	}
	for _, name := range []string{docs.Start, docs.LicencesPage} {
		address, err := f.Documents.Address(t.Context(), name)
		f.Must(err)
		answer, err := http.Get(address)
		f.Must(err)
		body, err := io.ReadAll(answer.Body)
		f.Must(err)
		f.Must(answer.Body.Close())
		if answer.StatusCode != http.StatusOK || !strings.Contains(string(body), "Entra ID Sync") {
			t.Errorf("%s: %d", address, answer.StatusCode)
		}
	}
}

func TestAboutSaysWhichProgramItIs(t *testing.T) {
	f := hosttest.New(t)
	f.Program.Commit = "abc123"
	page := New(f.Host).Content()
	f.Display(page)
	press(t, page, "Copy")
	if text := fyne.CurrentApp().Clipboard().Content(); !strings.Contains(text, "Version: 1.2.3 (abc123)\n") || !strings.Contains(text, "SQLite 3.") || !strings.Contains(text, "Licence: MIT") {
		t.Errorf("copied:\n%s", text)
	}
}

func TestUpdatesAreLookedForWhereThatIsChosen(t *testing.T) {
	f := hosttest.New(t)
	public, private, err := minisign.GenerateKey(rand.Reader)
	f.Must(err)
	statement, err := json.Marshal(updates.Statement{Program: updates.Program, Version: "1.3.0", Notes: "Faster.", Page: "https://example.com/"})
	f.Must(err)
	notice, err := json.Marshal(updates.Envelope{Release: string(statement), Signature: string(minisign.Sign(private, statement))})
	f.Must(err)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(notice) }))
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	f.Updates, err = updates.New(updates.Options{Store: f.Store, Version: "1.2.3", Key: public.String(), Roots: roots})
	f.Must(err)

	p := New(f.Host)
	hosttest.Show(f, p)
	if p.updates.on.Checked || p.updates.on.Disabled() || p.updates.state.Text != "Nobody is asked." {
		t.Fatalf("it begins with %v, %q", p.updates.on.Checked, p.updates.state.Text)
	}
	test.Tap(p.updates.on)
	if p.updates.address.Disabled() {
		t.Error("another address can't be given before somebody is asked")
	}
	if f.Looked != 1 || p.updates.address.Disabled() {
		t.Errorf("switched on the window looked %d times", f.Looked)
	}
	p.updates.address.SetText("http://example.com")
	if f.Clock.Pass(); f.Looked != 1 || !p.updates.wrong.Hidden {
		t.Error("half an address counts")
	}
	p.updates.address.FocusLost()
	if p.updates.wrong.Hidden || !strings.Contains(p.updates.wrong.Text, "https://") || f.Looked != 1 {
		t.Errorf("an address that can't be used: %q, looked %d times", p.updates.wrong.Text, f.Looked)
	}
	p.updates.address.SetText(server.URL)
	p.updates.address.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if !p.updates.wrong.Hidden || f.Looked != 2 {
		t.Errorf("another address: %q, looked %d times", p.updates.wrong.Text, f.Looked)
	}
	r, err := f.Updates.Look(t.Context())
	f.Must(err)
	p.Refresh()
	if r == nil || p.updates.state.Text != "Version 1.3.0 can be had." || p.updates.news.Hidden {
		t.Fatalf("a newer version: %v, %q", r, p.updates.state.Text)
	}
	test.Tap(p.updates.news)
	if f.Window.Canvas().Overlays().Top() == nil {
		t.Error("its notes are not shown")
	}
}

func TestDemoLooksForNone(t *testing.T) {
	f := hosttest.New(t)
	p := New(f.Host)
	hosttest.Show(f, p)
	if !p.updates.on.Disabled() {
		t.Error("it can be switched on where there is none who looks")
	}
}
