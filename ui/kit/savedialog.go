package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/storage/repository"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/say"
)

// ShowSaveDialog asks where to write a file and gives the path. It touches no
// file: whether one is there, and may be replaced, is for the caller to find out.
func ShowSaveDialog(w fyne.Window, title, name string, save func(path string)) {
	d := dialog.NewFileSave(func(file fyne.URIWriteCloser, _ error) {
		if file != nil { // nil: it was cancelled
			save(file.URI().Path())
		}
	}, w)
	d.SetTitleText(title)
	d.SetFileName(name)
	d.SetConfirmText(lang.L("Save"))
	ShowFileDialog(d, w)
	if b := fileDialogButton(w.Canvas().Overlays().Top(), lang.L("Save")); b != nil {
		choose := b.OnTapped
		b.OnTapped = func() { untouched().during(choose) }
	}
}

// fileDialogButton finds the button of a text in a dialog of Fyne's own.
func fileDialogButton(o fyne.CanvasObject, text string) *widget.Button {
	if b, ok := o.(*widget.Button); ok && b.Text == text {
		return b
	}
	for _, inner := range within(o) {
		if found := fileDialogButton(inner, text); found != nil {
			return found
		}
	}
	return nil
}

// files is what Fyne reaches files by.
type files interface {
	repository.WritableRepository
	repository.HierarchicalRepository
	repository.ListableRepository
	repository.MovableRepository
	repository.CopyableRepository
	repository.AppendableRepository
	repository.DeleteAllRepository
}

// untouchedFiles are the files of this computer, but that choosing one for
// saving leaves it as it is. Fyne's dialog asks in English whether to replace a
// file that is there, and empties it before anybody else learns its name. So it
// is told that no file is there, and given a writer that writes nothing.
// It belongs to the UI thread.
type untouchedFiles struct {
	files
	choosing bool
}

// untouched stands between Fyne and the files from the first dialog on.
func untouched() *untouchedFiles {
	known, err := repository.ForScheme("file")
	if err != nil {
		fyne.LogError("there is no way to files", err)
		return &untouchedFiles{}
	}
	if u, ours := known.(*untouchedFiles); ours {
		return u
	}
	u := &untouchedFiles{files: known.(files)}
	repository.Register("file", u)
	return u
}

// during lets a choice touch nothing.
func (u *untouchedFiles) during(choose func()) {
	u.choosing = true
	defer func() { u.choosing = false }()
	choose()
}

// Exists tells whether a file is there.
func (u *untouchedFiles) Exists(file fyne.URI) (bool, error) {
	if u.choosing {
		return false, nil
	}
	return u.files.Exists(file)
}

// Writer opens a file to write to.
func (u *untouchedFiles) Writer(file fyne.URI) (fyne.URIWriteCloser, error) {
	if u.choosing {
		return chosen{file}, nil
	}
	return u.files.Writer(file)
}

// chosen is a file that has been chosen and not been opened.
type chosen struct{ uri fyne.URI }

func (c chosen) URI() fyne.URI           { return c.uri }
func (chosen) Write([]byte) (int, error) { return 0, say.Errorf("it has not been opened") }
func (chosen) Close() error              { return nil }
