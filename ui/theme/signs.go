package theme

import (
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// SignSet are the signs of states and places. A state is told by its sign and
// by a word, never by colour alone.
type SignSet struct {
	Good, Warning, Bad, Busy, Stopped, Off, Fresh fyne.Resource
	Overview, Sync, Key, Settings, Account, Help  fyne.Resource
	Added, Updated, Removed                       fyne.Resource
	Link, Find, Watch                             fyne.Resource
}

// Signs are made once an app runs: Fyne knows no icons before.
var Signs = sync.OnceValue(func() SignSet {
	quiet := func(icon fyne.Resource) fyne.Resource {
		return theme.NewColoredResource(icon, theme.ColorNamePlaceHolder)
	}
	return SignSet{
		Good: theme.NewSuccessThemedResource(theme.ConfirmIcon()), Warning: theme.NewWarningThemedResource(theme.WarningIcon()),
		Bad: theme.NewErrorThemedResource(theme.ErrorIcon()), Busy: theme.NewPrimaryThemedResource(SyncIcon),
		Stopped: quiet(theme.MediaStopIcon()), Off: quiet(theme.CancelIcon()), Fresh: quiet(theme.HistoryIcon()),
		Overview: quiet(theme.GridIcon()), Sync: quiet(SyncIcon), Key: quiet(KeyIcon),
		Settings: quiet(theme.SettingsIcon()), Account: quiet(KeyIcon), Help: quiet(theme.HelpIcon()),
		Added: theme.NewSuccessThemedResource(theme.ContentAddIcon()), Updated: theme.NewPrimaryThemedResource(theme.DocumentCreateIcon()),
		Removed: theme.NewErrorThemedResource(theme.ContentRemoveIcon()),
		Find:    theme.SearchIcon(), Watch: quiet(BellIcon),
		Link: theme.NewPrimaryThemedResource(theme.NavigateNextIcon()),
	}
})
