// Package translations has the texts of the window in its languages, English
// and German. Keys are the English texts.
package translations

import (
	"embed"
	"errors"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
)

//go:embed en.json de.json
var files embed.FS

// Add gives the app its languages.
func Add() error {
	add := func(name string) error {
		texts, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		return lang.AddTranslations(fyne.NewStaticResource(name, texts))
	}
	return errors.Join(add("en.json"), add("de.json"))
}

// Speak shows the window in a language; "": in the system's, or in English
// where that is none of ours. Fyne always takes the system's, so our texts are
// put in its place.
func Speak(language string) error {
	system := lang.SystemLocale()
	if language == "" {
		language = "en"
		if strings.HasPrefix(string(system), "de") {
			language = "de"
		}
	}
	texts, err := files.ReadFile(language + ".json")
	if err != nil {
		return err
	}
	return lang.AddTranslationsForLocale(texts, system)
}
