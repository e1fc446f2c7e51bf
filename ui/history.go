package ui

import (
	"context"
	"io"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
)

// history is the tab Sync History of a tenant.
type history struct {
	desk    *desk
	tenant  entra.Tenant
	list    *listing[entra.ClassRun]
	details *runDetails
}

func newHistory(d *desk, t entra.Tenant) *history {
	h := &history{desk: d, tenant: t, details: newRunDetails(d)}
	h.list = &listing[entra.ClassRun]{desk: d, fetch: h.fetch, export: h.export, file: t.Name + " sync history.csv"}
	h.list.grid = table.New(runKey, h.columns()...)
	h.list.grid.SetSorting(table.Sorting{Key: "start_time", Descending: true}) // as the store gives them by itself
	rememberWidths(d, "history", h.list.grid)
	h.list.grid.OnOpen = h.details.open
	h.list.grid.OnSelect = h.details.follow
	h.list.empty = table.State{Icon: signs().fresh, Title: lang.L("Not synced yet"), Text: lang.L("Each sync leaves one row per object class here."),
		Action: lang.L("Sync now"), Do: func() { d.engine.SyncNow(t.Key) }}
	return h
}

func runKey(r entra.ClassRun) string { return phrase.Number(r.Key) }

func (h *history) content() fyne.CanvasObject {
	body := h.details.under(h.list.build())
	h.list.reload()
	return body
}

func (h *history) fetch(ctx context.Context, w wanted) (batch[entra.ClassRun], error) {
	total, err := h.desk.store.HistoryCount(ctx, h.tenant.Key, w.search)
	if err != nil {
		return batch[entra.ClassRun]{}, err
	}
	out := batch[entra.ClassRun]{total: total}
	q := store.HistoryQuery{Search: w.search, Sort: w.sorting.Key, Descending: w.sorting.Descending, Range: store.Range{Offset: w.offset, Limit: w.limit}}
	for r, err := range h.desk.store.History(ctx, h.tenant.Key, q) {
		if err != nil {
			return out, err
		}
		out.rows = append(out.rows, r)
	}
	return out, nil
}

func (h *history) export(ctx context.Context, w io.Writer, search string) error {
	return export.CSV(w, export.HistoryColumns(), h.desk.store.History(ctx, h.tenant.Key, store.HistoryQuery{Search: search}))
}

func (h *history) columns() []table.Column[entra.ClassRun] {
	count := func(key, title string, n func(entra.ClassRun) int64) table.Column[entra.ClassRun] {
		return table.Column[entra.ClassRun]{Key: key, Title: title, Width: 104, Sort: true, Align: fyne.TextAlignTrailing,
			Text:  func(r entra.ClassRun) string { return phrase.Number(n(r)) },
			Quiet: func(r entra.ClassRun) bool { return n(r) == 0 }}
	}
	return []table.Column[entra.ClassRun]{
		{Key: "start_time", Title: lang.L("Start Time"), Width: 122, Firm: true, Sort: true, Text: func(r entra.ClassRun) string { return phrase.Stamp(r.Start, h.desk.now()) }},
		{Key: "end_time", Title: lang.L("End Time"), Width: 92, Firm: true, Sort: true, Text: func(r entra.ClassRun) string { return phrase.End(r.Start, r.End, h.desk.now()) }},
		{Key: "type", Title: lang.L("Type"), Width: 150, Grow: true, Sort: true, Text: runType},
		count("total", lang.L("Total Objects"), func(r entra.ClassRun) int64 { return r.Total }),
		count("changed", lang.L("Objects Changed"), func(r entra.ClassRun) int64 { return r.Changed }),
		count("deleted", lang.L("Objects Deleted"), func(r entra.ClassRun) int64 { return r.Deleted }),
		count("filtered", lang.L("Objects Filtered"), func(r entra.ClassRun) int64 { return r.Filtered }),
		{Key: "status", Title: lang.L("Status"), Width: 142, Grow: true, Firm: true, Sort: true, Text: runStatus,
			Icon: func(r entra.ClassRun) fyne.Resource { return statusSign(r.Status) }},
	}
}

func runType(r entra.ClassRun) string {
	if r.FullScan {
		return classLabel(r.Class) + " · " + lang.L("full scan")
	}
	return classLabel(r.Class)
}

func runStatus(r entra.ClassRun) string {
	word := statusWord(r.Status)
	if r.Tries > 1 {
		word += " ×" + phrase.Number(r.Tries)
	}
	return word
}

func (h *history) refresh() { h.list.refresh() }
func (h *history) leave()   { h.list.leave() }
