package toast

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// corner stacks its objects at the right, from the top on: each at the first height
// where it covers nothing that somebody could want to press or to correct.
type corner struct{ layer *Layer }

// below keeps clear of the page's own heading.
const below = 54

func (corner) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (c corner) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	gap := 3 * theme.Padding()
	taken := controls(c.layer.beneath, fyne.Position{}, frame{size: size})
	y := float32(below)
	for _, o := range objects {
		min := o.MinSize()
		card := frame{fyne.NewPos(size.Width-min.Width-gap, y), min}
		card.at.Y = card.free(taken, size.Height)
		o.Resize(card.size)
		o.Move(card.at)
		y = card.at.Y + min.Height + gap
	}
}

// frame is a part of the window.
type frame struct {
	at   fyne.Position
	size fyne.Size
}

func (f frame) end() fyne.Position { return f.at.Add(f.size) }

// within is the part of a frame that another one shows.
func (f frame) within(other frame) frame {
	from := fyne.NewPos(max(f.at.X, other.at.X), max(f.at.Y, other.at.Y))
	to := fyne.NewPos(min(f.end().X, other.end().X), min(f.end().Y, other.end().Y))
	return frame{from, fyne.NewSize(max(to.X-from.X, 0), max(to.Y-from.Y, 0))}
}

// covers is how much of others a frame lies over.
func (f frame) covers(others []frame) (area float32) {
	for _, o := range others {
		common := f.within(o).size
		area += common.Width * common.Height
	}
	return area
}

// free is the first height from the frame's own on where it covers nothing; where
// there is none, the one where it covers least.
func (f frame) free(taken []frame, height float32) float32 {
	const step = 8
	best, least := f.at.Y, f.covers(taken)
	for y := f.at.Y; least > 0 && y+f.size.Height <= height; y += step {
		if area := (frame{fyne.NewPos(f.at.X, y), f.size}).covers(taken); area < least {
			best, least = y, area
		}
	}
	return best
}

// tallest is the height from which on something that takes keys is a table or a
// tree, and no field or button.
const tallest = 64

// controls finds the fields and buttons in what an object shows.
func controls(o fyne.CanvasObject, at fyne.Position, seen frame) (found []frame) {
	if o == nil || !o.Visible() {
		return nil
	}
	at = at.Add(o.Position())
	own := frame{at, o.Size()}.within(seen)
	if own.size.Width == 0 || own.size.Height == 0 {
		return nil
	}
	all := func(objects ...fyne.CanvasObject) {
		for _, inner := range objects {
			found = append(found, controls(inner, at, own)...)
		}
	}
	switch o := o.(type) {
	case *fyne.Container:
		all(o.Objects...)
	case *container.Split:
		all(o.Leading, o.Trailing)
	case *container.Scroll:
		all(o.Content)
	case *container.AppTabs:
		if tab := o.Selected(); tab != nil {
			bar := frame{at, fyne.NewSize(o.Size().Width, tab.Content.Position().Y)}
			found = append(found, bar.within(own))
			all(tab.Content)
		}
	case fyne.Focusable:
		if o.(fyne.CanvasObject).Size().Height < tallest*theme.TextSize()/13 {
			found = append(found, own)
		}
	}
	return found
}
