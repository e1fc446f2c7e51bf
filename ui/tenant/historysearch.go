package tenant

import (
	"strings"
	"time"
	"unicode"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// mostYears is how far back a day without a year is looked for.
const mostYears = 10

// sought are the words of a search of the history, each with what it stands for in what
// the eye reads: "28 Nov", "2,042", "Gruppen". Words that make a day or a time are one.
func sought(text string, now time.Time) (words []store.HistoryWord) {
	tokens := tokensOf(text)
	for len(tokens) > 0 {
		taken := 1
		word := store.HistoryWord{Text: tokens[0]}
		for n := min(len(tokens), 4); n > 0; n-- { // the longest that is a time
			if spans := times(strings.Join(tokens[:n], " "), now); spans != nil {
				taken, word.Text, word.Times = n, strings.Join(tokens[:n], " "), spans
				break
			}
		}
		if taken == 1 {
			mean(&word, now)
		}
		words, tokens = append(words, word), tokens[taken:]
	}
	return words
}

// tokensOf are the words of a search. The signs that stand between what the eye reads are of no
// word: "Users: sponsors", "Failed: the token".
func tokensOf(text string) (tokens []string) {
	for _, word := range strings.Fields(text) {
		if word = strings.Trim(word, ":;,·–"); word != "" {
			tokens = append(tokens, word)
		}
	}
	return tokens
}

// mean adds what a single word may stand for beside a time.
func mean(w *store.HistoryWord, now time.Time) {
	w.Number = digits(w.Text)
	w.Clock = clock(w.Text, now)
	holds := func(text string) bool { return strings.Contains(strings.ToLower(text), strings.ToLower(w.Text)) }
	for _, c := range entra.Choices() {
		if holds(labels.Class(c.Name)) {
			w.Classes = append(w.Classes, c.Name)
		}
	}
	for _, name := range entra.StreamNames() {
		if holds(labels.StreamRelation(name)) {
			w.Relations = append(w.Relations, name)
		}
	}
	for _, s := range []entra.Status{entra.Succeeded, entra.Warning, entra.Interrupted, entra.Failed, entra.Running, entra.Cancelled} {
		if holds(labels.Status(s)) {
			w.Statuses = append(w.Statuses, s)
		}
	}
	w.FullScans = holds(lang.L("full scan"))
	w.Errors = wording.Originals(w.Text)
	if holds(labels.MissingPermission("")) {
		w.Errors = append(w.Errors, []string{"the app lacks the permission "})
	}
}

// digits are those of a number as people write it, with signs between thousands; "" where
// it is none, or has no such signs.
func digits(text string) string {
	plain := strings.TrimPrefix(text, "×")
	only := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, plain)
	rest := strings.Map(func(r rune) rune {
		if strings.ContainsRune(".,'’\u00a0\u202f", r) || unicode.IsDigit(r) {
			return -1
		}
		return r
	}, plain)
	if only == "" || only == text || rest != "" {
		return ""
	}
	return only
}

// times are the spans that a text may mean, written as the window writes days and times;
// nil where it is none. A day without a year is one of each of the last years.
func times(text string, now time.Time) (spans []store.Span) {
	short, day := lang.X("layout of a short day", "2 Jan"), lang.X("layout of a day", "2 Jan 2006")
	for _, date := range []struct {
		layout string
		year   bool
		month  bool
	}{{short, false, false}, {strings.TrimSuffix(short, "."), false, false}, {day, true, false}, {"Jan 2006", true, true}, {"January 2006", true, true}, {"Jan", false, true}, {"January", false, true}} {
		for _, hour := range []struct {
			layout string
			unit   time.Duration
		}{{"", 0}, {" 15:04", time.Minute}, {" 15:04:05", time.Second}} {
			at, err := time.ParseInLocation(date.layout+hour.layout, text, time.Local)
			if err != nil || date.month && hour.layout != "" {
				continue
			}
			years := []int{at.Year()}
			if !date.year {
				years = nil
				for y := now.Year(); y > now.Year()-mostYears; y-- {
					years = append(years, y)
				}
			}
			for _, y := range years {
				since := time.Date(y, at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.Local)
				until := since.Add(hour.unit)
				switch {
				case date.month:
					until = since.AddDate(0, 1, 0)
				case hour.unit == 0:
					until = since.AddDate(0, 0, 1)
				}
				spans = append(spans, store.Span{Since: since, Until: until})
			}
		}
	}
	return spans
}

// clock is the time of the day that a text means; nil where it is none.
func clock(text string, now time.Time) *store.Clock {
	for _, l := range []struct {
		layout string
		unit   time.Duration
	}{{"15:04", time.Minute}, {"15:04:05", time.Second}} {
		at, err := time.Parse(l.layout, text)
		if err != nil {
			continue
		}
		from := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second
		return &store.Clock{From: from, To: from + l.unit, Zones: zones(now)}
	}
	return nil
}

// zones are how this computer's clock differed from UTC in the last years.
func zones(now time.Time) (out []store.Zone) {
	first := now.AddDate(-mostYears, 0, 0)
	for at := now.Local(); ; {
		since, until := at.ZoneBounds()
		_, ahead := at.Zone()
		if until.IsZero() {
			until = now.AddDate(1, 0, 0)
		}
		if since.IsZero() || since.Before(first) {
			since = first
		}
		out = append(out, store.Zone{Span: store.Span{Since: since, Until: until}, Ahead: time.Duration(ahead) * time.Second})
		if !since.After(first) {
			return out
		}
		at = since.Add(-time.Second)
	}
}
