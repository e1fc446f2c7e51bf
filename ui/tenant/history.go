package tenant

import (
	"context"
	"io"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// history is the tab Sync History of a tenant.
type history struct {
	plainTab
	host    *host.Host
	tenant  entra.Tenant
	list    *lists.Paged[entra.ClassRun]
	details *runDetails
	doing   func() syncer.Activity // as the page's box tells it
	failed  *kit.Toggle            // only what failed or warned
	period  *kit.SelectField       // how far back
}

// periods are how far back the history may be shown; 0: all of it.
var periods = []time.Duration{0, 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour}

// filters are what lets only some rows through.
func (h *history) filters() []fyne.CanvasObject {
	h.failed = kit.NewToggle(lang.L("Failed only"), func(bool) { h.sift() })
	h.period = kit.NewSelectField([]string{lang.L("All time"), lang.L("Last 24 hours"), lang.L("Last 7 days"), lang.L("Last 30 days")}, 0, h.sift).Fit()
	return []fyne.CanvasObject{h.period, h.failed}
}

// sift asks anew, as the filters stand.
func (h *history) sift() {
	h.list.Empty = h.none()
	h.list.Rewind()
}

// none says why there are no rows.
func (h *history) none() table.State {
	if h.failed.Checked || h.period.SelectedIndex() > 0 {
		return table.State{Icon: theme.SearchIcon(), Title: lang.L("Nothing matches"), Text: lang.L("No row of this time is like that.")}
	}
	if !h.tenant.Enabled {
		return access.DisabledState(h.host, h.tenant)
	}
	return table.State{Icon: apptheme.Signs().Fresh, Title: lang.L("Not synced yet"), Text: lang.L("Each sync leaves one row per object class here."),
		Action: lang.L("Sync now"), Do: func() { access.SyncNow(h.host, h.tenant.Key) }}
}

func newHistory(h *host.Host, t entra.Tenant, doing func() syncer.Activity) *history {
	tab := &history{host: h, tenant: t, doing: doing, details: newRunDetails(h, t.Key)}
	tab.list = &lists.Paged[entra.ClassRun]{Host: h, Fetch: tab.fetch, Export: tab.export, File: t.Name + " sync history.csv"}
	tab.list.Grid = table.New(runKey, tab.columns()...)
	tab.list.Grid.SetSorting(table.Sorting{Key: "start_time", Descending: true}) // as the store gives them by itself
	lists.RememberColumns(h, "history", tab.list.Grid)
	tab.list.Grid.OnOpen = tab.details.open
	tab.list.Grid.OnSelect = tab.details.follow
	tab.list.Tools = tab.filters()
	tab.list.Empty = tab.none()
	return tab
}

func runKey(r entra.ClassRun) string { return phrase.Number(r.Key) }

func (h *history) key() string { return historyTab }

func (h *history) content() fyne.CanvasObject {
	body := h.details.under(h.list.Build())
	h.list.Reload()
	return kit.UnderHead(body)
}

func (h *history) fetch(ctx context.Context, w lists.Wanted) (lists.Batch[entra.ClassRun], error) {
	q := h.query(w)
	total, err := h.host.Store.HistoryMatches(ctx, h.tenant.Key, q)
	if err != nil {
		return lists.Batch[entra.ClassRun]{}, err
	}
	out := lists.Batch[entra.ClassRun]{Total: total}
	q.Range = store.Range{Offset: w.Offset, Limit: w.Limit}
	a := h.host.Engine.Activity(h.tenant.Key)
	for r, err := range h.host.Store.History(ctx, h.tenant.Key, q) {
		if err != nil {
			return out, err
		}
		if a.Untold != nil {
			r = labels.Now(r, a)
		}
		out.Rows = append(out.Rows, r)
	}
	return out, nil
}

// query is what a list that stands so asks for. The search is for what the eye reads.
func (h *history) query(w lists.Wanted) store.HistoryQuery {
	q := store.HistoryQuery{Words: sought(w.Search, h.host.Now()), Sort: w.Sort, Descending: w.Descending, Failed: h.failed.Checked}
	if back := periods[max(h.period.SelectedIndex(), 0)]; back > 0 {
		q.Since = h.host.Now().Add(-back)
	}
	return q
}

func (h *history) export(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.CSV(w, export.HistoryColumns(), h.host.Store.History(ctx, h.tenant.Key, h.query(q)))
}

func (h *history) columns() []table.Column[entra.ClassRun] {
	count := func(key, title string, n func(entra.ClassRun) int64) table.Column[entra.ClassRun] {
		return table.Column[entra.ClassRun]{Key: key, Title: title, Width: 88, Sort: true, Align: fyne.TextAlignTrailing,
			Text:  func(r entra.ClassRun) string { return phrase.Number(n(labels.Now(r, h.doing()))) },
			Quiet: func(r entra.ClassRun) bool { return n(r) == 0 }}
	}
	changed := count("changed", lang.L("Objects Changed"), func(r entra.ClassRun) int64 { return r.Changed })
	deleted := count("deleted", lang.L("Objects Deleted"), func(r entra.ClassRun) int64 { return r.Deleted })
	changed.Link = func(r entra.ClassRun) func() { return h.made(r, r.Changed) }
	deleted.Link = func(r entra.ClassRun) func() { return h.made(r, r.Deleted) }
	filtered := count("filtered", lang.L("Objects Filtered"), func(r entra.ClassRun) int64 { return r.Filtered })
	filtered.Yield = true
	return []table.Column[entra.ClassRun]{ // what was deleted stays longer than when a run ended, which its details tell, too
		{Key: "start_time", Title: lang.L("Start Time"), Width: 122, Firm: true, Sort: true, Text: func(r entra.ClassRun) string { return phrase.Stamp(r.Start, h.host.Now()) }},
		{Key: "end_time", Title: lang.L("End Time"), Width: 122, Firm: true, Yield: true, Sort: true, Text: func(r entra.ClassRun) string { return phrase.Stamp(r.End, h.host.Now()) }},
		{Key: "type", Title: lang.L("Type"), Width: 250, Fit: true, Sort: true, Ends: true, Text: runClass, Tag: scanTag},
		count("total", lang.L("Total Objects"), func(r entra.ClassRun) int64 { return r.Total }),
		changed,
		deleted,
		filtered,
		{Key: "status", Keep: true, Title: lang.L("Status"), Width: 180, Grow: true, Firm: true, Fit: true, Sort: true, Text: runStatusAndWhy, Short: runWhy,
			Icon: func(r entra.ClassRun) fyne.Resource { return labels.StatusSign(r.Status) }},
	}
}

// made leads from a number of a row's objects to what it changed; nil: there are none.
func (h *history) made(r entra.ClassRun, n int64) func() {
	if n == 0 {
		return nil
	}
	return h.details.changesOf(r)
}

func runClass(r entra.ClassRun) string { return labels.Class(r.Stream()) }

// scanTag marks the rows of full scans.
func scanTag(r entra.ClassRun) string {
	if r.FullScan {
		return lang.L("full scan")
	}
	return ""
}

func runType(r entra.ClassRun) string {
	if tag := scanTag(r); tag != "" {
		return runClass(r) + " · " + tag
	}
	return runClass(r)
}

// unwell is why a row did not end well; nil: it did. A mere note of one that did, such as of
// the computer's clock, stands in its details.
func unwell(r entra.ClassRun) *entra.Error {
	if r.Status == entra.Succeeded && r.Code == "" {
		return nil
	}
	return r.Trouble()
}

// runStatusAndWhy is how a row ended, and why it did not end well.
func runStatusAndWhy(r entra.ClassRun) string {
	e := unwell(r)
	if e == nil {
		return runStatus(r)
	}
	return runStatus(r) + ": " + labels.Brief(e)
}

// runWhy is why a row did not end well, where there is no room for how, which its sign tells: as
// much of it as there is room for.
func runWhy(r entra.ClassRun) []string {
	e := unwell(r)
	if e == nil {
		return nil
	}
	ways := []string{wording.Capital(labels.Brief(e))}
	if briefest := labels.Briefest(e); briefest != "" {
		ways = append(ways, wording.Capital(briefest))
	}
	return ways
}

func runStatus(r entra.ClassRun) string {
	word := labels.Status(r.Status)
	if r.Tries > 1 {
		word += " ×" + phrase.Number(r.Tries)
	}
	return word
}

// told draws the rows of a sync that goes on anew, as the page's box has them.
func (h *history) told() {
	if labels.Running(h.doing()) {
		h.list.Grid.Again()
	}
}

// stored takes the tenant as it is now: whether it can be synced is said where there are no rows.
func (h *history) stored(t entra.Tenant) {
	changed := h.tenant.Enabled != t.Enabled
	if h.tenant = t; changed {
		h.list.Empty = h.none()
		h.list.Refresh()
	}
}

func (h *history) refresh() { h.list.Refresh() }
func (h *history) leave()   { h.list.Leave() }
func (h *history) escape()  { h.details.close() }

func (h *history) search() fyne.Focusable {
	if h.list.Search == nil {
		return nil
	}
	return h.list.Search
}
