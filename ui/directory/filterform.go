package directory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/tasks"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// mostValues is how many values complete what is typed.
const mostValues = 12

// filterForm asks for a condition: a property, an operator, a value, with the names
// and values that there are.
type filterForm struct {
	directory *Directory
	class     entra.Class
	done      func(entra.Condition)

	dialog   *kit.FormDialog
	property *kit.ChoiceField
	operator *kit.SelectField
	value    *kit.ChoiceField
	names    *kit.Suggestions // under the property
	values   *kit.Suggestions // under the value
	wrong    *widget.Label

	uses              []store.PropertyUse
	operators         []entra.Operator
	naming, valuating tasks.Latest
}

func newFilterForm(d *Directory, c entra.Condition, done func(entra.Condition)) *filterForm {
	f := &filterForm{directory: d, class: d.class(), done: done, operators: entra.Operators(), wrong: kit.NewComplaint()}
	f.property = kit.NewChoiceField(lang.L("A property, such as {{.Example}}", map[string]any{"Example": labels.Property(f.class.Name, f.class.Columns[0])}), f.changed)
	f.value = kit.NewChoiceField("", f.valued)
	f.names, f.values = kit.NewSuggestions(f.property.SetText), kit.NewSuggestions(f.value.SetText)
	words := make([]string, len(f.operators))
	for i, o := range f.operators {
		words[i] = labels.Operator(o)
	}
	f.operator = kit.NewSelectField(words, slices.Index(f.operators, c.Op), f.typed)
	if c.Property != "" {
		f.property.Text = f.title(c.Property)
	}
	f.value.Text = flagWord(c.Value)
	return f
}

// flagWord is a value as a person types it: a flag is told by a word.
func flagWord(value string) string {
	switch value {
	case "true":
		return lang.L("Yes")
	case "false":
		return lang.L("No")
	}
	return value
}

// title is what a property is called here: its title, where no other has the same.
func (f *filterForm) title(name string) string {
	property, _ := entra.Condition{Property: name}.Parts()
	title := labels.Property(f.class.Name, name)
	if property != name || f.named(title) != name {
		return name
	}
	return title
}

// named finds the property that is called so: by its title, else by Graph's name,
// whatever the case. A member of it may follow.
func (f *filterForm) named(text string) string {
	text = strings.TrimSpace(text)
	if property, member, is := strings.Cut(text, "/"); is && f.known(text) == "" {
		return cmp.Or(f.known(property), property) + "/" + member
	}
	return cmp.Or(f.known(text), text)
}

// known is the name of a property that is called so; "": none is.
func (f *filterForm) known(text string) string {
	names := append(slices.Clone(f.class.Select), "id")
	for _, u := range f.uses {
		names = append(names, u.Name)
	}
	for _, name := range names {
		if strings.EqualFold(labels.Property(f.class.Name, name), text) || strings.EqualFold(name, text) {
			return name
		}
	}
	return ""
}

// condition is what the form says.
func (f *filterForm) condition() entra.Condition {
	c := entra.Condition{Property: f.named(f.property.Text), Op: f.operators[max(f.operator.SelectedIndex(), 0)]}
	if c.Op.Valued() {
		c.Value = strings.TrimSpace(f.value.Text)
		switch {
		case strings.EqualFold(c.Value, lang.L("Yes")):
			c.Value = "true"
		case strings.EqualFold(c.Value, lang.L("No")):
			c.Value = "false"
		}
	}
	return c
}

func (f *filterForm) open() {
	f.dialog = &kit.FormDialog{Light: true, Title: lang.L("Show only what fits"), Submit: lang.L("Filter"),
		Fields: container.NewVBox(kit.Fields(lang.L("Property"), container.NewVBox(f.property, f.names.Box), lang.L("Condition"), f.operator, lang.L("Value"), container.NewVBox(f.value, f.values.Box)), f.wrong),
		Valid:  f.valid,
		Work:   func(context.Context) error { return nil },
		Done:   func() { f.done(f.condition()) }}
	f.dialog.Open(f.directory.host.Window, f.directory.host.Group)
	f.offerProperties()
	f.changed()
}

// valid tells whether the condition can be used; a value that is empty was forgotten.
func (f *filterForm) valid() bool {
	c := f.condition()
	return f.check(c) == nil && (c.Value != "" || !c.Op.Valued())
}

// check refuses what nothing could fit. What no object was ever asked for is no property, and
// every filter on it would tell what is not so.
func (f *filterForm) check(c entra.Condition) error {
	if err := c.Check(); err != nil {
		return err
	}
	property, _ := c.Parts()
	if i := slices.IndexFunc(f.uses, func(u store.PropertyUse) bool { return u.Name == property }); i >= 0 {
		return f.uses[i].Takes(c)
	}
	if f.uses != nil && property != "id" {
		return entra.Invalid("the filter can't be used", say.With("there is no property %s", property), "choose one that is offered")
	}
	return nil
}

// offerProperties completes the property's name.
func (f *filterForm) offerProperties() {
	h := f.directory.host
	tasks.Ask(h.Group, &f.naming, func(ctx context.Context) ([]store.PropertyUse, error) {
		return h.Store.Properties(ctx, f.directory.tenant().Key, f.class.Name)
	}, func(uses []store.PropertyUse, err error) {
		if err != nil {
			return // the names of the class table are known
		}
		f.uses = uses
		f.complete()
		f.typed()
	})
}

// complete offers the properties that there are: in the drop-down all of them, under the
// field those that hold what is typed.
func (f *filterForm) complete() {
	names := append(labels.TableColumns(f.class), "id")
	for _, u := range f.uses {
		if !slices.Contains(names, u.Name) {
			names = append(names, u.Name)
		}
	}
	all := titles(f.class.Name, names)
	f.property.Complete(all)
	f.names.Offer(fittingWords(all, f.property.Text))
	f.fit()
}

// fittingWords are the words that hold what is typed; of nothing there is none to guess.
func fittingWords(words []string, typed string) []string {
	if typed = strings.TrimSpace(typed); typed == "" {
		return nil
	}
	return kit.Fitting(words, typed)
}

// fit gives the form the room that it takes.
func (f *filterForm) fit() {
	if f.dialog != nil {
		f.dialog.Check()
	}
}

func titles(class string, names []string) (out []string) {
	for _, name := range names {
		title := labels.Property(class, name)
		if name == "id" {
			title = lang.L("Object ID")
		}
		if !slices.Contains(out, title) {
			out = append(out, title)
		}
	}
	return out
}

// changed takes another property: its values complete what is typed.
func (f *filterForm) changed() {
	f.complete()
	f.offerValues()
	f.typed()
}

// valued offers the values that hold what is typed.
func (f *filterForm) valued() {
	f.offerValues()
	f.typed()
}

// offerValues offers the property's frequent values in the drop-down, and under the field
// those that hold what is typed.
func (f *filterForm) offerValues() {
	h, c := f.directory.host, f.condition()
	q := store.ValueQuery{Class: f.class.Name, Property: c.Property, Most: mostValues, Names: true}
	typed := strings.TrimSpace(f.value.Text)
	tasks.Ask(h.Group, &f.valuating, func(ctx context.Context) (found [2][]string, err error) {
		for i, text := range []string{"", typed} {
			q.Text = text
			uses, err := h.Store.Values(ctx, f.directory.tenant().Key, q)
			if err != nil {
				return found, err
			}
			for _, u := range uses {
				found[i] = append(found[i], flagWord(u.Value))
			}
		}
		return found, nil
	}, func(found [2][]string, err error) {
		f.value.Complete(found[0])
		for _, value := range found[0] { // the words of a flag are not as they are stored
			if !slices.Contains(found[1], value) {
				found[1] = append(found[1], value)
			}
		}
		f.values.Offer(fittingWords(found[1], typed))
		f.fit()
	})
}

// typed says what is wrong so far, once there is something to be wrong.
func (f *filterForm) typed() {
	if f.dialog == nil {
		return
	}
	c := f.condition()
	kit.Enable(c.Op.Valued(), f.value)
	err := f.check(c)
	text := ""
	if err != nil && f.property.Text != "" && (c.Value != "" || !c.Op.Valued()) {
		e := entra.AsError(err)
		text = wording.Sentence(e.Why)
	}
	kit.Complain(f.wrong, text)
	f.dialog.Check()
}
