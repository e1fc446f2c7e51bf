package terminal

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
)

// lineWidth keeps progress on one line of most terminals.
const lineWidth = 79

// Progress keeps one line of a stream telling what the engine does with the
// tenants, until stop is called. Where the stream is no terminal it does nothing.
func Progress(w io.Writer, e *syncer.Engine, tenants []entra.Tenant) (stop func()) {
	if !Is(w) {
		return func() {}
	}
	over := e.Follow(func(syncer.Event) { progressLine(w, e, tenants) })
	return func() {
		over()
		_, _ = io.WriteString(w, "\r\x1b[K")
	}
}

// ProgressOf gives what keeps one line of a stream telling how far something is with a
// tenant, until stop is called. Where the stream is no terminal: nil.
func ProgressOf(w io.Writer, name string) (show func(syncer.Activity), stop func()) {
	if !Is(w) {
		return nil, func() {}
	}
	show = func(act syncer.Activity) {
		_, _ = io.WriteString(w, "\r\x1b[K"+cut(Plain(name+" "+activityText(act, time.Now())), lineWidth))
	}
	return show, func() { _, _ = io.WriteString(w, "\r\x1b[K") }
}

func progressLine(w io.Writer, e *syncer.Engine, tenants []entra.Tenant) {
	var parts []string
	for _, t := range tenants {
		if text := activityText(e.Activity(t.Key), time.Now()); text != "" {
			parts = append(parts, t.Name+" "+text)
		}
	}
	_, _ = io.WriteString(w, "\r\x1b[K"+cut(Plain(strings.Join(parts, " | ")), lineWidth))
}

// activityText says what is done with a tenant; "" where nothing is.
func activityText(act syncer.Activity, now time.Time) string {
	switch act.Phase {
	case syncer.SigningIn:
		return "signing in"
	case syncer.Throttled:
		return fmt.Sprintf("waits %s: %s", max(act.Until.Sub(now), 0).Round(time.Second), act.Why)
	case syncer.Syncing:
		var parts []string
		for _, c := range act.Classes {
			if !c.Done {
				parts = append(parts, classText(c))
			}
		}
		return strings.Join(parts, ", ")
	}
	return ""
}

// Part keeps one line of a stream telling how much of something is done; of 0: that
// can't be told. Where the stream is no terminal it does nothing.
func Part(w io.Writer, what string) func(done, of int64) {
	return func(done, of int64) {
		switch {
		case !Is(w):
		case of == 0:
			_, _ = fmt.Fprintf(w, "\r\x1b[K%s …", what)
		case done < of:
			_, _ = fmt.Fprintf(w, "\r\x1b[K%s: %d %%", what, 100*done/of)
		default:
			_, _ = io.WriteString(w, "\r\x1b[K")
		}
	}
}

// classText says how far a class has come, and how long it takes yet where that is known.
func classText(c syncer.ClassActivity) string {
	if c.Of == 0 {
		return fmt.Sprintf("%s %d at %.0f/s", c.Class, c.Objects, c.PerSecond)
	}
	text := fmt.Sprintf("%s %d of %d", c.Class, c.Objects, c.Of)
	if c.Linked > 0 {
		text = fmt.Sprintf("%s %d, links of %d", c.Class, c.Objects, c.Linked)
	}
	if rest, known := c.Rest(); known {
		text += fmt.Sprintf(", %s left", max(rest.Round(time.Second), time.Second))
	}
	return text
}
