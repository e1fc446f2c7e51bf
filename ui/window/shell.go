package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/ui/kit"
)

// narrowWindow is the width at 100% zoom below which the tree folds.
const narrowWindow = 960

// shell puts the tree beside the page. In a narrow window the tree folds to a
// bar of icons, and comes back, as wide as it was, when there is room again.
type shell struct {
	split  *container.Split
	narrow *fyne.Container // the icons and the page; there is nothing to drag
	icons  fyne.CanvasObject
	page   fyne.CanvasObject
	folded bool
}

func newShell(tree, icons, page fyne.CanvasObject, offset float64) *shell {
	s := &shell{split: container.NewHSplit(tree, page), narrow: container.New(layout.NewBorderLayout(nil, nil, icons, nil)), icons: icons, page: page}
	s.narrow.Hide()
	s.split.SetOffset(offset)
	return s
}

func (s *shell) content() fyne.CanvasObject { return container.New(s, s.split, s.narrow) }

// offset is where the split stands while the tree is unfolded.
func (s *shell) offset() float64 { return s.split.Offset }

// Layout folds or unfolds the tree as the width has it.
func (s *shell) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	if kit.SetRoom(size.Width) {
		s.page.Refresh()
	}
	s.fold(size.Width < narrowWindow*theme.TextSize()/13)
	s.split.Resize(size)
	s.narrow.Resize(size)
}

// MinSize is that of the folded shell, so that an open tree never keeps the
// window from getting narrow.
func (s *shell) MinSize([]fyne.CanvasObject) fyne.Size {
	icons, page := s.icons.MinSize(), s.page.MinSize()
	return fyne.NewSize(icons.Width+page.Width+4*theme.Padding(), max(icons.Height, page.Height))
}

// fold moves the page: it can be in one place only.
func (s *shell) fold(folded bool) {
	if folded == s.folded {
		return
	}
	s.folded = folded
	if folded {
		s.split.Trailing, s.narrow.Objects = layout.NewSpacer(), []fyne.CanvasObject{s.icons, s.page}
		s.split.Hide()
		s.narrow.Show()
	} else {
		s.split.Trailing, s.narrow.Objects = s.page, nil
		s.narrow.Hide()
		s.split.Show()
	}
	s.split.Refresh()
	s.narrow.Refresh()
}
