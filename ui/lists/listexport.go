package lists

import (
	"context"
	"io"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// offerExport asks for the form of the export where there are several.
func (l *Paged[T]) offerExport() {
	if l.Lines == nil {
		l.chooseFile()
		return
	}
	menu := fyne.NewMenu("",
		fyne.NewMenuItem("CSV", l.chooseFile),
		fyne.NewMenuItem("JSON Lines", func() { l.choose(lang.L("Export to JSON Lines"), l.fileName(".jsonl"), l.Lines) }))
	widget.ShowPopUpMenuAtRelativePosition(menu, l.Host.Window.Canvas(), fyne.NewPos(0, l.save.Size().Height), l.save)
}

func (l *Paged[T]) fileName(ending string) string {
	if l.Named == nil {
		return l.File
	}
	stamp := l.Host.Now().Local().Format("2006-01-02 1504")
	if version := l.Host.Program.Version; version != "" {
		stamp += " by version " + version
	}
	return FileName(l.Named(l.Stand), stamp) + ending
}

// writing writes all that is wanted of a list.
type writing func(ctx context.Context, w io.Writer, q Wanted) error

func (l *Paged[T]) chooseFile() { l.choose(lang.L("Export to CSV"), l.fileName(".csv"), l.Export) }

func (l *Paged[T]) choose(title, file string, write writing) {
	kit.ShowSaveDialog(l.Host.Window, title, file, func(path string) {
		there := false
		l.Host.Act(func(context.Context) error {
			if _, err := datafolder.OutputText(l.Host.Store.Dir(), path); err != nil {
				return err
			}
			info, err := os.Stat(path)
			there = err == nil && info.Mode().IsRegular() // what is no file is told by the export
			return nil
		}, func(err error) {
			switch {
			case err != nil:
				l.Host.Failed(err)
			case there:
				l.askOverwrite(path, write)
			default:
				l.writeTo(path, write)
			}
		})
	})
}

func (l *Paged[T]) askOverwrite(path string, write writing) {
	kit.AskUser(l.Host.Window, lang.L("Export"), kit.Question(lang.L("Overwrite the file?"), lang.L("{{.File}} exists already.", map[string]any{"File": path})),
		kit.Choice{Text: lang.L("Overwrite"), Rank: widget.DangerImportance, Do: func() { l.writeTo(path, write) }},
		kit.Choice{Text: lang.L("Cancel")})
}

// ExportTo writes the CSV on the side, whole or not at all.
func (l *Paged[T]) ExportTo(path string) { l.writeTo(path, l.Export) }

// LinesTo writes the JSON Lines likewise.
func (l *Paged[T]) LinesTo(path string) { l.writeTo(path, l.Lines) }

func (l *Paged[T]) writeTo(path string, write writing) {
	q := Wanted{Stand: l.Stand}
	q.Search, q.Offset = l.Search.Text, 0
	kit.Enable(false, l.save)
	l.Host.Act(func(ctx context.Context) error {
		return export.File(l.Host.Store.Dir(), path, func(w io.Writer) error { return write(ctx, w, q) })
	}, func(err error) {
		kit.Enable(true, l.save)
		if err != nil {
			l.Host.Failed(err)
			return
		}
		l.Host.Wrote(lang.L("Exported"), path)
	})
}
