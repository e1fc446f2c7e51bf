package daychart

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// Unit is how long each part of a chart is.
type Unit int

// Units.
const (
	Days Unit = iota
	Weeks
	Months
)

// Next is where the part that begins at a moment ends.
func (u Unit) Next(start time.Time) time.Time {
	switch u {
	case Weeks:
		return start.AddDate(0, 0, 7)
	case Months:
		return start.AddDate(0, 1, 0)
	}
	return start.AddDate(0, 0, 1)
}

// Span is which time a chart draws. The zero value is the last days, up to today.
type Span struct {
	Unit Unit
	Past bool // it ends before today

	Since, Until time.Time // what of it is asked for; zero: all
}

// asked tells whether a part is of what is asked for.
func (s Span) asked(d store.DayChanges) bool {
	return !d.Day.Before(s.Since) && (s.Until.IsZero() || d.Day.Before(s.Until))
}

// partial tells whether only a part of what is drawn is asked for.
func (s Span) partial() bool { return !s.Since.IsZero() }

// TellSpan takes what there is to draw of some time, oldest first, as Tell does.
func (c *Chart) TellSpan(s Span, parts []store.DayChanges) {
	if c.span != s {
		c.span, c.days, c.at = s, nil, -1
		if c.none.Text = c.lately; s != (Span{}) {
			c.none.Text = lang.L("No changes in this period")
		}
	}
	if c.Tell(parts); c.focused && c.at < 0 {
		c.tell(len(c.days) - 1)
	}
}

// called names a part under the pointer.
func (s Span) called(d store.DayChanges) string {
	switch s.Unit {
	case Weeks:
		return phrase.ShortDay(d.Day) + " – " + phrase.ShortDay(s.Unit.Next(d.Day).AddDate(0, 0, -1))
	case Months:
		return phrase.Month(d.Day)
	}
	return phrase.ShortDay(d.Day)
}

// label names a part under its bars.
func (s Span) label(d store.DayChanges, before int, slot float32) string {
	if s == (Span{}) || s.Unit == Days && !s.Past {
		return dayLabel(d, before, slot)
	}
	named := phrase.ShortDay
	if s.Unit == Months {
		named = phrase.Month
	}
	return sparse(d, before, slot, named)
}

// askedRange marks those parts of the picture that are asked for.
func (r *chartRenderer) askedRange(p plot) {
	c := r.chart
	c.asked.Hidden = true
	for i, d := range c.days {
		if !c.span.partial() || !c.span.asked(d) {
			continue
		}
		left := p.left + float32(i)*p.slot
		if c.asked.Hidden {
			c.asked.Hidden = false
			c.asked.Move(fyne.NewPos(left, p.top))
		}
		c.asked.Resize(fyne.NewSize(left+p.slot-c.asked.Position().X, p.floor-p.top))
	}
	c.asked.FillColor, c.asked.CornerRadius = theme.Color(theme.ColorNameHover), 4
}
