package object

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// fact is a line of the properties: a property, the heading of a group, or the line
// that unfolds the empty ones.
type fact struct {
	name    string // as Graph calls it; of a heading what it stands for
	title   string
	text    string
	exact   string // in full, for who asks
	heading bool
	fold    bool
	end     *entra.LinkEnd // what the value leads to; nil: nothing
}

// properties is the part that tells what an object is.
type properties struct {
	noPart
	page   *Page
	grid   *table.Grid[fact]
	detail *lists.Detail[fact]
	whole  bool // the empty ones, too
}

func newProperties(p *Page) *properties {
	part := &properties{page: p, detail: lists.NewDetail(p.host, tellFact)}
	part.grid = table.New(func(f fact) string { return f.name },
		table.Column[fact]{Key: "property", Title: lang.L("Property"), Width: 220, Firm: true, Text: func(f fact) string { return f.title },
			Quiet: func(f fact) bool { return !f.heading },
			Style: func(f fact) fyne.TextStyle { return fyne.TextStyle{Bold: f.heading} }},
		table.Column[fact]{Key: "value", Keep: true, Title: lang.L("Value"), Width: 400, Grow: true, Text: func(f fact) string { return f.text },
			Quiet: func(f fact) bool { return f.fold },
			Icon: func(f fact) fyne.Resource {
				if f.end != nil {
					return apptheme.Signs().Link
				}
				return nil
			}})
	part.grid.Await(p.at.Row)
	part.grid.OnOpen = part.open
	part.grid.OnSelect = part.detail.Follow
	return part
}

func (s *properties) content() fyne.CanvasObject {
	s.grid.SetState(table.State{Title: lang.L("Loading…")})
	return s.detail.Under(s.grid)
}

func (s *properties) escape() { s.detail.Close() }

func (s *properties) show(f found) {
	if len(f.Properties) == 0 {
		s.grid.SetState(s.nothing(f))
		return
	}
	s.grid.SetRows(s.facts(f))
}

// nothing says why no property is known.
func (s *properties) nothing(f found) table.State {
	state := table.State{Icon: apptheme.Signs().Fresh, Title: lang.L("Nothing is known of it"), Text: lang.L("It was never read: this tenant may not sync the class that it is of, or the app may not read it.")}
	switch {
	case f.known && f.State == entra.Filtered:
		state.Title, state.Text = lang.L("Left out by the filter"), lang.L("The tenant's filter leaves this object out. Only its id is kept.")
	case !s.page.at.Moment().IsZero():
		state.Title, state.Text = lang.L("Nothing is known of then"), lang.L("The copy does not hold this object for that moment.")
	case f.name != "":
		state.Title, state.Text = lang.L("It is gone"), lang.L("The object was deleted for good. Its changes tell what it was.")
		state.Action, state.Do = lang.L("Show its changes"), func() { s.page.goTo(changesPart) }
	}
	return state
}

// facts are the lines: group by group, those that are empty folded.
func (s *properties) facts(f found) []fact {
	groups, empty := map[labels.PropertyGroup][]fact{}, []fact{}
	for _, name := range s.names(f) {
		one := s.fact(f, name)
		if one.text == "" {
			empty = append(empty, one)
			continue
		}
		g := labels.GroupOf(f.Class, name)
		groups[g] = append(groups[g], one)
	}
	groups[labels.IdentityGroup] = append(groups[labels.IdentityGroup], fact{name: "id", title: lang.L("Object ID"), text: f.ID, exact: f.ID})
	var out []fact
	for g := labels.IdentityGroup; g <= labels.OtherGroup; g++ {
		if len(groups[g]) > 0 {
			out = append(out, fact{name: "#" + g.Title(), title: g.Title(), heading: true})
			out = append(out, groups[g]...)
		}
	}
	out = append(out, s.copyFacts(f)...)
	if len(empty) == 0 {
		return out
	}
	fold := fact{name: "#empty", title: lang.L("Empty"), heading: true, fold: true, text: lang.L("{{.Count}} without a value: show them", map[string]any{"Count": phrase.Number(int64(len(empty)))})}
	if s.whole {
		fold.text = lang.L("{{.Count}} without a value: hide them", map[string]any{"Count": phrase.Number(int64(len(empty)))})
		return append(append(out, fold), empty...)
	}
	return append(out, fold)
}

// copyFacts tell how the copy holds the object.
func (s *properties) copyFacts(f found) []fact {
	stamp := func(key, title string, t time.Time) fact {
		return fact{name: key, title: title, text: phrase.Stamp(t, s.page.host.Now()), exact: phrase.Exact(t)}
	}
	return []fact{{name: "#copy", title: lang.L("In the copy"), heading: true},
		stamp("#seen", lang.L("First seen"), f.FirstSeen), stamp("#changed", lang.L("Last changed"), f.LastChanged)}
}

// names are the properties of the object's class and its own beyond them.
func (s *properties) names(f found) []string {
	names := slices.Clone(s.page.class.Select)
	for _, p := range f.Properties {
		if !slices.Contains(names, p.Name) {
			names = append(names, p.Name)
		}
	}
	return labels.Ordered(f.Class, names)
}

func (s *properties) fact(f found, name string) fact {
	v := f.Properties.Value(name)
	one := fact{name: name, title: labels.Property(f.Class, name), text: labels.Value(name, entra.NameLicences(name, v, f.licences), s.page.host.Now()), exact: pretty(v)}
	if t, ok := labels.Time(name, v); ok {
		one.exact = phrase.Exact(t)
	}
	if name == s.page.class.Gives && f.Given != "" {
		one.text, one.exact = f.Given, f.Given+"\n"+one.exact
	}
	for _, r := range s.page.class.References {
		if end, ok := f.ends[r.Relation]; ok && r.Property == name {
			one.end = &end
			if end.Name != "" {
				one.text = end.Name
			}
		}
	}
	return one
}

// pretty is a value as a person reads it in full: a text bare, all else as JSON, a
// member a line.
func pretty(v jsontext.Value) string {
	if k := v.Kind(); k != '{' && k != '[' {
		return entra.ValueText(v)
	}
	v = v.Clone()
	_ = v.Indent(jsontext.WithIndent("  ")) // it was stored, so that it is JSON; else it stays as it is
	return string(v)
}

// open goes where a line leads: to another object, to the empty ones, to the whole
// value.
func (s *properties) open(f fact) {
	switch {
	case f.fold:
		s.whole = !s.whole
		s.show(s.page.found)
	case f.end != nil:
		s.page.goToObject(*f.end)
	case !f.heading:
		s.detail.Open(f)
	}
}

// tellFact is a property in full.
func tellFact(f fact) lists.Told {
	title := f.title
	if !strings.HasPrefix(f.name, "#") {
		title += " · " + f.name
	}
	return lists.Told{Title: title, Body: kit.Value(f.exact), Text: f.exact}
}

func (s *properties) stand() host.Stand {
	stand := host.Stand{}
	if f, ok := s.grid.Selected(); ok {
		stand.Row = f.name
	}
	return stand
}
