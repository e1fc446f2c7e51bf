package settings

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
)

// storageSection says what the database weighs by part, and gives free room back.
type storageSection struct {
	host     *host.Host
	total    *widget.Label
	parts    *fyne.Container
	compact  *kit.Button
	cancel   *kit.Button
	bar      *widget.ProgressBar
	weighing tasks.Latest
	stop     context.CancelFunc // ends the compacting; nil: none runs
}

func newStorageSection(h *host.Host) *storageSection {
	s := &storageSection{host: h, total: widget.NewLabel(lang.L("Weighing …")), parts: container.New(weightsLayout{}), bar: widget.NewProgressBar()}
	s.compact = kit.NewButton(lang.L("Compact"), s.squeeze)
	s.cancel = kit.NewButton(lang.L("Cancel"), func() { s.stop() })
	kit.Enable(false, s.compact)
	kit.Reveal(false, s.bar, s.cancel)
	return s
}

func (s *storageSection) content() fyne.CanvasObject {
	bar := container.NewGridWrap(fyne.NewSize(220, s.cancel.MinSize().Height), s.bar)
	return container.NewVBox(kit.Fields(lang.L("Database"), container.NewVBox(s.total, s.parts, kit.Gap(1))), kit.Fields("", kit.Flow(s.compact, bar, s.cancel)))
}

// weights is what the database weighs.
type weights struct {
	parts []store.Weight
	total int64
}

// weigh asks what the database weighs, which takes a while where it is large.
func (s *storageSection) weigh() {
	tasks.Ask(s.host.Group, &s.weighing, func(ctx context.Context) (w weights, err error) {
		w.parts, w.total, err = s.host.Store.Weigh(ctx)
		return w, err
	}, func(w weights, err error) {
		if err != nil {
			kit.SetText(s.total, lang.L("What the database weighs can't be told."))
			return
		}
		s.show(w)
	})
}

func (s *storageSection) show(w weights) {
	kit.SetText(s.total, lang.L("{{.Size}} in all", map[string]any{"Size": phrase.Bytes(w.total)}))
	s.parts.RemoveAll()
	free := int64(0)
	for _, p := range w.parts {
		if p.Part == "free" {
			free = p.Bytes
		}
		rows := ""
		if p.Rows > 0 && p.Part != "index" {
			rows = lang.L(`{{.Rows.Of "row" "rows"}}`, map[string]any{"Rows": phrase.Count(p.Rows)})
		}
		size, count := widget.NewLabel(phrase.Bytes(p.Bytes)), kit.Muted(rows)
		size.Alignment, count.Alignment = fyne.TextAlignTrailing, fyne.TextAlignTrailing
		for _, o := range []fyne.CanvasObject{kit.Muted(partName(p.Part)), size, count} {
			s.parts.Add(o)
		}
	}
	s.parts.Refresh()
	kit.Enable(free > 0 && s.stop == nil && s.host.Store.Writable() == nil, s.compact)
}

// partName is a part of the database for people.
func partName(part string) string {
	switch part {
	case "audits":
		return labels.Class(entra.Audits.Name)
	case "changes":
		return lang.L("Changes")
	case "history":
		return lang.L("Sync History")
	case "index":
		return lang.L("Search index")
	case "links":
		return lang.L("Links")
	case "objects":
		return lang.L("Objects")
	case "orders":
		return lang.L("Prepared orders")
	case "free":
		return lang.L("Free, to be given back")
	}
	return lang.L("Everything else")
}

// squeeze gives free room back. Leaving the page does not stop it; Cancel does.
func (s *storageSection) squeeze() {
	var ctx context.Context
	ctx, s.stop = context.WithCancel(s.host.Context)
	kit.Enable(false, s.compact)
	s.bar.SetValue(0)
	s.bar.TextFormatter = nil
	kit.Reveal(true, s.bar, s.cancel)
	s.host.Act(func(context.Context) error {
		err := s.host.Store.Compact(ctx, func(done, of int64) { s.host.Post(func() { s.far(done, of) }) })
		if ctx.Err() != nil { // stopped: what was given back stays so
			return nil
		}
		return err
	}, func(err error) {
		s.stop()
		s.stop = nil
		kit.Reveal(false, s.bar, s.cancel)
		if err != nil {
			s.host.Failed(err)
		}
		s.weigh()
	})
}

// far tells how far the compacting is.
func (s *storageSection) far(done, of int64) {
	if of == 0 {
		s.bar.TextFormatter = func() string { return lang.L("Writing a copy …") }
		s.bar.Refresh()
		return
	}
	s.bar.TextFormatter = nil
	s.bar.SetValue(float64(done) / float64(of))
}

// weightsLayout sets names, sizes and counts in three columns, closer than a form.
type weightsLayout struct{}

func (weightsLayout) line(objects []fyne.CanvasObject) float32 {
	if len(objects) == 0 {
		return 0
	}
	return objects[0].MinSize().Height * 0.75
}

func (l weightsLayout) columns(objects []fyne.CanvasObject) (widths [3]float32) {
	for i, o := range objects {
		widths[i%3] = max(widths[i%3], o.MinSize().Width)
	}
	return widths
}

// MinSize is that of all lines.
func (l weightsLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w := l.columns(objects)
	return fyne.NewSize(w[0]+w[1]+w[2], l.line(objects)*float32(len(objects)/3))
}

// Layout puts each line's three objects side by side.
func (l weightsLayout) Layout(objects []fyne.CanvasObject, _ fyne.Size) {
	w := l.columns(objects)
	for i, o := range objects {
		x := float32(0)
		for _, before := range w[:i%3] {
			x += before
		}
		o.Move(fyne.NewPos(x, l.line(objects)*float32(i/3)))
		o.Resize(fyne.NewSize(w[i%3], o.MinSize().Height))
	}
}
