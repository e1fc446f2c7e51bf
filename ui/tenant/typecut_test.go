package tenant

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/translations"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// Why a class was not read is told whole, or by the name of what is missing, in the column Status
// of a window of 1280.
func TestReasonsHaveRoomInTheHistory(t *testing.T) {
	test.NewTempApp(t)
	defer func() { _ = translations.Speak("en") }()
	const room = 190 // beside its sign
	wide := func(text string) float32 { return table.Width(text, theme.TextSize(), fyne.TextStyle{}) }
	for _, language := range []string{"en", "de"} {
		if err := translations.Speak(language); err != nil {
			t.Fatal(err)
		}
		for _, c := range entra.Choices() {
			if c.Licence == "" {
				continue
			}
			e := &entra.Error{Code: entra.CodeLicence, What: "reading failed", Why: say.With("the tenant has no licence for %s (%s)", c.Noun(), c.Licence)}
			ways := runWhy(entra.ClassRun{Class: c.Name, Status: entra.Warning, Code: e.Code, What: e.What, Why: e.Why})
			name := strings.TrimPrefix(wording.Say(c.Licence), "Microsoft ")
			if cut := table.Cut(ways[len(ways)-1], room, theme.TextSize(), fyne.TextStyle{}); !strings.Contains(cut, name) {
				t.Errorf("%s: of %s it says %q, cut %q", language, name, ways, cut)
			}
		}
		for _, code := range []entra.Code{entra.CodeNotOffered, entra.CodeNetwork, entra.CodeTimeout, entra.CodeThrottled, entra.CodeService, entra.CodeSignIn, entra.CodeSignInAgain,
			entra.CodeUnauthorized, entra.CodeRequest, entra.CodeAnswer, entra.CodeLoop, entra.CodeHeld, entra.CodeManyRemoved, entra.CodeTenantUnknown, entra.CodeDiskFull} {
			if text := labels.Briefest(&entra.Error{Code: code}); text == "" || wide(text) > room {
				t.Errorf("%s: of %s it says %q", language, code, text)
			}
		}
	}
}

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
