package table

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
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

// Measuring texts that were never seen costs less than half of what it costs Fyne: that
// is what a page of a table is made of. Both are measured here, so that a busy machine
// is busy for both.
func TestRulerIsQuick(t *testing.T) {
	test.NewTempApp(t)
	took := func(measure func(string)) time.Duration {
		began := time.Now()
		for i := range 400 {
			measure(strings.Repeat("Anna Berg ", 2) + string(rune('A'+i/26)) + string(rune('a'+i%26)) + time.Now().String()[20:29])
		}
		return time.Since(began)
	}
	ours := func(s string) { Width(s, 13, fyne.TextStyle{}) }
	theirs := func(s string) { fyne.MeasureText(s, 13, fyne.TextStyle{}) }
	took(ours)
	took(theirs) // fonts are read
	for range 5 {
		if a, b := took(ours), took(theirs); a*2 < b {
			return
		}
	}
	t.Error("our ruler is no quicker than Fyne")
}

// A line's end in a value is a blank in its cell, not a sign that can't be drawn.
func TestCellsHaveOneLine(t *testing.T) {
	test.NewTempApp(t)
	c := newCell()
	c.set("Everybody of\r\nVPN\tUsers\nand more", nil)
	if want := "Everybody of VPN Users and more"; c.full != want {
		t.Errorf("the cell says %q", c.full)
	}
}
