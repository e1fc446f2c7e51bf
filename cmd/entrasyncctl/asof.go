package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// moment is a flag: a moment in the past, or a date, which stands for its end.
type moment struct {
	time.Time
}

func (m *moment) String() string {
	if m.IsZero() {
		return ""
	}
	return m.Format(time.RFC3339)
}

func (m *moment) Type() string { return "time" }

// Set reads a time, or a date by this computer's clock. What lies ahead is refused;
// today's end is now.
func (m *moment) Set(text string) (err error) {
	now := time.Now()
	if m.Time, err = time.Parse(time.RFC3339, text); err == nil {
		if m.After(now) {
			return entra.Invalid("the time can't be used", text+" lies ahead", "name a moment in the past")
		}
		return nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, time.Local)
	if err != nil {
		return entra.Invalid("the time can't be used", text+" is none", "write 2026-01-31T12:00:00Z or 2026-01-31")
	}
	if day.After(now) {
		return entra.Invalid("the time can't be used", text+" lies ahead", "name a moment in the past")
	}
	if m.Time = day.AddDate(0, 0, 1).Add(-time.Millisecond); m.After(now) {
		m.Time = now
	}
	return nil
}

func asOfFlag(cmd *cobra.Command, to *moment) {
	cmd.Flags().Var(to, "as-of", "as it was then: 2026-01-31T12:00:00Z, or a date (its end, local)")
}

// doubt tells on stderr what can't be known of a moment.
func (a *app) doubt(ctx context.Context, t entra.Tenant, at time.Time, q store.DoubtQuery) error {
	if at.IsZero() {
		return nil
	}
	doubts, err := a.opened.Doubts(ctx, t, at, q)
	for _, d := range doubts {
		a.tell("note: " + d.Sentence())
	}
	return err
}

// linking are the classes whose objects have links of a relation ("": of any), of
// those that the tenant has.
func linking(t entra.Tenant, relation string) []string {
	var out []string
	for _, name := range t.Classes {
		class, _ := entra.ClassNamed(name)
		_, refers := class.Reference(relation)
		if class.Relates(relation) || refers || (relation == "" && class.Links()) {
			out = append(out, name)
		}
	}
	return out
}
