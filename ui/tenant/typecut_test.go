package tenant

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/translations"
)

// No two streams look alike in the history of a window of 1280, whose column Type is 200 wide
// and has the tag of a full scan in it.
func TestNoTwoTypesLookAlikeWhereTheyAreCut(t *testing.T) {
	test.NewTempApp(t)
	defer func() { _ = translations.Speak("en") }()
	for _, language := range []string{"en", "de"} {
		if err := translations.Speak(language); err != nil {
			t.Fatal(err)
		}
		room := 200 - 4*8 - 8 - table.Width(lang.L("full scan"), theme.TextSize()*0.85, fyne.TextStyle{})
		seen := map[string]string{}
		for _, c := range entra.Choices() {
			streams := []string{c.Name}
			for _, r := range c.Relations {
				streams = append(streams, c.Name+"/"+r.Name)
			}
			for _, stream := range streams {
				cut := table.CutMiddle(labels.Class(stream), room, theme.TextSize(), fyne.TextStyle{})
				if other := seen[cut]; other != "" {
					t.Errorf("%s: %s and %s both read %q", language, other, stream, cut)
				}
				seen[cut] = stream
			}
		}
	}
}
