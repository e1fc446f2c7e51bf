package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// narrowWindow is the width at 100% zoom below which the tree folds.
const narrowWindow = 960

// shell puts the tree beside the page. In a narrow window the tree folds to a
// rail of icons, and comes back, as wide as it was, when there is room again.
type shell struct {
	split  *container.Split
	tree   fyne.CanvasObject
	rail   fyne.CanvasObject
	open   float64 // the split's offset with the tree
	folded bool
}

func newShell(tree, rail, page fyne.CanvasObject, offset float64) *shell {
	s := &shell{split: container.NewHSplit(tree, page), tree: tree, rail: rail, open: offset}
	s.split.SetOffset(offset)
	return s
}

func (s *shell) content() fyne.CanvasObject { return container.New(s, s.split) }

// offset is where the split stands while the tree is unfolded.
func (s *shell) offset() float64 {
	if s.folded {
		return s.open
	}
	return s.split.Offset
}

// Layout folds or unfolds the tree as the width has it.
func (s *shell) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	s.fold(size.Width < narrowWindow*theme.TextSize()/13)
	s.split.Resize(size)
}

// MinSize is that of the folded shell, so that an open tree never keeps the
// window from getting narrow.
func (s *shell) MinSize([]fyne.CanvasObject) fyne.Size {
	rail, page := s.rail.MinSize(), s.split.Trailing.MinSize()
	return fyne.NewSize(rail.Width+page.Width+4*theme.Padding(), max(rail.Height, page.Height))
}

func (s *shell) fold(folded bool) {
	if folded == s.folded {
		return
	}
	if folded {
		s.open = s.split.Offset
		s.split.Leading, s.split.Offset = s.rail, 0
	} else {
		s.split.Leading, s.split.Offset = s.tree, s.open
	}
	s.folded = folded
	s.split.Refresh()
}
