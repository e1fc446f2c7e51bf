package lists

import (
	"bytes"
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

	"github.com/entraidsync/entraidsync/core/datafolder"
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
	l.Export = func(_ context.Context, w io.Writer, _ Wanted) error {
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

// answerYes says yes to whatever is asked on top.
func answerYes(f *hosttest.Fixture) {
	f.Helper()
	if f.Top() == nil {
		return
	}
	for _, o := range test.LaidOutObjects(f.Top()) {
		switch b := o.(type) {
		case *widget.Button:
			if b.Text == "Yes" {
				b.OnTapped()
				return
			}
		case *kit.Button:
			if b.Text == "Overwrite" {
				b.OnTapped()
				return
			}
		}
	}
}

// However a file of our own is named, choosing it harms it as little as
// exporting to it: not a byte is lost before somebody knows which file it is.
func TestOwnFilesAreNotOverwritten(t *testing.T) {
	for name, as := range map[string]func(f *hosttest.Fixture, home, own string) string{
		"by its path": func(_ *hosttest.Fixture, home, own string) string {
			way, _ := filepath.Rel(home, own)
			return way
		},
		"by a link": func(f *hosttest.Fixture, home, own string) string {
			f.Must(os.Symlink(own, filepath.Join(home, "mine.csv")))
			return "mine.csv"
		},
		"by a second name": func(f *hosttest.Fixture, home, own string) string {
			f.Must(os.Link(own, filepath.Join(home, "mine.csv")))
			return "mine.csv"
		},
		"by a link to its folder": func(f *hosttest.Fixture, home, own string) string {
			f.Must(os.Symlink(filepath.Dir(own), filepath.Join(home, "there")))
			return filepath.Join("there", filepath.Base(own))
		},
		"a new one beside it": func(_ *hosttest.Fixture, home, own string) string {
			way, _ := filepath.Rel(home, own+"-new")
			return way
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := hosttest.New(t)
			field := saveDialog(f)
			own := filepath.Join(f.Store.Dir(), datafolder.FileName)
			before, err := os.ReadFile(own)
			f.Must(err)
			files, err := os.ReadDir(f.Store.Dir())
			f.Must(err)
			field.SetText(as(f, os.Getenv("HOME"), own))
			field.TypedKey(hosttest.Enter)
			answerYes(f)
			after, err := os.ReadFile(own)
			if left, _ := os.ReadDir(f.Store.Dir()); err != nil || !bytes.Equal(before, after) || len(left) != len(files) {
				t.Errorf("of %d bytes %d are left, %v; of %d files %d", len(before), len(after), err, len(files), len(left))
			}
			if told := f.Toasted(); !strings.Contains(told, "can't be written") || !strings.Contains(told, "It belongs to Entra ID Sync's own data. Choose a file outside of the data folder.") {
				t.Errorf("the toasts say %q", told)
			}
		})
	}
}

// A file that is there is replaced only by who wants that, and whole.
func TestOverwritingIsAskedFor(t *testing.T) {
	f := hosttest.New(t)
	field := saveDialog(f)
	path := filepath.Join(os.Getenv("HOME"), "numbers.csv")
	f.Must(os.WriteFile(path, []byte("before"), 0o600))
	f.InGerman()
	field.TypedKey(hosttest.Enter)
	f.ExpectGerman("the question", f.Top())
	if content, _ := os.ReadFile(path); string(content) != "before" {
		t.Fatalf("the file holds %q before anything is answered", content)
	}
	f.Press("Abbrechen")
	if content, _ := os.ReadFile(path); string(content) != "before" {
		t.Fatalf("the file holds %q though it may not be replaced", content)
	}
}

// Fyne's own dialog is left as ours are: the safe button is the last one, at the right,
// and a press beside its parts leaves the focus in the file's name.
func TestFileDialogIsAsOursAre(t *testing.T) {
	f := hosttest.New(t)
	saveDialog(f)
	hosttest.ExpectFocusStays(t, f.Window)
	right := map[string]float32{}
	for _, b := range hosttest.All[*widget.Button](f.Top()) {
		right[b.Text] = fyne.CurrentApp().Driver().AbsolutePositionForObject(b).X
	}
	if right["Cancel"] <= right["Save"] || right["Save"] == 0 {
		t.Errorf("Cancel stands at %v, Save at %v", right["Cancel"], right["Save"])
	}
}
