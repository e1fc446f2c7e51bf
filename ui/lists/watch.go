package lists

import (
	"context"
	"fmt"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/watch"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// NewWatchButton lets the desktop tell when what a list shows changes. of is that as a watch.
func NewWatchButton(h *host.Host, of func() watch.Watch) *kit.Button {
	b := kit.NewButton("", func() { Watch(h, of()) })
	b.Icon, b.Tip, b.Tips = apptheme.BellIcon, lang.L("Tell me when this changes"), h.Tips
	return b
}

// Watch lets the desktop tell of something from now on; the toast leads to the watches, where
// it can be told elsewhere.
func Watch(h *host.Host, w watch.Watch) {
	w.Desktop = true
	h.Act(func(ctx context.Context) (err error) {
		name := w.Name
		for n := 2; n < 100; n++ { // until one is free
			if w, err = watch.Put(ctx, h.Store, w); entra.CodeOf(err) != entra.CodeExists {
				return err
			}
			w.Name = fmt.Sprintf("%s (%d)", name, n)
		}
		return err
	}, func(err error) {
		if err != nil {
			h.Failed(err)
			return
		}
		h.Toasts.Show(toast.Toast{Kind: toast.Success, Title: lang.L("{{.Watch}} is watched", map[string]any{"Watch": w.Name}), Text: lang.L("The desktop tells, while this window runs."),
			Action: lang.L("Show"), Do: func() { h.Open(host.To(host.Watches)) }})
	})
}
