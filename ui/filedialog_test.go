package ui

import (
	"bytes"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// saveDialog opens the dialog that asks where to export a history to.
func (f *fixture) saveDialog() *textField {
	f.Helper()
	f.Setenv("HOME", f.TempDir())
	f.history("alpha", 1, nil)
	f.openTenant("alpha").history.list.chooseFile()
	name, ok := f.desk.window.Canvas().Focused().(*textField)
	if !ok {
		f.Fatalf("the focus is on %T, not on the file's name", f.desk.window.Canvas().Focused())
	}
	return name
}

func TestEscapeLeavesTheFileName(t *testing.T) {
	f := newFixture(t)
	f.saveDialog().TypedKey(escape)
	if f.desk.window.Canvas().Overlays().Top() != nil {
		t.Error("the file dialog stays")
	}
}

func TestFileIsSavedUnderTheTypedName(t *testing.T) {
	f := newFixture(t)
	name := f.saveDialog()
	if name.Text == "" {
		t.Error("no name is suggested")
	}
	name.SetText("mine.csv")
	name.TypedKey(enter)
	if f.desk.window.Canvas().Overlays().Top() != nil {
		t.Fatal("Enter does not save")
	}
	content, err := os.ReadFile(filepath.Join(os.Getenv("HOME"), "mine.csv"))
	if err != nil || !strings.Contains(string(content), "Users") && !strings.Contains(string(content), "users") {
		t.Errorf("the file holds %q, %v", content, err)
	}
}

// A click on a place would leave the focus in a list that passes no key on.
func TestEscapeLeavesTheFileDialogAfterAPlace(t *testing.T) {
	f := newFixture(t)
	name := f.saveDialog()
	var places *widget.List
	for _, o := range test.LaidOutObjects(f.desk.window.Canvas().Overlays().Top()) {
		if l, ok := o.(*widget.List); ok {
			places = l
		}
	}
	f.desk.window.Canvas().Focus(places)
	places.UnselectAll()
	places.Select(0)
	if f.desk.window.Canvas().Focused() != fyne.Focusable(name) {
		t.Errorf("the focus is on %T", f.desk.window.Canvas().Focused())
	}
}

func TestLogIsSparedFyneComplaintOfPlaces(t *testing.T) {
	var kept bytes.Buffer
	l := log.New(withoutPlaces{&kept}, "", 0)
	l.Println("Fyne error: ", "Getting favorite locations")
	l.Println("  Cause:", "this computer does not define a VIDEOS folder")
	l.Println("  At: /go/pkg/mod/fyne.io/fyne/v2@v2.7.1/dialog/file.go:396")
	l.Println("Fyne error: ", "something else")
	if kept.String() != "Fyne error:  something else\n" {
		t.Errorf("the log holds %q", kept.String())
	}
}
