package help

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// The keys are read without scrolling to the side, in a window of 1024 at 200 %, too.
func TestKeysWrapWhereThereIsLittleRoom(t *testing.T) {
	f := hosttest.New(t)
	t.Cleanup(func() { kit.SetRoom(0) })
	for _, german := range []bool{false, true} {
		if german {
			f.InGerman()
		}
		for _, width := range []float32{1280, 512} {
			f.Display(widget.NewLabel(""))
			f.Window.Resize(fyne.NewSize(width, 320))
			kit.SetRoom(width)
			ShowKeys(f.Window)
			scroll := hosttest.The[*container.Scroll](f, f.Top())
			if need, room := scroll.Content.MinSize().Width, scroll.Size().Width; need > room {
				t.Errorf("in a window of %v, German %v, the keys take %v of %v", width, german, need, room)
			}
			for _, name := range hosttest.All[*widget.Label](scroll.Content) {
				if name.Size().Height < name.MinSize().Height {
					t.Errorf("in a window of %v %q is cut", width, name.Text)
				}
			}
			f.TypeKeys(fyne.KeyEscape)
		}
	}
}
