package tenant

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/tasks"
)

// classChecks are the object classes by what an admin thinks of together, each with the
// permission that it needs.
func (c *configuration) classChecks() fyne.CanvasObject {
	columns, wide := &sharedColumns{}, widestPermission()
	c.itself = kit.Muted(lang.L("Whatever may be read is synced by itself, until somebody chooses: tick or untick, and save."))
	c.itself.Wrapping = fyne.TextWrapWord
	kit.Reveal(c.tenant.Unchosen, c.itself)
	all := container.NewVBox(container.NewHBox(c.permit), c.itself)
	for _, group := range entra.Groups() {
		checks, why := columns.group(), container.NewVBox()
		for i, class := range entra.Choices() {
			if class.Group == group {
				checks.Add(container.New(layout.NewCustomPaddedVBoxLayout(-theme.Padding()), c.rules[i].check, kit.Wide(c.rules[i].needs, wide)))
			}
			if class.Group == group && class.Log {
				why.Add(whyLog(class))
			}
		}
		all.Add(kit.Muted(lang.L(string(group))))
		all.Add(checks)
		all.Add(why)
	}
	return all
}

// widestPermission is the room that a permission gets: what a test says of it wraps there, and
// makes no page wider than its window.
func widestPermission() (wide float32) {
	for _, class := range entra.Choices() {
		wide = max(wide, kit.Muted(class.Permission).MinSize().Width)
	}
	return wide
}

// whyLog says what the permission is for that the log of audits takes, and what is kept of it.
func whyLog(class entra.Class) fyne.CanvasObject {
	text := kit.Muted(lang.L("{{.Class}} says of changes who made them: {{.Permission}} reads the tenant's log of audits, which Entra keeps for 7 days, with Premium P1 for 30. Of an entry is kept who, when and what was changed, no value and no address.",
		map[string]any{"Class": lang.L(class.Label), "Permission": class.Permission}))
	text.Wrapping = fyne.TextWrapWord
	return text
}

// showClass brings the check of a class into sight, and gives it the focus.
func (c *configuration) showClass(class string) {
	for _, rule := range c.rules {
		if rule.name == class {
			place := fyne.CurrentApp().Driver().AbsolutePositionForObject
			most := max(c.page.Content.Size().Height-c.page.Size().Height, 0)
			down := place(rule.check).Y - place(c.page).Y + c.page.Offset.Y - c.page.Size().Height/3
			c.page.ScrollToOffset(fyne.NewPos(0, min(max(down, 0), most)))
			c.host.Window.Canvas().Focus(rule.check)
		}
	}
}

// found marks what a test of the connection said of each class.
func (c *configuration) found(tested entra.Connection) {
	for _, p := range tested.Permissions {
		for _, rule := range c.rules {
			if rule.name == p.Class {
				rule.permitted(p)
			}
		}
	}
}

// choosePermitted asks what of all classes may be read, and chooses that. What is
// chosen already stays; what tells of people's sign-ins nobody gets unasked.
func (c *configuration) choosePermitted() {
	t := c.form()
	t.Classes = nil
	for _, class := range entra.Classes() {
		if !class.Optional {
			t.Classes = append(t.Classes, class.Name)
		}
	}
	c.permit.Disable()
	tasks.Ask(c.host.Group, &c.permitting, func(ctx context.Context) (entra.Connection, error) {
		return c.host.Engine.Test(ctx, t), nil
	}, func(tested entra.Connection, _ error) {
		c.permit.Enable()
		if !tested.OK {
			c.host.Failed(&entra.Error{Code: tested.Error.Code, What: tested.Error.Message, Remedy: tested.Error.Remedy})
			return
		}
		c.found(tested)
		for _, p := range tested.Permissions {
			for _, rule := range c.rules {
				if rule.name == p.Class && p.Granted {
					rule.check.SetChecked(true)
				}
			}
		}
	})
}

// sharedColumns lays groups out in two columns that all groups have in common.
// Each is as wide as what stands in it, so that a long word makes one column
// wider and not all of them.
type sharedColumns struct{ groups []*fyne.Container }

func (s *sharedColumns) group() *fyne.Container {
	g := container.New(s)
	s.groups = append(s.groups, g)
	return g
}

func (s *sharedColumns) widths() (widths [2]float32) {
	for _, g := range s.groups {
		for i, o := range g.Objects {
			widths[i%2] = max(widths[i%2], o.MinSize().Width)
		}
	}
	return widths
}

// line is the height of a line of a group.
func (s *sharedColumns) line(objects []fyne.CanvasObject) (height float32) {
	for _, o := range objects {
		height = max(height, o.MinSize().Height)
	}
	return height + theme.Padding()
}

// MinSize is that of all groups in width, and of one in height.
func (s *sharedColumns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w := s.widths()
	if kit.Cramped() { // one column
		return fyne.NewSize(max(w[0], w[1]), float32(len(objects))*s.line(objects))
	}
	return fyne.NewSize(w[0]+w[1], float32((len(objects)+1)/2)*s.line(objects))
}

// Layout shares the room that is left over among the columns.
func (s *sharedColumns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w, line := s.widths(), s.line(objects)
	more := max(size.Width-w[0]-w[1], 0) / 2
	left := [2]float32{0, w[0] + more}
	for i, o := range objects {
		if kit.Cramped() {
			o.Move(fyne.NewPos(0, float32(i)*line))
			o.Resize(fyne.NewSize(size.Width, line-theme.Padding()))
			continue
		}
		o.Move(fyne.NewPos(left[i%2], float32(i/2)*line))
		o.Resize(fyne.NewSize(w[i%2], line-theme.Padding()))
	}
}
