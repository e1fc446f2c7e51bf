package kit

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Suggestions are words under a field that could be meant by what is typed in it, as many
// as fit side by side. A press takes one. While there are none they take no room.
type Suggestions struct {
	Box  *fyne.Container
	Take func(word string)
	Tip  func(word string) string // nil: the words tell all
	Tips *Tips                    // nil: the words tell all

	offered []string
}

// NewSuggestions has none yet.
func NewSuggestions(take func(word string)) *Suggestions {
	s := &Suggestions{Box: container.New(&firstThatFit{}), Take: take}
	s.Box.Hide()
	return s
}

// Offer shows other words.
func (s *Suggestions) Offer(words []string) {
	if slices.Equal(words, s.offered) {
		return
	}
	s.offered = slices.Clone(words)
	s.Box.RemoveAll()
	for _, word := range words {
		b := NewButton(word, func() { s.Take(word) }).Important(widget.LowImportance)
		if s.Tip != nil {
			b.Tip, b.Tips = s.Tip(word), s.Tips
		}
		s.Box.Add(b)
	}
	Reveal(len(words) > 0, s.Box)
	s.Box.Refresh()
}

// mostSuggested is how many words are offered at a time.
const mostSuggested = 8

// Fitting are the words that begin as is typed, then those that hold it, whatever the
// case; none where it is one of them already.
func Fitting(words []string, typed string) (out []string) {
	typed = strings.ToLower(typed)
	for _, begins := range []bool{true, false} {
		for _, word := range words {
			i := strings.Index(strings.ToLower(word), typed)
			if strings.ToLower(word) == typed && typed != "" {
				return nil
			}
			if (i == 0) == begins && i >= 0 && len(out) < mostSuggested {
				out = append(out, word)
			}
		}
	}
	return out
}

// firstThatFit sets objects side by side, as many as there is room for.
type firstThatFit struct{}

// MinSize asks for no width.
func (firstThatFit) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		size.Height = max(size.Height, o.MinSize().Height)
	}
	return size
}

// Layout hides those behind the last that fits.
func (firstThatFit) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x := float32(0)
	for _, o := range objects {
		o.Move(fyne.NewPos(x, 0))
		o.Resize(o.MinSize())
		x += o.MinSize().Width + theme.Padding()
		Reveal(x-theme.Padding() <= size.Width, o)
	}
}
