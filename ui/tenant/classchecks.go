package tenant

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// classChecks are the object classes by how they are kept current.
func (c *configuration) classChecks() fyne.CanvasObject {
	columns := &sharedColumns{}
	delta, polled := columns.group(), columns.group()
	for i, class := range entra.Classes() {
		if class.Delta != "" {
			delta.Add(c.rules[i].check)
		} else {
			polled.Add(c.rules[i].check)
		}
	}
	return container.NewVBox(kit.Muted(lang.L("Kept current by what changed")), delta, kit.Muted(lang.L("Read whole, once an hour")), polled)
}

// sharedColumns lays groups out in three columns that all groups have in common.
// Each is as wide as what stands in it, so that a long word makes one column
// wider and not all of them.
type sharedColumns struct{ groups []*fyne.Container }

func (s *sharedColumns) group() *fyne.Container {
	g := container.New(s)
	s.groups = append(s.groups, g)
	return g
}

func (s *sharedColumns) widths() (widths [3]float32) {
	for _, g := range s.groups {
		for i, o := range g.Objects {
			widths[i%3] = max(widths[i%3], o.MinSize().Width)
		}
	}
	return widths
}

// line is the height of a line of a group.
func (s *sharedColumns) line(objects []fyne.CanvasObject) (height float32) {
	for _, o := range objects {
		height = max(height, o.MinSize().Height)
	}
	return height + theme.Padding()
}

// MinSize is that of all groups in width, and of one in height.
func (s *sharedColumns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w := s.widths()
	return fyne.NewSize(w[0]+w[1]+w[2], float32((len(objects)+2)/3)*s.line(objects))
}

// Layout shares the room that is left over among the columns.
func (s *sharedColumns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w, line := s.widths(), s.line(objects)
	more := max(size.Width-w[0]-w[1]-w[2], 0) / 3
	left := [3]float32{0, w[0] + more, w[0] + w[1] + 2*more}
	for i, o := range objects {
		o.Move(fyne.NewPos(left[i%3], float32(i/3)*line))
		o.Resize(fyne.NewSize(w[i%3], line-theme.Padding()))
	}
}
