package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/phrase"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// groundKind says what a ground is under.
type groundKind fyne.ThemeColorName

const (
	GroundSidebar = groundKind(apptheme.ColorNameSidebar)
	GroundCard    = groundKind(apptheme.ColorNameCard)
	GroundPast    = groundKind(apptheme.ColorNamePast)
)

// ground is a plain area in a colour of the theme, which it follows.
type ground struct {
	widget.BaseWidget
	kind groundKind
	area *canvas.Rectangle
}

// NewGround makes a ground.
func NewGround(kind groundKind) *ground {
	g := &ground{kind: kind, area: &canvas.Rectangle{}}
	if kind != GroundSidebar {
		g.area.CornerRadius = 6
		g.area.StrokeWidth = 1
	}
	g.ExtendBaseWidget(g)
	g.paint()
	return g
}

func (g *ground) paint() {
	g.area.FillColor = theme.Color(fyne.ThemeColorName(g.kind))
	g.area.StrokeColor = theme.Color(theme.ColorNameSeparator)
}

// Refresh takes a new theme.
func (g *ground) Refresh() {
	g.paint()
	g.area.Refresh()
}

// CreateRenderer draws the area.
func (g *ground) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(g.area) }

// Heading is the title of a page.
func Heading(text string) *widget.RichText {
	title := widget.NewRichText(&widget.TextSegment{Text: phrase.Legible(phrase.OneLine(text)), Style: widget.RichTextStyle{
		Alignment: fyne.TextAlignLeading, SizeName: theme.SizeNameHeadingText, ColorName: theme.ColorNameForeground, TextStyle: fyne.TextStyle{Bold: true}}})
	title.Truncation = fyne.TextTruncateEllipsis
	return title
}

// PageTitle is the heading of a page, flush with what stands under it, and
// perhaps buttons at its right.
func PageTitle(text string, buttons ...fyne.CanvasObject) fyne.CanvasObject {
	flush := container.New(layout.NewCustomPaddedLayout(0, 0, -theme.InnerPadding(), 0), Heading(text))
	return container.NewBorder(nil, Gap(1), nil, nil, Beside(flush, Flow(buttons...)))
}

// SetHeading avoids a repaint where nothing changed.
func SetHeading(title *widget.RichText, text string) {
	text = phrase.Legible(phrase.OneLine(text))
	if segment := title.Segments[0].(*widget.TextSegment); segment.Text != text {
		segment.Text = text
		title.Refresh()
	}
}

// Subheading is the title of a part of a page.
func Subheading(text string) *widget.RichText {
	return widget.NewRichText(&widget.TextSegment{Text: phrase.Legible(text), Style: widget.RichTextStyle{
		SizeName: theme.SizeNameSubHeadingText, ColorName: theme.ColorNameForeground, TextStyle: fyne.TextStyle{Bold: true}}})
}

// Reveal shows or hides.
func Reveal(on bool, what ...fyne.CanvasObject) {
	for _, o := range what {
		if on {
			o.Show()
		} else {
			o.Hide()
		}
	}
}

// Muted is a text of lower rank.
func Muted(text string) *widget.Label {
	label := widget.NewLabel(phrase.Legible(text))
	label.Importance = widget.LowImportance
	return label
}

// Value is a text that wraps anywhere and may be selected, but for names written from right to
// left among others: what draws them rightly would be copied with them. Whoever shows
// it has a button that copies all.
func Value(text string) *widget.Label {
	label := widget.NewLabel(phrase.Legible(text))
	label.Wrapping, label.Selectable = fyne.TextWrapBreak, label.Text == text
	return label
}

// Cut lets a text end in an ellipsis where there is no room.
func Cut(label *widget.Label) *widget.Label {
	label.Truncation = fyne.TextTruncateEllipsis
	return label
}

// Inset keeps a page clear of the window's edges.
func Inset(page fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(8, 8, 14, 14), page)
}

// unnamed tells whether a field's name is empty.
func unnamed(name fyne.CanvasObject) bool {
	box, ok := name.(*fyne.Container)
	for ok && len(box.Objects) > 0 {
		if label, is := box.Objects[0].(*widget.Label); is {
			return label.Text == ""
		}
		box, ok = box.Objects[0].(*fyne.Container)
	}
	return false
}

// FieldName stands left of a form's field; all of them are equally wide, so
// that fields line up.
func FieldName(text string) fyne.CanvasObject {
	label := Muted(text)
	return container.NewVBox(container.NewGridWrap(fyne.NewSize(max(150*theme.TextSize()/13, label.MinSize().Width), label.MinSize().Height), label))
}

// Gap is empty room of so many paddings.
func Gap(n float32) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(n*theme.Padding(), 0, 0, 0))
}

// Card puts content on a ground that stands out from the page.
func Card(content fyne.CanvasObject) fyne.CanvasObject {
	ground := NewGround(GroundCard)
	return container.NewStack(ground, container.NewPadded(container.NewPadded(content)))
}

// SetText avoids a repaint where nothing changed. A label that ends in an ellipsis has one line.
func SetText(label *widget.Label, text string) {
	if label.Truncation == fyne.TextTruncateEllipsis {
		text = phrase.OneLine(text)
	}
	if text = phrase.Legible(text); label.Text != text {
		label.SetText(text)
	}
}

// TightLines sets lines of text closer than separate labels stand.
type TightLines struct{}

// tight is how much closer labels stand, of what pads them, at 100% zoom: however many lines
// one has, it is padded once.
const tight = 7.5

func (TightLines) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		if o.Visible() {
			min := o.MinSize()
			size.Width, size.Height = max(size.Width, min.Width), size.Height+min.Height-tight*theme.TextSize()/13
		}
	}
	return size.AddWidthHeight(0, 2*theme.Padding()+theme.InnerPadding())
}

func (TightLines) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := theme.Padding()
	for _, o := range objects {
		if o.Visible() {
			o.Move(fyne.NewPos(0, y))
			o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
			y += o.MinSize().Height - tight*theme.TextSize()/13
		}
	}
}

// Joined puts objects side by side without a gap, as parts of one.
type Joined struct{}

// MinSize is that of all of them in a row.
func (Joined) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		size.Width, size.Height = size.Width+o.MinSize().Width, max(size.Height, o.MinSize().Height)
	}
	return size
}

// Layout puts them from the left.
func (Joined) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x := float32(0)
	for _, o := range objects {
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(o.MinSize().Width, size.Height))
		x += o.MinSize().Width
	}
}
