package audit

import (
	"encoding/json"
	"hash/fnv"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// decode reads an entry as far as it is kept; false: it tells of nothing that was done. Addresses and values are
// not kept, but for a fingerprint that tells whether a value is the one that a change left.
func decode(o entra.Object) (a entra.Audit, tells bool) {
	p := o.Properties
	at, err := time.Parse(time.RFC3339Nano, p.Text("activityDateTime"))
	if result := p.Text("result"); err != nil || result != "" && !strings.EqualFold(result, "success") {
		return a, false
	}
	a = entra.Audit{ID: o.ID, Time: at, Activity: p.Text("activityDisplayName"), Correlation: p.Text("correlationId")}
	var by initiator
	_ = json.Unmarshal(p.Value("initiatedBy"), &by) // what is told otherwise names nobody
	a.Actor = by.actor()
	var targets []target
	_ = json.Unmarshal(p.Value("targetResources"), &targets)
	for _, t := range targets {
		a.Targets = append(a.Targets, t.told()...)
	}
	return a, len(a.Targets) > 0
}

// initiator is initiatedBy: a person, an app, both or neither.
type initiator struct {
	User *struct{ ID, UserPrincipalName, DisplayName string }
	App  *struct{ AppID, DisplayName, ServicePrincipalID, ServicePrincipalName string }
}

const noID = "00000000-0000-0000-0000-000000000000"

// actor is who that is. A person goes before the app that she used.
func (by initiator) actor() (a entra.Actor) {
	if u := by.User; u != nil {
		a = entra.Actor{Kind: entra.Person, ID: realID(u.ID), Name: firstOf(u.UserPrincipalName, u.DisplayName)}
	}
	if p := by.App; p != nil && a.ID == "" && a.Name == "" {
		a = entra.Actor{Kind: entra.App, ID: realID(p.ServicePrincipalID), AppID: realID(p.AppID), Name: firstOf(p.DisplayName, p.ServicePrincipalName)}
	}
	if a.ID == "" && a.AppID == "" && a.Name == "" {
		return entra.Actor{}
	}
	a.Name = firstOf(a.Name, a.ID, a.AppID)
	return a
}

func realID(id string) string {
	if id = entra.CanonicalID(strings.TrimSpace(id)); id == noID {
		return ""
	}
	return id
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			return text
		}
	}
	return ""
}

// target is one of targetResources.
type target struct {
	ID                 string
	ModifiedProperties []struct{ DisplayName, OldValue, NewValue string }
}

// told are the objects that a target names: itself with what changed of it, and those whose ids stand in what
// changed, such as the group that it joined.
func (t target) told() (all []entra.AuditTarget) {
	changed := map[string]uint64{}
	for _, m := range t.ModifiedProperties {
		mentions := false
		for _, value := range []string{m.NewValue, m.OldValue} {
			if id := entra.CanonicalID(scalar(value)); entra.IsGUID(id) && id != noID && id != t.ID {
				all, mentions = append(all, entra.AuditTarget{ID: id}), true
			}
		}
		if mentions {
			continue
		}
		if words(m.DisplayName) == "includedupdatedproperties" {
			for name := range strings.SplitSeq(scalar(m.NewValue), ",") {
				for _, name := range AuditNames(name) {
					if _, told := changed[name]; !told {
						changed[name] = 0
					}
				}
			}
			continue
		}
		for _, name := range AuditNames(m.DisplayName) {
			changed[name] = fingerprint(m.NewValue)
		}
	}
	if id := realID(t.ID); id != "" {
		own := entra.AuditTarget{ID: id}
		if len(changed) > 0 {
			own.Changed = changed
		}
		all = append([]entra.AuditTarget{own}, all...)
	}
	return all
}

// elsewhere are properties that the log calls by other names than Graph.
var elsewhere = map[string][]string{
	"mobile": {"mobilephone"}, "telephonenumber": {"businessphones"}, "physicaldeliveryofficename": {"officelocation"}, "company": {"companyname"},
	"othermail": {"othermails"}, "assignedlicense": {"assignedlicenses"}, "licenseassignment": {"assignedlicenses"}, "facsimiletelephonenumber": {"faxnumber"},
	"lastdirsynctime": {"onpremiseslastsyncdatetime"}, "dirsyncenabled": {"onpremisessyncenabled"}, "sourceanchor": {"onpremisesimmutableid"},
	"keydescription": {"passwordcredentials", "keycredentials"}, "credential": {"passwordcredentials", "keycredentials"},
	"approximatelastlogontimestamp": {"approximatelastsignindatetime"}, "deviceosversion": {"operatingsystemversion"}, "deviceostype": {"operatingsystem"},
	"appaddress": {"replyurls", "web", "spa", "publicclient"}, "requiredresourceaccess": {"requiredresourceaccess"}, "serviceprincipalname": {"serviceprincipalnames"},
	"taggedproperty": {"tags"}, "statusdescription": nil, "targetidusertype": nil, "actioncliententity": nil,
	// The whole of an object: which of its properties changed is not told.
	"conditionalaccesspolicy": nil, "policy": nil, "namedlocation": nil, "knownnetworks": nil,
}

// AuditNames are the properties, in lower case, that a name of the log stands for.
func AuditNames(name string) []string {
	name = words(name)
	if names, is := elsewhere[name]; is {
		return names
	}
	if name == "" {
		return nil
	}
	return []string{name}
}

// words are a name's letters and digits, in lower case.
func words(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		}
		return -1
	}, name)
}

// scalar is the text that a value of the log stands for, which is a JSON text, most often of a list of one; "": none.
func scalar(value string) string {
	var v any
	if json.Unmarshal([]byte(value), &v) != nil {
		return strings.TrimSpace(value)
	}
	if list, is := v.([]any); is && len(list) == 1 {
		v = list[0]
	}
	text, _ := v.(string)
	return strings.TrimSpace(text)
}

// nothing is the fingerprint of a property that was cleared.
const nothing = 1

// fingerprint is a number that equal values have in common; 0: the value can't be compared, because the log and Graph write
// such values in ways of their own.
func fingerprint(value string) uint64 {
	if strings.TrimSpace(value) == "" {
		return 0
	}
	var v any
	if json.Unmarshal([]byte(value), &v) != nil {
		v = value
	}
	if list, is := v.([]any); is {
		switch len(list) {
		case 0:
			return nothing
		case 1:
			v = list[0]
		}
	}
	switch v := v.(type) {
	case nil:
		return nothing
	case bool:
		return map[bool]uint64{true: 2, false: 3}[v]
	case string:
		return ofText(v)
	}
	return 0
}

func ofText(text string) uint64 {
	text = strings.TrimSpace(text)
	switch strings.ToLower(text) {
	case "":
		return nothing
	case "true":
		return 2
	case "false":
		return 3
	}
	if len(text) >= 8 && strings.Count(text[:min(len(text), 10)], "-")+strings.Count(text[:min(len(text), 10)], "/") == 2 {
		return 0 // a time
	}
	h := fnv.New64a()
	h.Write([]byte(text))
	return h.Sum64() | 8
}
