package entra

import (
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/say"
)

// Class is one object class: what to ask Graph for and what it takes. The one
// table of them feeds requests, tables, exports and the permission check.
type Class struct {
	Name       string       // key, Graph's segment name where it has one
	Label      string       // English, for people
	Group      Group        // among which people look for it
	Path       string       // list path under /v1.0
	Delta      string       // delta path under /v1.0; "" where Graph has none
	Type       string       // @odata.type of its objects, with the leading #; "" where it has none of its own
	Derived    []string     // types beneath that, which its objects may be of instead: kept as [DerivedType]
	Permission string       // least application permission that reads it
	Licence    say.Sentence // licence the tenant needs; "": none
	Select     []string     // properties asked for, the same in list and delta
	Whole      bool         // no $select is sent, because it would lose what derived types have; Select are the ones known
	Drops      []Drop       // what of its properties is never stored
	Volatile   []string     // of those, the ones that are stored without a change
	Columns    []string     // properties that a table shows first
	Relations  []Relation
	References []Reference
	Copies     []Copy        // properties that repeat what another object is called, of which the past is told by that object
	Single     bool          // its path is one object and no list; it is known by the class's name
	Leads      string        // a property that $expand gives and no $select: kept as the id of what it leads to; "": none
	Gives      string        // the property whose id has a name elsewhere, such as the role that an assignment is of: "": none
	Until      string        // the property that says when an object ends of itself, as an activated role does: its absence from then on is no loss; "": none does
	Key        string        // the property that its objects are known by, where they have no id; "": id
	Optional   bool          // only who asks for it gets it: what it costs, or tells of people, is more than most want
	Log        bool          // its rows are what happened, and no objects: see [Audits]
	Alone      string        // of a stream: the relation that it reads, see [Class.Stream]
	Inside     string        // its objects are what $expand of this gives of each object of the list, see [Class.Parent]
	Parent     string        // of those: the property that the object's id is kept as; "": they tell it themselves
	OwnIDs     bool          // see [Class.Space]
	Fast       bool          // the first scan may take the list (design: fast first scan)
	Top        int           // largest list page; 0: $top is not asked
	Quota      Quota         // whose limit its requests count against
	Every      time.Duration // how often the loop reads it where it has no delta; 0: [PollInterval]
	ByIDs      int           // ids that a filter of its delta query takes: links of a long first scan are read in parts; 0: never
	Initials   string        // property by whose first character a long list may be read in parts; "": none
}

// Quota is what Graph counts requests against.
type Quota string

// The quotas of Graph. That of the directory is counted in units for each app in
// each tenant; that of identity protection and conditional access is one request
// a second for a tenant, all apps together, and is refused without saying for how long;
// that of reports is five requests in ten seconds for each app in each tenant.
const (
	DirectoryQuota Quota = ""
	IdentityQuota  Quota = "identity"
	ReportsQuota   Quota = "reports"
)

// Quotas are all of them.
func Quotas() []Quota { return []Quota{DirectoryQuota, IdentityQuota, ReportsQuota} }

// Group is what an admin thinks of together.
type Group string

// The groups of classes, by their names in English.
const (
	PeopleGroup   Group = "People and groups"
	DevicesGroup  Group = "Devices"
	AppsGroup     Group = "Apps"
	RolesGroup    Group = "Roles and access"
	PoliciesGroup Group = "Policies and risk"
)

// Groups are all of them, in the order people see.
func Groups() []Group {
	return []Group{PeopleGroup, DevicesGroup, AppsGroup, RolesGroup, PoliciesGroup}
}

// Noun is the class within a sentence, or the relation of it that a stream reads.
func (c Class) Noun() say.Sentence {
	if c.Alone != "" {
		return say.With("%s of %s", say.Sentence(c.Alone), say.Sentence(c.Label))
	}
	return say.Sentence(c.Label)
}

// GivenName is what the name of what an object gives is called beside its id; "": none.
func (c Class) GivenName() string {
	if c.Gives == "" {
		return ""
	}
	return strings.TrimSuffix(c.Gives, "Id") + "Name"
}

func words(s string) []string { return strings.Fields(s) }

// Classes is the class table, in the order people see.
func Classes() []Class { return slices.Clone(classes) }

// DefaultClasses are the classes that a new tenant syncs at least.
func DefaultClasses() []string { return []string{"users", "groups", "devices"} }

// Audits is the tenant's log of who did what. It is switched on and off, permitted, read and refused as a
// class is, and told in the history as one; its rows are kept apart, to say of changes who made them.
var Audits = Class{
	Name: "directoryAudits", Label: "Who Did It", Group: PoliciesGroup, Path: "/auditLogs/directoryAudits", Type: "#microsoft.graph.directoryAudit",
	Permission: "AuditLog.Read.All", Quota: ReportsQuota, Top: 999, Optional: true, Log: true, OwnIDs: true, Whole: true,
}

// Choices are what a tenant may be told to read: the classes, and what is read beside them.
func Choices() []Class { return append(Classes(), Audits) }

// ClassNamed finds a class by its name, without regard to case.
func ClassNamed(name string) (Class, bool) {
	for _, c := range Choices() {
		if strings.EqualFold(c.Name, strings.TrimSpace(name)) {
			return c, true
		}
	}
	return Class{}, false
}

// ClassOfType finds the class of an @odata.type such as #microsoft.graph.user, or of one
// that is derived from it.
func ClassOfType(odataType string) (Class, bool) {
	for i := range classes { // no copy of each: links are many, and name their targets' types
		if c := &classes[i]; c.Type != "" && (c.Type == odataType || slices.Contains(c.Derived, odataType)) {
			return *c, true
		}
	}
	return Class{}, false
}

// DerivedType is the property under which an object keeps its @odata.type, where that is
// one of the types that its class says are derived. Nobody can ask for it: it comes.
const DerivedType = "odataType"

// Told are the properties that objects of the class may tell: those that are asked for, and which
// of its types an object is of.
func (c Class) Told() []string {
	if len(c.Derived) == 0 {
		return c.Select
	}
	return append(slices.Clone(c.Select), DerivedType)
}

// Typed keeps of the type that an object names what tells it from others of its class. One of
// which nothing else is told, or is shown, stays so.
func (c Class) Typed(p Properties) Properties {
	i := slices.IndexFunc(p, func(q Property) bool { return q.Name == DerivedType })
	if i < 0 {
		return p
	}
	kept := slices.Contains(c.Derived, p.Text(DerivedType))
	others := slices.ContainsFunc(p, func(q Property) bool { return q.Name != DerivedType && q.Value.Kind() != 'n' })
	if kept && others {
		return p
	}
	return slices.Delete(p, i, i+1)
}

// ParseClasses reads a comma-separated list of class names into class table
// order, without repeats.
func ParseClasses(list string) ([]string, error) {
	wanted := map[string]bool{}
	for name := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(name) == "" {
			continue
		}
		c, ok := ClassNamed(name)
		if !ok {
			return nil, Invalid("the classes can't be used", say.With("there is no object class %s", strings.TrimSpace(name)), "see `entrasyncctl class list`")
		}
		wanted[c.Name] = true
	}
	if len(wanted) == 0 {
		return nil, Invalid("the classes can't be used", "none is named", "name at least one, such as users")
	}
	return SortClasses(wanted), nil
}

// Permitted is the word for whatever may be read, where classes are chosen.
const Permitted = "permitted"

// ParseChoice is [ParseClasses] of a list that may hold [Permitted] among the classes, or
// nothing else.
func ParseChoice(list string) (classes []string, permitted bool, err error) {
	names := slices.DeleteFunc(strings.Split(list, ","), func(name string) bool {
		is := strings.EqualFold(strings.TrimSpace(name), Permitted)
		permitted = permitted || is
		return is
	})
	if permitted && strings.TrimSpace(strings.Join(names, "")) == "" {
		return nil, true, nil
	}
	classes, err = ParseClasses(strings.Join(names, ","))
	return classes, permitted, err
}

// SortClasses gives the named classes in class table order.
func SortClasses(names map[string]bool) []string {
	var out []string
	for _, c := range Choices() {
		if names[c.Name] {
			out = append(out, c.Name)
		}
	}
	return out
}
