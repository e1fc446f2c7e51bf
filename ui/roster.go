package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/table"
)

// roster is a page that lists all there is of something, in memory: the search
// and the way to add one beside its title, the table, and below it what there is
// in all.
type roster[T any] struct {
	desk   *desk
	grid   *table.Grid[T]
	texts  func(T) []string // what a row is sought by
	sum    func([]T) string // how many there are, and how they are
	hint   string           // which keys help
	search *searchEntry
	foot   *widget.Label
	around []fyne.CanvasObject // the search and what is below; out of sight where there is nothing to seek
	all    []T
}

func (r *roster[T]) build(title string, add *button) fyne.CanvasObject {
	r.search = newSearchEntry(lang.L("Search"), func(string) { r.sift() })
	r.foot = cut(muted(""))
	add.Icon = theme.ContentAddIcon()
	find := container.NewGridWrap(fyne.NewSize(220*theme.TextSize()/13, r.search.MinSize().Height), r.search)
	foot := container.NewBorder(widget.NewSeparator(), nil, nil, muted(r.hint), r.foot)
	r.around = []fyne.CanvasObject{find, foot}
	r.grid.SetState(table.State{Title: lang.L("Loading…")})
	return container.NewBorder(pageTitle(title, container.NewCenter(find), add), foot, nil, nil, r.grid)
}

func (r *roster[T]) focusSearch() {
	if r.around[0].Visible() {
		r.desk.window.Canvas().Focus(r.search)
	}
}

// show takes all there is.
func (r *roster[T]) show(all []T) {
	r.all = all
	reveal(true, r.around...)
	r.sift()
}

// sift leaves in sight what the search matches.
func (r *roster[T]) sift() {
	if r.all == nil {
		return // a state says why
	}
	words := strings.ToLower(strings.TrimSpace(r.search.Text))
	var found []T
	for _, one := range r.all {
		if words == "" || strings.Contains(strings.ToLower(strings.Join(r.texts(one), "\n")), words) {
			found = append(found, one)
		}
	}
	setText(r.foot, r.sum(found))
	if len(found) == 0 && words != "" {
		r.grid.SetState(nothingMatches(r.search, r.search.Text))
		return
	}
	r.grid.SetRows(found)
}

// say puts a state in place of the rows: empty, or trouble.
func (r *roster[T]) say(s table.State) {
	r.all = nil
	reveal(false, r.around...)
	r.grid.SetState(s)
}

// nothingMatches says that a search for words found nothing, and ends it.
func nothingMatches(search *searchEntry, words string) table.State {
	return table.State{Icon: theme.SearchIcon(), Title: lang.L("Nothing matches"), Text: lang.L("Nothing here matches “{{.Text}}”.", map[string]any{"Text": words}),
		Action: lang.L("Clear the search"), Do: func() { search.SetText("") }}
}
