package help

import (
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/kit"
)

// key is a key, or several together, and what they do.
type key struct{ keys, does string }

// texts name the key, and say what it does.
func (k key) texts() [2]*widget.Label {
	return [2]*widget.Label{widget.NewLabelWithStyle(k.keys, fyne.TextAlignLeading, fyne.TextStyle{Monospace: true}), widget.NewLabel(k.does)}
}

// keyGroup are the keys that work at one place.
type keyGroup struct {
	where string
	keys  []key
}

// keys are the window's keys, by where they work.
func keys() []keyGroup {
	with := func(letter string) string {
		if runtime.GOOS == "darwin" {
			return "⌘" + letter
		}
		return lang.L("Ctrl") + "+" + letter
	}
	return []keyGroup{
		{lang.L("Everywhere"), []key{
			{with("K"), lang.L("search in all tenants")}, {with("F"), lang.L("search on this page")},
			{with("T"), lang.L("filter the tenants in the tree")},
			{with(lang.L("Page up")) + "  " + with(lang.L("Page down")), lang.L("from tab to tab of a tenant")},
			{"F5", lang.L("sync now: the tenant, or all of them")}, {"F6", lang.L("go to the newest message")},
			{"Alt+←  Alt+→", lang.L("back and forward")}, {with("+") + "  " + with("−") + "  " + with("0"), lang.L("larger, smaller, as usual")},
			{"F1", lang.L("Help")}, {"?", lang.L("these keys, while no field has the keyboard")}}},
		{lang.L("Forms and dialogs"), []key{
			{lang.L("Tab"), lang.L("to the next field")}, {with("S"), lang.L("save, or add")},
			{lang.L("Enter"), lang.L("the button in colour")}, {lang.L("Esc"), lang.L("the safe way out")}}},
		{lang.L("Tables and searches"), []key{
			{"↓", lang.L("from the search to what was found")}, {lang.L("Enter"), lang.L("opens the row, and the one match of a search")},
			{lang.L("Space"), lang.L("marks a row, with Shift all up to it")}, {with("A"), lang.L("marks all rows that the search shows")},
			{with("C"), lang.L("copies the row")}, {lang.L("Esc"), lang.L("empties the search; then closes it, where it is a window of its own")}}},
	}
}

// ShowKeys shows all keys of the window.
func ShowKeys(w fyne.Window) {
	box := container.NewVBox()
	var wide [2]float32
	for _, group := range keys() {
		for _, k := range group.keys {
			for i, text := range k.texts() {
				wide[i] = max(wide[i], text.MinSize().Width)
			}
		}
	}
	for _, group := range keys() {
		form := kit.FormRows()
		for _, k := range group.keys {
			for i, text := range k.texts() {
				form.Add(kit.Wide(text, wide[i])) // they wrap where the window is narrower
			}
		}
		box.Add(kit.FormGroup(group.where, form))
	}
	kit.AskUser(w, lang.L("Keyboard"), box, kit.Choice{Text: lang.L("Close"), Rank: widget.HighImportance})
}
