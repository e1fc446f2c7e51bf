package labels

import (
	"cmp"
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// Cause is why some classes of a tenant could not be read well, and what to do: each
// class has its own, and those that say the same are told together.
type Cause struct {
	Classes []string // for people; nil: all that the tenant has
	Of      []string // the same by their names
	Trouble *entra.Error
	Failed  bool // no mere warning
}

// Causes are those of a tenant, the failures first, by the newest history row of each of
// its streams. Of a class that is no longer synced the last row says nothing any more.
func Causes(t entra.Tenant, newest []entra.ClassRun) (out []Cause) {
	at, synced := map[string]int{}, map[string]bool{}
	for _, r := range inOrder(newest) {
		if !slices.Contains(t.Classes, r.Class) {
			continue
		}
		synced[r.Class] = true
		if r.Status != entra.Failed && r.Status != entra.Warning && r.Code != entra.CodeManyRemoved {
			continue
		}
		trouble := cmp.Or(r.Trouble(), &entra.Error{What: say.Foreign(Status(r.Status))})
		key := say.Join("\n", trouble.What, trouble.Why, trouble.Remedy).String()
		if trouble.Why != "" { // what failed names the class
			key = say.Join("\n", trouble.Why, trouble.Remedy).String()
		}
		i, known := at[key]
		if !known {
			i, at[key] = len(out), len(out)
			out = append(out, Cause{Trouble: trouble})
		}
		out[i].Failed = out[i].Failed || r.Status == entra.Failed
		if name := Class(r.Class); !slices.Contains(out[i].Classes, name) {
			out[i].Classes, out[i].Of = append(out[i].Classes, name), append(out[i].Of, r.Class)
		}
	}
	slices.SortStableFunc(out, func(a, b Cause) int { return cmp.Compare(weight(a), weight(b)) })
	if len(out) == 1 && len(out[0].Classes) == len(synced) && len(synced) >= len(t.Classes) {
		out[0].Classes, out[0].Of = nil, nil
	}
	return out
}

func weight(c Cause) int {
	if c.Failed {
		return 0
	}
	return 1
}

// inOrder are rows as the class table has their classes, whichever ended first: what is
// told first stays first from sync to sync.
func inOrder(rows []entra.ClassRun) []entra.ClassRun {
	place := map[string]int{}
	for i, c := range entra.Classes() {
		place[c.Name] = i
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b entra.ClassRun) int {
		return cmp.Or(cmp.Compare(place[a.Class], place[b.Class]), strings.Compare(a.Relation, b.Relation))
	})
	return rows
}

// Brief is why something did not go well, in as few words as a table has room for: of a
// permission or a licence that is missing its name comes first.
func Brief(e *entra.Error) string {
	if licence := licenceOf(e); licence != "" {
		return lang.L("{{.Licence}} licence missing", map[string]any{"Licence": licence})
	}
	if name := permissionOf(e); name != "" {
		return MissingPermission(name)
	}
	return wording.Say(cmp.Or(e.Why, e.What))
}

// Briefest is why something did not go well, in two or three words, or by the name of what is
// missing, where a table has no room for more; "": there is nothing briefer.
func Briefest(e *entra.Error) string {
	switch e.Code {
	case entra.CodeLicence:
		return licenceOf(e)
	case entra.CodeNotOffered:
		return lang.L("not offered here")
	case entra.CodeNetwork:
		return lang.L("no connection")
	case entra.CodeTimeout:
		return lang.L("out of time")
	case entra.CodeThrottled:
		return lang.L("Graph asks to wait")
	case entra.CodeService:
		return lang.L("fault at Microsoft")
	case entra.CodeSignIn:
		return lang.L("sign-in refused")
	case entra.CodeSignInAgain:
		return lang.L("to be signed in again")
	case entra.CodeUnauthorized:
		return lang.L("token refused")
	case entra.CodeRequest:
		return lang.L("request refused")
	case entra.CodeAnswer, entra.CodeLoop:
		return lang.L("unusable answer")
	case entra.CodeHeld:
		return lang.L("deletions held")
	case entra.CodeManyRemoved:
		return lang.L("many deletions")
	case entra.CodeTenantUnknown:
		return lang.L("tenant unknown")
	case entra.CodeDiskFull:
		return lang.L("disk full")
	}
	return ""
}

// MissingPermission says that a permission is missing.
func MissingPermission(name string) string {
	return lang.L("{{.Permission}} missing", map[string]any{"Permission": name})
}

// permissionOf is the permission that is missing; "": it is not for want of one.
func permissionOf(e *entra.Error) string {
	if e.Code != entra.CodePermission {
		return ""
	}
	_, places := e.Why.Parts()
	for _, p := range places {
		if name, ok := p.(string); ok && strings.Contains(name, ".Read") {
			return name
		}
	}
	return ""
}

// licenceOf is the licence that is missing; "": it is not for want of one. Its class comes
// before it.
func licenceOf(e *entra.Error) string {
	if _, places := e.Why.Parts(); e.Code == entra.CodeLicence && len(places) > 1 {
		if licence, ok := places[1].(say.Sentence); ok {
			return strings.TrimPrefix(wording.Say(licence), "Microsoft ")
		}
	}
	return ""
}

// Briefly is why and of which classes, in a line of a table.
func Briefly(causes []Cause) string {
	var lines []string
	for _, c := range causes {
		lines = append(lines, Brief(c.Trouble))
	}
	return strings.Join(lines, " · ")
}

// Reason is why, in a line, and of which classes where others do not fail so.
func (c Cause) Reason() string {
	why := wording.Say(cmp.Or(c.Trouble.Why, c.Trouble.What))
	if len(c.Classes) == 0 {
		return why
	}
	return strings.Join(c.Classes, ", ") + ": " + why
}

// Line is why and what to do, in a line.
func (c Cause) Line() string {
	if c.Trouble.Remedy == "" {
		return wording.Capital(c.Reason())
	}
	return wording.Capital(c.Reason()) + ". " + wording.Sentence(c.Trouble.Remedy)
}

// Reasons are those of all causes, in a line.
func Reasons(causes []Cause) string {
	var lines []string
	for _, c := range causes {
		lines = append(lines, c.Reason())
	}
	return strings.Join(lines, " · ")
}

// Standing are the causes that stand after a tenant's last sync: once that succeeded, only
// what it told nevertheless. Where no row says why it did not, its status does. Where nothing
// could be read, all that stands in the way is a failure, as the tenant's state is.
func Standing(t entra.Tenant, causes []Cause) []Cause {
	switch {
	case t.LastSyncStatus == entra.Succeeded:
		return slices.DeleteFunc(causes, func(c Cause) bool { return c.Trouble.Code != entra.CodeManyRemoved })
	case t.LastSyncStatus == entra.Failed && len(causes) > 0 && !slices.ContainsFunc(causes, func(c Cause) bool { return c.Failed }):
		for i := range causes {
			causes[i].Failed = true
		}
	case Rank(t) <= RankWarning && len(causes) == 0:
		return []Cause{{Trouble: &entra.Error{What: say.Foreign(Status(t.LastSyncStatus))}, Failed: t.LastSyncStatus == entra.Failed}}
	}
	return causes
}
