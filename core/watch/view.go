package watch

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/views"
)

const (
	mostInView = 100_000       // objects: who is in a view is kept by id, to tell who leaves it
	lookAgain  = 6 * time.Hour // some views change with the clock alone, such as secrets that end
)

// looked is how a watch found a view of a tenant when it looked last.
type looked struct {
	Members string // the setting that holds who was in it; another one where the view is another
	Settled int64  // up to which change
	At      time.Time
	Blocked string `json:",omitempty"` // why it can't be watched, as a sentence is kept
}

// findViews keeps a notice for each object that came into a view, or left it, since the
// watch last looked. It looks when syncs have ended: on the way through one a view holds
// what it never was.
func (k *Keeper) findViews(ctx context.Context, w Watch, s *state, t entra.Tenant) error {
	settled, err := k.Store.Settled(ctx, t.Key)
	was := s.Views[t.Key]
	if err != nil || t.LastSyncStatus == entra.Running || settled == was.Settled && k.now().Sub(was.At) < lookAgain {
		return err
	}
	v, _, err := findView(ctx, k.Store, w)
	if err != nil {
		return err
	}
	for _, class := range slices.Concat(v.Classes, v.Also) {
		for range k.Store.Changes(ctx, t.Key, store.ChangeQuery{Class: class, Span: &store.ChangeSpan{After: settled - 1, Before: 1 << 62}, Range: store.Range{Limit: 1}}) {
			return nil // a round of what the view is read from goes on
		}
	}
	settings, err := k.lookAt(ctx, w, s, t)
	if err != nil || settings == nil {
		return err
	}
	looked := s.Views[t.Key]
	looked.Settled = settled
	s.Views[t.Key] = looked
	return writeWith(ctx, k.Store, stateOf(w), s, settings)
}

// lookAt compares who is in a view of a tenant with who was. It gives the settings that hold
// who is, which are to be written together with the state; nil: nothing can be said yet.
func (k *Keeper) lookAt(ctx context.Context, w Watch, s *state, t entra.Tenant) (map[string]string, error) {
	was, now := s.Views[t.Key], k.now()
	if s.Views == nil {
		s.Views = map[int64]looked{}
	}
	blocked := func(why say.Sentence) (map[string]string, error) {
		was.At, was.Blocked = now, why.Kept()
		s.Views[t.Key] = was
		return map[string]string{}, nil
	}
	v, found, err := views.Find(ctx, k.Store, t.Key, w.View)
	if err != nil {
		return nil, err
	}
	if !found {
		if _, elsewhere, err := findView(ctx, k.Store, w); err != nil || elsewhere {
			return nil, err // it is another tenant's
		}
		return blocked(say.With("there is no view %s", w.View))
	}
	q := views.Question{Ctx: ctx, Store: k.Store, Tenant: t, Now: now}
	if _, nothing, err := v.Missing(q); err != nil || nothing {
		return nil, err // it will be: what comes with a first sync is no news
	}
	held, err := v.Held(q)
	if err != nil {
		return nil, err
	}
	members := map[string]bool{}
	for r, err := range v.Rows(q) {
		if err != nil {
			return nil, err
		}
		if members[r.Class+"/"+r.ID] = true; len(members) > mostInView {
			return blocked(say.With("the view has more than %d {object|objects}", mostInView))
		}
	}
	next := looked{Members: membersOf(w, t, v, held), At: now}
	settings := map[string]string{next.Members: joined(members)}
	s.Views[t.Key] = next
	if was.Members != next.Members {
		if was.Members != "" {
			settings[was.Members] = ""
		}
		return settings, nil
	}
	before, err := k.Store.Setting(ctx, was.Members)
	if err != nil {
		return nil, err
	}
	s.moved(w, Notice{Tenant: t.Key, Look: now.UnixMilli(), Made: now}, strings.FieldsFunc(before, func(r rune) bool { return r == '\n' }), members)
	return settings, nil
}

// moved keeps a notice for each object that left a view, and then for each that came into it; n says of which and when.
func (s *state) moved(w Watch, n Notice, before []string, members map[string]bool) {
	for _, object := range before {
		if !members[object] {
			n.Object, n.Entered = object, false
			s.keep(w, n)
		}
		delete(members, object)
	}
	for _, object := range sorted(members) {
		n.Object, n.Entered = object, true
		s.keep(w, n)
	}
}

// membersOf names the setting that holds who is in a view: one for each way it is asked, and for each set of classes
// that it finds. Who comes with a class that is synced from now on was there before, as at a first sync.
func membersOf(w Watch, t entra.Tenant, v views.View, held []string) string {
	sum := fnv.New64a()
	fmt.Fprint(sum, v.Name, v.Queries, held)
	return fmt.Sprintf("watch %s view %d %x", w.ID, t.Key, sum.Sum64())
}

func sorted(members map[string]bool) []string {
	var all []string
	for object := range members {
		all = append(all, object)
	}
	slices.Sort(all)
	return all
}

func joined(members map[string]bool) string { return strings.Join(sorted(members), "\n") }

// findView finds the view that is watched for: of the watch's tenant, or of any.
func findView(ctx context.Context, st *store.Store, w Watch) (views.View, bool, error) {
	if v, ready := views.Named(w.View); ready {
		return v, true, nil
	}
	owns, err := views.Owns(ctx, st)
	for _, o := range owns {
		if strings.EqualFold(o.Name, strings.TrimSpace(w.View)) && (w.Tenant == 0 || o.Of(w.Tenant)) {
			return o.View(), true, nil
		}
	}
	return views.View{}, false, err
}

// ViewTitle is what the view that is watched for is called.
func (w Watch) ViewTitle() say.Sentence {
	if v, ready := views.Named(w.View); ready {
		return v.Title
	}
	return say.Foreign(w.View)
}

// aboutView reads what came into a view, or left it.
func (k *Keeper) aboutView(ctx context.Context, w Watch, n Notice, s *Subject) error {
	class, id, _ := strings.Cut(n.Object, "/")
	end := entra.LinkEnd{Class: class, ID: id, Name: id}
	for o, err := range k.Store.Objects(ctx, s.Tenant.Key, store.ObjectQuery{Class: class, ID: id, Deleted: true}) {
		if err != nil {
			return err
		}
		end.Name = cmp.Or(o.Properties.Name(), id)
	}
	s.Object, s.Entered = &end, n.Entered
	if s.Text = say.With("%s: %s left the view %s", s.Tenant.Name, end.Name, w.ViewTitle()); n.Entered {
		s.Text = say.With("%s: %s came into the view %s", s.Tenant.Name, end.Name, w.ViewTitle())
	}
	return nil
}

// known is the name of a watch's view as it is written, and refuses one that there is none of.
func known(ctx context.Context, st *store.Store, w Watch) (string, error) {
	if w.View == "" || w.Off {
		return w.View, nil
	}
	v, found, err := findView(ctx, st, w)
	if err == nil && !found {
		err = entra.Invalid("the watch can't be used", say.With("there is no view %s", w.View), "see `entrasyncctl views`")
	}
	return v.Name, err
}

// kind is what the state of a watch is about: each moves a place of its own on.
func (w Watch) kind() string {
	switch {
	case w.View != "":
		return "view " + w.View
	case w.Ready == ManyDeletions || w.Ready == SyncFailing:
		return w.Ready
	}
	return ""
}

// of tells whether it watches a tenant.
func (w Watch) of(t entra.Tenant) bool { return w.Tenant == 0 || w.Tenant == t.Key }

// become brings the state of a watch to what it is to be from now on: of what it did not watch for before, nothing is told that is
// so already. The keeper may write the state meanwhile, so it waits for its lock.
func become(ctx context.Context, st *store.Store, was, w Watch) error {
	if was.kind() == w.kind() && was.Tenant == w.Tenant {
		return nil
	}
	lock, err := datafolder.TryLock(filepath.Join(st.Dir(), lockName))
	for err == nil && lock == nil && ctx.Err() == nil {
		time.Sleep(20 * time.Millisecond) // the keeper is at it: as long as its turn is, or a receiver takes, at most
		lock, err = datafolder.TryLock(filepath.Join(st.Dir(), lockName))
	}
	if lock == nil {
		return cmp.Or(err, ctx.Err())
	}
	defer lock.Close()
	tenants, err := st.Tenants(ctx)
	if err != nil {
		return err
	}
	var s state
	if err := read(ctx, st, stateOf(w), &s); err != nil {
		return err
	}
	before := s.Views
	s.Views = nil
	for _, t := range tenants {
		if w.of(t) && (was.kind() != w.kind() || !was.of(t)) {
			if err := s.skip(ctx, st, t); err != nil {
				return err
			}
		}
	}
	if err := s.enter(ctx, st, w, tenants); err != nil {
		return err
	}
	kept := map[string]bool{}
	for _, v := range s.Views {
		kept[v.Members] = true
	}
	gone := map[string]string{}
	for _, v := range before {
		if !kept[v.Members] {
			gone[v.Members] = ""
		}
	}
	delete(gone, "")
	return writeWith(ctx, st, stateOf(w), s, gone)
}

// enter keeps who is in the view of a watch now, where it can be answered.
func (s *state) enter(ctx context.Context, st *store.Store, w Watch, tenants []entra.Tenant) error {
	k := &Keeper{Store: st}
	for _, t := range tenants {
		if w.View != "" && w.of(t) {
			if err := k.findViews(ctx, w, s, t); err != nil {
				return err
			}
		}
	}
	return nil
}
