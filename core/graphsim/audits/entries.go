package audits

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// entry is one line of the log.
type entry struct {
	at, arrives time.Time
	number      int // what of the same time came first
	id          string
	activity    string
	category    string
	operation   string
	correlation string
	failed      bool
	by          directory.Actor
	targets     []target
}

type target struct {
	id, name, upn, kind string
	modified            []modified
}

// modified is a property as the log tells it: each side is a JSON text.
type modified struct{ name, old, new string }

// nouns are what the log calls the objects of a class, and under which category; "": it tells nothing of them.
var nouns = [directory.ClassCount]struct{ noun, category, kind string }{
	directory.Users:               {"user", "UserManagement", "User"},
	directory.Groups:              {"group", "GroupManagement", "Group"},
	directory.Devices:             {"device", "Device", "Device"},
	directory.Applications:        {"application", "ApplicationManagement", "Application"},
	directory.ServicePrincipals:   {"service principal", "ApplicationManagement", "ServicePrincipal"},
	directory.AdministrativeUnits: {"administrative unit", "AdministrativeUnit", "AdministrativeUnit"},
	directory.DirectoryRoles:      {"role", "RoleManagement", "Role"},
	directory.Contacts:            {"contact", "Contact", "Other"},
	directory.Grants:              {"delegated permission grant", "ApplicationManagement", "ServicePrincipal"},
}

// links are what the log calls what leads from an object to another.
var links = [directory.RelationCount]string{
	directory.GroupMembers: "member", directory.GroupOwners: "owner", directory.UnitMembers: "member", directory.RoleMembers: "member",
	directory.ApplicationOwners: "owner", directory.PrincipalOwners: "owner", directory.DeviceOwners: "registered owner",
	directory.DeviceUsers: "registered users", directory.UserManager: "manager", directory.UserSponsors: "sponsor",
}

// teller makes entries of what was done in a tenant.
type teller struct {
	t    *directory.Tenant
	late time.Duration
}

// entries are what the log tells of a deed: itself, and now and then a try by somebody else that failed before.
func (l teller) entries(d directory.Deed) []entry {
	h := directory.Mix(l.t.Seed() ^ directory.Mix(uint64(d.Number)+1234))
	e := entry{at: d.At.Truncate(100 * time.Nanosecond), number: 2*d.Number + 1, by: d.By, correlation: guid(h ^ 1), id: "Directory_" + guid(h^2) + "_" + strconv.Itoa(d.Number)}
	e.arrives = e.at.Add(l.delay(h))
	if n := nouns[d.Object.Class()]; n.noun != "" {
		e.category = n.category
	}
	switch d.Event {
	case directory.Linked, directory.Unlinked:
		l.link(d, &e)
	default:
		l.object(d, &e, h)
	}
	if h>>40%12 != 0 {
		return []entry{e}
	}
	failed := e
	failed.number, failed.failed, failed.id, failed.correlation = 2*d.Number, true, e.id+"F", guid(h^3)
	failed.by = directory.Actor{Kind: "user", ID: guid(h ^ 4), Name: "intruder@contoso.example"}
	return []entry{failed, e}
}

// delay is how long after what it tells of an entry appears: most soon, a few as late as any.
func (l teller) delay(h uint64) time.Duration {
	share := float64(h>>16%1000) / 1000
	return time.Duration(share * share * float64(l.late))
}

// object tells what was done to an object.
func (l teller) object(d directory.Deed, e *entry, h uint64) {
	noun := nouns[d.Object.Class()].noun
	it := l.target(d.Object)
	switch d.Event {
	case directory.Created:
		e.activity, e.operation = "Add "+noun, "Add"
	case directory.Restored:
		e.activity, e.operation = "Restore "+noun, "Restore"
	case directory.Deleted:
		e.activity, e.operation = "Delete "+noun, "Delete"
		switch {
		case d.Object.Class() == directory.Grants:
			e.activity = "Remove " + noun
		case d.Was == directory.SoftDeleted:
			e.activity = "Hard Delete " + noun
		}
	default:
		e.activity, e.operation = "Update "+noun, "Update"
		var names []string
		for _, v := range d.Values {
			name := called(v.Name)
			names = append(names, name)
			it.modified = append(it.modified, modified{name, told(v.Old, h), told(v.New, h)})
		}
		it.modified = append(it.modified, modified{"Included Updated Properties", "", quoted(strings.Join(names, ", "))},
			modified{"TargetId.UserType", "", quoted("Member")})
	}
	e.targets = []target{it}
}

// link tells of a link. The object that is linked comes first, and names the other in what it modifies.
func (l teller) link(d directory.Deed, e *entry) {
	noun, word := nouns[d.Object.Class()].noun, links[d.Relation]
	linked, of := l.target(d.Target), l.target(d.Object)
	verb, joint := "Add ", " to "
	e.operation = "Assign"
	if d.Event == directory.Unlinked {
		verb, joint, e.operation = "Remove ", " from ", "Unassign"
	}
	if d.Relation == directory.UserManager {
		verb, joint, noun = map[bool]string{true: "Set ", false: "Remove "}[d.Event == directory.Linked], "", ""
		word = "user manager"
	}
	e.activity = verb + word + joint + noun
	kind := strings.ReplaceAll(of.kind, " ", "")
	for _, m := range []modified{{name: kind + ".ObjectID", new: of.id}, {name: kind + ".DisplayName", new: of.name}} {
		if m.new = quoted(m.new); d.Event == directory.Unlinked {
			m.old, m.new = m.new, ""
		}
		linked.modified = append(linked.modified, m)
	}
	e.targets = []target{linked, of}
}

func (l teller) target(r directory.Ref) target {
	defer l.t.Hold()()
	var v directory.View
	v.Open(l.t, r.Class(), r.Index())
	text := func(name string) (text string) {
		_ = json.Unmarshal(v.Value(name), &text)
		return text
	}
	return target{id: l.t.RefID(r), name: text("displayName"), upn: text("userPrincipalName"), kind: nouns[r.Class()].kind}
}

// others are properties that the log calls by other names than Graph.
var others = map[string]string{"mobilePhone": "Mobile", "businessPhones": "TelephoneNumber", "officeLocation": "PhysicalDeliveryOfficeName",
	"companyName": "Company", "otherMails": "OtherMail", "assignedLicenses": "AssignedLicense", "faxNumber": "FacsimileTelephoneNumber",
	"onPremisesLastSyncDateTime": "LastDirSyncTime", "passwordCredentials": "KeyDescription", "approximateLastSignInDateTime": "ApproximateLastLogonTimestamp"}

func called(name string) string {
	if other, is := others[name]; is {
		return other
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// told is a value as the log writes it: most of them as a list of one, in a JSON text.
func told(value json.RawMessage, h uint64) string {
	switch {
	case len(value) == 0:
		return "[]"
	case h>>32%4 == 0 || value[0] == '[':
		return string(value)
	}
	return "[" + string(value) + "]"
}

func quoted(text string) string {
	out, _ := json.Marshal(text)
	return string(out)
}

func guid(h uint64) string {
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", uint32(h), uint16(h>>32), h>>48&0xfff, directory.Mix(h)&0xfff, directory.Mix(h^7)&0xffffffffffff)
}
