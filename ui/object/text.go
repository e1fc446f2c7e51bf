package object

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/table"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// textLine is a line of the JSON.
type textLine struct {
	number int
	text   string
}

// rawText is the part that shows an object as it is stored.
type rawText struct {
	noPart
	grid *table.Grid[textLine]
}

func newRawText() *rawText {
	grid := table.New(func(l textLine) string { return strconv.Itoa(l.number) },
		table.Column[textLine]{Key: "line", Keep: true, Title: "JSON", Width: 600, Grow: true, Text: func(l textLine) string { return l.text },
			Style: func(textLine) fyne.TextStyle { return fyne.TextStyle{Monospace: true} }})
	grid.Text = true
	return &rawText{grid: grid}
}

func (s *rawText) content() fyne.CanvasObject {
	s.grid.SetState(table.State{Title: lang.L("Loading…")})
	return s.grid
}

func (s *rawText) show(f found) {
	if len(f.Properties) == 0 {
		s.grid.SetState(table.State{Icon: apptheme.Signs().Fresh, Title: lang.L("Nothing is known of it")})
		return
	}
	var lines []textLine
	for line := range strings.SplitSeq(objectText(f.StoredObject), "\n") {
		lines = append(lines, textLine{len(lines), line})
	}
	s.grid.SetRows(lines)
}

// objectText is an object as JSON, a member a line, its id first.
func objectText(o entra.StoredObject) string {
	text, err := jsontext.AppendQuote([]byte(`{"id":`), o.ID)
	if err != nil {
		return string(o.Properties.JSON()) // unreachable: an id is text
	}
	if inner := o.Properties.JSON()[1:]; len(inner) > 1 {
		text = append(append(text, ','), inner...)
	} else {
		text = append(text, inner...)
	}
	v := jsontext.Value(text)
	if v.Indent(jsontext.WithIndent("  ")) != nil {
		return string(text)
	}
	return string(v)
}
