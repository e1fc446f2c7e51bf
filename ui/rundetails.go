package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// runDetails shows one history row under the table: what it cost, and where it
// failed what failed, why, what to do, and the technical text.
type runDetails struct {
	desk *desk
	box  *fyne.Container
	run  entra.ClassRun
}

func newRunDetails(d *desk) *runDetails {
	r := &runDetails{desk: d, box: container.NewStack()}
	r.box.Hide()
	return r
}

func (r *runDetails) content() fyne.CanvasObject { return r.box }

// open shows a row.
func (r *runDetails) open(run entra.ClassRun) {
	r.run = run
	r.box.Objects = []fyne.CanvasObject{card(container.NewBorder(r.head(), nil, nil, nil, r.body()))}
	r.box.Show()
	r.box.Refresh()
}

// follow shows another row if one is open.
func (r *runDetails) follow(run entra.ClassRun) {
	if r.box.Visible() {
		r.open(run)
	}
}

func (r *runDetails) close() { r.box.Hide() }

func (r *runDetails) head() fyne.CanvasObject {
	title := widget.NewLabelWithStyle(runType(r.run)+" – "+runStatus(r.run), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	sign := container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(theme.IconInlineSize()), widget.NewIcon(statusSign(r.run.Status))))
	cost := cut(muted(r.cost()))
	shut := newButton("", r.close).important(widget.LowImportance)
	shut.Icon, shut.onEscape = theme.CancelIcon(), r.close
	buttons := container.NewHBox()
	if r.run.Error != "" {
		text := newButton(lang.L("Copy"), r.copy)
		text.Icon = theme.ContentCopyIcon()
		buttons.Add(text)
	}
	buttons.Add(shut)
	return container.NewBorder(nil, nil, container.NewHBox(sign, title), buttons, cost)
}

func (r *runDetails) cost() string {
	end := r.run.End
	if end.IsZero() {
		end = r.desk.now()
	}
	return lang.L("{{.Start}}, took {{.Span}}, {{.Requests}} requests, {{.Retries}} retries", map[string]any{"Start": phrase.Exact(r.run.Start),
		"Span": phrase.Lasted(end.Sub(r.run.Start)), "Requests": phrase.Number(r.run.Requests), "Retries": phrase.Number(r.run.Retries)})
}

func (r *runDetails) body() fyne.CanvasObject {
	e := r.run.Trouble()
	if e == nil {
		return container.NewWithoutLayout()
	}
	form := container.New(columnsLayout{})
	add := func(heading, text string) {
		if text == "" {
			return
		}
		value := widget.NewLabel(text)
		value.Wrapping, value.Selectable = fyne.TextWrapWord, true
		form.Add(muted(heading))
		form.Add(value)
	}
	add(lang.L("What failed"), sentence(e.What))
	add(lang.L("Why"), sentence(e.Why))
	add(lang.L("What to do"), sentence(e.Remedy))
	add(lang.L("Technical text"), e.Detail)
	body := container.NewVScroll(form)
	body.SetMinSize(fyne.NewSize(0, 118))
	return body
}

func (r *runDetails) copy() {
	fyne.CurrentApp().Clipboard().SetContent(troubleText(r.run.Trouble()))
}

// card puts content on a ground that stands out from the page.
func card(content fyne.CanvasObject) fyne.CanvasObject {
	ground := newGround(groundCard)
	return container.NewStack(ground, container.NewPadded(content))
}

// columnsLayout lays pairs of a heading and a text out in two columns; texts
// wrap at the width there is.
type columnsLayout struct{}

const headingWidth = 130

func (columnsLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for i := 0; i+1 < len(objects); i += 2 {
		size.Height += max(objects[i].MinSize().Height, objects[i+1].MinSize().Height)
	}
	return fyne.NewSize(2*headingWidth, size.Height)
}

func (columnsLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for i := 0; i+1 < len(objects); i += 2 {
		objects[i].Move(fyne.NewPos(0, y))
		objects[i].Resize(fyne.NewSize(headingWidth, objects[i].MinSize().Height))
		objects[i+1].Move(fyne.NewPos(headingWidth, y))
		objects[i+1].Resize(fyne.NewSize(size.Width-headingWidth, objects[i+1].MinSize().Height))
		y += max(objects[i].MinSize().Height, objects[i+1].MinSize().Height)
	}
}
