package kit

import (
	"bytes"
	"log"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

func TestWideTextKnowsItsHeight(t *testing.T) {
	test.NewTempApp(t)
	line := Wide(widget.NewLabel("short"), 400).MinSize().Height
	box := container.NewVBox()
	box.Add(Wide(widget.NewLabel(strings.Repeat("many words ", 40)), 400))
	if got := box.MinSize().Height; got < 4*line {
		t.Errorf("a long text is %v high, one line %v", got, line)
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

// A switch says how it stands: on, or off.
func TestToggleSaysItsState(t *testing.T) {
	test.NewTempApp(t)
	toggle := NewToggle("Enabled", nil)
	toggle.Off = "Disabled"
	r := test.WidgetRenderer(toggle)
	for _, c := range []struct {
		on   bool
		want string
	}{{false, "Disabled"}, {true, "Enabled"}, {false, "Disabled"}} {
		toggle.SetChecked(c.on)
		toggle.Refresh()
		if got := toggle.label.Text; got != c.want {
			t.Errorf("on %v: it says %q", c.on, got)
		}
		if room := r.MinSize().Width; room < fyne.MeasureText("Disabled", theme.TextSize(), fyne.TextStyle{}).Width {
			t.Errorf("on %v: it is %v wide", c.on, room)
		}
	}
}
