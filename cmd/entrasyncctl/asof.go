package main

import (
	"context"
	"iter"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
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
	if text == "" {
		return entra.Invalid("the time can't be used", "none was given", "write 2026-01-31T12:00:00Z or 2026-01-31")
	}
	if m.Time, err = time.Parse(time.RFC3339, text); err == nil {
		if m.After(now) {
			return entra.Invalid("the time can't be used", say.With("%s lies ahead", text), "name a moment in the past")
		}
		return nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, time.Local)
	if err != nil {
		return entra.Invalid("the time can't be used", say.With("%s is none", text), "write 2026-01-31T12:00:00Z or 2026-01-31")
	}
	if day.After(now) {
		return entra.Invalid("the time can't be used", say.With("%s lies ahead", text), "name a moment in the past")
	}
	if m.Time = day.AddDate(0, 0, 1).Add(-time.Millisecond); m.After(now) {
		m.Time = now
	}
	return nil
}

func asOfFlag(cmd *cobra.Command, to *moment) {
	cmd.Flags().Var(to, "as-of", "as it was then: 2026-01-31T12:00:00Z, or a date (its end, local)")
}

// doubt tells on stderr what can't be known of moments, each thing once. A zero one
// is now.
func (a *app) doubt(ctx context.Context, t entra.Tenant, q store.DoubtQuery, moments ...time.Time) error {
	told := map[string]bool{}
	for _, at := range moments {
		if at.IsZero() {
			continue
		}
		doubts, err := a.opened.Doubts(ctx, t, at, q)
		if err != nil {
			return err
		}
		for _, d := range doubts {
			if line := "note: " + d.Sentence(); !told[line] {
				told[line] = true
				a.tell(line)
			}
		}
	}
	return nil
}

// linking are the classes whose objects have links of a relation ("": of any), of
// those that the tenant has.
func linking(t entra.Tenant, relation string) []string {
	var out []string
	for _, name := range t.ObjectClasses() {
		class, _ := entra.ClassNamed(name)
		_, refers := class.Reference(relation)
		if class.Relates(relation) || refers || (relation == "" && class.Links()) {
			out = append(out, name)
		}
	}
	return out
}

func (a *app) diffCommand() *cobra.Command {
	var from, to moment
	var classes string
	cmd := listCommand(a, call{"diff TENANT", "Compare a tenant at two moments, or then and now", cobra.ExactArgs(1)}, func(ctx context.Context, args []string) (none list[entra.Change], err error) {
		q := store.DiffQuery{From: from.Time, To: to.Time}
		if q.To.IsZero() {
			q.To = time.Now()
		}
		if q.To.Before(q.From) {
			return none, entra.Invalid("the moments can't be compared", "--to lies before --from", "swap them")
		}
		if q.Classes, err = classList(classes); err != nil {
			return none, err
		}
		st, t, err := a.tenant(ctx, args[0])
		if err != nil {
			return none, err
		}
		if q.Classes == nil {
			q.Classes = t.ObjectClasses()
		}
		if err := a.doubt(ctx, t, store.DoubtQuery{Classes: q.Classes, Values: true}, q.From, to.Time); err != nil {
			return none, err
		}
		return list[entra.Change]{export.DiffColumns(), changeTable(entra.Tenant{}), func(r store.Range) iter.Seq2[entra.Change, error] {
			q.Range = r
			return st.Diff(ctx, t.Key, q)
		}}, nil
	})
	cmd.Flags().Var(&from, "from", "the first moment: 2026-01-31T12:00:00Z, or a date (its end, local)")
	cmd.Flags().Var(&to, "to", "the second one (default: now)")
	cmd.Flags().StringVar(&classes, "class", "", "only of these classes, a `list`; links are of their source")
	required(cmd, "from")
	return cmd
}
