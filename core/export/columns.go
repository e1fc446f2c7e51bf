package export

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
)

// HistoryColumns are the columns of a tenant's sync history.
func HistoryColumns() []Column[entra.ClassRun] {
	return []Column[entra.ClassRun]{
		{"start_time", func(r entra.ClassRun) any { return r.Start }},
		{"end_time", func(r entra.ClassRun) any { return r.End }},
		{"type", func(r entra.ClassRun) any { return r.Stream() }},
		{"total", func(r entra.ClassRun) any { return r.Total }},
		{"changed", func(r entra.ClassRun) any { return r.Changed }},
		{"deleted", func(r entra.ClassRun) any { return r.Deleted }},
		{"filtered", func(r entra.ClassRun) any { return r.Filtered }},
		{"status", func(r entra.ClassRun) any { return string(r.Status) }},
		{"error", func(r entra.ClassRun) any { return Text(r.ErrorLine()) }},
		{"full_scan", func(r entra.ClassRun) any { return r.FullScan }},
		{"requests", func(r entra.ClassRun) any { return r.Requests }},
		{"retries", func(r entra.ClassRun) any { return r.Retries }},
	}
}

// ObjectColumns are the columns of a list of objects, of whatever class.
func ObjectColumns() []Column[entra.StoredObject] {
	return []Column[entra.StoredObject]{
		{"id", func(o entra.StoredObject) any { return o.ID }},
		{"class", func(o entra.StoredObject) any { return o.Class }},
		{"properties", func(o entra.StoredObject) any { return json.RawMessage(o.Named().JSON()) }},
		{"deleted", func(o entra.StoredObject) any { return o.State == entra.Deleted }},
		{"filtered", func(o entra.StoredObject) any { return o.State == entra.Filtered }},
		{"first_seen", func(o entra.StoredObject) any { return o.FirstSeen }},
		{"last_changed", func(o entra.StoredObject) any { return o.LastChanged }},
	}
}

// MemberColumns are the columns of a list of memberships.
func MemberColumns() []Column[entra.StoredLink] {
	return []Column[entra.StoredLink]{
		{"group_id", func(l entra.StoredLink) any { return l.Source.ID }},
		{"member_id", func(l entra.StoredLink) any { return l.Target.ID }},
		{"member_type", func(l entra.StoredLink) any { return l.Target.Type() }},
	}
}

// MemberTable are the columns that people see of members, by name.
func MemberTable() []Column[entra.StoredLink] {
	return []Column[entra.StoredLink]{
		{"group", func(l entra.StoredLink) any { return cmp.Or(l.Source.Name, l.Source.ID) }},
		{"member", func(l entra.StoredLink) any { return Text(l.Target.Name) }},
		{"member_id", func(l entra.StoredLink) any { return l.Target.ID }},
		{"type", func(l entra.StoredLink) any { return strings.TrimPrefix(l.Target.Type(), "#microsoft.graph.") }},
	}
}

// LinkColumns are the columns of a list of links.
func LinkColumns() []Column[entra.StoredLink] {
	return []Column[entra.StoredLink]{
		{"relation", func(l entra.StoredLink) any { return l.Relation }},
		{"source_class", func(l entra.StoredLink) any { return Text(l.Source.Class) }},
		{"source_id", func(l entra.StoredLink) any { return l.Source.ID }},
		{"source_name", func(l entra.StoredLink) any { return Text(l.Source.Name) }},
		{"target_class", func(l entra.StoredLink) any { return Text(l.Target.Class) }},
		{"target_id", func(l entra.StoredLink) any { return l.Target.ID }},
		{"target_name", func(l entra.StoredLink) any { return Text(l.Target.Name) }},
		{"since", func(l entra.StoredLink) any { return l.Since }},
	}
}

// ChangeColumns are the columns of the timeline of changes.
func ChangeColumns() []Column[entra.Change] {
	return []Column[entra.Change]{
		{"time", func(c entra.Change) any { return c.Time }},
		{"not_before", func(c entra.Change) any { return c.NotBefore }},
		{"class", func(c entra.Change) any { return c.Class }},
		{"id", func(c entra.Change) any { return c.ID }},
		{"kind", func(c entra.Change) any { return string(c.Kind) }},
		{"display_name", func(c entra.Change) any { return Text(c.DisplayName) }},
		{"before", func(c entra.Change) any { return changeSide(c, c.Before, c.Lost()) }},
		{"after", func(c entra.Change) any { return changeSide(c, c.After, !c.Lost()) }},
	}
}

// ChangesOf are the columns of the timeline of a tenant: where it reads who did it, that as well.
func ChangesOf(t entra.Tenant) []Column[entra.Change] {
	if !t.Audited() {
		return ChangeColumns()
	}
	return append(ChangeColumns(), []Column[entra.Change]{
		{"actor", func(c entra.Change) any {
			if who, known := c.Actor(); known {
				return actors(who)
			}
			return nil
		}},
		{"candidates", func(c entra.Change) any {
			if _, known := c.Actor(); known || len(c.Actors) == 0 {
				return nil
			}
			return actors(c.Actors)
		}},
	}...)
}

// actors are who made a change, or may have, as JSON.
func actors(who any) any {
	text, err := json.Marshal(who)
	if err != nil {
		return nil // unreachable: texts alone
	}
	return json.RawMessage(text)
}

// DiffColumns are the columns of the difference between two moments.
func DiffColumns() []Column[entra.Change] {
	c := ChangeColumns()
	return []Column[entra.Change]{c[2], c[3], c[5], c[4], c[6], c[7], c[1], c[0]}
}

// EventColumns are changes of a tenant as CloudEvents 1.0. A change keeps its id. Their source is the tenant by its id,
// which stays when its domain changes.
func EventColumns(t entra.Tenant) []Column[entra.Change] {
	source, columns := "urn:entraidsync:tenant:"+cmp.Or(t.TenantID, t.Name), ChangesOf(t)
	return []Column[entra.Change]{
		{"specversion", func(entra.Change) any { return "1.0" }},
		{"id", func(c entra.Change) any { return fmt.Sprintf("%d-%d", c.Key, c.Time.UnixMilli()) }},
		{"source", func(entra.Change) any { return source }},
		{"type", func(c entra.Change) any { return "entraidsync.change." + string(c.Kind) }},
		{"time", func(c entra.Change) any { return c.Time }},
		{"subject", func(c entra.Change) any { return c.Class + "/" + c.ID }},
		{"datacontenttype", func(entra.Change) any { return "application/json" }},
		{"data", func(c entra.Change) any {
			data, err := Object(columns, c)
			if err != nil {
				return nil // unreachable: it was stored
			}
			return data
		}},
	}
}

// givenByName are properties with the name of what the object gives by an id, as those of an object are.
func givenByName(c entra.Change, properties []byte) []byte {
	class, _ := entra.ClassNamed(c.Class)
	if class.Gives == "" || len(properties) == 0 || len(c.Ends) == 0 {
		return properties
	}
	p, err := entra.ParseProperties(properties)
	if err != nil {
		return properties
	}
	return entra.StoredObject{Class: c.Class, Properties: p, Given: c.Ends[p.Text(class.Gives)].Name}.Named().JSON()
}

// changeSide is what was before a change, or after it: properties, or the other
// end of a link. A membership needs no relation.
func changeSide(c entra.Change, properties []byte, here bool) any {
	if c.Target == nil || !here {
		return json.RawMessage(givenByName(c, properties))
	}
	end := struct {
		Relation    string  `json:"relation,omitempty"`
		ID          string  `json:"id"`
		Type        string  `json:"type"`
		DisplayName *string `json:"display_name"`
	}{ID: c.Target.ID, Type: c.Target.Type()}
	if c.Kind == entra.LinkAdded || c.Kind == entra.LinkRemoved {
		end.Relation = c.Relation
	}
	if c.Target.Name != "" {
		end.DisplayName = &c.Target.Name
	}
	text, err := json.Marshal(end)
	if err != nil {
		return nil // unreachable: texts alone
	}
	return json.RawMessage(text)
}
