// Package views has the ready views of a tenant's directory: questions that admins ask
// again and again, each with a sentence that says what it means, the classes that it is
// read from and its columns. Window and terminal show the same. A view that can't be
// answered, because what it is read from is not held, says so and is never empty instead.
package views

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// View is one question.
type View struct {
	Name    string       // for scripts
	Title   say.Sentence // for people
	Meaning say.Sentence
	Classes []string            // that it is read from: where none of them is held there is no answer
	OneOf   bool                // any of Classes tells it all
	Also    []string            // that tell more: without them something may be missing
	Links   Relation            // whose absence counts; the zero one: of none
	Columns []string            // of its rows, behind the object itself: names of properties, or the view's own
	Queries []store.ObjectQuery // that it is, where it is a list of objects by filters

	rows func(Question, func(Row) bool) error // where it is more than that
}

// Relation is one of a class.
type Relation struct{ Class, Name string }

// Row is an object with what the view shows of it.
type Row struct {
	entra.LinkEnd
	Values []any // by the view's columns, as export takes them
}

// Question is of what tenant a view is asked.
type Question struct {
	Ctx    context.Context
	Store  *store.Store
	Tenant entra.Tenant
	Now    time.Time
	At     time.Time // as it was then; zero: now

	Search string            // only rows that hold this text, without regard to ASCII case
	Where  []entra.Condition // only rows for which all of them hold; see [View.Asked]

	Called func(entra.Class) say.Sentence // what a class is called in sentences; nil: as it is named to the terminal
}

// called is what a class is called in sentences.
func (q Question) called(class string) say.Sentence {
	if c, known := entra.ClassNamed(class); known && q.Called != nil {
		return q.Called(c)
	}
	return say.Foreign(class)
}

// when is the moment that is asked about.
func (q Question) when() time.Time {
	if q.At.IsZero() {
		return q.Now
	}
	return q.At
}

// objects are those of a query at the moment that is asked about.
func (q Question) objects(wanted store.ObjectQuery) iter.Seq2[entra.StoredObject, error] {
	wanted.At = q.At
	return q.Store.Objects(q.Ctx, q.Tenant.Key, wanted)
}

// Named finds a view by its name, without regard to case.
func Named(name string) (View, bool) {
	for _, v := range All() {
		if strings.EqualFold(v.Name, strings.TrimSpace(name)) {
			return v, true
		}
	}
	return View{}, false
}

// Rows gives the answer. See [View.Missing] for what it may lack.
func (v View) Rows(q Question) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		var failed error
		queries, narrow := v.narrowed(q)
		give := func(r Row) bool {
			var wanted bool
			if wanted, failed = v.fits(r, narrow); failed != nil {
				return false
			}
			return !wanted || yield(r, nil)
		}
		read := v.rows
		if read == nil {
			read = func(q Question, yield func(Row) bool) error { return v.objects(queries, q, yield) }
		}
		if err := read(q, give); err != nil || failed != nil {
			yield(Row{}, cmp.Or(failed, err))
		}
	}
}

// objects gives the objects of queries, one query behind the other.
func (v View) objects(queries []store.ObjectQuery, q Question, yield func(Row) bool) error {
	for _, wanted := range queries {
		for o, err := range q.objects(wanted) {
			if err != nil {
				return err
			}
			if !yield(v.row(o)) {
				return nil
			}
		}
	}
	return nil
}

// row is an object with the properties that the view shows.
func (v View) row(o entra.StoredObject) Row {
	r := Row{LinkEnd: end(o)}
	for _, name := range v.Columns {
		r.Values = append(r.Values, cell(o, name))
	}
	return r
}

func end(o entra.StoredObject) entra.LinkEnd {
	name := o.Properties.Text("displayName")
	if name == "" {
		name = o.Properties.Text("userDisplayName") // of a risky user
	}
	return entra.LinkEnd{Class: o.Class, ID: o.ID, Name: name}
}

// cell is a property as export takes it: texts bare, everything else as JSON.
func cell(o entra.StoredObject, name string) any {
	raw := o.Properties.Value(name)
	switch raw.Kind() {
	case 0, 'n':
		return nil
	case '"':
		return o.Properties.Text(name)
	}
	return json.RawMessage(raw)
}

// Held names the classes that the view is about, or that it looks at, and that are held now.
func (v View) Held(q Question) (classes []string, err error) {
	for _, class := range slices.Concat(v.Classes, v.Also) {
		why, err := lacking(q, class)
		if err != nil {
			return nil, err
		}
		if why == "" {
			classes = append(classes, class)
		}
	}
	return classes, nil
}

// Missing says what of the view can't be told, because it is not held. None is true
// where nothing of it can.
func (v View) Missing(q Question) (told []say.Sentence, none bool, err error) {
	none = true
	for _, class := range v.Classes {
		why, err := lacking(q, class)
		if err != nil {
			return nil, false, err
		}
		if why == "" {
			none = false
			continue
		}
		told = append(told, why)
	}
	if v.OneOf && !none {
		told = nil
	}
	if none { // what else is missing is beside the point
		return told, true, nil
	}
	for _, class := range v.Also {
		why, err := lacking(q, class)
		if err != nil {
			return nil, false, err
		}
		if why != "" {
			told = append(told, say.With("%s; what they would tell is missing", why))
		}
	}
	left, err := v.leftOut(q)
	if told = append(told, left...); err != nil {
		return nil, false, err
	}
	if v.Links.Name != "" {
		why, err := unlinked(q, v.Links)
		if err != nil || why == "" {
			return told, none, err
		}
		class, _ := entra.ClassNamed(v.Links.Class)
		return append(told, why), !class.Relates(v.Links.Name), nil
	}
	return told, none, nil
}

// leftOut says how many objects of the view's classes a filter leaves out. Where the filter was
// another one at the moment that is asked about, [View.Doubts] does.
func (v View) leftOut(q Question) (told []say.Sentence, err error) {
	doubts, err := v.Doubts(q)
	if err != nil {
		return nil, err
	}
	for _, class := range slices.Concat(v.Classes, v.Also) {
		if slices.ContainsFunc(doubts, func(d entra.Doubt) bool { return d.Class == class && d.Kind == entra.OtherFilter }) {
			continue
		}
		state, err := q.Store.ClassState(q.Ctx, q.Tenant.Key, class)
		if err != nil {
			return nil, err
		}
		if state.Filtered > 0 {
			told = append(told, say.With("%d {object|objects} of %s {is|are} left out by a filter: what {it|they} would tell is missing", state.Filtered, q.called(class)))
		}
	}
	return told, nil
}

// Doubts tells what can't be known of the moment that is asked about, beside what
// [View.Missing] tells.
func (v View) Doubts(q Question) (out []entra.Doubt, err error) {
	if q.At.IsZero() {
		return nil, nil
	}
	all, err := q.Store.Doubts(q.Ctx, q.Tenant, q.At, store.DoubtQuery{Classes: append(slices.Clone(v.Classes), v.Also...), Values: true})
	for _, d := range all {
		if !unknown(d) {
			out = append(out, d)
		}
	}
	return out, err
}

// unknown tells whether a doubt says that nothing of its class is known.
func unknown(d entra.Doubt) bool { return d.Kind == entra.NotHeldYet || d.Kind == entra.Pruned }

// lackedThen says why nothing is known of a class at a moment in the past; "": it is.
func lackedThen(q Question, class string) (say.Sentence, error) {
	doubts, err := q.Store.Doubts(q.Ctx, q.Tenant, q.At, store.DoubtQuery{Classes: []string{class}})
	for _, d := range doubts {
		switch until := entra.WholeSecond(d.Until).UTC().Format(time.RFC3339); {
		case d.Kind == entra.NotHeldYet && d.Until.IsZero(): // as now
			q.At = time.Time{}
			return lacking(q, class)
		case d.Kind == entra.NotHeldYet:
			return say.With("%s were first held whole at %s: what there was before is not known", q.called(class), until), nil
		case d.Kind == entra.Pruned:
			return say.With("what changed of %s before %s is no longer kept: what there was then is not known", q.called(class), until), nil
		}
	}
	return "", err
}

// lacking says why a class is not held; "": it is.
func lacking(q Question, class string) (say.Sentence, error) {
	if !q.At.IsZero() {
		return lackedThen(q, class)
	}
	state, err := q.Store.ClassState(q.Ctx, q.Tenant.Key, class)
	if err != nil {
		return "", err
	}
	on := false
	for _, name := range q.Tenant.Classes {
		on = on || name == class
	}
	c, _ := entra.ClassNamed(class)
	switch {
	case !state.Completed.IsZero() && on:
		return "", nil
	case !on && !state.Completed.IsZero():
		return say.With("%s are no longer synced, since %s", q.called(class), state.Completed.UTC().Format(time.RFC3339)), nil
	case !on:
		return say.With("%s are not synced", q.called(class)), nil
	case state.Blocked == entra.CodePermission:
		return say.With("%s may not be read: the app needs %s", q.called(class), c.Permission), nil
	case state.Blocked == entra.CodeLicence:
		return say.With("%s can't be read: the tenant needs %s", q.called(class), c.Licence), nil
	}
	return say.With("%s have not been synced to the end yet", q.called(class)), nil
}

// unlinked says that no link of a relation is held at all, so that its absence tells
// nothing.
func unlinked(q Question, r Relation) (say.Sentence, error) {
	class, _ := entra.ClassNamed(r.Class)
	if !class.Relates(r.Name) {
		return say.With("%s of %s are not synced", r.Name, r.Class), nil
	}
	one := store.LinkQuery{Relation: r.Name, Class: r.Class, At: q.At, Range: store.Range{Limit: 1}}
	for _, err := range q.Store.Links(q.Ctx, q.Tenant.Key, one) {
		return "", err
	}
	return say.With("not one of %s of %s is held: either there is none, or the app may not read them", r.Name, r.Class), nil
}
