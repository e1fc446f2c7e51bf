package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// groundKind says what a ground is under.
type groundKind fyne.ThemeColorName

const (
	groundSidebar = groundKind(apptheme.ColorNameSidebar)
	groundCard    = groundKind(apptheme.ColorNameCard)
)

// ground is a plain area in a colour of the theme, which it follows.
type ground struct {
	widget.BaseWidget
	kind groundKind
	area *canvas.Rectangle
}

func newGround(kind groundKind) *ground {
	g := &ground{kind: kind, area: &canvas.Rectangle{}}
	if kind == groundCard {
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

// heading is the title of a page.
func heading(text string) *widget.RichText {
	title := widget.NewRichText(&widget.TextSegment{Text: text, Style: widget.RichTextStyle{
		Alignment: fyne.TextAlignLeading, SizeName: theme.SizeNameHeadingText, ColorName: theme.ColorNameForeground, TextStyle: fyne.TextStyle{Bold: true}}})
	title.Truncation = fyne.TextTruncateEllipsis
	return title
}

// pageTitle is the heading of a page, flush with what stands under it, and
// perhaps buttons at its right.
func pageTitle(text string, buttons ...fyne.CanvasObject) fyne.CanvasObject {
	flush := container.New(layout.NewCustomPaddedLayout(0, 0, -theme.InnerPadding(), 0), heading(text))
	return container.NewBorder(nil, gap(1), nil, container.NewHBox(buttons...), flush)
}

// setHeading avoids a repaint where nothing changed.
func setHeading(title *widget.RichText, text string) {
	if segment := title.Segments[0].(*widget.TextSegment); segment.Text != text {
		segment.Text = text
		title.Refresh()
	}
}

// subheading is the title of a part of a page.
func subheading(text string) fyne.CanvasObject {
	return widget.NewRichText(&widget.TextSegment{Text: text, Style: widget.RichTextStyle{
		SizeName: theme.SizeNameSubHeadingText, ColorName: theme.ColorNameForeground, TextStyle: fyne.TextStyle{Bold: true}}})
}

// reveal shows or hides.
func reveal(on bool, what ...fyne.CanvasObject) {
	for _, o := range what {
		if on {
			o.Show()
		} else {
			o.Hide()
		}
	}
}

// muted is a text of lower rank.
func muted(text string) *widget.Label {
	label := widget.NewLabel(text)
	label.Importance = widget.LowImportance
	return label
}

// cut lets a text end in an ellipsis where there is no room.
func cut(label *widget.Label) *widget.Label {
	label.Truncation = fyne.TextTruncateEllipsis
	return label
}

// inset keeps a page clear of the window's edges.
func inset(page fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(8, 8, 14, 14), page)
}

// fieldName stands left of a form's field; all of them are equally wide, so
// that fields line up.
func fieldName(text string) fyne.CanvasObject {
	label := muted(text)
	return container.NewVBox(container.NewGridWrap(fyne.NewSize(max(150*theme.TextSize()/13, label.MinSize().Width), label.MinSize().Height), label))
}
