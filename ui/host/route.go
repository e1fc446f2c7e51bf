package host

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Place is a kind of page.
type Place string

// The places of the window. The first six are always there.
const (
	Overview Place = "overview"
	Tenants  Place = "tenants"
	Profiles Place = "profiles"
	Watches  Place = "watches"
	Settings Place = "settings"
	Help     Place = "help"
	Tenant   Place = "tenant"
	Profile  Place = "profile"
	Object   Place = "object"
)

// Route names a page: its place, and of what it is. The tree, the layout that
// is remembered and all links between pages go by it, and so do back and
// forward: it says how the page stands, too.
type Route struct {
	Place   Place
	Tenant  int64  // the key, of a tenant's page and of an object's
	Profile string // the id, of a profile's page
	Object  Ref    // of an object's page
	Stand
}

// Ref names an object of a tenant.
type Ref struct{ Class, ID string }

// Stand is how a page stands: which part of it is in front, and what of it is
// shown. The zero value is how a page begins.
type Stand struct {
	Tab        string // of a tenant's page, or the part of an object's
	Class      string // of objects that a list shows
	Search     string
	Filter     string
	Sort       string // the key of the column; "": as the rows come
	Descending bool
	Deleted    bool   // deleted ones, too
	Nested     bool   // what is reached through others, too
	Offset     int    // of the first row
	Row        string // that is selected
	At         int64  // ms of the moment in the past that is shown; 0: now
}

// Moment is the moment in the past that is shown; zero: now.
func (s Stand) Moment() time.Time {
	if s.At == 0 {
		return time.Time{}
	}
	return time.UnixMilli(s.At)
}

// To is the route to a place that is always there.
func To(p Place) Route { return Route{Place: p} }

// ToChangesBy leads to what somebody changed in a tenant, who is known by any of these ids.
func ToChangesBy(tenant int64, ids ...string) Route {
	return ToChanges(tenant, "", url.Values{"actor": {strings.Join(ids, "|")}}.Encode())
}

// ToTenant is the route to a tenant's page.
func ToTenant(key int64) Route { return Route{Place: Tenant, Tenant: key} }

// ToProfile is the route to a profile's page.
func ToProfile(id string) Route { return Route{Place: Profile, Profile: id} }

// ToObject is the route to an object's page.
func ToObject(tenant int64, class, id string) Route {
	return Route{Place: Object, Tenant: tenant, Object: Ref{class, id}}
}

// The tabs of a tenant's page that routes lead to.
const (
	DirectoryTab = "directory"
	ChangesTab   = "changes" // of an object's page, too
	HistoryTab   = "history"
)

// ToDirectory is the route to the objects of a class in a tenant's directory.
func ToDirectory(tenant int64, class string) Route {
	return Route{Place: Tenant, Tenant: tenant, Stand: Stand{Tab: DirectoryTab, Class: class}}
}

// ViewPrefix tells ready views from classes, where both may stand.
const ViewPrefix = "view:"

// ToView is the route to a ready view of a tenant's directory.
func ToView(tenant int64, name string) Route { return ToDirectory(tenant, ViewPrefix+name) }

// ToChanges is the route to the changes of a class that a filter of the tab Changes
// lets through.
func ToChanges(tenant int64, class, filter string) Route {
	return Route{Place: Tenant, Tenant: tenant, Stand: Stand{Tab: ChangesTab, Class: class, Filter: filter}}
}

// AsOf is the route as it shows a moment in the past; zero: now.
func (r Route) AsOf(at time.Time) Route {
	if r.At = 0; !at.IsZero() {
		r.At = at.UnixMilli()
	}
	return r
}

// Bare is the route to the page as it begins.
func (r Route) Bare() Route {
	r.Stand = Stand{}
	return r
}

// Branch is the line of the tree that the page belongs to.
func (r Route) Branch() Route {
	if r.Place == Object {
		return ToTenant(r.Tenant)
	}
	return r.Bare()
}

// String is the route as a text, which [ParseRoute] reads. Of how the page stands
// only the tab, the class and the moment are in it: the text is stored, and what
// somebody searches for is a name more often than not.
func (r Route) String() string {
	text := string(r.Place)
	switch r.Place {
	case Tenant:
		text += "/" + strconv.FormatInt(r.Tenant, 10)
	case Profile:
		text += "/" + r.Profile
	case Object:
		text += "/" + strconv.FormatInt(r.Tenant, 10) + "/" + url.PathEscape(r.Object.Class) + "/" + url.PathEscape(r.Object.ID)
	}
	stand := url.Values{}
	for name, value := range map[string]string{"tab": r.Tab, "class": r.Class} {
		if value != "" {
			stand.Set(name, value)
		}
	}
	if r.At != 0 {
		stand.Set("at", strconv.FormatInt(r.At, 10))
	}
	if len(stand) > 0 {
		text += "?" + stand.Encode()
	}
	return text
}

// ParseRoute reads a route. What it does not know was written by another
// version; that leads to the overview.
func ParseRoute(text string) Route {
	text, query, _ := strings.Cut(text, "?")
	r := parsePage(text)
	if stand, err := url.ParseQuery(query); err == nil && r != To(Overview) {
		r.Tab, r.Class = stand.Get("tab"), stand.Get("class")
		r.At, _ = strconv.ParseInt(stand.Get("at"), 10, 64) // what is no number is now
	}
	return r
}

// parsePage reads which page a route names.
func parsePage(text string) Route {
	place, argument, _ := strings.Cut(text, "/")
	switch Place(place) {
	case Tenants, Profiles, Watches, Settings, Help:
		return To(Place(place))
	case Tenant:
		if key, err := strconv.ParseInt(argument, 10, 64); err == nil {
			return ToTenant(key)
		}
	case Profile:
		return ToProfile(argument)
	case Object:
		parts := strings.SplitN(argument, "/", 3)
		key, err := strconv.ParseInt(parts[0], 10, 64)
		if err != nil || len(parts) < 3 {
			break
		}
		class, errClass := url.PathUnescape(parts[1])
		id, errID := url.PathUnescape(parts[2])
		if errClass == nil && errID == nil {
			return ToObject(key, class, id)
		}
	}
	return To(Overview)
}

// Parent is where to go when what a page is of is gone.
func (r Route) Parent() Route {
	switch r.Place {
	case Tenant, Object:
		return To(Tenants)
	case Profile:
		return To(Profiles)
	}
	return r.Bare()
}

// MarshalText makes the route a text where settings are stored.
func (r Route) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the route from a stored text.
func (r *Route) UnmarshalText(text []byte) error {
	*r = ParseRoute(string(text))
	return nil
}
