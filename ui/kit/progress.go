package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Progress is a thin bar that shows how much of something is done; out of sight where
// that is not known.
type Progress struct {
	widget.BaseWidget
	share       float64
	track, done *canvas.Rectangle
}

// progressHeight is that of the bar, at any zoom.
const progressHeight = 4

// NewProgress makes a bar that is out of sight.
func NewProgress() *Progress {
	p := &Progress{track: &canvas.Rectangle{CornerRadius: progressHeight / 2}, done: &canvas.Rectangle{CornerRadius: progressHeight / 2}}
	p.ExtendBaseWidget(p)
	p.Hide()
	return p
}

// Tell shows a share from 0 to 1, or nothing.
func (p *Progress) Tell(share float64, known bool) {
	if share = min(max(share, 0), 1); share != p.share {
		p.share = share
		p.Refresh()
	}
	if known != p.Visible() {
		Reveal(known, p)
	}
}

// Share is what it shows.
func (p *Progress) Share() float64 { return p.share }

// CreateRenderer draws the bar.
func (p *Progress) CreateRenderer() fyne.WidgetRenderer { return &progressRenderer{p} }

type progressRenderer struct{ bar *Progress }

func (r *progressRenderer) Destroy()           {}
func (r *progressRenderer) MinSize() fyne.Size { return fyne.NewSize(0, progressHeight) }

func (r *progressRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.bar.track, r.bar.done}
}

func (r *progressRenderer) Layout(size fyne.Size) {
	p := r.bar
	p.track.FillColor, p.done.FillColor = theme.Color(theme.ColorNameHover), theme.Color(theme.ColorNamePrimary)
	p.track.Resize(size)
	p.done.Resize(fyne.NewSize(size.Width*float32(p.share), size.Height))
}

func (r *progressRenderer) Refresh() {
	r.Layout(r.bar.Size())
	canvas.Refresh(r.bar)
}
