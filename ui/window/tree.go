package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// tree lists the pages: the tenants and the profiles, each under a head that folds
// them, then Settings and Help. Heads and the last lines are always in sight: what is
// under a head scrolls by itself. All of it is one thing for the keys.
type tree struct {
	widget.BaseWidget
	of       *navigation
	tips     *kit.Tips
	branches []*branch
	last     []*treeRow
	selected host.Route // whose page is in front; the zero value: none of the lines'
	cursor   host.Route // where the keys are
	focused  bool
}

var _ fyne.Focusable = (*tree)(nil)

// branch is a head and the lines under it. Only lines in sight have a widget.
type branch struct {
	tree    *tree
	head    *treeRow
	closed  bool
	routes  []host.Route
	rows    map[int]*treeRow
	spare   []*treeRow
	content *fyne.Container
	scroll  *container.Scroll
}

// branchLayout makes the scrolled content as high as its lines.
type branchLayout struct{ *branch }

func (l branchLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, l.natural()) }
func (l branchLayout) Layout([]fyne.CanvasObject, fyne.Size) { l.place() }

// lineHigh is the height of a line.
func lineHigh() float32 { return float32(int(theme.TextSize()*29/13 + 0.5)) }

func newTree(n *navigation, tips *kit.Tips) *tree {
	t := &tree{of: n, tips: tips}
	for _, place := range []host.Place{host.Tenants, host.Profiles} {
		b := &branch{tree: t, head: newTreeRow(t, tips), rows: map[int]*treeRow{}}
		b.head.route, b.head.branch = host.To(place), b
		b.content = container.New(branchLayout{b})
		b.scroll = container.NewVScroll(b.content)
		b.scroll.OnScrolled = func(fyne.Position) { b.place() }
		t.branches = append(t.branches, b)
	}
	for _, place := range []host.Place{host.Watches, host.Settings, host.Help} {
		row := newTreeRow(t, tips)
		row.route = host.To(place)
		t.last = append(t.last, row)
	}
	t.ExtendBaseWidget(t)
	return t
}

// take shows the lines as the navigation has them now.
func (t *tree) take(tenants, profiles []host.Route) {
	t.branches[0].routes, t.branches[1].routes = tenants, profiles
	t.Refresh()
}

// Lines are the widgets of the lines in sight, for who looks for them by their text.
func (t *tree) Lines() (out []fyne.CanvasObject) {
	for _, b := range t.branches {
		out = append(out, b.head)
		if !b.closed {
			out = append(out, b.content.Objects...)
		}
	}
	for _, row := range t.last {
		out = append(out, row)
	}
	return out
}

// mark shows a line as that of the page in front, and brings it in sight.
func (t *tree) mark(r host.Route) {
	if t.selected != r {
		t.selected, t.cursor = r, r
		t.reveal(r)
	}
	t.Refresh()
}

// choose opens the page of a line.
func (t *tree) choose(r host.Route) {
	t.cursor = r
	t.Refresh()
	if r != t.of.current.Branch() || t.of.current.Place == host.Object {
		t.of.open(r)
	}
}

// widest is the room that the longest name with the common domain takes.
func (t *tree) widest() float32 {
	return fyne.MeasureText(t.of.longest, theme.TextSize(), fyne.TextStyle{}).Width
}

// natural is how high the lines under the head are together.
func (b *branch) natural() float32 {
	if b.closed {
		return 0
	}
	return float32(len(b.routes)) * lineHigh()
}

// fold shows the lines under the head, or puts them out of sight.
func (b *branch) fold(closed bool) {
	if b.closed != closed {
		b.closed = closed
		b.tree.Refresh()
	}
}

// place puts widgets where the scroll offset looks, taking those that are out of sight.
func (b *branch) place() {
	first := max(int(b.scroll.Offset.Y/lineHigh()), 0)
	last := min(int((b.scroll.Offset.Y+b.scroll.Size().Height)/lineHigh()), len(b.routes)-1)
	for i, row := range b.rows {
		if i < first || i > last {
			delete(b.rows, i)
			row.hovered = false
			b.spare = append(b.spare, row)
		}
	}
	objects := make([]fyne.CanvasObject, 0, max(last-first+1, 0))
	for i := first; i <= last; i++ {
		row := b.rows[i]
		if row == nil {
			row = b.take()
			b.rows[i] = row
		}
		row.route = b.routes[i]
		row.Move(fyne.NewPos(0, float32(i)*lineHigh()))
		row.Resize(fyne.NewSize(b.scroll.Size().Width, lineHigh()))
		row.show(b.tree.of.label(row.route))
		objects = append(objects, row)
	}
	b.content.Objects = objects
	canvas.Refresh(b.content)
}

func (b *branch) take() *treeRow {
	if n := len(b.spare); n > 0 {
		row := b.spare[n-1]
		b.spare = b.spare[:n-1]
		return row
	}
	row := newTreeRow(b.tree, b.tree.tips)
	row.depth = 1
	return row
}

// CreateRenderer draws the lines.
func (t *tree) CreateRenderer() fyne.WidgetRenderer { return &treeRenderer{t} }

type treeRenderer struct{ tree *tree }

func (r *treeRenderer) Destroy() {}

func (r *treeRenderer) Objects() (out []fyne.CanvasObject) {
	for _, b := range r.tree.branches {
		out = append(out, b.head, b.scroll)
	}
	for _, row := range r.tree.last {
		out = append(out, row)
	}
	return out
}

// fixed is the height of the lines that are always in sight.
func (r *treeRenderer) fixed() float32 {
	return float32(len(r.tree.branches)+len(r.tree.last))*lineHigh() + theme.Padding()
}

func (r *treeRenderer) MinSize() fyne.Size {
	return fyne.NewSize(6*theme.IconInlineSize(), r.fixed()+2*lineHigh())
}

// Layout gives both branches what their lines need; where there is not room for all,
// the profiles keep a third of it.
func (r *treeRenderer) Layout(size fyne.Size) {
	tenants, profiles := r.tree.branches[0], r.tree.branches[1]
	room := max(size.Height-r.fixed(), 0)
	low := min(profiles.natural(), max(room/3, room-tenants.natural()))
	y := float32(0)
	put := func(o fyne.CanvasObject, height float32) {
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, height))
		y += height
	}
	put(tenants.head, lineHigh())
	put(tenants.scroll, min(tenants.natural(), room-low))
	put(profiles.head, lineHigh())
	put(profiles.scroll, low)
	y += theme.Padding()
	for _, row := range r.tree.last {
		put(row, lineHigh())
	}
}

func (r *treeRenderer) Refresh() {
	t := r.tree
	r.Layout(t.Size())
	for _, b := range t.branches {
		kit.Reveal(!b.closed, b.scroll)
		b.scroll.Refresh() // as long as the lines are now
		b.place()
		b.head.show(t.of.label(b.head.route))
	}
	for _, row := range t.last {
		row.show(t.of.label(row.route))
	}
	canvas.Refresh(t)
}
