package labels

import (
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// Activity says what the loop does with a tenant at this moment.
func Activity(a syncer.Activity, now time.Time) string {
	switch a.Phase {
	case syncer.Waiting:
		if a.Next.Sub(now) < time.Second {
			return lang.L("next sync now")
		}
		return lang.L("next sync in {{.Span}}", map[string]any{"Span": phrase.Span(a.Next.Sub(now))})
	case syncer.Queued:
		return lang.L("waiting for other tenants' syncs")
	case syncer.SigningIn:
		return lang.L("signing in")
	case syncer.Syncing:
		return syncingText(a)
	case syncer.Throttled:
		return throttledText(a, now)
	case syncer.Disabled:
		return lang.L("disabled")
	case syncer.Paused:
		return pausedText(a)
	}
	return ""
}

// pausedText says what a tenant waits for that only a person can do.
func pausedText(a syncer.Activity) string {
	switch {
	case a.Trouble == nil:
		return lang.L("paused")
	case a.Trouble.Code == entra.CodeVaultLocked:
		return lang.L("waits for the vault to be unlocked")
	case a.Trouble.Code == entra.CodeSignInAgain:
		return lang.L("waits for somebody to sign in")
	}
	return lang.L("paused: {{.Why}}", map[string]any{"Why": wording.Say(a.Trouble.Why)})
}

func throttledText(a syncer.Activity, now time.Time) string {
	why := wording.Say(a.Why)
	if why == "" {
		why = lang.L("throttled by Graph")
	}
	return lang.L("{{.Why}}, goes on in {{.Span}}", map[string]any{"Why": why, "Span": phrase.Span(max(a.Until.Sub(now), 0))})
}

// syncingText names the classes that are still read: "syncing users: 12,400 at
// 3,100/s".
func syncingText(a syncer.Activity) string {
	var parts []string
	for _, c := range a.Classes {
		if !c.Done {
			parts = append(parts, classProgress(c))
		}
	}
	if len(parts) == 0 {
		return lang.L("syncing")
	}
	return lang.L("syncing {{.Classes}}", map[string]any{"Classes": strings.Join(parts, " · ")})
}

func classProgress(c syncer.ClassActivity) string {
	name := strings.ToLower(Class(c.Class))
	if c.Objects == 0 {
		return name
	}
	return lang.L("{{.Class}}: {{.Objects}} at {{.Rate}}/s", map[string]any{
		"Class": name, "Objects": phrase.Number(c.Objects), "Rate": phrase.Number(int64(c.PerSecond))})
}
