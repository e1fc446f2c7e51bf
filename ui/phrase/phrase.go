// Package phrase says numbers, times and spans of time the way a person reads
// them, in the language of the window, and sets names of other directions into it.
package phrase

import (
	"math"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2/lang"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

var system = sync.OnceValue(func() language.Tag { return language.Make(lang.SystemLocale().LanguageString()) })

// printers by the language of the window's texts.
var printers sync.Map

// Language is the language that the window's texts are in: "en" or "de".
func Language() string { return lang.X("language of numbers", "en") }

// printer writes numbers as the system's locale has them, where the window
// speaks its language, else as the window's language has them.
func printer() *message.Printer {
	spoken := Language()
	if p, ok := printers.Load(spoken); ok {
		return p.(*message.Printer)
	}
	tag := language.Make(spoken)
	if ours, _ := tag.Base(); ours == base(system()) {
		tag = system()
	}
	p, _ := printers.LoadOrStore(spoken, message.NewPrinter(tag))
	return p.(*message.Printer)
}

func base(t language.Tag) language.Base { b, _ := t.Base(); return b }

// Number is n with the separators between thousands that the locale has.
func Number(n int64) string { return printer().Sprintf("%d", n) }

// Count is how many of something there are, in a text for [lang.L]:
// {{.Rows.Of "row" "rows"}} is "1 row" or "1,200 rows", {{.Rows.Has "is" "are"}} the
// word alone. So each language has its own words, and one text may count several things.
type Count int64

// String is the number.
func (c Count) String() string { return Number(int64(c)) }

// Of is the number and what it counts.
func (c Count) Of(one, more string) string { return c.String() + " " + c.Has(one, more) }

// Has is the word that fits the number.
func (c Count) Has(one, more string) string {
	if c == 1 {
		return one
	}
	return more
}

// Quoted is a text in the quotation marks of the language.
func Quoted(text string) string { return lang.L("“{{.Text}}”", map[string]any{"Text": text}) }

// Day is a date.
func Day(t time.Time) string { return t.Format(lang.X("layout of a day", "2 Jan 2006")) }

// ShortDay is a date without its year.
func ShortDay(t time.Time) string { return t.Format(lang.X("layout of a short day", "2 Jan")) }

// Month is a month with its year.
func Month(t time.Time) string { return t.Format(lang.X("layout of a month", "Jan 2006")) }

// Stamp is a local time to the second; the year only where it is not now's.
func Stamp(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	t, now = t.Local(), now.Local()
	if t.Year() == now.Year() {
		return t.Format(lang.X("layout of a stamp", "2 Jan 15:04:05"))
	}
	return t.Format(lang.X("layout of an old stamp", "2 Jan 2006 15:04"))
}

// End is the end of something that began at start: without the day where both
// are on the same.
func End(start, end, now time.Time) string {
	if end.IsZero() {
		return ""
	}
	s, e := start.Local(), end.Local()
	if s.Year() == e.Year() && s.YearDay() == e.YearDay() {
		return e.Format("15:04:05")
	}
	return Stamp(end, now)
}

// Exact is a local time with its date and zone, for where precision counts.
func Exact(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04:05 MST")
}

// Ago is how long a time lies back: "2 min ago". Beyond a day it is a stamp.
func Ago(t, now time.Time) string {
	if t.IsZero() {
		return lang.L("never")
	}
	d := now.Sub(t)
	switch {
	case d < 10*time.Second:
		return lang.L("just now")
	case d < 24*time.Hour:
		return lang.L("{{.Span}} ago", map[string]any{"Span": Span(d)})
	}
	return Stamp(t, now)
}

// Span is a length of time in one unit, rounded: "12 s", "3 min", "2 h".
func Span(d time.Duration) string {
	switch s := d.Seconds(); {
	case s < 59.5:
		return unit(s, "s")
	case s < 3570:
		return unit(s/60, "min")
	case s < 86_400:
		return unit(s/3600, "h")
	default:
		return unit(s/86_400, "d")
	}
}

// Lasted is how long something took: "0.4 s", "41 s", "2 min 5 s".
func Lasted(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return printer().Sprintf("%.1f", d.Seconds()) + " " + lang.L("s")
	case d < time.Minute:
		return unit(d.Seconds(), "s")
	case d < time.Hour:
		minutes := math.Floor(d.Minutes())
		return unit(minutes, "min") + " " + unit(d.Seconds()-60*minutes, "s")
	}
	return Span(d)
}

// Rest is how long something takes yet, within a tenth: "12 s", "1 min 40 s", "24 min".
func Rest(d time.Duration) string {
	switch d = max(d, time.Second); {
	case d < time.Minute-time.Second/2, d >= 10*time.Minute && d < time.Hour-time.Minute/2, d >= 10*time.Hour:
		return Span(d)
	case d < 10*time.Minute:
		d = d.Round(10 * time.Second)
		return trimmed(unit(float64(d/time.Minute), "min"), unit((d%time.Minute).Seconds(), "s"))
	}
	d = d.Round(10 * time.Minute)
	return trimmed(unit(float64(d/time.Hour), "h"), unit((d%time.Hour).Minutes(), "min"))
}

// trimmed leaves out the smaller part where it is nothing.
func trimmed(large, small string) string {
	if strings.HasPrefix(small, "0") {
		return large
	}
	return large + " " + small
}

func unit(n float64, name string) string { return Number(int64(math.Round(n))) + " " + lang.L(name) }

// Bytes is an amount of data: "812 MB", "1.2 GB".
func Bytes(n int64) string {
	size, name := float64(n), "B"
	for _, next := range []string{"KB", "MB", "GB", "TB"} {
		if size < 999.5 {
			break
		}
		size, name = size/1000, next
	}
	if name != "B" && size < 9.95 {
		return printer().Sprintf("%.1f", size) + " " + name
	}
	return Number(int64(math.Round(size))) + " " + name
}
