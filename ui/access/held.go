package access

import (
	"cmp"
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
)

// mostHeld is how many of the deletions that are held are listed.
const mostHeld = 1000

// HeldTitle says how many deletions the loss guard holds.
func HeldTitle(n int64) string {
	return lang.L(`{{.Count.Of "deletion" "deletions"}} held`, map[string]any{"Count": phrase.Count(n)})
}

// ShowHeld lists the deletions that the loss guard holds of a tenant, for an
// admin to confirm.
func ShowHeld(h *host.Host, t entra.Tenant) {
	var held []store.Held
	var all int64
	h.Act(func(ctx context.Context) error {
		counts, err := h.Store.HeldCounts(ctx, t.Key)
		for _, n := range counts {
			all += n
		}
		if err != nil {
			return err
		}
		for one, err := range h.Store.Held(ctx, t.Key, "", store.Range{Limit: mostHeld}) {
			if err != nil {
				return err
			}
			held = append(held, one)
		}
		return nil
	}, func(err error) {
		if err != nil {
			h.Failed(err)
			return
		}
		askHeld(h, t, held, all)
	})
}

func askHeld(h *host.Host, t entra.Tenant, held []store.Held, all int64) {
	says := widget.NewLabel(lang.L("A full scan did not show what is listed here. It stays until you confirm that it is gone from Entra ID, or until another full scan misses the same."))
	says.Wrapping = fyne.TextWrapWord
	size := h.Window.Canvas().Size()
	room := fyne.NewSize(min(size.Width*0.8, 760*theme.TextSize()/13), min(size.Height*0.5, 380*theme.TextSize()/13))
	says.Resize(fyne.NewSize(room.Width, 0))
	top := container.NewVBox(says)
	if n := int64(len(held)); n >= mostHeld {
		top.Add(kit.Muted(lang.L("The first {{.Count}} are listed.", map[string]any{"Count": phrase.Number(n)})))
	}
	kit.AskUser(h.Window, HeldTitle(all)+" · "+t.Name, container.NewBorder(top, nil, nil, nil, container.NewGridWrap(room, heldTable(h, held))),
		kit.Choice{Text: lang.L("Delete them here"), Rank: widget.DangerImportance, Do: func() { confirmHeld(h, t) }},
		kit.Choice{Text: lang.L("Close")})
}

func heldTable(h *host.Host, held []store.Held) *table.Grid[store.Held] {
	g := table.New(func(d store.Held) string { return d.Class + "/" + d.ID + "/" + phrase.Number(d.Links) },
		table.Column[store.Held]{Key: "name", Title: lang.L("Name"), Width: 230, Grow: true, Text: func(d store.Held) string { return cmp.Or(d.DisplayName, d.ID) }},
		table.Column[store.Held]{Key: "class", Title: lang.L("Type"), Width: 140, Ends: true, Text: func(d store.Held) string { return labels.Class(d.Class) }},
		table.Column[store.Held]{Key: "what", Keep: true, Title: lang.L("What is held"), Width: 170, Grow: true, Text: heldWhat},
		table.Column[store.Held]{Key: "since", Title: lang.L("Since"), Width: 130, Text: func(d store.Held) string { return phrase.Stamp(d.Since, h.Now()) }})
	g.SetRows(held)
	if len(held) == 0 {
		g.SetState(table.State{Title: lang.L("Nothing is held any more")})
	}
	return g
}

func heldWhat(d store.Held) string {
	if d.Links > 0 {
		return lang.L("{{.Count}} of its links", map[string]any{"Count": phrase.Number(d.Links)})
	}
	return lang.L("the object")
}

// confirmHeld deletes what is held from this computer's copy.
func confirmHeld(h *host.Host, t entra.Tenant) {
	var n int64
	h.Act(func(ctx context.Context) (err error) {
		n, err = h.Engine.ConfirmDeletions(ctx, t.Key, nil)
		return err
	}, func(err error) {
		if err != nil {
			h.Failed(err)
			return
		}
		h.Succeeded(lang.L(`{{.Count.Of "deletion" "deletions"}} applied`, map[string]any{"Count": phrase.Count(n)}), t.Name)
		h.Changed()
	})
}
