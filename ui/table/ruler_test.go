package table

import (
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/ui/phrase"
)

// The texts of tables: of many scripts, of ones that the theme's font lacks, with pairs of
// signs that stand closer, with what is no sign at all.
var texts = []string{"", " ", "Anna Berg", "AVAWATo Te.", "fi ffi", "Grüße an Zoë", "Ελένη Παπαδοπούλου", "Кузнецов Олексій", "चंद्र शर्मा", "秀英 王", "يوسف عبد الله", "สมชาย ทองคำ",
	"नाम and Name", "a\tb", "x\x00y", "anna.berg+very-long-address_of_somebody@contoso.onmicrosoft.com", "🙂 smile", "é", "00000000-0000-4000-8000-000000000001"}

// Our ruler measures as Fyne does, to a 64th of a point.
func TestRulerMeasuresAsFyne(t *testing.T) {
	test.NewTempApp(t)
	for _, text := range texts {
		for _, size := range []float32{11, 13, 14.3, 26} {
			for _, style := range []fyne.TextStyle{{}, {Bold: true}, {Monospace: true}} {
				if got, want := Size(text, size, style), fyne.MeasureText(text, size, style); got != want {
					t.Errorf("%q at %v, %v: %v, Fyne says %v", text, size, style, got, want)
				}
			}
		}
	}
}

// A text is cut where it has room, and no sign earlier than it must be.
func TestCutLeavesAsMuchAsFits(t *testing.T) {
	test.NewTempApp(t)
	wide := func(s string) float32 { return fyne.MeasureText(s, 13, fyne.TextStyle{}).Width }
	for _, text := range texts {
		text = phrase.OneLine(text)
		for room := float32(0); room < 120; room += 7 {
			got := Cut(text, room, 13, fyne.TextStyle{})
			kept, cut := strings.CutSuffix(got, "…")
			switch {
			case room > 0 && wide(text) <= room:
				if got != text {
					t.Errorf("%q in %v: %q, though all of it fits", text, room, got)
				}
			case got != "" && (!cut || wide(got) > room || !strings.HasPrefix(text, kept)):
				t.Errorf("%q in %v: %q, %v wide", text, room, got, wide(got))
			case got != "" && wide(string([]rune(text)[:len([]rune(kept))+1])+"…")+1 < room:
				t.Errorf("%q in %v: %q is shorter than it must be", text, room, got)
			}
		}
	}
}

// Measuring texts that were never seen takes less than half of the memory that it takes Fyne:
// that is what a page of a table is made of.
func TestRulerIsQuick(t *testing.T) {
	test.NewTempApp(t)
	seen := 0
	unseen := func() string {
		seen++
		return strings.Repeat("Anna Berg ", 2) + strconv.Itoa(seen)
	}
	ours := testing.AllocsPerRun(200, func() { Width(unseen(), 13, fyne.TextStyle{}) })
	theirs := testing.AllocsPerRun(200, func() { fyne.MeasureText(unseen(), 13, fyne.TextStyle{}) })
	if ours*2 > theirs {
		t.Errorf("our ruler allocates %v times, Fyne %v times", ours, theirs)
	}
}

// Marks that keep what follows a name from right to left in its place take no room, and are
// only drawn: a row is copied without them.
func TestNamesFromRightToLeftAreDrawnWithMarksAndCopiedWithout(t *testing.T) {
	const name = "דוד כהן (Users)"
	g, _ := show(t, 2)
	g.SetRows([]person{{"id0", name}})
	g.SetWidth("name", 300)
	drawn := g.visible[0].cells[1].text.Text
	if drawn != phrase.Legible(name) || drawn == name {
		t.Errorf("it is drawn as %q", drawn)
	}
	if with, without := Width(drawn, 13, fyne.TextStyle{}), Width(name, 13, fyne.TextStyle{}); with > without+1 {
		t.Errorf("with marks it is %v wide, without %v", with, without)
	}
	g.visible[0].MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(120, 5)}})
	if g.hint.box.Visible() {
		t.Error("a cell that is not cut has a hint")
	}
	g.Select(0)
	board := test.NewClipboard()
	g.TypedShortcut(&fyne.ShortcutCopy{Clipboard: board})
	if want := "id0\t" + name + "\t"; board.Content() != want {
		t.Errorf("copied %q", board.Content())
	}
}

// A line's end in a value is a blank in its cell, not a sign that can't be drawn.
func TestCellsHaveOneLine(t *testing.T) {
	test.NewTempApp(t)
	c := newCell()
	c.set("Everybody of\r\nVPN\tUsers\nand more", nil)
	want := "Everybody of VPN Users and more"
	if c.full != want {
		t.Errorf("the cell says %q", c.full)
	}
	if got := Cut("Everybody of\r\nVPN\tUsers\nand more", 1000, 13, fyne.TextStyle{}); got != want {
		t.Errorf("a line that has room says %q", got)
	}
}
