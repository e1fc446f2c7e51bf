package ui

import (
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// signSet are the signs of states and places. A state is told by its sign and
// by a word, never by colour alone.
type signSet struct {
	good, warning, bad, busy, stopped, off, fresh fyne.Resource
	overview, sync, key, settings, account        fyne.Resource
	added, updated, removed                       fyne.Resource
}

// signs are made once an app runs: Fyne knows no icons before.
var signs = sync.OnceValue(func() signSet {
	quiet := func(icon fyne.Resource) fyne.Resource {
		return theme.NewColoredResource(icon, theme.ColorNamePlaceHolder)
	}
	return signSet{
		good: theme.NewSuccessThemedResource(theme.ConfirmIcon()), warning: theme.NewWarningThemedResource(theme.WarningIcon()),
		bad: theme.NewErrorThemedResource(theme.ErrorIcon()), busy: theme.NewPrimaryThemedResource(apptheme.SyncIcon),
		stopped: quiet(theme.MediaStopIcon()), off: quiet(theme.CancelIcon()), fresh: quiet(theme.HistoryIcon()),
		overview: quiet(theme.GridIcon()), sync: quiet(apptheme.SyncIcon), key: quiet(apptheme.KeyIcon),
		settings: quiet(theme.SettingsIcon()), account: quiet(apptheme.KeyIcon),
		added: theme.NewSuccessThemedResource(theme.ContentAddIcon()), updated: theme.NewPrimaryThemedResource(theme.DocumentCreateIcon()),
		removed: theme.NewErrorThemedResource(theme.ContentRemoveIcon()),
	}
})

func statusSign(s entra.Status) fyne.Resource {
	switch s {
	case entra.Succeeded:
		return signs().good
	case entra.Warning, entra.Interrupted:
		return signs().warning
	case entra.Failed:
		return signs().bad
	case entra.Running:
		return signs().busy
	case entra.Cancelled:
		return signs().stopped
	}
	return signs().fresh
}

func statusWord(s entra.Status) string {
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

// running tells whether a tenant is being synced by this process now.
func running(a syncer.Activity) bool {
	return a.Phase == syncer.SigningIn || a.Phase == syncer.Syncing || a.Phase == syncer.Throttled
}

// tenantSign is a tenant's state in tree and tables.
func tenantSign(t entra.Tenant, a syncer.Activity) fyne.Resource {
	switch {
	case !t.Enabled:
		return signs().off
	case running(a):
		return signs().busy
	}
	return statusSign(t.LastSyncStatus)
}

// classLabel is an object class for people.
func classLabel(name string) string {
	if c, ok := entra.ClassNamed(name); ok {
		return lang.L(c.Label)
	}
	return name
}

// cloudLabel is an Azure Cloud for people; a custom one has the label it was
// given.
func cloudLabel(c entra.Cloud) string {
	if c.BuiltIn {
		return lang.L(c.Label)
	}
	return c.Label
}
