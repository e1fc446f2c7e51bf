package window

import (
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// ctrl presses Ctrl or Cmd with a key.
func (f *fixture) ctrl(key fyne.KeyName) {
	f.Host.Window.Canvas().(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault})
}

func TestKeysZoom(t *testing.T) {
	f := newFixture(t)
	for _, c := range []struct {
		key  fyne.KeyName
		want int
	}{{fyne.KeyPlus, 110}, {fyne.KeyEqual, 125}, {fyne.KeyMinus, 110}, {fyne.Key0, 100}, {fyne.KeyMinus, 90}, {fyne.KeyMinus, 80}, {fyne.KeyMinus, 80}} {
		if f.ctrl(c.key); f.Look.Zoom != c.want || math.Abs(float64(theme.TextSize())-0.13*float64(c.want)) > 0.01 {
			t.Errorf("%s: the zoom is %d, texts are %v high, want %d", c.key, f.Look.Zoom, theme.TextSize(), c.want)
		}
	}
	f.again()
	if f.Look.Zoom != 80 {
		t.Errorf("the next start has %d", f.Look.Zoom)
	}
}

// The window never needs more than a small screen, whatever page and zoom.
func TestNoPageMakesTheWindowLarger(t *testing.T) {
	f := newFixture(t)
	f.Wear(host.Look{Mode: "dark", Zoom: 200})
	for _, at := range []host.Route{host.To(host.Overview), host.To(host.Tenants), host.To(host.Profiles), host.To(host.Settings), host.To(host.Help), host.ToTenant(f.Tenant("alpha").Key)} {
		f.Open(at)
		f.Host.Window.Resize(fyne.NewSize(1024, 640))
		if size := f.Host.Window.Content().MinSize(); size.Width > 800 || size.Height > 560 {
			t.Errorf("%s needs %v", at, size)
		}
	}
}

// The page in front takes another zoom at once: its fields are where a page has them
// that is opened then.
func TestZoomLaysThePageInFrontOutAnew(t *testing.T) {
	f := newFixture(t)
	f.Open(host.To(host.Settings))
	field := hosttest.The[*kit.SelectField](f.Fixture, f.room)
	f.Host.Window.Canvas().Focus(field)
	f.Wear(host.Look{Mode: "dark", Zoom: 200})
	now := place(hosttest.The[*kit.SelectField](f.Fixture, f.room))
	f.Open(host.To(host.Help))
	f.Open(host.To(host.Settings))
	if want := place(hosttest.The[*kit.SelectField](f.Fixture, f.room)); now != want {
		t.Errorf("the first field is at %v, on a page opened then at %v", now, want)
	}
	f.Wear(host.Look{Mode: "dark", Zoom: 100})
	f.Host.Window.Canvas().Focus(hosttest.All[*kit.SelectField](f.room)[1])
	f.Wear(host.Look{Mode: "dark", Zoom: 150})
	if got := f.Focused(); got != fyne.Focusable(hosttest.All[*kit.SelectField](f.room)[1]) {
		t.Errorf("the focus is on %T after the zoom", got)
	}
}

func place(o fyne.CanvasObject) fyne.Position {
	return fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
}

func TestZoomKeepsWhatIsNotSaved(t *testing.T) {
	f := newFixture(t)
	f.disable("alpha")
	f.ctrl(fyne.KeyPlus)
	if !f.page.Unsaved() || hosttest.The[*kit.Toggle](f.Fixture, f.room).Checked {
		t.Error("what was not saved is lost")
	}
}

func TestWindowIsNoLargerThanItsScreen(t *testing.T) {
	test.NewTempApp(t)
	f := &fixture{&hosttest.Fixture{T: t, Clock: &hosttest.Clock{}}, nil}
	b := hosttest.Backend(t)
	var put host.Spot
	b.Desk = &host.Desk{
		Room:  func(scale float32) fyne.Size { return fyne.NewSize(1000/scale, 700/scale) },
		Where: func(fyne.Window) host.Spot { return host.Spot{X: 30, Y: 40, Known: true} },
		Put:   func(_ fyne.Window, at host.Spot) { put = at },
	}
	f.open(b) // a first start
	if size := f.Host.Window.Canvas().Size(); size.Width > 1000 || size.Height > 700 {
		t.Errorf("a first start is %v large", size)
	}
	f.show()
	f.Started()
	if put != (host.Spot{}) {
		t.Errorf("a first start is put at %v", put)
	}
	f.Leaving()
	f.again()
	f.show()
	if f.Started(); put != (host.Spot{X: 30, Y: 40, Known: true}) {
		t.Errorf("the next start is put at %v", put)
	}
}

// A window that began in the tray comes to its place when it is first raised, and one that
// was never raised keeps it.
func TestWindowFromTheTrayComesToItsPlace(t *testing.T) {
	test.NewTempApp(t)
	f := &fixture{&hosttest.Fixture{T: t, Clock: &hosttest.Clock{}}, nil}
	b := hosttest.Backend(t)
	var put []host.Spot
	b.Desk = &host.Desk{
		Room:  func(float32) fyne.Size { return fyne.NewSize(1900, 1000) },
		Where: func(fyne.Window) host.Spot { return host.Spot{X: 1, Y: 2, Known: true} },
		Put:   func(_ fyne.Window, at host.Spot) { put = append(put, at) },
	}
	f.open(b)
	lay := host.Spot{X: 30, Y: 40, Known: true}
	f.Host.Layout.Spot = lay
	f.Started()
	if len(put) != 0 {
		t.Errorf("in the tray the window is put at %v", put)
	}
	f.Leaving()
	if f.gone != lay {
		t.Errorf("a window that was never raised is remembered at %v", f.gone)
	}
	f.raise()
	f.raise()
	if len(put) != 1 || put[0] != lay {
		t.Errorf("raised twice it is put at %v, want once at %v", put, lay)
	}
	f.Leaving()
	if f.gone == lay {
		t.Error("a raised window's place is not asked for")
	}
}

// The keys are shown whatever has the focus, but for a field that takes what is typed.
func TestKeysAreShown(t *testing.T) {
	f := newFixture(t)
	c := f.Host.Window.Canvas()
	c.Focus(nil)
	for range 40 {
		c.FocusNext()
		focused := c.Focused()
		if field, types := focused.(*kit.TextField); types && !field.Disabled() {
			continue
		}
		if _, types := focused.(*kit.SearchEntry); types {
			continue
		}
		focused.TypedRune('?')
		if f.Top() == nil || !hosttest.Says(f.Top(), "search in all tenants") {
			t.Errorf("? does not show the keys from %T", focused)
			continue
		}
		f.Press("Close")
	}
}
