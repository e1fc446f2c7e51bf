package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/tell"
)

// changeFlags say which changes are wanted, and how.
type changeFlags struct {
	store.ChangeQuery
	since, kinds string
	until        moment
	follow       bool
	o            output
}

func (a *app) changesCommand() *cobra.Command {
	var f changeFlags
	cmd := f.o.flags(a.command("changes TENANT", "List what changed in a tenant, oldest first", cobra.ExactArgs(1), func(ctx context.Context, args []string) (err error) {
		if err = f.check(); err == nil {
			err = a.mayWrite(f.o.file)
		}
		if err != nil {
			return err
		}
		st, t, err := a.tenant(ctx, args[0])
		if err != nil {
			return err
		}
		a.none = a.noChanges(ctx, t, f)
		unknown, all, err := a.unrecorded(ctx, t, f)
		if err != nil {
			return err
		}
		if unknown != "" && !(all && f.o.format == "table") { // of a table that is why there are none
			a.tell("note: " + unknown.String())
		}
		f.Both = true
		if f.ID, err = a.object(ctx, t, f.ID, time.Time{}); err != nil {
			return err
		}
		l := list[entra.Change]{export.ChangesOf(t), changeTable(t), func(r store.Range) iter.Seq2[entra.Change, error] {
			f.Range = r
			return f.changes(ctx, st, t)
		}}
		if f.o.format == cloudEvents {
			l.columns, f.o.format = export.EventColumns(t), "jsonl"
		}
		if f.follow {
			return a.follow(ctx, st, t, f, l)
		}
		return print(a, &f.o, l)
	}))
	cmd.Flags().Lookup("format").Value = (*changeFormat)(&f.o.format)
	cmd.Flags().Lookup("format").Usage = "table, csv, jsonl or cloudevents (CloudEvents 1.0, one a line)"
	cmd.Flags().StringVar(&f.Class, "class", "", "only of this object `class`; links are of their source")
	cmd.Flags().StringVar(&f.ID, "object", "", "only of this `object`: its own, those of links from it and to it (the groups that a person joined), and of roles and grants given to it: "+objectNamed)
	cmd.Flags().StringVar(&f.kinds, "kind", "", "only of these kinds, a `list` such as added,member_added")
	cmd.Flags().StringVar(&f.Property, "property", "", "only updates of the property with this `name`")
	cmd.Flags().StringVar(&f.Actor, "actor", "", "only those that this person or app made, or may have: an id, an app's id or a `name`; nobody: those that nobody is named for")
	cmd.Flags().StringVar(&f.Search, "search", "", "only those that hold this `text` in a name, an id or a value")
	cmd.Flags().StringVar(&f.since, "since", "", "only from this `time` on: "+momentForms+", or a date (its beginning)")
	cmd.Flags().Var(&f.until, "until", "only until then: "+momentForms+", or a date (its end)")
	cmd.Flags().BoolVar(&f.NewestFirst, "newest-first", false, "the newest first")
	cmd.Flags().BoolVar(&f.follow, "follow", false, "go on with what is recorded from now on, until interrupted")
	return cmd
}

// noChanges says why no change is listed.
func (a *app) noChanges(ctx context.Context, t entra.Tenant, f changeFlags) func() (say.Sentence, error) {
	return func() (say.Sentence, error) {
		looked := sought("--class", f.Class, "--object", f.ID, "--kind", f.kinds, "--property", f.Property, "--actor", f.Actor, "--search", f.Search, "--since", f.since, "--until", f.until.String())
		ever, err := a.synced(ctx, t)
		if err != nil {
			return "", err
		}
		unknown, all, err := a.unrecorded(ctx, t, f)
		switch {
		case err != nil:
			return "", err
		case all:
			return unknown, nil
		case !ever:
			return say.With("nothing of %s was read whole yet: changes are recorded from then on; run `entrasyncctl sync %s`", t.Name, t.Name), nil
		case looked != "":
			return say.With("no change fits: %s; leave something out", looked), nil
		}
		return say.With("no change of %s is recorded yet: a first sync takes what is there, later ones record what has changed since", t.Name), nil
	}
}

// unrecorded says what can't be known of the time that is asked for, and whether that is all of
// it; "": all is recorded that was to be.
func (a *app) unrecorded(ctx context.Context, t entra.Tenant, f changeFlags) (unknown say.Sentence, all bool, err error) {
	classes := mayHold(t, time.Time{})
	if f.Class != "" {
		classes = []string{f.Class}
	}
	doubts, err := a.opened.Doubts(ctx, t, entra.Beginning, store.DoubtQuery{Classes: classes})
	if err != nil {
		return "", false, err
	}
	since, pruned := entra.RecordedSince(doubts)
	all = f.Until.After(entra.Beginning) && f.Until.Before(since)
	if at := entra.WholeSecond(since).UTC().Format(time.RFC3339); pruned && f.Since.Before(since) {
		unknown = say.With("what changed before %s is no longer kept", at)
	} else if f.since != "" && f.Since.Before(since) || all {
		unknown = say.With("changes are recorded from %s on: what was before is not known", at)
	}
	return unknown, all, nil
}

// check reads what the flags say.
func (f *changeFlags) check() (err error) {
	if f.Class != "" {
		if f.Class, err = className(f.Class); err != nil {
			return err
		}
	}
	if f.Kinds, err = changeKinds(f.kinds); err != nil {
		return err
	}
	if f.follow && (f.NewestFirst || !f.until.IsZero() || f.o.page > 0 || f.o.perPage > 0 || f.o.file != "") {
		return entra.Invalid("the command can't be run", "--follow goes on with what is new", "leave out --newest-first, --until, --page, --per-page and --output")
	}
	f.Until = f.until.Time
	if f.Since, err = parseTime(f.since); err == nil && !f.Until.IsZero() && f.Until.Before(f.Since) {
		err = entra.Invalid("the changes can't be read", "--until lies before --since", "swap them")
	}
	return err
}

// changeKinds reads a list of kinds; nil where it is empty.
func changeKinds(text string) (kinds []entra.ChangeKind, err error) {
	known := entra.ChangeKinds()
	for word := range strings.SplitSeq(text, ",") {
		word = strings.ToLower(strings.TrimSpace(word))
		if word == "" {
			continue
		}
		if !slices.Contains(known, entra.ChangeKind(word)) {
			return nil, entra.Invalid("the kinds can't be used", say.With("there is no kind %s", word),
				"name some of added, updated, deleted, restored, member_added, member_removed, link_added, link_removed")
		}
		kinds = append(kinds, entra.ChangeKind(word))
	}
	return kinds, nil
}

// parseTime reads a moment; a date means its beginning. Zero where there is none.
func parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, _, ok := entra.ParseMoment(text)
	if !ok {
		return at, noMoment(text)
	}
	return at, nil
}

// changeTable tells what changed in words.
func changeTable(t entra.Tenant) []export.Column[entra.Change] {
	c := export.ChangeColumns()
	table := []export.Column[entra.Change]{c[0], c[4], c[2], c[5],
		{Key: "what", Value: func(x entra.Change) any { return changeText(x) }}}
	if t.Audited() {
		table = append(table, export.Column[entra.Change]{Key: "by", Value: func(x entra.Change) any { return tell.Actors(x) }})
	}
	return table
}

// changes are those that are asked for; a table tells them in words.
func (f changeFlags) changes(ctx context.Context, st *store.Store, t entra.Tenant) iter.Seq2[entra.Change, error] {
	changes := st.Changes(ctx, t.Key, f.ChangeQuery)
	if f.o.format == "table" {
		return named(ctx, st, t, changes)
	}
	return changes
}

// named gives changes with the names of what they are about.
func named(ctx context.Context, st *store.Store, t entra.Tenant, changes iter.Seq2[entra.Change, error]) iter.Seq2[entra.Change, error] {
	return export.InBatches(changes, func(some []entra.Change) error { return st.NameEnds(ctx, t.Key, some) })
}

// changeText tells a change beside the name of its object; what has no name of its own, such
// as a role that somebody got, is told whole.
func changeText(x entra.Change) string {
	switch x.Kind {
	case entra.Updated:
		if x.DisplayName == "" {
			return tell.Object(x).String() + ": " + updateText(x)
		}
		return updateText(x)
	case entra.MemberAdded, entra.LinkAdded:
		return "+ " + linkText(x)
	case entra.MemberRemoved, entra.LinkRemoved:
		return "- " + linkText(x)
	}
	if x.DisplayName == "" {
		return tell.Change(x, tell.Plain).String()
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

// cloudEvents is a format that only changes have.
const cloudEvents = "cloudevents"

// changeFormat is the format of a list of changes.
type changeFormat format

func (f *changeFormat) String() string { return string(*f) }
func (f *changeFormat) Type() string   { return "format" }

// Set refuses formats that don't exist.
func (f *changeFormat) Set(text string) error {
	if text == cloudEvents {
		*f = cloudEvents
		return nil
	}
	if (*format)(f).Set(text) != nil {
		return fmt.Errorf("choose table, csv, jsonl or cloudevents")
	}
	return nil
}

// lookEvery is how often a list that is followed is looked at for more.
const lookEvery = time.Second

// batch is how many changes are read and printed at once.
const batch = 1000

// follow prints changes and goes on with those that come, until ctx is done, each once:
// what a sync may still take back waits until it has ended.
func (a *app) follow(ctx context.Context, st *store.Store, t entra.Tenant, f changeFlags, l list[entra.Change]) error {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	w := &headless{}
	span := store.ChangeSpan{}
	f.Span, f.Range = &span, store.Range{Limit: batch}
	for {
		if _, err := st.TenantByKey(ctx, t.Key); err != nil { // it was removed
			return err
		}
		var err error
		if span.Before, err = st.Settled(ctx, t.Key); err != nil {
			return err
		}
		for more := true; more; {
			shown := 0
			rows := func(yield func(entra.Change, error) bool) {
				for x, err := range f.changes(ctx, st, t) {
					shown++
					if !yield(x, err) {
						return
					}
					span.After = max(span.After, x.Key)
				}
			}
			if err := a.write("", func(out io.Writer) error {
				w.begin(out, f.o.format != "jsonl")
				return printRows(w, &f.o, l, rows)
			}); err != nil {
				return err
			}
			more = shown == batch
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
}

// headless leaves out the heads of all lists but the first.
type headless struct {
	to      io.Writer
	headed  bool // a head was written
	leaving bool // this list's head is left out
}

func (h *headless) begin(to io.Writer, head bool) {
	h.to, h.leaving = to, head && h.headed
	h.headed = true
}

func (h *headless) Write(b []byte) (int, error) {
	n := len(b)
	if h.leaving {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			return n, nil
		}
		b, h.leaving = b[i+1:], false
	}
	_, err := h.to.Write(b)
	return n, err
}
