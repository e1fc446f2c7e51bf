package lists

import (
	"context"
	"io"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/pager"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// Wanted is which rows of a list are asked for.
type Wanted struct {
	Search        string
	Sorting       table.Sorting
	Offset, Limit int
}

// Batch is one page of rows and how many there are in all.
type Batch[T any] struct {
	Rows  []T
	Total int
}

// Paged is a long table with all that belongs to it: the search above its
// left corner, the export, the grid, the pager below. It fetches page by page.
type Paged[T any] struct {
	Host   *host.Host
	Fetch  func(context.Context, Wanted) (Batch[T], error)
	Export func(ctx context.Context, w io.Writer, search string) error // CSV of all that the search matches
	File   string                                                      // the export's suggested name
	Empty  table.State

	Grid   *table.Grid[T]
	pager  *pager.Pager
	Search *kit.SearchEntry
	shown  *kit.Button // which columns are
	save   *kit.Button

	question tasks.Latest
	typed    func() // stops the wait for the end of typing; nil: none runs
	sought   string // what the rows on screen were searched by
	sorting  table.Sorting
}

// Build lays the table out with all that belongs to it. Reload fills it.
func (l *Paged[T]) Build() fyne.CanvasObject {
	l.pager = pager.New()
	l.pager.OnTurn = func() { l.Grid.ScrollToTop(); l.Reload() }
	l.Grid.OnSort = func(s table.Sorting) { l.sorting = s; l.pager.Rewind(); l.Reload() }
	l.Search = kit.NewSearchEntry(lang.L("Search"), l.onTyped)
	l.save = kit.NewButton(lang.L("Export to CSV"), l.chooseFile)
	l.save.Icon = theme.DocumentSaveIcon()
	l.shown = kit.NewButton(lang.L("Columns"), func() { l.Grid.ChooseColumns(l.shown) })
	l.shown.Icon = apptheme.ColumnsIcon
	top := container.NewBorder(nil, nil, container.NewGridWrap(fyne.NewSize(280, l.Search.MinSize().Height), l.Search), container.NewHBox(l.shown, l.save))
	l.Grid.SetState(table.State{Title: lang.L("Loading…")})
	return container.NewBorder(top, l.pager, nil, nil, l.Grid)
}

func (l *Paged[T]) onTyped(string) {
	if l.typed != nil {
		l.typed()
	}
	l.typed = l.Host.After(kit.TypingRest, func() {
		l.typed = nil
		if l.Search.Text != l.sought {
			l.pager.Rewind()
			l.Reload()
		}
	})
}

// Reload asks anew, whatever is being asked.
func (l *Paged[T]) Reload() {
	l.question.Drop()
	l.sought = l.Search.Text
	l.Refresh()
}

// Refresh asks again for what is on screen, after what is being asked.
func (l *Paged[T]) Refresh() {
	w := Wanted{Search: l.sought, Sorting: l.sorting, Offset: l.pager.Offset(), Limit: l.pager.PageSize()}
	tasks.KeepUp(l.Host.Group, &l.question, func(ctx context.Context) (Batch[T], error) { return l.Fetch(ctx, w) }, l.show)
}

func (l *Paged[T]) show(p Batch[T], err error) {
	switch {
	case err != nil:
		l.Grid.SetState(kit.TroubleState(err, l.Reload))
	case !l.pager.SetTotal(p.Total):
		l.Reload() // the page is gone; its pager stands at the last one
	case p.Total == 0 && l.sought != "":
		l.Grid.SetState(nothingMatches(l.Search, l.sought))
	case p.Total == 0:
		l.Grid.SetState(l.Empty)
	default:
		l.Grid.SetRows(p.Rows)
	}
	kit.Enable(p.Total > 0, l.save)
}

// Leave forgets what is being asked and typed.
func (l *Paged[T]) Leave() {
	l.question.Drop()
	if l.typed != nil {
		l.typed()
	}
}

func (l *Paged[T]) chooseFile() {
	kit.ShowSaveDialog(l.Host.Window, lang.L("Export to CSV"), l.File, func(path string) {
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
				l.askOverwrite(path)
			default:
				l.ExportTo(path)
			}
		})
	})
}

func (l *Paged[T]) askOverwrite(path string) {
	kit.AskUser(l.Host.Window, lang.L("Overwrite the file?"), kit.Paragraph(lang.L("{{.File}} exists already.", map[string]any{"File": path})),
		kit.Choice{Text: lang.L("Overwrite"), Rank: widget.DangerImportance, Do: func() { l.ExportTo(path) }},
		kit.Choice{Text: lang.L("Cancel")})
}

// ExportTo writes the file on the side, whole or not at all.
func (l *Paged[T]) ExportTo(path string) {
	search := l.Search.Text
	kit.Enable(false, l.save)
	l.Host.Act(func(ctx context.Context) error {
		return export.File(l.Host.Store.Dir(), path, func(w io.Writer) error { return l.Export(ctx, w, search) })
	}, func(err error) {
		kit.Enable(true, l.save)
		if err != nil {
			l.Host.Failed(err)
			return
		}
		l.Host.Succeeded(lang.L("Exported"), path)
	})
}
