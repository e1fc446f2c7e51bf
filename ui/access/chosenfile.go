package access

import (
	"io"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// certificateFiles are the endings of what holds a certificate with its key.
var certificateFiles = []string{".pem", ".pfx", ".p12", ".crt", ".cer", ".key"}

// certificateLimit bounds what is read of a certificate's file: a byte more than
// is taken, so that a longer one is told as such.
const certificateLimit = 1<<20 + 1

// chosenFile is a file of certificates as a form takes it: it is chosen, named, and can be
// taken out again.
type chosenFile struct {
	window   fyne.Window
	title    string // of the dialog
	none     string // what stands in the place of its name while there is none
	onChange func()

	content []byte // empty: none is chosen
	choose  *kit.Button
	out     *kit.Button
	name    *widget.Label
	line    *fyne.Container
}

func newChosenFile(w fyne.Window, title, none string, changed func()) *chosenFile {
	f := &chosenFile{window: w, title: title, none: none, onChange: changed, name: kit.Cut(kit.Muted(none))}
	f.choose = kit.NewButton(lang.L("Choose a file…"), f.ask)
	f.out = kit.NewButton(lang.L("Remove"), func() {
		f.put(f.none, nil)
		w.Canvas().Focus(f.choose) // the button that was pressed is gone
	})
	f.out.Icon = theme.CancelIcon()
	f.out.Hide()
	f.line = container.NewBorder(nil, nil, f.choose, f.out, f.name)
	return f
}

// put takes a file's content under its name.
func (f *chosenFile) put(name string, content []byte) {
	f.content = content
	kit.SetText(f.name, name)
	kit.Reveal(len(content) > 0, f.out)
	f.line.Refresh()
	f.onChange()
}

// ask lets a file be chosen, and reads it.
func (f *chosenFile) ask() {
	unreadable := func(err error) {
		kit.ShowTrouble(f.window, entra.Invalid("the certificate can't be read", say.Because(err), "choose another file"))
	}
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		switch {
		case err != nil:
			unreadable(err)
			return
		case file == nil: // cancelled
			return
		}
		defer file.Close()
		content, err := io.ReadAll(io.LimitReader(file, certificateLimit))
		if err != nil {
			unreadable(err)
			return
		}
		f.put(file.URI().Name(), content)
	}, f.window)
	d.SetTitleText(f.title)
	d.SetFilter(storage.NewExtensionFileFilter(certificateFiles))
	kit.ShowFileDialog(d, f.window)
}
