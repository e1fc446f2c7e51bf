package views

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// Own is a person's own view: objects of a class that fit, in an order, under a name.
type Own struct {
	Name       string
	Tenant     int64 `json:",omitzero"` // the key of the tenant that it is of; 0: of all
	Class      string
	Search     string   `json:",omitzero"`
	Filters    []string `json:",omitempty"` // conditions as they are written
	Sort       string   `json:",omitzero"`  // as in [store.ObjectQuery]
	Descending bool     `json:",omitzero"`
	Deleted    bool     `json:",omitzero"` // deleted ones, too
}

// Setting holds the own views.
const Setting = "views"

// Owns reads the own views, in the order in which they were kept. What can't be read was
// written by a version that is not ours: then there is none.
func Owns(ctx context.Context, s *store.Store) (out []Own, err error) {
	text, err := s.Setting(ctx, Setting)
	if err != nil || json.Unmarshal([]byte(text), &out) != nil {
		return nil, err
	}
	return slices.DeleteFunc(out, func(o Own) bool { _, known := entra.ClassNamed(o.Class); return !known || o.Name == "" }), nil
}

// Of tells whether the view is offered for a tenant.
func (o Own) Of(tenant int64) bool { return o.Tenant == 0 || o.Tenant == tenant }

// Conditions are the view's filters. One that can't be read is left out.
func (o Own) Conditions() (out []entra.Condition) {
	for _, text := range o.Filters {
		if c, err := entra.ParseCondition(text); err == nil {
			out = append(out, c)
		}
	}
	return out
}

// View is the own view as one like the ready ones.
func (o Own) View() View {
	class, _ := entra.ClassNamed(o.Class)
	parts := slices.Clone(o.Filters)
	if o.Search != "" {
		parts = append(parts, "search: "+o.Search)
	}
	meaning := class.Name
	if len(parts) > 0 {
		meaning += ": " + strings.Join(parts, " and ")
	}
	return View{Name: o.Name, Title: say.Foreign(o.Name), Meaning: say.Foreign(meaning), Classes: []string{o.Class}, Columns: class.Columns,
		Queries: []store.ObjectQuery{{Class: o.Class, Search: o.Search, Filters: o.Conditions(), Sort: o.Sort, Descending: o.Descending, Deleted: o.Deleted}}}
}

// Find finds a view of a tenant by its name, without regard to case: a ready one, or an
// own one.
func Find(ctx context.Context, s *store.Store, tenant int64, name string) (View, bool, error) {
	if v, ready := Named(name); ready {
		return v, true, nil
	}
	owns, err := Owns(ctx, s)
	for _, o := range owns {
		if o.Of(tenant) && strings.EqualFold(o.Name, strings.TrimSpace(name)) {
			return o.View(), true, nil
		}
	}
	return View{}, false, err
}
