package main

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"
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

// Set reads a moment; a date means its end. What lies ahead is refused; today's end is now.
func (m *moment) Set(text string) error {
	if text == "" {
		return entra.Invalid("the time can't be used", "none was given", momentRemedy)
	}
	now := time.Now()
	at, ok := entra.ParsePast(text, now)
	switch {
	case !ok:
		return noMoment(text)
	case at.After(now):
		return entra.Invalid("the time can't be used", say.With("%s lies ahead", text), "name a moment in the past")
	}
	m.Time = at
	return nil
}

const (
	momentForms               = "2026-01-31T12:00:00Z, '2026-01-31 12:00' (local)"
	momentRemedy say.Sentence = "write 2026-01-31T12:00:00Z, '2026-01-31 12:00' or 2026-01-31"
)

func noMoment(text string) error {
	return entra.Invalid("the time can't be used", say.With("%s is none", text), momentRemedy)
}

func asOfFlag(cmd *cobra.Command, to *moment) {
	cmd.Flags().Var(to, "as-of", "as it was then: "+momentForms+", or a date (its end)")
}

// doubt tells on stderr what can't be known of moments, each thing once. A zero one
// is now: then it tells which classes are switched off, and since when they stand still.
func (a *app) doubt(ctx context.Context, t entra.Tenant, q store.DoubtQuery, moments ...time.Time) error {
	notes, err := a.doubts(ctx, t, q, moments...)
	for _, note := range notes {
		a.tell("note: " + note)
	}
	return err
}

// doubts says what can't be known of moments, each thing once.
func (a *app) doubts(ctx context.Context, t entra.Tenant, q store.DoubtQuery, moments ...time.Time) (notes []string, err error) {
	for _, at := range moments {
		doubts, err := a.opened.Doubts(ctx, t, at, q)
		if err != nil {
			return nil, err
		}
		for _, d := range together(doubts) {
			if note := d.Sentence(); !slices.Contains(notes, note) {
				notes = append(notes, note)
			}
		}
	}
	return notes, nil
}

// together makes one doubt of those that say the same of several classes, as of those that were
// switched off by one command.
func together(doubts []entra.Doubt) (out []entra.Doubt) {
	at := map[string]int{}
	for _, d := range doubts {
		alone := d
		alone.Class = ""
		i, alike := at[alone.Sentence()]
		if alike && d.Kind != entra.OtherFilter { // each filter is told with what it leaves out
			out[i].Class += ", " + d.Class
			continue
		}
		at[alone.Sentence()] = len(out)
		out = append(out, d)
	}
	return out
}

// unfound tells of an object of some classes (nil: of any) that was not found at a moment why,
// where nothing is known of it then.
func (a *app) unfound(ctx context.Context, t entra.Tenant, classes []string, at time.Time, err error) error {
	if at.IsZero() || entra.CodeOf(err) != entra.CodeNotFound {
		return err
	}
	if classes == nil {
		classes = t.ObjectClasses()
	}
	doubts, failed := a.opened.Doubts(ctx, t, at, store.DoubtQuery{Classes: classes})
	unknown := slices.DeleteFunc(doubts, func(d entra.Doubt) bool { return d.Kind != entra.NotHeldYet && d.Kind != entra.Pruned })
	if failed != nil || len(unknown) < len(classes) {
		return cmp.Or(failed, err)
	}
	told := *entra.AsError(err)
	told.Why, told.Remedy = say.Foreign(together(unknown)[0].Sentence()), "name a later moment, or the object by its id"
	return &told
}

// mayHold are the classes of which something may be held: those that the tenant has, now
// those that it had as well.
func mayHold(t entra.Tenant, at time.Time) []string {
	if at.IsZero() {
		return namesOf(entra.Classes(), func(c entra.Class) string { return c.Name })
	}
	return t.ObjectClasses()
}

// linking are the classes whose objects have links of a relation ("": of any), of
// those that the tenant has, or (now) may have had.
func linking(t entra.Tenant, relation string, at time.Time) []string {
	var out []string
	for _, name := range mayHold(t, at) {
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
		a.none = func() (say.Sentence, error) {
			return say.With("as far as the copy knows, nothing of %s differs between %s and %s; name moments further apart", strings.Join(q.Classes, ", "), q.From.Format(time.RFC3339), q.To.Format(time.RFC3339)), nil
		}
		return list[entra.Change]{export.DiffColumns(), changeTable(entra.Tenant{}), func(r store.Range) iter.Seq2[entra.Change, error] {
			q.Range = r
			return named(ctx, st, t, st.Diff(ctx, t.Key, q))
		}}, nil
	})
	cmd.Flags().Var(&from, "from", "the first moment: "+momentForms+", or a date (its end)")
	cmd.Flags().Var(&to, "to", "the second one (default: now)")
	cmd.Flags().StringVar(&classes, "class", "", "only of these classes, a `list`; links are of their source")
	required(cmd, "from")
	return cmd
}

// mostSought is how many letters of what was looked for are said again.
const mostSought = 80

// sought says what was looked for, beside a tenant's class: parts that are empty are none.
func sought(parts ...string) string {
	var out []string
	for i := 0; i+1 < len(parts); i += 2 {
		text := []rune(parts[i+1])
		if len(text) > mostSought {
			text = append(text[:mostSought:mostSought], '…')
		}
		if len(text) > 0 {
			out = append(out, parts[i]+" "+strconv.Quote(string(text)))
		}
	}
	return strings.Join(out, ", ")
}

// nothing says why a list of what is held of a class is empty, and what to do: it is not
// synced, may not be read, was never read, or nothing fits what is looked for.
func (a *app) nothing(ctx context.Context, t entra.Tenant, class, looked string, at time.Time) func() (say.Sentence, error) {
	return func() (say.Sentence, error) {
		state, err := a.opened.ClassState(ctx, t.Key, class)
		name, _ := entra.ClassNamed(class)
		switch {
		case err != nil:
			return "", err
		case !slices.Contains(t.Classes, class):
			with := strings.Join(t.Classes, ",")
			if t.Unchosen {
				with = "permitted"
			}
			return say.With("%s are not synced in %s; switch them on with `entrasyncctl tenant set %s --classes %s,%s`, and sync", class, t.Name, t.Name, with, class), nil
		case state.Blocked == entra.CodePermission:
			return say.With("%s may not be read in %s; grant %s with admin consent, and sync", class, t.Name, name.Permission), nil
		case state.Blocked != "":
			return say.With("%s can't be read in %s; `entrasyncctl history %s` says why", class, t.Name, t.Name), nil
		case state.Completed.IsZero():
			return say.With("%s were not read whole yet; run `entrasyncctl sync %s`", class, t.Name), nil
		case !at.IsZero():
			return say.With("nothing of %s is known of %s%s; name a later moment, or look at now without --as-of", class, at.Format(time.RFC3339), aside(looked)), nil
		case looked != "":
			return say.With("none of %d %s fits: %s; leave something out", state.Total, class, looked), nil
		}
		return say.With("%s holds no %s", t.Name, class), nil
	}
}

// aside is what was looked for, behind what was said.
func aside(looked string) string {
	if looked == "" {
		return ""
	}
	return " (" + looked + ")"
}

// synced tells whether a class of a tenant was ever read whole.
func (a *app) synced(ctx context.Context, t entra.Tenant) (bool, error) {
	for _, class := range t.Classes {
		if s, err := a.opened.ClassState(ctx, t.Key, class); err != nil || !s.Completed.IsZero() {
			return err == nil, err
		}
	}
	return false, nil
}

// noLinks says why there are no links, as they are looked for.
func (a *app) noLinks(ctx context.Context, t entra.Tenant, looked string, at time.Time) func() (say.Sentence, error) {
	return func() (say.Sentence, error) {
		ever, err := a.synced(ctx, t)
		switch {
		case err != nil:
			return "", err
		case !ever:
			return say.With("nothing of %s was read whole yet; run `entrasyncctl sync %s`", t.Name, t.Name), nil
		case !at.IsZero():
			return say.With("no link is known of %s%s; name a later moment, or look at now without --as-of", at.Format(time.RFC3339), aside(looked)), nil
		case looked != "":
			return say.With("no link fits: %s; look the ids and names up with `entrasyncctl objects %s`", looked, t.Name), nil
		}
		return say.With("%s holds no link; the classes that have some may not be synced: see `entrasyncctl status %s`", t.Name, t.Name), nil
	}
}
