package lists

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/table"
)

// list puts a list of three numbers in the window.
func list(f *hosttest.Fixture) *Paged[int] {
	f.Helper()
	l := &Paged[int]{Host: f.Host, File: "numbers.csv", Grid: table.New(strconv.Itoa, table.Column[int]{Key: "n", Title: "N", Text: strconv.Itoa})}
	l.Fetch = func(context.Context, Wanted) (Batch[int], error) {
		return Batch[int]{Rows: []int{1, 2, 3}, Total: 3}, nil
	}
	l.Export = func(_ context.Context, w io.Writer, search string) error {
		_, err := io.WriteString(w, "n\r\n1\r\n2\r\n3\r\n")
		return err
	}
	f.Display(l.Build())
	l.Reload()
	return l
}

// saveDialog opens the dialog that asks where to export a list to.
func saveDialog(f *hosttest.Fixture) *kit.TextField {
	f.Helper()
	f.Setenv("HOME", f.TempDir())
	list(f).chooseFile()
	name, ok := f.Focused().(*kit.TextField)
	if !ok {
		f.Fatalf("the focus is on %T, not on the file's name", f.Focused())
	}
	return name
}

func TestEscapeLeavesTheFileName(t *testing.T) {
	f := hosttest.New(t)
	saveDialog(f).TypedKey(hosttest.Escape)
	if f.Top() != nil {
		t.Error("the file dialog stays")
	}
}

func TestFileIsSavedUnderTheTypedName(t *testing.T) {
	f := hosttest.New(t)
	name := saveDialog(f)
	if name.Text == "" {
		t.Error("no name is suggested")
	}
	name.SetText("mine.csv")
	name.TypedKey(hosttest.Enter)
	if f.Top() != nil {
		t.Fatal("Enter does not save")
	}
	content, err := os.ReadFile(filepath.Join(os.Getenv("HOME"), "mine.csv"))
	if err != nil || !strings.HasPrefix(string(content), "n\r\n1") {
		t.Errorf("the file holds %q, %v", content, err)
	}
}

// A click on a place would leave the focus in a list that passes no key on.
func TestEscapeLeavesTheFileDialogAfterAPlace(t *testing.T) {
	f := hosttest.New(t)
	name := saveDialog(f)
	var places *widget.List
	for _, o := range test.LaidOutObjects(f.Top()) {
		if l, ok := o.(*widget.List); ok {
			places = l
		}
	}
	f.Window.Canvas().Focus(places)
	places.UnselectAll()
	places.Select(0)
	if f.Focused() != fyne.Focusable(name) {
		t.Errorf("the focus is on %T", f.Focused())
	}
}
