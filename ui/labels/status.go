package labels

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// StatusSign is the sign of a state.
func StatusSign(s entra.Status) fyne.Resource {
	switch s {
	case entra.Succeeded:
		return apptheme.Signs().Good
	case entra.Warning, entra.Interrupted:
		return apptheme.Signs().Warning
	case entra.Failed:
		return apptheme.Signs().Bad
	case entra.Running:
		return apptheme.Signs().Busy
	case entra.Cancelled:
		return apptheme.Signs().Stopped
	}
	return apptheme.Signs().Fresh
}

// Status is a state in a word.
func Status(s entra.Status) string {
	switch s {
	case entra.Succeeded:
		return lang.L("Succeeded")
	case entra.Warning:
		return lang.L("Warning")
	case entra.Interrupted:
		return lang.L("Interrupted")
	case entra.Failed:
		return lang.L("Failed")
	case entra.Running:
		return lang.L("Running")
	case entra.Cancelled:
		return lang.L("Cancelled")
	}
	return lang.L("Not synced yet")
}

// Running tells whether a tenant is being synced by this process now.
func Running(a syncer.Activity) bool {
	return a.Phase == syncer.SigningIn || a.Phase == syncer.Syncing || a.Phase == syncer.Throttled
}

// TenantSign is a tenant's state in tree and tables.
func TenantSign(t entra.Tenant, a syncer.Activity) fyne.Resource {
	switch {
	case !t.Enabled:
		return apptheme.Signs().Off
	case Running(a):
		return apptheme.Signs().Busy
	case a.Phase == syncer.Paused: // it waits for somebody, and nothing has failed since
		return apptheme.Signs().Warning
	}
	return StatusSign(t.LastSyncStatus)
}

// TenantState is a tenant's state in words, as its sign tells it.
func TenantState(t entra.Tenant, a syncer.Activity) string {
	switch {
	case !t.Enabled:
		return lang.L("disabled")
	case Running(a):
		return lang.L("syncing")
	case a.Phase == syncer.Paused:
		return lang.L("paused")
	}
	return Status(t.LastSyncStatus)
}

// Found tells whether each word of a search stands in one of the texts.
func Found(search string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, "\n"))
	for _, word := range strings.Fields(strings.ToLower(search)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

// Class is an object class for people.
func Class(name string) string {
	of, relation, apart := strings.Cut(name, "/")
	c, ok := entra.ClassNamed(of)
	switch {
	case !ok:
		return name
	case apart:
		return lang.L(c.Label) + ": " + StreamRelation(relation)
	}
	return lang.L(c.Label)
}

// Cloud is an Azure Cloud for people; a custom one has the label it was
// given.
func Cloud(c entra.Cloud) string {
	if c.BuiltIn {
		return lang.L(c.Label)
	}
	return c.Label
}

// The ranks of tenants: failing ones first, then those with a warning, disabled ones last.
const (
	RankFailed = iota
	RankWarning
	RankGood
	RankOff
)

// Rank is where a tenant stands among others.
func Rank(t entra.Tenant) int {
	switch {
	case !t.Enabled:
		return RankOff
	case t.LastSyncStatus == entra.Failed:
		return RankFailed
	case t.LastSyncStatus == entra.Warning:
		return RankWarning
	}
	return RankGood
}

// ChangeSign is the sign of what happened to an object.
func ChangeSign(k entra.ChangeKind) fyne.Resource {
	switch k {
	case entra.Added, entra.Restored, entra.MemberAdded, entra.LinkAdded:
		return apptheme.Signs().Added
	case entra.ChangeDeleted, entra.MemberRemoved, entra.LinkRemoved:
		return apptheme.Signs().Removed
	}
	return apptheme.Signs().Updated
}

// Change says what happened to an object.
func Change(k entra.ChangeKind) string {
	switch k {
	case entra.Added:
		return lang.L("added")
	case entra.ChangeDeleted:
		return lang.L("deleted")
	case entra.Restored:
		return lang.L("restored")
	case entra.MemberAdded:
		return lang.L("member added")
	case entra.MemberRemoved:
		return lang.L("member removed")
	case entra.LinkAdded:
		return lang.L("link added")
	case entra.LinkRemoved:
		return lang.L("link removed")
	}
	return lang.L("updated")
}

// ProfileNames are the names of profiles.
func ProfileNames(profiles []entra.Profile) []string {
	names := make([]string, len(profiles))
	for i, p := range profiles {
		names[i] = p.Name
	}
	return names
}
