package phrase

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/bidi"
)

// drawn is what Fyne draws: the runs from the left, each in its direction, those from
// right to left in brackets.
func drawn(text string) string {
	var p bidi.Paragraph
	p.SetString(text, bidi.DefaultDirection(bidi.LeftToRight))
	order, _ := p.Order()
	var out strings.Builder
	for i := range order.NumRuns() {
		run := order.Run(i)
		if run.Direction() == bidi.RightToLeft {
			out.WriteString("<" + run.String() + ">")
		} else {
			out.WriteString(run.String())
		}
	}
	return strings.ReplaceAll(out.String(), string(mark), "")
}

func TestOnlyTheLettersOfANameAreDrawnFromRightToLeft(t *testing.T) {
	for text, want := range map[string]string{
		"דוד כהן (Users)":  "<דוד כהן> (Users)",
		"דוד כהן":          "<דוד כהן>",
		"محمد علي (Users)": "<محمد علي> (Users)",
		"צוות (3)":         "<צוות> (3)",
		"צוות 12, נועה":    "<צוות> 12, <נועה>",
		"Anna joined צוות (3), and נועה לוי left": "Anna joined <צוות> (3), and <נועה לוי> left",
		"נועה בן-דוד.":                            "<נועה בן-דוד>.",
		"(דוד)":                                   "(<דוד>)",
		"“נועה” → “דוד”":                          "“<נועה>” → “<דוד>”",
		"שָׁלוֹם (x)":                             "<שָׁלוֹם> (x)",
		"עליٌ (x)":                                "<עליٌ> (x)",
		"דוד (x)\nנועה (y)":                       "<דוד> (x)\n<נועה> (y)",
	} {
		var lines []string
		for line := range strings.SplitSeq(Legible(text), "\n") { // as Fyne does
			lines = append(lines, drawn(line))
		}
		if got := strings.Join(lines, "\n"); got != want {
			t.Errorf("%q is drawn as %q, want %q", text, got, want)
		}
	}
}

func TestOtherTextsStayAsTheyAre(t *testing.T) {
	for _, text := range []string{"", "Anna Berg (Users)", "Łukasz", "リサ 髙橋 (3)", "प्रिया"} {
		if got := Legible(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestNothingButMarksComesToAText(t *testing.T) {
	text := "דוד כהן (Users), محمد علي 12"
	if got := strings.ReplaceAll(Legible(text), string(mark), ""); got != text {
		t.Errorf("%q", got)
	}
}

func TestALineHasNoEndsOfLinesInIt(t *testing.T) {
	if got := OneLine("Everybody of\r\n\"VPN\tUsers\"\nand\u2028more\x7f\u0085"); got != `Everybody of "VPN Users" and more  ` {
		t.Errorf("%q", got)
	}
}

// A name can't make others of its line read backwards.
func TestNothingTurnsTheDirectionOfATextForAll(t *testing.T) {
	for _, text := range []string{"evil \u202egpj.exe", "\u2067דוד\u2069 (x)"} {
		for _, got := range []string{Legible(text), OneLine(text)} {
			if strings.ContainsFunc(got, turns) || !strings.ContainsRune(got, '\ufffd') {
				t.Errorf("%q is drawn as %q", text, got)
			}
		}
	}
	if text := "\u200eדוד\u200e"; OneLine(text) != text {
		t.Error("a mark of direction is taken out")
	}
}
