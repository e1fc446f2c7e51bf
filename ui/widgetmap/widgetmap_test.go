package widgetmap

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// extended is a button as the window has them.
type extended struct{ widget.Button }

func window(t *testing.T) fyne.Window {
	test.NewTempApp(t)
	secret := widget.NewPasswordEntry()
	secret.SetPlaceHolder("Client secret")
	secret.SetText("marker")
	save := &extended{}
	save.Text = "Save"
	save.ExtendBaseWidget(save)
	save.Disable()
	hidden := widget.NewLabel("hidden")
	hidden.Hide()
	choice := widget.NewSelect([]string{"public", "china"}, nil)
	choice.SetSelected("china")
	tabs := container.NewAppTabs(container.NewTabItem("First", choice), container.NewTabItem("Second", widget.NewLabel("behind")))
	w := test.NewTempWindow(t, container.NewHSplit(container.NewVBox(secret, save, hidden), container.NewVScroll(tabs)))
	w.SetTitle("Main")
	w.Resize(fyne.NewSize(400, 300))
	return w
}

func TestMapNamesWhatIsSeenAndNoSecret(t *testing.T) {
	got := draw([]fyne.Window{window(t)})
	for _, want := range []string{"Main\tEntry\tClient secret\ton\t", "Main\tButton\tSave\toff\t", "Main\tSelect\tchina\ton\t", "Main\tAppTabs\t\ton\t"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for _, bad := range []string{"marker", "hidden", "behind"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q is in\n%s", bad, got)
		}
	}
}

func TestMapShowsOnlyAnOpenDialog(t *testing.T) {
	w := window(t)
	dialog.ShowConfirm("Delete Domain", "Sure?", nil, w)
	if got := draw([]fyne.Window{w}); !strings.Contains(got, "Delete Domain") || strings.Contains(got, "Save") {
		t.Error(got)
	}
}

func TestWriteReplacesTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "map")
	write(file, "a long first one")
	write(file, "second")
	if got, err := os.ReadFile(file); string(got) != "second" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if rest, _ := filepath.Glob(file + "?*"); len(rest) > 0 {
		t.Errorf("left over: %v", rest)
	}
}
