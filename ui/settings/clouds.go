package settings

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/tasks"
)

// cloudSection lists the custom clouds, adds and removes them.
type cloudSection struct {
	host     *host.Host
	list     *fyne.Container
	question tasks.Latest
}

func newCloudSection(h *host.Host) *cloudSection {
	return &cloudSection{host: h, list: container.NewVBox()}
}

func (s *cloudSection) content() fyne.CanvasObject {
	add := kit.NewButton(lang.L("Add a custom cloud…"), func() { access.AskCloud(s.host, func(string) { s.refresh() }) })
	kit.Enable(!s.host.Demo, add)
	return kit.Fields(lang.L("Custom clouds"), container.NewVBox(s.list, container.NewHBox(add)))
}

// refresh lists the clouds that are there now.
func (s *cloudSection) refresh() {
	tasks.KeepUp(s.host.Group, &s.question, s.host.Store.Clouds, func(clouds []entra.Cloud, err error) {
		if err != nil {
			s.host.Failed(err)
			return
		}
		s.list.Objects = nil
		for _, c := range clouds {
			if !c.BuiltIn {
				s.list.Add(s.line(c))
			}
		}
		if len(s.list.Objects) == 0 {
			s.list.Add(kit.Muted(lang.L("There are none.")))
		}
		s.list.Refresh()
	})
}

func (s *cloudSection) line(c entra.Cloud) fyne.CanvasObject {
	remove := kit.NewButton(lang.L("Remove"), func() { s.askRemove(c) })
	kit.Enable(!s.host.Demo, remove)
	return container.NewBorder(nil, nil, nil, remove, kit.Cut(widget.NewLabel(c.Name+" · "+c.Graph)))
}

func (s *cloudSection) askRemove(c entra.Cloud) {
	kit.AskUser(s.host.Window, lang.L("Remove the cloud"), kit.Question(lang.L("Remove {{.Name}}?", map[string]any{"Name": c.Name}), lang.L("A cloud that a tenant uses stays.")),
		kit.Choice{Text: lang.L("Remove"), Rank: widget.DangerImportance, Do: func() {
			s.host.Act(func(ctx context.Context) error { return s.host.Store.RemoveCloud(ctx, c.Name) }, func(err error) {
				if err != nil {
					s.host.Failed(err)
				}
				s.refresh()
			})
		}},
		kit.Choice{Text: lang.L("Cancel")})
}
