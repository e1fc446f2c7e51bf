package ui

import (
	"context"
	"encoding/json"

	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/core/store"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// appearance is what a person chooses of the window's look.
type appearance struct {
	Mode apptheme.Mode
	Zoom int // percent
}

var (
	modes = []apptheme.Mode{apptheme.System, apptheme.Light, apptheme.Dark}
	zooms = []int{80, 90, 100, 110, 125, 150, 175, 200}
)

const lookSetting = "appearance"

// storedLook is the look that was chosen last.
func storedLook(ctx context.Context, st *store.Store) (appearance, error) {
	look := appearance{Mode: apptheme.System, Zoom: 100}
	text, err := st.Setting(ctx, lookSetting)
	if err != nil || text == "" {
		return look, err
	}
	if json.Unmarshal([]byte(text), &look) != nil {
		return appearance{Mode: apptheme.System, Zoom: 100}, nil // written by a version that is not ours
	}
	return look, nil
}

func (w *Window) wear(look appearance) {
	fyne.CurrentApp().Settings().SetTheme(apptheme.Compact{Mode: look.Mode, Zoom: float32(look.Zoom) / 100})
}

// restyle takes another look and remembers it.
func (w *Window) restyle(look appearance) {
	w.look = look
	w.wear(look)
	w.desk.act(func(ctx context.Context) error {
		text, err := json.Marshal(look)
		if err != nil {
			return err
		}
		return w.desk.store.SetSetting(ctx, lookSetting, string(text))
	}, func(err error) {
		if err != nil {
			w.desk.failed(err)
		}
	})
}

// Restyle puts the chosen look on again. Fyne takes a theme fully only once
// the app has started.
func (w *Window) Restyle() { w.wear(w.look) }
