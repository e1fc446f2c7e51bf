package lists

import (
	"context"
	"io"
	"iter"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/pager"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// Wanted is which rows of a list are asked for: how the list stands, and how many
// rows from its offset on.
type Wanted struct {
	host.Stand
	Limit int
}

// Batch is one page of rows and how many there are in all.
type Batch[T any] struct {
	Rows  []T
	Total int
}

// FetchOf fetches a page of what a reader gives.
func FetchOf[T any](rows func(context.Context, Wanted) iter.Seq2[T, error]) func(context.Context, Wanted) (Batch[T], error) {
	return func(ctx context.Context, w Wanted) (out Batch[T], err error) {
		for row, err := range rows(ctx, w) {
			if err != nil {
				return out, err
			}
			out.Rows = append(out.Rows, row)
		}
		return out, nil
	}
}

// Paged is a long table with all that belongs to it: the search above its
// left corner, the export, the grid, the pager below. It fetches page by page.
type Paged[T any] struct {
	Host   *host.Host
	Fetch  func(context.Context, Wanted) (Batch[T], error)
	Count  func(context.Context, Wanted) (int, error)             // how many there are, where that takes long; nil: Fetch tells
	Export func(ctx context.Context, w io.Writer, q Wanted) error // CSV of all that the search matches
	Lines  func(ctx context.Context, w io.Writer, q Wanted) error // the same as JSON Lines; nil: not offered
	File   string                                                 // the export's suggested name
	Named  func(host.Stand) string                                // that name without its ending, as the list stands; nil: File
	Empty  table.State
	Fails  func(error) table.State     // says why rows can't be had; nil: as any trouble is told
	Late   func() (title, text string) // what rows wait for that take long; nil, or "": for all to be looked through
	Tools  []fyne.CanvasObject         // beside the search
	Under  fyne.CanvasObject           // under the tools; nil: nothing

	Stand   host.Stand // as it is asked for; set before Build, it begins so
	OnStand func()     // it stands in another way now

	Grid   *table.Grid[T]
	pager  *pager.Pager
	Search *kit.SearchEntry
	shown  *kit.Button // which columns are
	save   *kit.Button

	question, counting tasks.Latest
	pace               Pace   // of counting
	late               func() // stops the wait for rows that take long; nil: none runs
	stopped            bool   // by a person, as they took long
	typed              func() // stops the wait for the end of typing; nil: none runs
	found              string // what the rows in sight were searched by
	entering           bool   // Enter waits for the rows that are being searched
}

// Build lays the table out with all that belongs to it. Reload fills it.
func (l *Paged[T]) Build() fyne.CanvasObject {
	l.pager = pager.New()
	l.pager.SetOffset(l.Stand.Offset)
	l.pager.OnTurn = func() { l.Grid.ScrollToTop(); l.Reload() }
	l.Grid.Await(l.Stand.Row)
	if l.Stand.Sort != "" {
		l.Grid.SetSorting(table.Sorting{Key: l.Stand.Sort, Descending: l.Stand.Descending})
	}
	l.Grid.OnSort = func(s table.Sorting) {
		l.Stand.Sort, l.Stand.Descending = s.Key, s.Descending
		l.Rewind()
	}
	l.Search = kit.NewSearchEntry(lang.L("Search"), l.onTyped)
	l.Search.Begin(l.Stand.Search)
	l.Search.OnDown = func() { l.Host.Window.Canvas().Focus(l.Grid) }
	l.Search.OnSubmitted = func(string) { l.enter() }
	l.save = kit.NewButton(lang.L("Export to CSV"), l.offerExport)
	if l.Lines != nil {
		l.save.SetText(lang.L("Export"))
	}
	l.save.Icon = theme.DocumentSaveIcon()
	l.shown = kit.NewButton(lang.L("Columns"), func() { l.Grid.ChooseColumns(l.shown) })
	l.shown.Icon = apptheme.ColumnsIcon
	top := container.NewVBox(newToolRow(l.Host.Tips, l.Search, l.Tools, l.shown, l.save))
	if l.Under != nil {
		top.Add(l.Under)
	}
	l.Grid.SetState(table.State{Title: lang.L("Loading…")})
	return container.NewBorder(top, l.pager, nil, nil, l.Grid)
}

// Rewind asks anew from the first row on.
func (l *Paged[T]) Rewind() {
	l.pager.Rewind()
	l.Reload()
}

func (l *Paged[T]) onTyped(string) {
	if l.typed != nil {
		l.typed()
	}
	l.typed = l.Host.After(kit.TypingRest, func() {
		l.typed = nil
		if l.Search.Text != l.Stand.Search {
			l.Rewind()
		}
	})
}

// enter opens the one row that the search finds, or goes to those it finds: at once,
// or as soon as what is typed has been asked for.
func (l *Paged[T]) enter() {
	if l.typed == nil && l.Search.Text == l.found {
		l.Grid.Enter()
		return
	}
	if l.typed != nil {
		l.typed()
		l.typed = nil
	}
	l.entering = true
	l.Rewind()
}

// Reload asks anew, whatever is being asked.
func (l *Paged[T]) Reload() {
	l.question.Drop()
	l.counting.Drop()
	l.pace = Pace{}
	l.Stand.Search = l.Search.Text
	l.Stand.Offset = l.pager.Offset()
	l.stands()
	l.punctual()
	l.stopped = false
	l.late = l.Host.After(tooLate, l.tellLate)
	l.Refresh()
}

// tooLate is how long rows may take before that is said.
const tooLate = 1500 * time.Millisecond

// tellLate says that rows take long, and lets a person stop that.
func (l *Paged[T]) tellLate() {
	l.late = nil
	title, text := "", ""
	if l.Late != nil {
		title, text = l.Late()
	}
	if title == "" {
		title, text = lang.L("Looking through everything there is…"), lang.L("With so many objects this takes a while.")
	}
	l.Grid.SetState(table.State{Title: title, Text: text, Action: lang.L("Stop"), Do: func() {
		l.question.Drop()
		l.counting.Drop()
		l.stopped = true
		l.Grid.SetState(table.State{Title: lang.L("Stopped"), Text: lang.L("What was asked for has not been found so far."), Action: lang.L("Go on"), Do: l.Reload})
	}})
	kit.Enable(false, l.save)
}

// punctual ends the wait for rows: they have come, or nobody wants them any more.
func (l *Paged[T]) punctual() {
	if l.late != nil {
		l.late()
		l.late = nil
	}
}

// stands tells that the list stands in another way now.
func (l *Paged[T]) stands() {
	if l.OnStand != nil {
		l.OnStand()
	}
}

// Refresh asks again for what is on screen, after what is being asked.
func (l *Paged[T]) Refresh() {
	if l.stopped {
		return
	}
	w := Wanted{Stand: l.Stand, Limit: l.pager.PageSize()}
	w.Offset = l.pager.Offset()
	tasks.KeepUp(l.Host.Group, &l.question, func(ctx context.Context) (Batch[T], error) { return l.Fetch(ctx, w) }, func(b Batch[T], err error) {
		l.punctual()
		if err == nil && l.Count != nil {
			l.showFirst(w, b)
			return
		}
		l.show(b, err)
	})
}

// showFirst shows rows before it is known how many there are in all.
func (l *Paged[T]) showFirst(w Wanted, b Batch[T]) {
	if len(b.Rows) > 0 || w.Offset == 0 {
		b.Total = w.Offset + len(b.Rows)
		l.pager.SetSeen(b.Total, len(b.Rows) == w.Limit)
		l.place(b)
	}
	if len(b.Rows) > 0 && len(b.Rows) < w.Limit {
		l.counting.Drop()
		l.pager.SetTotal(b.Total) // the last page
		return
	}
	if l.pace.Soon(l.Host.Now()) {
		return
	}
	begun := l.Host.Now()
	tasks.KeepUp(l.Host.Group, &l.counting, func(ctx context.Context) (int, error) { return l.Count(ctx, w) }, func(n int, err error) {
		l.pace = Pace{Ended: l.Host.Now(), Took: l.Host.Now().Sub(begun)}
		switch {
		case err != nil:
			l.Grid.SetState(l.fails(err))
		case !l.pager.SetTotal(n):
			l.Reload()
		}
	})
}

func (l *Paged[T]) show(p Batch[T], err error) {
	switch {
	case err != nil:
		l.entering = false
		l.Grid.SetState(l.fails(err))
	case !l.pager.SetTotal(p.Total):
		l.Reload() // the page is gone; its pager stands at the last one
		return
	default:
		l.place(p)
		return
	}
	kit.Enable(false, l.save)
}

// fails says why rows can't be had, and what to do.
func (l *Paged[T]) fails(err error) table.State {
	if l.Fails != nil {
		return l.Fails(err)
	}
	return kit.TroubleState(err, l.Reload)
}

// place puts rows on screen, or what is to be said where there are none.
func (l *Paged[T]) place(p Batch[T]) {
	switch {
	case p.Total == 0 && l.Stand.Search != "":
		l.Grid.SetState(nothingMatches(l.Search, l.Stand.Search))
	case p.Total == 0:
		l.Grid.SetState(l.Empty)
	default:
		l.Grid.SetRows(p.Rows)
	}
	kit.Enable(p.Total > 0, l.save)
	if l.found = l.Stand.Search; l.entering {
		l.entering = false
		l.Grid.Enter()
	}
}

// Leave forgets what is being asked and typed.
func (l *Paged[T]) Leave() {
	l.punctual()
	l.question.Drop()
	l.counting.Drop()
	if l.typed != nil {
		l.typed()
	}
}

// Buttons are those of the export and of the columns.
func (l *Paged[T]) Buttons() (save, columns *kit.Button) { return l.save, l.shown }
