package window

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// pages are the routes to all pages, the tabs of a tenant among them.
func (f *fixture) pages() (all []host.Route) {
	tenant := host.ToTenant(f.Tenant("alpha").Key)
	profile, err := f.Store.Profile(f.T.Context(), "alpha")
	f.Must(err)
	all = []host.Route{host.To(host.Overview), host.To(host.Tenants), host.To(host.Profiles), host.To(host.Settings), host.To(host.Watches), host.To(host.Help), host.ToProfile(profile.ID)}
	for _, tab := range []string{"configuration", "history", host.DirectoryTab, host.ChangesTab} {
		at := tenant
		at.Tab = tab
		all = append(all, at)
	}
	return append(all, host.ToObject(tenant.Tenant, "users", "u1"))
}

// sideways tells what scrolls to the side in an object.
func sideways(o fyne.CanvasObject) (out []string) {
	for _, s := range hosttest.All[*container.Scroll](o) {
		if inField(s) || s.Direction == container.ScrollVerticalOnly || s.Direction == container.ScrollNone {
			continue
		}
		if min, room := s.Content.MinSize().Width, s.Size().Width; s.Visible() && room > 0 && min > room+0.5 {
			out = append(out, fmt.Sprintf("%T needs %v of %v", s.Content, min, room))
		}
	}
	return out
}

// inField tells whether a scroll is that of a text field.
func inField(s *container.Scroll) bool {
	return strings.Contains(fmt.Sprintf("%T", s.Content), "entryContent")
}

// cutTexts are texts that end in an ellipsis, but for those that are written so, and for
// cells of tables and lines of lists, which are said in full under the pointer.
func cutTexts(t *testing.T, o fyne.CanvasObject) (out []string) {
	t.Helper()
	var written map[string]string
	words, err := os.ReadFile("../translations/de.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(words, &written); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for english, german := range written {
		known[english], known[german] = true, true
	}
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		for _, inner := range test.LaidOutObjects(o) {
			if text, ok := inner.(*canvas.Text); ok && strings.HasSuffix(text.Text, "…") && !known[text.Text] {
				out = append(out, text.Text)
			}
		}
	}
	walk(o)
	for _, told := range hosttest.All[teller](o) {
		if _, silent := told.(*kit.SelectField); silent {
			continue
		}
		for _, text := range cutIn(told) {
			if i := slices.Index(out, text); i >= 0 {
				out = slices.Delete(out, i, i+1)
			}
		}
	}
	return out
}

// teller is what says in full under the pointer what it cuts.
type teller interface {
	fyne.Widget
	MouseMoved(*desktop.MouseEvent)
}

// cutIn are the texts in a widget that end in an ellipsis.
func cutIn(o fyne.CanvasObject) (out []string) {
	for _, inner := range test.LaidOutObjects(o) {
		if text, ok := inner.(*canvas.Text); ok && strings.HasSuffix(text.Text, "…") {
			out = append(out, text.Text)
		}
	}
	return out
}

// No page scrolls to the side or cuts a text: at 200 % in the window's usual size and in a
// small one, and in the small one as it comes.
func TestPagesFitTheWindow(t *testing.T) {
	small := fyne.NewSize(1024, 640)
	sizes := map[int][]fyne.Size{200: {fyne.NewSize(1280, 800), small}, 100: {small}}
	for _, language := range []string{"en", "de"} {
		for zoom, sizes := range sizes {
			f := newFixture(t)
			f.AddRuns("alpha", 3, nil)
			f.Must(f.Speak(language))
			f.Wear(host.Look{Mode: "dark", Zoom: zoom})
			for _, size := range sizes {
				f.Host.Window.Resize(size)
				for _, at := range f.pages() {
					f.Open(at)
					f.settle(size)
					if f.at.Bare() != at.Bare() {
						t.Fatalf("%s is not in front, but %s", at, f.at)
					}
					if got := sideways(f.Host.Window.Content()); len(got) > 0 {
						t.Errorf("%s at %v, %d %%, %s: %s", at, size, zoom, language, strings.Join(got, ", "))
					}
					if got := cutTexts(t, f.Host.Window.Content()); len(got) > 0 {
						t.Errorf("%s at %v, %d %%, %s cuts %q", at, size, zoom, language, got)
					}
				}
			}
		}
	}
}

// settle lays out again what came to need another height at its width, as the window does
// with its next frame.
func (f *fixture) settle(size fyne.Size) {
	f.Host.Window.Resize(size.SubtractWidthHeight(1, 1))
	f.Host.Window.Resize(size)
}
