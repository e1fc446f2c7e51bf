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

// speak shows the window in a language that is not the system's. Fyne always
// takes the system's, so our texts are put in its place. "" changes nothing.
func speak(language string) error {
	if language == "" {
		return nil
	}
	texts, err := translations.ReadFile("translations/" + language + ".json")
	if err != nil {
		return err
	}
	return lang.AddTranslationsForLocale(texts, lang.SystemLocale())
}
