package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// desk is what every page works with.
type desk struct {
	*crew
	store  *store.Store
	engine *syncer.Engine
	keeper *signin.VaultAccess

	options     Options
	preferences preferences
	layout      layoutMemory
	tray        *tray // nil: the desktop has none

	window fyne.Window
	tracer fyne.CanvasObject // tells when the first frame has been drawn; nil: nobody asks
	toasts *toast.Layer
	tips   *tips
	after  toast.After // later, on the UI thread
	now    func() time.Time

	open    func(node)         // goes to a node's page
	changed func()             // tenants or profiles were changed by a page
	add     func(integration)  // opens Add New Integration
	show    func(appearance)   // takes another look
	look    func() appearance  // the look as it is
	speak   func(string) error // takes another language; "": the system's
	clouds  map[string]string  // labels by name
}

// labelClouds keeps the clouds' labels in the language that is spoken.
func (d *desk) labelClouds() error {
	clouds, err := d.store.Clouds(d.ctx)
	if err != nil {
		return err
	}
	d.clouds = map[string]string{}
	for _, c := range clouds {
		d.clouds[c.Name] = cloudLabel(c)
	}
	return nil
}

func (d *desk) cloudLabel(name string) string {
	if label, ok := d.clouds[name]; ok {
		return label
	}
	return name
}

// succeeded tells that something went well.
func (d *desk) succeeded(title, text string) {
	d.toasts.Show(toast.Toast{Kind: toast.Success, Title: title, Text: text})
}

// failed tells an error: what, why and what to do; the technical text is a
// click away.
func (d *desk) failed(err error) { tellTrouble(d.toasts, d.window, err) }
