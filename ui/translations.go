package ui

import (
	"embed"
	"strings"

	"fyne.io/fyne/v2/lang"
)

//go:embed translations/*.json
var translations embed.FS

// AddTranslations gives the window its languages, English and German. Keys are
// the English texts.
func AddTranslations() error { return lang.AddTranslationsFS(translations, "translations") }

// speak shows the window in a language; "": in the system's, or in English
// where that is none of ours. Fyne always takes the system's, so our texts are
// put in its place.
func speak(language string) error {
	system := lang.SystemLocale()
	if language == "" {
		language = "en"
		if strings.HasPrefix(string(system), "de") {
			language = "de"
		}
	}
	texts, err := translations.ReadFile("translations/" + language + ".json")
	if err != nil {
		return err
	}
	return lang.AddTranslationsForLocale(texts, system)
}
