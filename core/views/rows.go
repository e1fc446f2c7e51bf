package views

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
)

// circles are the groups that are in themselves, with the way round.
func circles(q Question, yield func(Row) bool) error {
	for g, err := range q.Store.Circles(q.Ctx, q.Tenant.Key, q.At) {
		if err != nil {
			return err
		}
		if !yield(Row{g.LinkEnd, []any{strings.Join(append(append([]string{called(g.LinkEnd)}, names(g.Path)...), called(g.LinkEnd)), " → ")}}) {
			return nil
		}
	}
	return nil
}

func names(path []entra.LinkEnd) (out []string) {
	for _, e := range path {
		out = append(out, called(e))
	}
	return out
}

// called is what an object goes by.
func called(e entra.LinkEnd) string {
	if e.Name != "" {
		return e.Name
	}
	return e.ID
}

// Reach is the view of who has a role or may activate it, of a role or of somebody. It is
// none of the ready ones, as those ask of a whole tenant.
func Reach(wanted store.RoleQuery) View {
	return View{Name: "roles", Title: "Who can reach a role", Meaning: "Who has a role or may activate it, and how: directly, or through which groups.",
		Classes: words(roleClasses), OneOf: true, Also: words("roleEligibilitySchedules groups"), Columns: holderColumns, rows: holders(wanted)}
}

// holders are those who have roles or may activate them.
func holders(wanted store.RoleQuery) func(Question, func(Row) bool) error {
	return func(q Question, yield func(Row) bool) error {
		wanted.At = q.At
		for h, err := range q.Store.RoleHolders(q.Ctx, q.Tenant.Key, wanted) {
			if err != nil {
				return err
			}
			if !yield(HolderRow(h)) {
				return nil
			}
		}
		return nil
	}
}

// holderColumns are what is told of who has a role, beside who it is: from is whose
// eligibility an activated role came from, through the groups on the way to it.
var holderColumns = words("userPrincipalName role role_id way from through scope scope_name until")

// HolderRow is somebody who has a role as a row of [Reach] and the views of privileged roles.
func HolderRow(h entra.RoleHolder) Row {
	return Row{h.Holder, []any{export.Text(h.Holder.Account), called(h.Role), h.Role.ID, string(h.Way), export.Text(called(h.From)),
		export.Text(strings.Join(names(h.Path), " → ")), export.Text(h.Scope), export.Text(h.Unit.Name), h.End}}
}

// newlyPrivileged are those who have privileged roles, or may activate them, and did not
// a week before.
func newlyPrivileged(q Question, yield func(Row) bool) error {
	before, known, err := weekBefore(q)
	if err != nil || !known {
		return err
	}
	had := map[uint64]bool{} // a role may have hundreds of thousands
	for h, err := range q.Store.RoleHolders(q.Ctx, q.Tenant.Key, store.RoleQuery{Privileged: true, At: before}) {
		if err != nil {
			return err
		}
		had[holding(h)] = true
	}
	for h, err := range q.Store.RoleHolders(q.Ctx, q.Tenant.Key, store.RoleQuery{Privileged: true, At: q.At}) {
		if err != nil {
			return err
		}
		if !had[holding(h)] && !yield(HolderRow(h)) {
			return nil
		}
	}
	return nil
}

// holding is that somebody has a role, or may activate it, in a scope, whichever way.
func holding(h entra.RoleHolder) uint64 {
	sum := fnv.New64a()
	fmt.Fprintf(sum, "%s\n%s\n%v\n%s", cmp.Or(h.Role.Name, h.Role.ID), h.Holder.ID, h.Way == entra.RoleEligible, h.Scope)
	return sum.Sum64()
}

// weekBefore is a week before the moment that is asked about, or when the last class that
// tells of roles was first held whole since then; false where none tells.
func weekBefore(q Question) (at time.Time, known bool, err error) {
	at = q.when().AddDate(0, 0, -7)
	for _, class := range words(roleClasses + " roleEligibilitySchedules groups") {
		doubts, err := q.Store.Doubts(q.Ctx, q.Tenant, at, store.DoubtQuery{Classes: []string{class}})
		if err != nil {
			return at, false, err
		}
		held := true
		for _, d := range doubts {
			if unknown(d) {
				held = !d.Until.IsZero() && d.Until.Before(q.when())
				if held && d.Until.After(at) {
					at = d.Until
				}
			}
		}
		known = known || held && slices.Contains(words(roleClasses), class)
	}
	return at, known, nil
}

// secret is a secret or a certificate as an app shows it.
type secret struct {
	DisplayName   string
	KeyID         string
	StartDateTime time.Time
	EndDateTime   time.Time
}

// Which secrets a view of them shows.
func endingSoon(s secret, now time.Time) bool {
	return s.EndDateTime.After(now) && !s.EndDateTime.After(now.AddDate(0, 0, 30))
}

func ended(s secret, now time.Time) bool { return !s.EndDateTime.IsZero() && !s.EndDateTime.After(now) }

func long(s secret, now time.Time) bool {
	return s.EndDateTime.After(now) && !s.StartDateTime.IsZero() && s.EndDateTime.After(s.StartDateTime.AddDate(2, 0, 0))
}

// credentials are the secrets and certificates of apps that fit.
func credentials(fits func(secret, time.Time) bool) func(Question, func(Row) bool) error {
	return func(q Question, yield func(Row) bool) error {
		return byEnd(q, func(s secret, r Row) (Row, bool) { return r, fits(s, q.when()) }, yield)
	}
}

// allCredentials are all of them, each with how it stands.
func allCredentials(q Question, yield func(Row) bool) error {
	return byEnd(q, func(s secret, r Row) (Row, bool) {
		var state any
		switch now := q.when(); {
		case ended(s, now):
			state = "ended"
		case endingSoon(s, now):
			state = "ending"
		}
		r.Values = slices.Insert(r.Values, 4, state)
		return r, true
	}, yield)
}

// byEnd gives those that are wanted, as they are wanted: the first to end first, those that never do last.
func byEnd(q Question, wanted func(secret, Row) (Row, bool), yield func(Row) bool) error {
	type ending struct {
		end time.Time
		row Row
	}
	var all []ending // an app has a few, and tenants have thousands of apps
	err := eachCredential(q, func(s secret, r Row) {
		if r, is := wanted(s, r); is {
			all = append(all, ending{s.EndDateTime, r})
		}
	})
	slices.SortStableFunc(all, func(a, b ending) int {
		if a.end.IsZero() != b.end.IsZero() {
			return map[bool]int{true: 1, false: -1}[a.end.IsZero()]
		}
		return a.end.Compare(b.end)
	})
	for _, e := range all {
		if err != nil || !yield(e.row) {
			break
		}
	}
	return err
}

// eachCredential gives the secrets and certificates of all apps.
func eachCredential(q Question, yield func(secret, Row)) error {
	for _, class := range applications {
		for _, kind := range []struct{ property, name string }{{"passwordCredentials", "secret"}, {"keyCredentials", "certificate"}} {
			some := store.ObjectQuery{Class: class, Filters: []entra.Condition{has(kind.property)}}
			for o, err := range q.objects(some) {
				if err != nil {
					return err
				}
				for _, s := range secretsOf(o, kind.property) {
					name := export.Text(s.DisplayName)
					if name == nil {
						name = export.Text(s.KeyID)
					}
					yield(s, Row{end(o), []any{kind.name, name, s.StartDateTime, s.EndDateTime, cell(o, "appId")}})
				}
			}
		}
	}
	return nil
}

// secretsOf reads an app's credentials one by one: a broken one costs itself alone.
func secretsOf(o entra.StoredObject, property string) (out []secret) {
	var list []json.RawMessage
	_ = json.Unmarshal(o.Properties.Value(property), &list) // what is no list holds none
	for _, raw := range list {
		var s secret
		if json.Unmarshal(raw, &s) == nil {
			out = append(out, s)
		}
	}
	return out
}

// grants are the delegated permissions for all users, with the names of who has them
// and of what they are for.
func grants(q Question, yield func(Row) bool) error {
	all := store.ObjectQuery{Class: "oauth2PermissionGrants", Filters: []entra.Condition{is("consentType", "AllPrincipals")}}
	known := map[string]string{}
	for o, err := range q.objects(all) {
		if err != nil {
			return err
		}
		var ends [2]string
		for i, property := range []string{"clientId", "resourceId"} {
			if ends[i], err = nameOf(q, known, o.Properties.Text(property)); err != nil {
				return err
			}
		}
		row := Row{entra.LinkEnd{Class: o.Class, ID: o.ID, Name: ends[0]}, []any{ends[0], ends[1], export.Text(strings.TrimSpace(o.Properties.Text("scope")))}}
		if !yield(row) {
			return nil
		}
	}
	return nil
}

// nameOf is the name of a service principal, or its id where that is not held.
func nameOf(q Question, known map[string]string, id string) (string, error) {
	if name, is := known[id]; is {
		return name, nil
	}
	known[id] = id
	for o, err := range q.objects(store.ObjectQuery{Class: "servicePrincipals", ID: id, Deleted: true}) {
		if err != nil {
			return "", err
		}
		known[id] = called(end(o))
	}
	return known[id], nil
}

// devices are those that are not compliant, then those that have not been seen.
func devices(q Question, yield func(Row) bool) error {
	unseen := entra.Condition{Property: "approximateLastSignInDateTime", Op: entra.OpBefore, Value: "-90d"}
	view := View{Columns: words("operatingSystem isCompliant approximateLastSignInDateTime accountEnabled")}
	for i, wanted := range []store.ObjectQuery{
		{Class: "devices", Filters: []entra.Condition{is("isCompliant", "false")}},
		{Class: "devices", Filters: []entra.Condition{unseen, isNot("isCompliant", "false")}},
	} {
		for o, err := range q.objects(wanted) {
			if err != nil {
				return err
			}
			reason := "unseen"
			if i == 0 {
				reason = "not compliant"
				if unseen.Holds(o, q.when()) {
					reason = "not compliant, unseen"
				}
			}
			r := view.row(o)
			r.Values = append([]any{reason}, r.Values...)
			if !yield(r) {
				return nil
			}
		}
	}
	return nil
}
