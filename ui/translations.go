package ui

import (
	"embed"

	"fyne.io/fyne/v2/lang"
)

//go:embed translations/*.json
var translations embed.FS

// AddTranslations gives the window its languages, English and German. Keys are
// the English texts.
func AddTranslations() error { return lang.AddTranslationsFS(translations, "translations") }
