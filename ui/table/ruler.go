package table

import (
	"bytes"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"

	"github.com/entraidsync/entraidsync/ui/phrase"
)

// ruler measures texts as Fyne does, a quarter of its time each: Fyne prepares its fonts
// anew for each text that it has not seen, and a page of a table has a thousand. What
// the theme's font can't show is left to Fyne, which knows others.
type ruler struct {
	mu        sync.Mutex
	shaper    shaping.HarfbuzzShaper
	segmenter shaping.Segmenter
	fonts     map[fyne.TextStyle]*face
	known     map[measured]float32
}

// measured is a text that a width is known of.
type measured struct {
	text  string
	size  float32
	style fyne.TextStyle
}

// face is the theme's font of a style.
type face struct {
	from fyne.Resource
	font *font.Face // nil: it can't be read
}

// ResolveFace gives it for each sign: who asks has looked that it has them all.
func (f *face) ResolveFace(rune) *font.Face { return f.font }

// mostKnown bounds how many widths are kept: those of some large pages.
const mostKnown = 20_000

var rule = &ruler{fonts: map[fyne.TextStyle]*face{}, known: map[measured]float32{}}

// Width is how wide a text is, as Fyne draws it.
func Width(text string, size float32, style fyne.TextStyle) float32 {
	return rule.width(text, size, style)
}

// Size is how much room a text in one line takes. Its height is that of any.
func Size(text string, size float32, style fyne.TextStyle) fyne.Size {
	return fyne.NewSize(Width(text, size, style), fyne.MeasureText("Ag", size, style).Height)
}

// fit gives a line of text its own size.
func fit(line *canvas.Text) { line.Resize(Size(line.Text, line.TextSize, line.TextStyle)) }

func (r *ruler) width(text string, size float32, style fyne.TextStyle) float32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.face(style)
	key := measured{text, size, style}
	if w, ok := r.known[key]; ok {
		return w
	}
	glyphs, ok := r.shape(f, text, size)
	if !ok {
		return fyne.MeasureText(text, size, style).Width
	}
	var w float32
	for _, run := range glyphs {
		w += float32(run.Advance) / 64
	}
	if len(r.known) >= mostKnown {
		clear(r.known)
	}
	r.known[key] = w
	return w
}

// places are how wide a text is up to each of its signs; nil where only Fyne can tell.
func (r *ruler) places(text string, size float32, style fyne.TextStyle) []float32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	runs, ok := r.shape(r.face(style), text, size)
	if !ok {
		return nil
	}
	out := make([]float32, len([]rune(text))+1)
	for _, run := range runs {
		for _, g := range run.Glyphs {
			out[min(g.TextIndex(), len(out)-2)+1] += float32(g.Advance) / 64
		}
	}
	for i := 1; i < len(out); i++ {
		out[i] += out[i-1]
	}
	return out
}

// face is the font that the theme has for a style now.
func (r *ruler) face(style fyne.TextStyle) *face {
	from := theme.Current().Font(style)
	f := r.fonts[style]
	if f == nil || f.from != from {
		f = &face{from: from}
		f.font, _ = font.ParseTTF(bytes.NewReader(from.Content())) // else Fyne measures
		r.fonts[style] = f
		clear(r.known)
	}
	return f
}

// shape gives the glyphs of a text; false where the font lacks one of its signs.
func (r *ruler) shape(f *face, text string, size float32) ([]shaping.Output, bool) {
	if f.font == nil {
		return nil, false
	}
	runes := []rune(text)
	for _, sign := range runes {
		if sign < ' ' {
			return nil, false
		}
		if _, has := f.font.NominalGlyph(sign); !has {
			return nil, false
		}
	}
	in := shaping.Input{Text: runes, RunEnd: len(runes), Direction: di.DirectionLTR, Face: f.font, Size: fixed.Int26_6(float64(size) * 64)}
	var out []shaping.Output
	for _, part := range r.segmenter.Split(in, f) {
		out = append(out, r.shaper.Shape(part))
	}
	return out, true
}

// Cut shortens a text to the room there is, with an ellipsis: it is one line.
func Cut(text string, room, size float32, style fyne.TextStyle) string {
	text = phrase.OneLine(text)
	if room <= 0 {
		return ""
	}
	fits := func(s string) bool { return Width(s, size, style) <= room }
	if fits(text) {
		return text
	}
	runes := []rune(text)
	low := cutAt(runes, room, rule.places(text, size, style), Width("…", size, style))
	if low < 0 {
		low = halved(runes, fits)
	}
	for low > 0 && !fits(string(runes[:low])+"…") { // signs beside each other may be wider than each
		low--
	}
	if low == 0 && !fits("…") {
		return ""
	}
	return string(runes[:low]) + "…"
}

// cutAt is how many signs have room beside the ellipsis; -1: that is not known.
func cutAt(runes []rune, room float32, places []float32, ellipsis float32) int {
	if places == nil {
		return -1
	}
	n := 0
	for n+1 < len(runes) && places[n+1]+ellipsis <= room {
		n++
	}
	return n
}

// halved finds how many signs fit by halves.
func halved(runes []rune, fits func(string) bool) int {
	low, high := 0, len(runes) // low fits, high does not
	for high-low > 1 {
		mid := (low + high) / 2
		if fits(string(runes[:mid]) + "…") {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// CutMiddle shortens a text to the room there is by what stands in its middle.
func CutMiddle(text string, room, size float32, style fyne.TextStyle) string {
	fits := func(s string) bool { return Width(s, size, style) <= room }
	if room <= 0 || fits(text) {
		return Cut(text, room, size, style)
	}
	runes := []rune(text)
	low, high := 0, len(runes) // so many signs fit, and so many do not
	without := func(keep int) string {
		return string(runes[:(keep+1)/2]) + "…" + string(runes[len(runes)-keep/2:])
	}
	for high-low > 1 {
		if mid := (low + high) / 2; fits(without(mid)) {
			low = mid
		} else {
			high = mid
		}
	}
	if low < 2 {
		return Cut(text, room, size, style)
	}
	return without(low)
}
