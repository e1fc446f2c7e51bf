package main

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
)

func (a *app) changesCommand() *cobra.Command {
	var q store.ChangeQuery
	var since string
	cmd := listCommand(a, call{"changes TENANT", "List what changed in a tenant, oldest first", cobra.ExactArgs(1)}, func(ctx context.Context, args []string) (none list[entra.Change], err error) {
		if q.Class != "" {
			if q.Class, err = className(q.Class); err != nil {
				return none, err
			}
		}
		if q.Since, err = parseTime(since); err != nil {
			return none, err
		}
		st, t, err := a.tenant(ctx, args[0])
		return list[entra.Change]{export.ChangeColumns(), changeTable(), func(r store.Range) iter.Seq2[entra.Change, error] {
			q.Range = r
			return st.Changes(ctx, t.Key, q)
		}}, err
	})
	cmd.Flags().StringVar(&q.Class, "class", "", "only of this object `class`; links are of their source")
	cmd.Flags().StringVar(&q.ID, "object", "", "only of the object with this `id`, and of links from it")
	cmd.Flags().StringVar(&since, "since", "", "only from this `time` on: 2026-01-31T12:00:00Z, or a date (midnight UTC)")
	return cmd
}

// parseTime reads a time or a date; zero where there is none.
func parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, entra.Invalid("the time can't be used", text+" is none", "write 2026-01-31T12:00:00Z or 2026-01-31")
}

// changeTable tells what changed in words.
func changeTable() []export.Column[entra.Change] {
	c := export.ChangeColumns()
	return []export.Column[entra.Change]{c[0], c[4], c[2], c[5],
		{Key: "what", Value: func(x entra.Change) any { return changeText(x) }}}
}

func changeText(x entra.Change) string {
	switch x.Kind {
	case entra.Updated:
		return updateText(x)
	case entra.MemberAdded, entra.LinkAdded:
		return "+ " + linkText(x)
	case entra.MemberRemoved, entra.LinkRemoved:
		return "- " + linkText(x)
	}
	return ""
}

func updateText(x entra.Change) string {
	after, err := entra.ParseProperties(x.After)
	if err != nil {
		return ""
	}
	before, err := entra.ParseProperties(x.Before)
	if err != nil {
		return ""
	}
	parts := make([]string, len(after))
	for i, p := range after {
		parts[i] = fmt.Sprintf("%s: %s → %s", p.Name, valueText(before, p.Name), valueText(after, p.Name))
	}
	return strings.Join(parts, "; ")
}

func valueText(p entra.Properties, name string) string {
	if text := p.Text(name); text != "" {
		return text
	}
	return "(none)"
}

// linkText names the other end of a link: by its name where that is known, with
// the relation unless it is a group's member.
func linkText(x entra.Change) string {
	text := cmp.Or(x.Target.Name, x.Target.ID)
	if x.Kind == entra.LinkAdded || x.Kind == entra.LinkRemoved {
		text = x.Relation + ": " + text
	}
	return text
}
