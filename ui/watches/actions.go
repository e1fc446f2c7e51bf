package watches

import (
	"context"

	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/watch"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// readyButton watches for what a ready watch is about, in all tenants, told by the desktop.
func (p *Page) readyButton(r watch.Ready) *kit.Button {
	b := kit.NewButton(readyTitle(r.Name), func() {
		var added watch.Watch
		p.host.Act(func(ctx context.Context) (err error) {
			added, err = watch.Put(ctx, p.host.Store, watch.Watch{Name: readyTitle(r.Name), Ready: r.Name, More: 500, Desktop: true})
			return err
		}, func(err error) {
			if err != nil {
				p.host.Failed(err)
				return
			}
			p.chosen = added.ID
			p.host.Succeeded(lang.L("{{.Watch}} is watched", map[string]any{"Watch": added.Name}), wording.Sentence(r.Meaning)+" "+lang.L("The desktop tells, while this window runs."))
			p.Refresh()
		})
	})
	b.Icon, b.Tip, b.Tips = theme.ContentAddIcon(), wording.Sentence(r.Meaning), p.host.Tips
	return b
}

// done tells trouble, and shows the watches as they are now.
func (p *Page) done(err error) {
	if err != nil {
		p.host.Failed(err)
	}
	p.Refresh()
}

func (p *Page) testChosen() {
	p.withChosen(func(s watch.Standing) {
		kit.Enable(false, p.test)
		p.host.Act(func(ctx context.Context) error { return p.host.Watches.Test(ctx, s.Watch) }, func(err error) {
			if err == nil {
				p.host.Succeeded(lang.L("The test was told"), tells(s.Watch))
			}
			p.done(err)
		})
	})
}

func (p *Page) switchOver() {
	p.withChosen(func(s watch.Standing) {
		w := s.Watch
		w.Off = !w.Off
		p.host.Act(func(ctx context.Context) error {
			_, err := watch.Put(ctx, p.host.Store, w)
			return err
		}, p.done)
	})
}

func (p *Page) askRemove() {
	p.withChosen(func(s watch.Standing) {
		kit.AskUser(p.host.Window, lang.L("Remove the watch"), kit.Question(lang.L("Remove {{.Name}}?", map[string]any{"Name": s.Name}), lang.L("What it was to tell yet is not told.")),
			kit.Choice{Text: lang.L("Remove"), Rank: widget.DangerImportance, Do: func() {
				p.host.Act(func(ctx context.Context) error { return watch.Remove(ctx, p.host.Store, s.Watch) }, p.done)
			}},
			kit.Choice{Text: lang.L("Cancel")})
	})
}
