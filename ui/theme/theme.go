// Package theme gives the window its look: compact, calm, one accent colour,
// light and dark.
package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Mode says which of the two palettes is used.
type Mode string

// The modes that a person chooses from.
const (
	System Mode = "system" // as the desktop has it
	Light  Mode = "light"
	Dark   Mode = "dark"
)

// ColorNameSidebar is the ground under the navigation tree.
const ColorNameSidebar fyne.ThemeColorName = "sidebar"

// ColorNameCard is the ground of a box that stands out from its page.
const ColorNameCard fyne.ThemeColorName = "card"

// ColorNamePast is the ground of what says that the past is shown.
const ColorNamePast fyne.ThemeColorName = "past"

// SizeNameCode is the size of a code that is read and typed elsewhere.
const SizeNameCode fyne.ThemeSizeName = "code"

// Compact is the theme. The zero value follows the desktop at 100%.
type Compact struct {
	Mode Mode
	Zoom float32 // 1 is 100%; 0 counts as 1
}

var _ fyne.Theme = Compact{}

// Color gives our palette, and Fyne's own for what it does not name.
func (c Compact) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	switch c.Mode {
	case Light:
		variant = theme.VariantLight
	case Dark:
		variant = theme.VariantDark
	}
	palette := light
	if variant == theme.VariantDark {
		palette = dark
	}
	if rgba, ok := palette[name]; ok {
		return rgba
	}
	return theme.DefaultTheme().Color(name, variant)
}

// Font gives Fyne's fonts; their figures are tabular.
func (Compact) Font(style fyne.TextStyle) fyne.Resource { return theme.DefaultTheme().Font(style) }

// Icon gives Fyne's icons, but for the arrow of an open branch in a tree.
func (Compact) Icon(name fyne.ThemeIconName) fyne.Resource {
	if name == theme.IconNameMoveDown {
		name = theme.IconNameArrowDropDown
	}
	return theme.DefaultTheme().Icon(name)
}

var sizes = map[fyne.ThemeSizeName]float32{
	theme.SizeNameText:            13,
	theme.SizeNameCaptionText:     11,
	theme.SizeNameSubHeadingText:  15,
	theme.SizeNameHeadingText:     19,
	SizeNameCode:                  30,
	theme.SizeNameInlineIcon:      16,
	theme.SizeNamePadding:         3,
	theme.SizeNameInnerPadding:    5,
	theme.SizeNameLineSpacing:     3,
	theme.SizeNameScrollBar:       10,
	theme.SizeNameInputRadius:     4,
	theme.SizeNameSelectionRadius: 4,
}

// Size gives our compact sizes, zoomed.
func (c Compact) Size(name fyne.ThemeSizeName) float32 {
	size, ok := sizes[name]
	if !ok {
		size = theme.DefaultTheme().Size(name)
	}
	if c.Zoom <= 0 || name == theme.SizeNameSeparatorThickness || name == theme.SizeNameInputBorder {
		return size
	}
	return size * c.Zoom
}
