package tenant

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/changes"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// runDetails shows one history row under the table: what it cost, and where it
// failed what failed, why, what to do, and the technical text.
type runDetails struct {
	host   *host.Host
	tenant int64
	box    *fyne.Container
	head   fyne.CanvasObject
	facts  *fyne.Container // in a scroll; empty where there is nothing to say
	run    entra.ClassRun

	with     entra.SignedIn // the credential of the run
	question tasks.Latest
	resized  func() // lays the page out anew
}

func newRunDetails(h *host.Host, tenant int64) *runDetails {
	r := &runDetails{host: h, tenant: tenant, box: container.NewStack(), facts: container.New(columnsLayout{})}
	r.box.Hide()
	return r
}

// under puts the details below a table, as high as what they say.
func (r *runDetails) under(list fyne.CanvasObject) fyne.CanvasObject {
	both := container.New(&detailsLayout{r}, list, r.box)
	r.resized = both.Refresh
	return both
}

// detailsLayout gives the details the height that their texts take at the width
// there is, but leaves the table above them more than half of it all.
type detailsLayout struct{ details *runDetails }

// detailsShare is the most of the height that the details get.
const detailsShare = 0.46

func (l *detailsLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize()
}

func (l *detailsLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	list, box := objects[0], objects[1]
	list.Move(fyne.Position{})
	if !box.Visible() {
		list.Resize(size)
		return
	}
	height := min(l.details.height(size.Width), size.Height*detailsShare)
	list.Resize(fyne.NewSize(size.Width, size.Height-height))
	box.Move(fyne.NewPos(0, size.Height-height))
	box.Resize(fyne.NewSize(size.Width, height))
}

// height is what the details take at a width.
func (r *runDetails) height(width float32) float32 {
	frame := 4 * theme.Padding()
	height := r.head.MinSize().Height + frame
	if len(r.facts.Objects) > 0 {
		r.facts.Layout.Layout(r.facts.Objects, fyne.NewSize(width-frame, 0)) // texts wrap
		height += r.facts.MinSize().Height + frame
	}
	return height
}

// open shows a row.
func (r *runDetails) open(run entra.ClassRun) {
	if run.Run != r.run.Run {
		r.with = entra.SignedIn{}
	}
	r.run = run
	r.head = r.heading()
	r.facts.Objects = r.tell()
	r.box.Objects = []fyne.CanvasObject{kit.Card(container.NewBorder(r.head, nil, nil, nil, container.NewVScroll(r.facts)))}
	r.box.Show()
	r.fit()
	if r.with.Index == 0 {
		r.askCredential(run.Run)
	}
}

// fit shares the height anew between the table and the details.
func (r *runDetails) fit() {
	if r.resized != nil {
		r.resized()
	}
}

// follow shows another row if one is open.
func (r *runDetails) follow(run entra.ClassRun) {
	if r.box.Visible() {
		r.open(run)
	}
}

func (r *runDetails) close() {
	r.box.Hide()
	r.fit()
}

func (r *runDetails) heading() fyne.CanvasObject {
	title := widget.NewLabelWithStyle(runType(r.run)+" – "+runStatus(r.run), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	sign := container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(theme.IconInlineSize()), widget.NewIcon(labels.StatusSign(r.run.Status))))
	cost := kit.Cut(kit.Muted(r.cost()))
	shut := kit.NewButton("", r.close).Important(widget.LowImportance)
	shut.Icon, shut.OnEscape = theme.CancelIcon(), r.close
	buttons := container.NewHBox()
	if show := r.changesOf(r.run); show != nil {
		made := kit.NewButton(lang.L("Show its changes"), show)
		made.Icon = theme.ListIcon()
		buttons.Add(made)
	}
	if r.run.What != "" {
		text := kit.NewButton(lang.L("Copy details"), r.copy)
		text.Icon = theme.ContentCopyIcon()
		buttons.Add(text)
	}
	buttons.Add(shut)
	return container.NewBorder(nil, nil, container.NewHBox(sign, title), buttons, cost)
}

// changesOf leads to what a run recorded of its class; nil: it recorded nothing.
func (r *runDetails) changesOf(run entra.ClassRun) func() {
	if run.Changed+run.Deleted == 0 {
		return nil
	}
	return func() {
		end := run.End
		if end.IsZero() {
			end = r.host.Now()
		}
		r.host.Open(host.ToChanges(r.tenant, run.Class, changes.Between(run.Start, end)))
	}
}

func (r *runDetails) cost() string {
	end := r.run.End
	if end.IsZero() {
		end = r.host.Now()
	}
	return lang.L(`{{.Start}}, took {{.Span}}, {{.Requests.Of "request" "requests"}}, {{.Retries.Of "retry" "retries"}}`, map[string]any{"Start": phrase.Exact(r.run.Start),
		"Span": phrase.Lasted(end.Sub(r.run.Start)), "Requests": phrase.Count(r.run.Requests), "Retries": phrase.Count(r.run.Retries)})
}

// tell lists what there is to say of the row, each as a heading and a text.
func (r *runDetails) tell() (out []fyne.CanvasObject) {
	add := func(heading, text string) {
		if text == "" {
			return
		}
		value := widget.NewLabel(text)
		value.Wrapping, value.Selectable = fyne.TextWrapWord, true
		out = append(out, kit.Muted(heading), value)
	}
	if e := r.run.Trouble(); e != nil {
		what := lang.L("What failed")
		if r.run.Status == entra.Succeeded {
			what = lang.L("Note")
		}
		add(what, wording.Sentence(e.What))
		add(lang.L("Why"), wording.Sentence(e.Why))
		add(lang.L("What to do"), wording.Sentence(e.Remedy))
		add(lang.L("Technical text"), e.Detail)
	}
	add(lang.L("Credential"), signedIn(r.with))
	return out
}

// askCredential asks which credential the run signed in with.
func (r *runDetails) askCredential(run int64) {
	tasks.Ask(r.host.Group, &r.question, func(ctx context.Context) (entra.SignedIn, error) { return r.host.Store.SignedIn(ctx, run) }, func(s entra.SignedIn, err error) {
		if err == nil {
			r.with = s
			r.facts.Objects = r.tell()
			r.fit()
		}
	})
}

func (r *runDetails) copy() {
	fyne.CurrentApp().Clipboard().SetContent(kit.TroubleText(r.run.Trouble()))
}

// columnsLayout lays pairs of a heading and a text out in two columns; texts
// wrap at the width there is.
type columnsLayout struct{}

// headingWidth is that of the first column at 100% zoom.
const headingWidth = 130

func (columnsLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for i := 0; i+1 < len(objects); i += 2 {
		size.Height += max(objects[i].MinSize().Height, objects[i+1].MinSize().Height)
	}
	return fyne.NewSize(2*headingWidth, size.Height)
}

func (columnsLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y, left := float32(0), headingWidth*theme.TextSize()/13
	for i := 0; i+1 < len(objects); i += 2 {
		heading, text := objects[i], objects[i+1]
		text.Resize(fyne.NewSize(size.Width-left, 0)) // wraps: its height follows
		height := max(heading.MinSize().Height, text.MinSize().Height)
		heading.Move(fyne.NewPos(0, y))
		heading.Resize(fyne.NewSize(left, heading.MinSize().Height))
		text.Move(fyne.NewPos(left, y))
		text.Resize(fyne.NewSize(size.Width-left, text.MinSize().Height))
		y += height
	}
}

// signedIn says with which credential a run worked, and why not with those
// before it; "" where it is not known.
func signedIn(s entra.SignedIn) string {
	if s.Index == 0 {
		return ""
	}
	lines := []string{lang.L("{{.Number}} ({{.Kind}}) signed in", map[string]any{"Number": s.Index, "Kind": labels.Kind(s.Kind)})}
	for _, why := range s.Refused {
		lines = append(lines, wording.Sentence(why))
	}
	return strings.Join(lines, "\n")
}
