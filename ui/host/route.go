package host

import (
	"strconv"
	"strings"
)

// Place is a kind of page.
type Place string

// The places of the window. The first four are always there.
const (
	Overview Place = "overview"
	Tenants  Place = "tenants"
	Profiles Place = "profiles"
	Settings Place = "settings"
	Tenant   Place = "tenant"
	Profile  Place = "profile"
)

// Route names a page: its place, and of what it is. The tree, the layout that
// is remembered and all links between pages go by it.
type Route struct {
	Place   Place
	Tenant  int64  // the key, of a tenant's page
	Profile string // the id, of a profile's page
}

// To is the route to a place that is always there.
func To(p Place) Route { return Route{Place: p} }

// ToTenant is the route to a tenant's page.
func ToTenant(key int64) Route { return Route{Place: Tenant, Tenant: key} }

// ToProfile is the route to a profile's page.
func ToProfile(id string) Route { return Route{Place: Profile, Profile: id} }

// String is the route as a text, which [ParseRoute] reads.
func (r Route) String() string {
	switch r.Place {
	case Tenant:
		return string(r.Place) + "/" + strconv.FormatInt(r.Tenant, 10)
	case Profile:
		return string(r.Place) + "/" + r.Profile
	}
	return string(r.Place)
}

// ParseRoute reads a route. What it does not know was written by another
// version; that leads to the overview.
func ParseRoute(text string) Route {
	place, argument, _ := strings.Cut(text, "/")
	switch Place(place) {
	case Tenants, Profiles, Settings:
		return To(Place(place))
	case Tenant:
		if key, err := strconv.ParseInt(argument, 10, 64); err == nil {
			return ToTenant(key)
		}
	case Profile:
		return ToProfile(argument)
	}
	return To(Overview)
}

// Parent is where to go when what a page is of is gone.
func (r Route) Parent() Route {
	switch r.Place {
	case Tenant:
		return To(Tenants)
	case Profile:
		return To(Profiles)
	}
	return r
}

// MarshalText makes the route a text where settings are stored.
func (r Route) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the route from a stored text.
func (r *Route) UnmarshalText(text []byte) error {
	*r = ParseRoute(string(text))
	return nil
}
