package overview

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/views"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// said are the lines of the card, each with its number.
func (w *worthALook) said() (out []string) {
	for _, o := range w.lines.Objects {
		out = append(out, strings.Join(hosttest.Texts(o), " "))
	}
	return out
}

// The card counts what is there, over all tenants, and leads to the view where most of
// it is.
func TestWorthALookCountsAndLeads(t *testing.T) {
	f := hosttest.New(t)
	const licensed = `{"displayName":"%","accountEnabled":false,"assignedLicenses":[{"skuId":"s"}]}`
	member := entra.Link{Relation: "owners", Target: "u1", Type: "#microsoft.graph.user"}
	f.Scan("alpha", "users", f.Object("u1", licensed))
	f.Scan("beta", "users", f.Object("u2", licensed), f.Object("u3", licensed), f.Object("u4", `{"displayName":"Able","accountEnabled":true}`))
	f.Scan("beta", "groups", f.Object("g1", `{"displayName":"Owned"}`, member), f.Object("g2", `{"displayName":"Nobody's"}`))
	p := shown(f)
	f.Window.Resize(fyne.NewSize(1040, 784))
	got := p.look.said()
	if len(got) != 2 || !strings.HasPrefix(got[0], "Disabled but licensed") || !strings.HasSuffix(got[0], "3") || !strings.HasPrefix(got[1], "Groups without owners") || !strings.HasSuffix(got[1], "1") {
		t.Fatalf("the card says %q", got)
	}
	if !p.look.room.Visible() || p.look.room.Size().Height < p.look.room.MinSize().Height {
		t.Errorf("the card is in sight: %v, %v high, and needs %v", p.look.room.Visible(), p.look.room.Size().Height, p.look.room.MinSize().Height)
	}
	test.Tap(hosttest.All[*kit.Button](p.look.lines)[0])
	if f.At != host.ToView(f.Tenant("beta").Key, "disabled-licensed") {
		t.Errorf("it leads to %s", f.At)
	}
	f.Window.Resize(fyne.NewSize(1040, 480))
	if p.look.room.Visible() {
		t.Error("in a low window the card takes the chart's room")
	}
}

// However many classes there are, they leave it its room, and tell of those that have none in one
// line; where that is too little they go.
func TestClassesGiveWayToWhatIsWorthALook(t *testing.T) {
	f := hosttest.New(t)
	p := shown(f)
	s := data{rows: []row{{tenant: f.Tenant("alpha")}}}
	var found []finding
	for _, name := range sharpest {
		v, _ := views.Named(name)
		found = append(found, finding{view: v, n: 1, where: s.rows[0].tenant.Key})
	}
	p.show(s, nil)
	var counts []classCount
	for _, c := range entra.Classes() {
		counts = append(counts, classCount{class: c.Name, n: 1})
	}
	p.classes.show(counts)
	p.look.show(found)
	for _, c := range []struct {
		size  fyne.Size
		lines int // of classes, at least
	}{{fyne.NewSize(1880, 1080), 10}, {fyne.NewSize(1040, 784), 3}, {fyne.NewSize(800, 520), 0}} {
		f.Window.Resize(c.size)
		if !p.look.room.Visible() || p.look.room.Size().Height < p.look.room.MinSize().Height {
			t.Errorf("at %v the card is in sight: %v, %v high, and needs %v", c.size, p.look.room.Visible(), p.look.room.Size().Height, p.look.room.MinSize().Height)
		}
		classes := p.board.Objects[3]
		if got := p.classes.whole(p.classes.Size().Height); classes.Visible() != (c.lines > 0) || c.lines > 0 && got < c.lines-1 {
			t.Errorf("at %v the classes are in sight: %v, with %d lines and one of the others", c.size, classes.Visible(), got)
		}
		if end := p.look.room.Position().Y + p.look.room.Size().Height; end > p.board.Size().Height+1 || classes.Visible() && classes.Position().Y+classes.Size().Height > p.look.room.Position().Y {
			t.Errorf("at %v the card overlaps", c.size)
		}
	}
}

// What nothing is known of is not told as nothing.
func TestWorthALookIsSilentWithoutFindings(t *testing.T) {
	f := hosttest.New(t)
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Ann"}`))
	p := shown(f)
	if got := p.look.said(); len(got) > 0 || p.look.room.Visible() {
		t.Errorf("the card says %q", got)
	}
}

// It is counted again, but not at each change.
func TestWorthALookIsCountedNowAndThen(t *testing.T) {
	f := hosttest.New(t)
	now := time.Now()
	f.App.Now = func() time.Time { return now }
	p := shown(f)
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Ann","accountEnabled":false,"assignedLicenses":[{"skuId":"s"}]}`))
	if p.Refresh(); len(p.look.said()) > 0 {
		t.Error("it is counted again at once")
	}
	now = now.Add(lookAgain)
	if p.Refresh(); len(p.look.said()) != 1 {
		t.Errorf("after a minute the card says %q", p.look.said())
	}
}
