// Package verification shows whether a tenant's copy equals the tenant: the last result,
// its differences, and the way to verify again.
package verification

import (
	"cmp"
	"context"
	"io"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/verify"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// Text says what the last verification told, and when; "" where there was none.
func Text(ctx context.Context, h *host.Host, tenant int64) (func(now time.Time) string, error) {
	r, found, err := verify.Last(ctx, h.Store, tenant)
	if err != nil || !found {
		return func(time.Time) string { return "" }, err
	}
	text := outcome(r)
	return func(now time.Time) string {
		return lang.L("verified {{.Ago}}: {{.Result}}", map[string]any{"Ago": phrase.Ago(r.Ended, now), "Result": text})
	}, nil
}

// outcome is a result in a few words.
func outcome(r verify.Result) string {
	switch n := r.Differences(); {
	case n > 0:
		return lang.L(`{{.Count.Of "difference" "differences"}}`, map[string]any{"Count": phrase.Count(n)})
	case len(r.Unread()) > 0:
		return lang.L("equal, as far as it could be read")
	}
	return lang.L("equal")
}

// Show shows the last result, or offers to stop the verification that goes on.
func Show(h *host.Host, t entra.Tenant) {
	if stop := h.UnderWay[underWay(t)]; stop != nil {
		kit.AskUser(h.Window, title(t), kit.Paragraph(lang.L("The tenant is being read again.")),
			kit.Choice{Text: lang.L("Stop"), Do: stop}, kit.Choice{Text: lang.L("Close")})
		return
	}
	var l last
	h.Act(func(ctx context.Context) (err error) {
		if l.Result, l.found, err = verify.Last(ctx, h.Store, t.Key); err != nil {
			return err
		}
		for row, err := range l.Rows(ctx, h.Store, t.Key) {
			if err != nil {
				return err
			}
			l.rows = append(l.rows, row)
		}
		return nil
	}, func(err error) {
		if err != nil {
			h.Failed(err)
			return
		}
		show(h, t, l)
	})
}

// last is the result of the last verification, and its differences by name.
type last struct {
	verify.Result
	found bool
	rows  []verify.Row
}

func title(t entra.Tenant) string { return lang.L("Verify") + " · " + t.Name }

func underWay(t entra.Tenant) string { return "verify " + strconv.FormatInt(t.Key, 10) }

func show(h *host.Host, t entra.Tenant, r last) {
	var dialog *kit.Dialog
	says := kit.Paragraph(lang.L("Verifying reads the whole tenant again and compares it with the copy on this computer. Nothing of it is stored, and syncs go on."))
	content := container.NewVBox(says)
	body := fyne.CanvasObject(content)
	if r.found {
		content.Add(kit.Muted(lang.L("{{.Time}}, took {{.Span}}", map[string]any{"Time": phrase.Exact(r.Ended), "Span": phrase.Lasted(r.Ended.Sub(r.Began))})))
		result := widget.NewLabelWithStyle(sentence(r.Result), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
		result.Wrapping = fyne.TextWrapWord
		content.Add(result)
		if unread := unread(r.Result); len(unread) > 0 {
			text := widget.NewLabel(lang.L("Could not be read: {{.Classes}}", map[string]any{"Classes": strings.Join(unread, ", ")}))
			text.Wrapping = fyne.TextWrapWord
			content.Add(text)
		}
		if len(r.rows) > 0 {
			size := h.Window.Canvas().Size()
			room := fyne.NewSize(min(size.Width*0.85, 820*theme.TextSize()/13), min(size.Height*0.45, 360*theme.TextSize()/13))
			body = container.NewBorder(content, nil, nil, nil, container.NewGridWrap(room, differences(h, t, r.rows, func() { dialog.Hide() })))
			content.Resize(fyne.NewSize(room.Width, 0)) // texts wrap
		}
	}
	again := kit.Choice{Text: lang.L("Verify now"), Rank: widget.HighImportance, Do: func() { begin(h, t) }}
	if t.Enabled {
		dialog = kit.AskUser(h.Window, title(t), body, again, kit.Choice{Text: lang.L("Close")})
		return
	}
	content.Add(widget.NewLabel(lang.L("This tenant is disabled: it is verified once it is enabled.")))
	enable := kit.Choice{Text: lang.L("Enable"), Rank: widget.HighImportance, Do: func() {
		access.Enable(h, t, func() { t.Enabled = true; show(h, t, r) })
	}}
	dialog = kit.AskUser(h.Window, title(t), body, enable, kit.Choice{Text: lang.L("Close")})
}

// unread names what could not be read.
func unread(r verify.Result) (names []string) {
	for _, s := range r.Unread() {
		name := labels.Class(s.Class)
		if s.Relation != "" {
			name += " (" + labels.Relation(s.Class, s.Relation) + ")"
		}
		names = append(names, name)
	}
	return names
}

// sentence is a result in full.
func sentence(r verify.Result) string {
	objects, links := 0, 0
	for _, c := range r.Classes {
		objects += c.Read
		for _, l := range c.Links {
			links += l.Read
		}
	}
	read := map[string]any{"Objects": phrase.Count(objects), "Links": phrase.Count(links), "Count": phrase.Count(r.Differences())}
	if n := r.Pending(); n > 0 {
		read["Pending"] = phrase.Count(n)
		return lang.L(`{{.Count.Of "difference" "differences"}} in {{.Objects.Of "object" "objects"}} and {{.Links.Of "link" "links"}}. {{.Pending}} of them changed since the last sync, and come with the next one; what stays is put right by a full scan.`, read)
	}
	if r.Differences() > 0 {
		return lang.L(`{{.Count.Of "difference" "differences"}} in {{.Objects.Of "object" "objects"}} and {{.Links.Of "link" "links"}}. Sync, and verify again: what stays is put right by a full scan.`, read)
	}
	return lang.L(`The copy equals the tenant: {{.Objects.Of "object" "objects"}} and {{.Links.Of "link" "links"}}.`, read)
}

// differences is the list of them, searched, paged and exported as other lists are. A row that is opened leads to
// its object, and closes the dialog.
func differences(h *host.Host, t entra.Tenant, all []verify.Row, closes func()) fyne.CanvasObject {
	l := &lists.Paged[verify.Row]{Host: h, File: t.Name + " differences.csv"}
	matching := func(w lists.Wanted) (out []verify.Row) {
		for _, row := range all {
			if matches(row, w.Search) {
				out = append(out, row)
			}
		}
		return out
	}
	l.Fetch = func(_ context.Context, w lists.Wanted) (lists.Batch[verify.Row], error) {
		found := matching(w)
		from := min(w.Offset, len(found))
		return lists.Batch[verify.Row]{Rows: found[from:min(from+w.Limit, len(found))], Total: len(found)}, nil
	}
	rows := func(w lists.Wanted) func(func(verify.Row, error) bool) {
		return func(yield func(verify.Row, error) bool) {
			for _, row := range matching(w) {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
	l.Export = func(_ context.Context, w io.Writer, q lists.Wanted) error {
		return export.CSV(w, verify.Columns(), rows(q))
	}
	l.Lines = func(_ context.Context, w io.Writer, q lists.Wanted) error {
		return export.JSONLines(w, verify.Columns(), rows(q))
	}
	l.Named = func(host.Stand) string { return t.Name + " differences" }
	l.Grid = table.New(rowKey,
		table.Column[verify.Row]{Key: "class", Title: lang.L("Type"), Width: 110, Ends: true, Fit: true, Text: func(r verify.Row) string { return labels.Class(r.Class) }},
		table.Column[verify.Row]{Key: "kind", Keep: true, Title: lang.L("What differs"), Width: 180, Fit: true, Text: kind},
		table.Column[verify.Row]{Key: "name", Keep: true, Title: lang.L("Object"), Width: 150, Grow: true, Fit: true, Text: func(r verify.Row) string { return cmp.Or(r.Name, r.ID) }},
		table.Column[verify.Row]{Key: "more", Title: lang.L("Properties, or the link's other end"), Width: 200, Grow: true, Text: more},
		table.Column[verify.Row]{Key: "id", Yield: true, Title: lang.L("Object ID"), Width: 130, Text: func(r verify.Row) string { return r.ID }})
	l.Grid.OnOpen = func(r verify.Row) {
		closes()
		h.Open(host.ToObject(t.Key, r.Class, r.ID))
	}
	built := l.Build()
	l.Reload()
	return built
}

// more is what differs of an object, or where a link leads.
func more(r verify.Row) string {
	if r.Relation != "" {
		return cmp.Or(r.TargetName, r.Target)
	}
	var titles []string
	for _, p := range r.Properties {
		titles = append(titles, labels.Property(r.Class, p))
	}
	return strings.Join(titles, ", ")
}

func rowKey(r verify.Row) string {
	return strings.Join([]string{r.Class, r.Relation, r.ID, r.Target, string(r.Kind)}, "/")
}

func matches(r verify.Row, text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	all := strings.ToLower(strings.Join([]string{r.Class, labels.Class(r.Class), kind(r), r.Name, r.ID, r.Target, more(r), strings.Join(r.Properties, ", ")}, "\n"))
	return text == "" || strings.Contains(all, text)
}

// kind says how a row differs.
func kind(r verify.Row) string {
	text := map[verify.Kind]string{verify.Missing: lang.L("missing in the copy"), verify.Extra: lang.L("only in the copy"),
		verify.Differs: lang.L("different"), verify.Meanwhile: lang.L("changed meanwhile")}[r.Kind]
	if r.Relation != "" {
		return labels.Relation(r.Class, r.Relation) + ": " + text
	}
	return text
}

// running is a verification that goes on, whatever page is shown.
type running struct {
	host   *host.Host
	tenant entra.Tenant
	work   *toast.Work
	is     atomic.Pointer[syncer.Activity]
	over   bool
}

// lookAgain is how often it is told how far it is.
const lookAgain = time.Second

func begin(h *host.Host, t entra.Tenant) {
	ctx, stop := context.WithCancel(h.Group.Context)
	r := &running{host: h, tenant: t, work: h.Toasts.Work(lang.L("Verifying {{.Name}}", map[string]any{"Name": t.Name}))}
	h.UnderWay[underWay(t)] = stop
	r.look()
	var result verify.Result
	h.Act(func(context.Context) (err error) {
		result, err = verify.Run(ctx, h.Engine, t, verify.Options{Progress: func(a syncer.Activity) { r.is.Store(&a) }})
		return err
	}, func(err error) {
		stop()
		r.end(result, err)
	})
}

// look tells how far it is, time and again.
func (r *running) look() {
	if r.over {
		return
	}
	if a := r.is.Load(); a != nil {
		r.work.Say(labels.Activity(*a, r.host.Now()))
	}
	r.host.After(lookAgain, r.look)
}

func (r *running) end(result verify.Result, err error) {
	r.over = true
	r.work.End()
	delete(r.host.UnderWay, underWay(r.tenant))
	r.host.Changed()
	switch {
	case entra.CodeOf(err) == entra.CodeCancelled: // whoever stopped it knows
	case err != nil:
		r.host.Failed(err)
	default:
		kind := toast.Success
		if !result.Equal {
			kind = toast.Warning
		}
		r.host.Toasts.Show(toast.Toast{Kind: kind, Title: lang.L("Verified {{.Name}}", map[string]any{"Name": r.tenant.Name}), Text: sentence(result),
			Action: lang.L("Details"), Do: func() { Show(r.host, r.tenant) }})
	}
}
