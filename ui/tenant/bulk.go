package tenant

import (
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
	"github.com/entraidsync/entraidsync/ui/phrase"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// bulk is the bar under the table of tenants, while some are marked: how many, and what
// can be done with them together. It comes at the bottom, where it moves no row.
type bulk struct {
	host    *host.Host
	marked  func() []entra.Tenant
	bar     *fyne.Container
	count   *widget.Label
	sync    *kit.Button
	enable  *kit.Button
	disable *kit.Button
}

// newBulk makes the bar; clear takes all marks away.
func newBulk(h *host.Host, marked func() []entra.Tenant, clear func()) *bulk {
	b := &bulk{host: h, marked: marked, count: kit.Cut(widget.NewLabel(""))}
	b.sync = kit.NewButton(lang.L("Sync now"), b.askSync)
	b.sync.Icon = apptheme.SyncIcon
	b.enable = kit.NewButton(lang.L("Enable"), func() { b.ask(true) })
	b.disable = kit.NewButton(lang.L("Disable"), func() { b.ask(false) })
	unmark := kit.NewButton(lang.L("Unmark all"), clear).Important(widget.LowImportance)
	unmark.Icon = theme.CancelIcon()
	b.bar = container.NewVBox(kit.Gap(1), kit.Card(kit.Beside(b.count, kit.Flow(b.sync, b.enable, b.disable, unmark))))
	b.bar.Hide()
	return b
}

// tell brings the bar up to date.
func (b *bulk) tell() {
	all := b.marked()
	on := enabledOnes(all)
	kit.Reveal(len(all) > 0, b.bar)
	kit.SetText(b.count, lang.L(`{{.Count.Of "tenant" "tenants"}} marked`, counted(len(all))))
	kit.Enable(len(on) > 0, b.sync)
	kit.Enable(len(on) < len(all), b.enable)
	kit.Enable(len(on) > 0, b.disable)
}

// counted is a number of tenants, for a text.
func counted(n int) map[string]any { return map[string]any{"Count": phrase.Count(n)} }

// enabledOnes are the tenants that are synced.
func enabledOnes(all []entra.Tenant) (on []entra.Tenant) {
	for _, t := range all {
		if t.Enabled {
			on = append(on, t)
		}
	}
	return on
}

// askSync syncs the marked tenants that are enabled, once that is confirmed.
func (b *bulk) askSync() {
	all := b.marked()
	on := enabledOnes(all)
	known := lang.L("A few are synced at a time, the others wait for their turn.")
	if off := len(all) - len(on); off > 0 {
		known += " " + lang.L(`{{.Count.Of "marked tenant" "marked tenants"}} {{.Count.Has "is" "are"}} disabled and left out.`, counted(off))
	}
	kit.AskUser(b.host.Window, lang.L("Sync tenants"), kit.Question(lang.L(`Sync {{.Count.Of "tenant" "tenants"}} now?`, counted(len(on))), known),
		kit.Choice{Text: lang.L("Sync now"), Rank: widget.HighImportance, Do: func() { b.host.SyncTenants(on) }},
		kit.Choice{Text: lang.L("Cancel")})
}

// ask enables or disables the marked tenants that are not so, once that is confirmed.
func (b *bulk) ask(on bool) {
	var concerned []entra.Tenant
	for _, t := range b.marked() {
		if t.Enabled != on {
			concerned = append(concerned, t)
		}
	}
	title, button, rank := lang.L("Disable tenants"), lang.L("Disable"), widget.WarningImportance
	question, known := lang.L(`Disable {{.Count.Of "tenant" "tenants"}}?`, counted(len(concerned))), lang.L("They are not synced any more until they are enabled again; a sync that runs is stopped. What is stored of them stays.")
	if on {
		title, button, rank = lang.L("Enable tenants"), lang.L("Enable"), widget.HighImportance
		question, known = lang.L(`Enable {{.Count.Of "tenant" "tenants"}}?`, counted(len(concerned))), lang.L("They are synced now, and from then on each at its interval.")
	}
	kit.AskUser(b.host.Window, title, kit.Question(question, known),
		kit.Choice{Text: button, Rank: rank, Do: func() { b.set(concerned, on) }}, kit.Choice{Text: lang.L("Cancel")})
}

// set enables or disables tenants, one after the other, and sums up.
func (b *bulk) set(tenants []entra.Tenant, on bool) {
	done := 0
	b.host.Act(func(ctx context.Context) (first error) {
		for _, t := range tenants {
			if err := b.host.Engine.SetTenant(ctx, t.Key, store.TenantChange{Enabled: &on}); err == nil {
				done++
			} else if first == nil {
				first = err
			}
		}
		return first
	}, func(err error) {
		text := ""
		if left := len(tenants) - done; left > 0 {
			text = lang.L(`{{.Count.Of "tenant stayed as it was" "tenants stayed as they were"}}.`, counted(left))
		}
		switch {
		case done == 0: // what failed says it
		case on:
			b.host.Succeeded(lang.L(`{{.Count.Of "tenant" "tenants"}} enabled`, counted(done)), text)
		default:
			b.host.Succeeded(lang.L(`{{.Count.Of "tenant" "tenants"}} disabled`, counted(done)), text)
		}
		if err != nil {
			b.host.Failed(err)
		}
		b.host.Changed()
	})
}
