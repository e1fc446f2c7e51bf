package changes

import (
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// asked opens the form of a period, and types it.
func asked(c *Changes, from, until string) (fields []*kit.TextField) {
	c.period.SetSelectedIndex(len(periods))
	fields = hosttest.All[*kit.TextField](c.host.Window.Canvas().Overlays().Top())
	fields[0].SetText(from)
	fields[1].SetText(until)
	return fields
}

func TestAPeriodIsNamed(t *testing.T) {
	f := hosttest.New(t)
	between := lived(f)
	c := opened(f, host.Stand{})
	const layout = "2006-01-02 15:04:05"
	typed := between.Local().Format(layout)
	asked(c, "2020-01-01", typed)
	f.Press("Show")
	if got := c.filter; !got.since.Equal(time.Date(2020, 1, 1, 0, 0, 0, 0, time.Local)) || got.until.Local().Format(layout) != typed || f.Top() != nil {
		t.Errorf("it holds to %v", got)
	}
	if c.period.SelectedIndex() != len(periods)+1 {
		t.Errorf("the field shows %q", c.period.Selected)
	}
	if back := parseFilter(c.list.Stand.Filter); !back.since.Equal(c.filter.since) || !back.until.Equal(c.filter.until) {
		t.Errorf("it comes back as %v", back)
	}
	asked(c, "2020-01-01", "")
	f.Press("Show")
	if expect(t, "without an end", c.told(), deleted, joined, led); !strings.HasPrefix(c.period.Selected, "from ") {
		t.Errorf("the field shows %q", c.period.Selected)
	}
	if back := parseFilter(c.list.Stand.Filter); !back.until.IsZero() {
		t.Errorf("its end comes back as %v", back.until)
	}
	c.period.SetSelectedIndex(len(periods))
	f.Press("Cancel")
	if !strings.HasPrefix(c.period.Selected, "from ") {
		t.Errorf("left undone, the field shows %q", c.period.Selected)
	}
}

func TestAPeriodThatIsNone(t *testing.T) {
	f := hosttest.New(t)
	lived(f)
	c := opened(f, host.Stand{})
	for _, of := range []struct{ from, until, says string }{
		{"", "", ""}, {"gestern", "", "no moment"}, {"2020-01-01", "31/12/2020", "no moment"},
		{"9999-01-01", "", "lies ahead"}, {"2020-01-02", "2020-01-01", "ends before it begins"},
	} {
		asked(c, of.from, of.until)
		for _, b := range hosttest.All[*kit.Button](f.Top()) {
			if b.Text == "Show" && !b.Disabled() {
				t.Errorf("%v is shown", of)
			}
		}
		if !strings.Contains(strings.Join(hosttest.Texts(f.Top()), " "), of.says) {
			t.Errorf("%v: it says %q", of, hosttest.Texts(f.Top()))
		}
		f.Press("Cancel")
	}
}

// That nothing is listed of a time is not to say that nothing happened then.
func TestWhatIsNotRecordedIsSaid(t *testing.T) {
	f := hosttest.New(t)
	lived(f)
	c := opened(f, host.Stand{Filter: Between(time.Date(2020, 1, 1, 0, 0, 0, 0, time.Local), time.Date(2020, 1, 2, 0, 0, 0, 0, time.Local))})
	if s := c.list.Grid.State(); s == nil || s.Title != "No change is known" || !strings.HasPrefix(s.Text, "Changes are recorded from ") || !c.unknown.Visible() {
		t.Errorf("of before the first sync it says %+v", s)
	}
	c.showAll()
	if c.unknown.Visible() {
		t.Errorf("of any time it says %q", c.unknown.Text)
	}
	c.recorded.pruned = true
	if says := c.unrecorded(); !strings.Contains(says, "no longer kept") || c.empty().Text != says {
		t.Errorf("of what was pruned it says %q, and %q where nothing is left", says, c.empty().Text)
	}
}

// What differs goes from the earlier moment to the later one, and is headed so.
func TestMomentsStandInTheirOrder(t *testing.T) {
	f := hosttest.New(t)
	between := lived(f)
	c := opened(f, host.Stand{})
	press(c, "Compare two moments")
	for _, later := range []time.Time{{}, f.Tick()} {
		c.compare.from.Set(later)
		c.compare.to.Set(between)
		c.compare.ask()
		if from, to := c.compare.from.At(), c.compare.to.At(); !from.Equal(between) || !to.Equal(later) {
			t.Errorf("it stands from %v to %v, want %v to %v", from, to, between, later)
		}
	}
}

// Who waits for a search through all that ever changed is told what makes it shorter; within a
// period there is nothing to tell.
func TestLateChangesNameThePeriod(t *testing.T) {
	f := hosttest.New(t)
	lived(f)
	c := opened(f, host.Stand{})
	if title, text := c.late(); title != "Looking through all changes…" || !strings.Contains(text, "A period") {
		t.Errorf("it says %q, %q", title, text)
	}
	c = opened(f, host.Stand{Filter: filter{since: f.Host.Now().AddDate(0, 0, -7)}.String()})
	if title, _ := c.late(); title != "" {
		t.Errorf("within a period it says %q", title)
	}
	if c.list.Late == nil {
		t.Error("the list does not ask")
	}
}
