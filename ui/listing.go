package ui

import (
	"context"
	"io"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/ui/pager"
	"github.com/entraidsync/entraidsync/ui/table"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// wanted is which rows of a list are asked for.
type wanted struct {
	search        string
	sorting       table.Sorting
	offset, limit int
}

// batch is one page of rows and how many there are in all.
type batch[T any] struct {
	rows  []T
	total int
}

// listing is a long table with all that belongs to it: the search above its
// left corner, the export, the grid, the pager below. It fetches page by page.
type listing[T any] struct {
	desk   *desk
	fetch  func(context.Context, wanted) (batch[T], error)
	export func(ctx context.Context, w io.Writer, search string) error // CSV of all that the search matches
	file   string                                                      // the export's suggested name
	empty  table.State

	grid   *table.Grid[T]
	pager  *pager.Pager
	search *searchEntry
	shown  *button // which columns are
	save   *button

	question latest
	typed    func() // stops the wait for the end of typing; nil: none runs
	sought   string // what the rows on screen were searched by
	sorting  table.Sorting
}

// pause is how long typing must rest before the search begins.
const pause = 220 * time.Millisecond

func (l *listing[T]) build() fyne.CanvasObject {
	l.pager = pager.New()
	l.pager.OnTurn = func() { l.grid.ScrollToTop(); l.reload() }
	l.grid.OnSort = func(s table.Sorting) { l.sorting = s; l.pager.Rewind(); l.reload() }
	l.search = newSearchEntry(lang.L("Search"), l.onTyped)
	l.save = newButton(lang.L("Export to CSV"), l.chooseFile)
	l.save.Icon = theme.DocumentSaveIcon()
	l.shown = newButton(lang.L("Columns"), func() { l.grid.ChooseColumns(l.shown) })
	l.shown.Icon = apptheme.ColumnsIcon
	top := container.NewBorder(nil, nil, container.NewGridWrap(fyne.NewSize(280, l.search.MinSize().Height), l.search), container.NewHBox(l.shown, l.save))
	l.grid.SetState(table.State{Title: lang.L("Loading…")})
	return container.NewBorder(top, l.pager, nil, nil, l.grid)
}

func (l *listing[T]) onTyped(string) {
	if l.typed != nil {
		l.typed()
	}
	l.typed = l.desk.after(pause, func() {
		l.typed = nil
		if l.search.Text != l.sought {
			l.pager.Rewind()
			l.reload()
		}
	})
}

// reload asks anew, whatever is being asked.
func (l *listing[T]) reload() {
	l.question.drop()
	l.sought = l.search.Text
	l.refresh()
}

// refresh asks again for what is on screen, after what is being asked.
func (l *listing[T]) refresh() {
	w := wanted{search: l.sought, sorting: l.sorting, offset: l.pager.Offset(), limit: l.pager.PageSize()}
	keepUp(l.desk.crew, &l.question, func(ctx context.Context) (batch[T], error) { return l.fetch(ctx, w) }, l.show)
}

func (l *listing[T]) show(p batch[T], err error) {
	switch {
	case err != nil:
		l.grid.SetState(troubleState(err, l.reload))
	case !l.pager.SetTotal(p.total):
		l.reload() // the page is gone; its pager stands at the last one
	case p.total == 0 && l.sought != "":
		l.grid.SetState(nothingMatches(l.search, l.sought))
	case p.total == 0:
		l.grid.SetState(l.empty)
	default:
		l.grid.SetRows(p.rows)
	}
	enable(p.total > 0, l.save)
}

// leave forgets what is being asked and typed.
func (l *listing[T]) leave() {
	l.question.drop()
	if l.typed != nil {
		l.typed()
	}
}

func (l *listing[T]) chooseFile() {
	d := dialog.NewFileSave(func(file fyne.URIWriteCloser, err error) {
		if file == nil {
			return
		}
		path := file.URI().Path()
		if err := file.Close(); err != nil {
			l.desk.failed(err)
			return
		}
		l.exportTo(path)
	}, l.desk.window)
	d.SetTitleText(lang.L("Export to CSV"))
	d.SetFileName(l.file)
	showFileDialog(d, l.desk.window)
}

// exportTo writes the file on the side, whole or not at all.
func (l *listing[T]) exportTo(path string) {
	search := l.search.Text
	enable(false, l.save)
	l.desk.act(func(ctx context.Context) error {
		return export.File(l.desk.store.Dir(), path, func(w io.Writer) error { return l.export(ctx, w, search) })
	}, func(err error) {
		enable(true, l.save)
		if err != nil {
			l.desk.failed(err)
			return
		}
		l.desk.succeeded(lang.L("Exported"), path)
	})
}
