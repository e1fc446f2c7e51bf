package changes

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/daychart"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
)

// The picture shows the period that is asked for: by days, longer ones by weeks and months.
func TestThePictureIsOfThePeriod(t *testing.T) {
	now := time.Date(2026, 11, 29, 15, 0, 0, 0, time.Local)
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.Local) }
	for _, c := range []struct {
		what         string
		since, until time.Time
		unit         daychart.Unit
		parts        int
		first, last  time.Time
		asked        time.Time // the one that is asked for among them; zero: all are
	}{
		{"any time", time.Time{}, time.Time{}, daychart.Days, 30, day(2026, 10, 31), day(2026, 11, 29), time.Time{}},
		{"today", day(2026, 11, 29), time.Time{}, daychart.Days, 30, day(2026, 10, 31), day(2026, 11, 29), day(2026, 11, 29)},
		{"the last 7 days", day(2026, 11, 23), time.Time{}, daychart.Days, 7, day(2026, 11, 23), day(2026, 11, 29), time.Time{}},
		{"two days", day(2026, 11, 23), day(2026, 11, 24).Add(time.Hour), daychart.Days, 2, day(2026, 11, 23), day(2026, 11, 24), time.Time{}},
		{"May", day(2026, 5, 1), day(2026, 6, 1).Add(-time.Millisecond), daychart.Days, 31, day(2026, 5, 1), day(2026, 5, 31), time.Time{}},
		{"a sync in May", day(2026, 5, 20).Add(9 * time.Hour), day(2026, 5, 20).Add(9*time.Hour + time.Minute), daychart.Days, 30, day(2026, 5, 6), day(2026, 6, 4), day(2026, 5, 20)},
		{"since August", day(2026, 8, 1), time.Time{}, daychart.Weeks, 18, day(2026, 7, 27), day(2026, 11, 23), time.Time{}},
		{"since last year", day(2025, 11, 15), time.Time{}, daychart.Months, 13, day(2025, 11, 1), day(2026, 11, 1), time.Time{}},
		{"until some day", day(2025, 1, 31), day(2026, 1, 31), daychart.Months, 13, day(2025, 1, 1), day(2026, 1, 1), time.Time{}},
		{"since ever", day(1990, 1, 1), time.Time{}, daychart.Months, 60, day(2021, 12, 1), day(2026, 11, 1), time.Time{}},
		{"until tomorrow", day(2026, 11, 1), day(2026, 11, 30), daychart.Days, 29, day(2026, 11, 1), day(2026, 11, 29), time.Time{}},
	} {
		p := pictureOf(c.since, c.until, now)
		if p.span.Unit != c.unit || len(p.starts) != c.parts || !p.starts[0].Equal(c.first) || !p.starts[len(p.starts)-1].Equal(c.last) || !p.span.Since.Equal(c.asked) {
			t.Errorf("%s: %d parts of unit %d from %v to %v, of which %v is asked for", c.what, len(p.starts), p.span.Unit, p.starts[0], p.starts[len(p.starts)-1], p.span.Since)
		}
		if c.asked.IsZero() && !c.since.IsZero() && p.since.Before(c.since) {
			t.Errorf("%s: it counts from %v on", c.what, p.since)
		}
	}
}

// monthsLater lets so many days pass, and puts the changes of before in the window.
func monthsLater(f *hosttest.Fixture, days int, stand host.Stand) *Changes {
	f.Helper()
	lived(f)
	now := f.Host.Now
	f.Host.Now = func() time.Time { return now().AddDate(0, 0, days) }
	f.Cleanup(func() { f.Host.Now = now })
	return opened(f, stand)
}

// bare tells whether the picture says that there are no changes.
func bare(c *Changes) bool {
	return slices.ContainsFunc(hosttest.All[*canvas.Text](c.chart), func(t *canvas.Text) bool {
		return t.Visible() && strings.HasPrefix(t.Text, "No changes in ")
	})
}

// Where the last days have nothing, the picture begins with the first change that is shown
// under it; its parts lead to what they count.
func TestThePictureIsNeverEmptyOverRows(t *testing.T) {
	f := hosttest.New(t)
	c := monthsLater(f, 100, host.Stand{})
	if bare(c) || !hosttest.Says(c.chart, "1 deleted") {
		t.Fatalf("over %d rows it says %q", len(c.told()), hosttest.Texts(c.chart))
	}
	if c.drawn.span.Unit != daychart.Weeks {
		t.Errorf("100 days are drawn by unit %d", c.drawn.span.Unit)
	}
	f.Window.Canvas().Focus(c.chart)
	f.TypeKeys(fyne.KeyHome, fyne.KeyReturn)
	expect(t, "the first week", c.told(), deleted, joined, led)
	if c.drawn.span.Unit != daychart.Days || len(c.drawn.starts) != 7 {
		t.Errorf("a week is drawn by unit %d, in %d parts", c.drawn.span.Unit, len(c.drawn.starts))
	}
	c.period.SetSelectedIndex(2)
	if expect(t, "the last 7 days", c.told()); !bare(c) {
		t.Errorf("of a week without changes it says %q", hosttest.Texts(c.chart))
	}
}

// A day stands among those around it, and is marked; the legend counts what is asked for.
func TestADayIsMarkedInThePicture(t *testing.T) {
	f := hosttest.New(t)
	c := monthsLater(f, 1, host.Stand{})
	c.chart.OnDay(store.DayChanges{Day: startOfDay(f.Host.Now())})
	if expect(t, "the day after", c.told()); !hosttest.Says(c.chart, "0 deleted") {
		t.Errorf("of a day without changes the picture says %q", hosttest.Texts(c.chart))
	}
	c.chart.OnDay(store.DayChanges{Day: startOfDay(f.Host.Now().AddDate(0, 0, -1))})
	if expect(t, "the day", c.told(), deleted, joined, led); !hosttest.Says(c.chart, "1 deleted") {
		t.Errorf("of the day the picture says %q", hosttest.Texts(c.chart))
	}
}

// What is searched for is what the picture counts.
func TestThePictureFollowsTheSearch(t *testing.T) {
	f := hosttest.New(t)
	lived(f)
	c := opened(f, host.Stand{})
	c.list.Search.SetText("Lead")
	f.Clock.Pass()
	if !hosttest.Says(c.chart, "0 deleted") || !hosttest.Says(c.chart, "1 updated") {
		t.Errorf("of %q the picture says %q", c.told(), hosttest.Texts(c.chart))
	}
}
