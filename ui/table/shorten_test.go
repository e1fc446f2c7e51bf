package table

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// A text that there is no room for shows its short form, and the whole one where there is.
func TestACellShowsItsShortFormWhereTheWholeHasNoRoom(t *testing.T) {
	test.NewTempApp(t)
	c := newCell()
	c.paint("", fyne.TextStyle{})
	c.set("Warning: User.Read.All missing", nil)
	c.shorten([]string{"User.Read.All missing", "User.Read.All"})
	whole := Width(c.full, c.text.TextSize, fyne.TextStyle{}) + 2*gap
	for room, want := range map[float32]string{whole + 1: c.full, whole - 1: c.short[0], whole * 0.6: c.short[1]} {
		if c.place(0, room, 28, fyne.TextAlignLeading); c.text.Text != want {
			t.Errorf("with room for %v: %q, want %q", room, c.text.Text, want)
		}
	}
	if c.place(0, whole/3, 28, fyne.TextAlignLeading); !strings.HasPrefix(c.text.Text, "User.R") || !strings.HasSuffix(c.text.Text, "…") {
		t.Errorf("with a third of the room: %q", c.text.Text)
	}
	c.short, c.ends, c.drawn = nil, true, fyne.Size{}
	if c.place(0, whole/2, 28, fyne.TextAlignLeading); !strings.HasPrefix(c.text.Text, "Warn") || !strings.HasSuffix(c.text.Text, "sing") {
		t.Errorf("cut in its middle: %q", c.text.Text)
	}
}

// Columns that stay where others give way are lent room before the others.
func TestColumnsThatStayAreLentRoomFirst(t *testing.T) {
	test.NewTempApp(t)
	text := func(s string) string { return s }
	columns := []Column[string]{{Key: "a", Width: 80, Fit: true, Text: text}, {Key: "b", Width: 80, Keep: true, Fit: true, Text: text},
		{Key: "c", Width: 160, Grow: true, Text: func(string) string { return "ok" }}}
	rows := []string{"more than eighty, that is for certain"}
	widths := spread(columns, nil, 320, 1)
	if lend(columns, rows, widths); widths[1] <= widths[0] {
		t.Errorf("the widths are %v", widths)
	}
}
