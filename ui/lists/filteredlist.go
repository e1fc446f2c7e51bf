package lists

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
)

// Filtered is a page that lists all there is of something, in memory: the
// search and the way to add one beside its title, the table, and below it what
// there is in all.
type Filtered[T any] struct {
	host.Plain
	Host   *host.Host
	Grid   *table.Grid[T]
	Texts  func(T) []string // what a row is sought by
	Sum    func([]T) string // how many there are, and how they are
	Hint   string           // which keys help
	search *kit.SearchEntry
	foot   *widget.Label
	line   *fyne.Container     // of the foot and the hint
	around []fyne.CanvasObject // the search and what is below; out of sight where there is nothing to seek
	all    []T
}

// Build lays the page out. add is the button that adds one more.
func (l *Filtered[T]) Build(title string, add *kit.Button) fyne.CanvasObject {
	l.search = kit.NewSearchEntry(lang.L("Search"), func(string) { l.sift() })
	l.search.OnDown = func() { l.Host.Window.Canvas().Focus(l.Grid) }
	l.search.OnSubmitted = func(string) { l.Grid.Enter() }
	l.foot = kit.Cut(kit.Muted(""))
	add.Icon = theme.ContentAddIcon()
	find := container.NewGridWrap(fyne.NewSize(220*theme.TextSize()/13, l.search.MinSize().Height), l.search)
	l.line = kit.Beside(l.foot, kit.Flow(kit.Muted(l.Hint)))
	foot := container.NewBorder(widget.NewSeparator(), nil, nil, nil, l.line)
	l.around = []fyne.CanvasObject{find, foot}
	l.Grid.SetState(table.State{Title: lang.L("Loading…")})
	return container.NewBorder(kit.PageTitle(title, container.NewCenter(find), add), foot, nil, nil, l.Grid)
}

// FocusSearch goes to the search, where there is something to seek.
func (l *Filtered[T]) FocusSearch() {
	if l.around[0].Visible() {
		l.Host.Window.Canvas().Focus(l.search)
	}
}

// Show takes all there is.
func (l *Filtered[T]) Show(all []T) {
	l.all = all
	kit.Reveal(true, l.around...)
	l.sift()
}

// sift leaves in sight what the search matches.
func (l *Filtered[T]) sift() {
	if l.all == nil {
		return // a state says why
	}
	words := strings.TrimSpace(l.search.Text)
	var found []T
	for _, one := range l.all {
		if words == "" || labels.Found(words, l.Texts(one)...) {
			found = append(found, one)
		}
	}
	sum := l.Sum(found)
	if len(found) < len(l.all) {
		sum += " · " + lang.L("in all: {{.Count}}", map[string]any{"Count": phrase.Number(int64(len(l.all)))})
	}
	if sum != l.foot.Text {
		l.foot.SetText(sum)
		l.line.Refresh() // a text that may be cut needs no other room by itself
	}
	if len(found) == 0 && words != "" {
		l.Grid.SetState(nothingMatches(l.search, l.search.Text))
		return
	}
	l.Grid.SetRows(found)
}

// Say puts a state in place of the rows: empty, or trouble.
func (l *Filtered[T]) Say(s table.State) {
	l.all = nil
	kit.Reveal(false, l.around...)
	l.Grid.SetState(s)
}

// nothingMatches says that a search for words found nothing, and ends it.
func nothingMatches(search *kit.SearchEntry, words string) table.State {
	return table.State{Icon: theme.SearchIcon(), Title: lang.L("Nothing matches"), Text: lang.L("Nothing here matches “{{.Text}}”.", map[string]any{"Text": words}),
		Action: lang.L("Clear the search"), Do: func() { search.SetText("") }}
}
