package lists

import (
	"cmp"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/tell"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// NewChangeDetail shows changes in full: property by property what was before and what is
// after, side by side. goTo leads to the object of one; nil: it is in front.
func NewChangeDetail(h *host.Host, goTo func(entra.Change)) *Detail[entra.Change] {
	var d *Detail[entra.Change]
	var buttons []fyne.CanvasObject
	if goTo != nil {
		object := kit.NewButton(lang.L("Open the object"), func() { goTo(d.Row()) })
		object.Icon = theme.NavigateNextIcon()
		buttons = append(buttons, object)
	}
	d = NewDetail(h, func(x entra.Change) Told { return tellChange(x, h.Now()) }, buttons...)
	return d
}

// tellChange says all that is known of a change.
func tellChange(x entra.Change, now time.Time) Told {
	told := Told{Sign: labels.ChangeSign(x.Kind), Title: labels.NameOf(x) + " – " + labels.Change(x.Kind), Note: span(x)}
	if who := tell.Actors(x); who != "" {
		if _, known := x.Actor(); known {
			told.Note += " " + lang.L("Made by {{.Name}}.", map[string]any{"Name": who})
		} else {
			told.Note += " " + lang.L("It may have been made by: {{.Names}}", map[string]any{"Names": strings.TrimSuffix(who, "?")})
		}
	}
	lines := []string{told.Title, labels.Class(x.Class) + " " + x.ID, told.Note}
	threes := []fyne.CanvasObject{kit.Muted(""), kit.Muted(lang.L("Before")), kit.Muted(lang.L("After"))}
	for _, s := range labels.Differences(x, now) {
		threes = append(threes, kit.Muted(s.Title), kit.Value(cmp.Or(s.Before, "–")), kit.Value(cmp.Or(s.After, "–")))
		lines = append(lines, s.Text())
	}
	told.Body, told.Text = container.New(sidesLayout{}, threes...), strings.Join(lines, "\n")
	return told
}

// span says when a change happened: it is only known between which two syncs.
func span(x entra.Change) string {
	if x.NotBefore.IsZero() {
		return phrase.Exact(x.Time)
	}
	return lang.L("It happened between {{.From}} and {{.To}}.", map[string]any{"From": phrase.Exact(x.NotBefore), "To": phrase.Exact(x.Time)})
}

// sidesLayout lays threes out in columns: titles, then before and after, which wrap at
// the width there is.
type sidesLayout struct{}

// titleWidth is that of the first column at 100% zoom.
const titleWidth = 170

// MinSize has the height of the threes as they stand.
func (sidesLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(3*titleWidth, 0)
	for i := 0; i+2 < len(objects); i += 3 {
		size.Height += max(objects[i].MinSize().Height, objects[i+1].MinSize().Height, objects[i+2].MinSize().Height)
	}
	return size
}

// Layout puts each three in a line as high as its highest text.
func (sidesLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left := titleWidth * theme.TextSize() / 13
	half := (size.Width - left) / 2
	y := float32(0)
	for i := 0; i+2 < len(objects); i += 3 {
		title, before, after := objects[i], objects[i+1], objects[i+2]
		before.Resize(fyne.NewSize(half, 0)) // wraps: its height follows
		after.Resize(fyne.NewSize(half, 0))
		height := max(title.MinSize().Height, before.MinSize().Height, after.MinSize().Height)
		title.Move(fyne.NewPos(0, y))
		title.Resize(fyne.NewSize(left, title.MinSize().Height))
		before.Move(fyne.NewPos(left, y))
		before.Resize(fyne.NewSize(half, height))
		after.Move(fyne.NewPos(left+half, y))
		after.Resize(fyne.NewSize(half, height))
		y += height
	}
}
