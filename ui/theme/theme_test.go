package theme

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// luminance is the relative luminance of WCAG 2.
func luminance(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestTextIsReadable(t *testing.T) {
	grounds := []fyne.ThemeColorName{theme.ColorNameBackground, ColorNameSidebar, ColorNameCard, theme.ColorNameMenuBackground}
	texts := []fyne.ThemeColorName{theme.ColorNameForeground, theme.ColorNamePlaceHolder, theme.ColorNameDisabled, theme.ColorNamePrimary,
		theme.ColorNameSuccess, theme.ColorNameWarning, theme.ColorNameError}
	for mode, p := range map[Mode]palette{Light: light, Dark: dark} {
		for _, ground := range grounds {
			for _, text := range texts {
				if c := contrast(p[text], p[ground]); c < 4.5 {
					t.Errorf("%s: %s on %s has a contrast of %.2f", mode, text, ground, c)
				}
			}
		}
		for _, ground := range []fyne.ThemeColorName{theme.ColorNameBackground, ColorNameCard, theme.ColorNameInputBackground} {
			if c := contrast(p[theme.ColorNameInputBorder], p[ground]); c < 3 {
				t.Errorf("%s: a check box on %s has a contrast of %.2f", mode, ground, c)
			}
		}
		if c := contrast(p[theme.ColorNameForegroundOnPrimary], p[theme.ColorNamePrimary]); c < 4.5 {
			t.Errorf("%s: text on the accent has a contrast of %.2f", mode, c)
		}
	}
}

func TestModeAndZoom(t *testing.T) {
	if got := (Compact{Mode: Dark}).Color(theme.ColorNameBackground, theme.VariantLight); got != dark[theme.ColorNameBackground] {
		t.Errorf("dark on a light desktop: background %v", got)
	}
	if got := (Compact{}).Color(theme.ColorNameBackground, theme.VariantLight); got != light[theme.ColorNameBackground] {
		t.Errorf("system on a light desktop: background %v", got)
	}
	if got := (Compact{Zoom: 2}).Size(theme.SizeNameText); got != 26 {
		t.Errorf("text at 200%%: %v, want 26", got)
	}
	if got := (Compact{Zoom: 2}).Size(theme.SizeNameSeparatorThickness); got != 1 {
		t.Errorf("separator at 200%%: %v, want 1", got)
	}
}
