package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

type palette = map[fyne.ThemeColorName]color.NRGBA

// rgb reads 0xRRGGBB.
func rgb(hex uint32) color.NRGBA { return tint(hex, 0xff) }

func tint(hex uint32, alpha uint8) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: alpha}
}

// Text on its ground has a contrast of at least 4.5 to 1, the border of a field
// or a check box one of 3 to 1, see the test.
var light = palette{
	theme.ColorNameBackground:          rgb(0xffffff),
	ColorNameSidebar:                   rgb(0xf4f6f8),
	ColorNameCard:                      rgb(0xf7f9fa),
	ColorNamePast:                      rgb(0xfdf3df),
	theme.ColorNameForeground:          rgb(0x1c2329),
	theme.ColorNamePlaceHolder:         rgb(0x5f6b76),
	theme.ColorNameDisabled:            rgb(0x646f79),
	theme.ColorNameButton:              rgb(0xe9edf0),
	theme.ColorNameDisabledButton:      rgb(0xf0f2f4),
	theme.ColorNameInputBackground:     rgb(0xf1f4f6),
	theme.ColorNameInputBorder:         rgb(0x848e97),
	theme.ColorNameHeaderBackground:    rgb(0xf4f6f8),
	theme.ColorNameMenuBackground:      rgb(0xffffff),
	theme.ColorNameOverlayBackground:   rgb(0xffffff),
	theme.ColorNameSeparator:           rgb(0xdde2e6),
	theme.ColorNamePrimary:             rgb(0x0b6e94),
	theme.ColorNameHyperlink:           rgb(0x0b6e94),
	theme.ColorNameForegroundOnPrimary: rgb(0xffffff),
	theme.ColorNameFocus:               tint(0x0b6e94, 0x50),
	theme.ColorNameSelection:           tint(0x0b6e94, 0x26),
	theme.ColorNameHover:               tint(0x1c2329, 0x0c),
	theme.ColorNamePressed:             tint(0x1c2329, 0x18),
	theme.ColorNameScrollBar:           tint(0x1c2329, 0x50),
	theme.ColorNameShadow:              tint(0x1c2329, 0x14),
	theme.ColorNameSuccess:             rgb(0x18794e),
	theme.ColorNameWarning:             rgb(0x8f5b00),
	theme.ColorNameError:               rgb(0xb42318),
	theme.ColorNameForegroundOnError:   rgb(0xffffff),
	theme.ColorNameForegroundOnSuccess: rgb(0xffffff),
	theme.ColorNameForegroundOnWarning: rgb(0xffffff),
}

var dark = palette{
	theme.ColorNameBackground:          rgb(0x171b1f),
	ColorNameSidebar:                   rgb(0x1d2227),
	ColorNameCard:                      rgb(0x1e2429),
	ColorNamePast:                      rgb(0x33290f),
	theme.ColorNameForeground:          rgb(0xe3e8ec),
	theme.ColorNamePlaceHolder:         rgb(0x98a4ae),
	theme.ColorNameDisabled:            rgb(0x8b97a1),
	theme.ColorNameButton:              rgb(0x2b333a),
	theme.ColorNameDisabledButton:      rgb(0x22282d),
	theme.ColorNameInputBackground:     rgb(0x1d2227),
	theme.ColorNameInputBorder:         rgb(0x66727c),
	theme.ColorNameHeaderBackground:    rgb(0x1d2227),
	theme.ColorNameMenuBackground:      rgb(0x242b31),
	theme.ColorNameOverlayBackground:   rgb(0x20262b),
	theme.ColorNameSeparator:           rgb(0x2e363d),
	theme.ColorNamePrimary:             rgb(0x4fb6d6),
	theme.ColorNameHyperlink:           rgb(0x4fb6d6),
	theme.ColorNameForegroundOnPrimary: rgb(0x0c1b22),
	theme.ColorNameFocus:               tint(0x4fb6d6, 0x50),
	theme.ColorNameSelection:           tint(0x4fb6d6, 0x30),
	theme.ColorNameHover:               tint(0xe3e8ec, 0x0e),
	theme.ColorNamePressed:             tint(0xe3e8ec, 0x1c),
	theme.ColorNameScrollBar:           tint(0xe3e8ec, 0x50),
	theme.ColorNameShadow:              tint(0x000000, 0x48),
	theme.ColorNameSuccess:             rgb(0x4cc38a),
	theme.ColorNameWarning:             rgb(0xe2b340),
	theme.ColorNameError:               rgb(0xf2786c),
	theme.ColorNameForegroundOnError:   rgb(0x2a0d0a),
	theme.ColorNameForegroundOnSuccess: rgb(0x0a2417),
	theme.ColorNameForegroundOnWarning: rgb(0x2a1f05),
}
