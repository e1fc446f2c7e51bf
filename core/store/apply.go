package store

import (
	"context"
	"errors"
	"slices"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Applied is what one page did.
type Applied struct {
	Objects      int   // in the page
	News         int64 // objects that the round had not told before: however often a page tells one, it counts once
	Filtered     int64 // of them those that the filter leaves out
	Linked       int64 // objects whose links came, where they are read by themselves
	Changed      int64 // difference of the history row's counts
	Deleted      int64
	LeftOut      string // a property that is not kept, because the class has too many
	Unlinked     int64  // links that ended, to objects that are still there
	FilterErrors int
	FilterError  error // the first of them; the objects were kept
}

// ApplyPage stores one page of a round and the cursor behind it in one
// transaction. whole are objects that were read by GET because the page names
// them without telling all of them; see [Store.Unread]. Applying a page again
// changes nothing. The last page of a delta round completes it.
func (s *Store) ApplyPage(ctx context.Context, r *Pass, part int, p *entra.Page, whole map[string]entra.Object) (Applied, error) {
	var out Applied
	err := s.tx(ctx, "storing a page failed", func(t *tx) error {
		a := &applier{tx: t, r: r, whole: whole, marking: r.sweeps(), replace: r.lists(part), apart: r.tellsLinks(part)}
		if err := a.open(part, p); err != nil {
			return err
		}
		for _, o := range coalesce(p.Objects) {
			if err := ctx.Err(); err != nil { // a page may be large
				return err
			}
			if err := a.object(o); err != nil {
				return say.Errorf("object %s: %s", o.ID, err)
			}
		}
		if err := a.close(); err != nil {
			return err
		}
		if r.Kind == Delta && p.DeltaLink != "" {
			if err := a.complete(p.DeltaLink); err != nil {
				return err
			}
		}
		if out = a.out; !a.apart {
			out.Objects = len(p.Objects)
		}
		out.News, out.Filtered = a.news(out.Objects)
		return nil
	})
	return out, err
}

// applier applies one page in one transaction. It stores an object in one of five
// ways, of which object takes the first that fits:
//
//	way        where                                       what it costs
//	fresh      a class's first scan tells a new object     one statement
//	unchanged  a full scan tells what is stored            one question; seen with the whole page
//	removed    the object is told as removed               see remove and tombstone
//	settle     it is new, or differs                       the row, its references, the record
//	dangle     a delta names what is not to be had         a row with its id alone
//
// Links come after the object, see links.
type applier struct {
	*tx
	r       *Pass
	whole   map[string]entra.Object
	replace bool // a list's objects are whole
	apart   bool // the page tells links of objects that are held, and nothing else
	marking bool // a full scan that sweeps notes what its pages name
	layout  *layout
	room    []byte // of packOne
	began   int64  // see begin; 0: not known
	anyHeld *bool  // whether the loss guard holds anything of the class; nil: not known
	adds    *statement
	same    *statement
	marks   []int64 // objects that were seen and are the same

	waiting []*awaited // links that are applied at the page's end
	tells   targets    // sources that a relation's own stream tells

	extended bool // the layout, by this page

	out             Applied
	total, filtered int64               // differences
	seen            int64               // marked by this page, and not before
	relations       map[string]relation // of the round's class, by name
	hints           map[string]hint     // of types, and of classes that references lead to
	vague           *bool               // see anyVague; nil: not known
}

// open moves the cursor, which also proves that the round still runs, and that
// the tenant is still to be synced.
func (a *applier) open(part int, p *entra.Page) error {
	link, done := p.NextLink, false
	if link == "" {
		link, done = p.DeltaLink, true
	}
	n, err := a.exec("UPDATE cursors SET link = ?, done = ? WHERE round = ? AND part = ? AND EXISTS (SELECT 1 FROM rounds WHERE round = ? AND over = 0)",
		link, done, a.r.Key, part, a.r.Key)
	if err != nil {
		return err
	}
	if err := a.start(); err != nil {
		return err
	}
	if n == 0 {
		return ErrRoundOver
	}
	return nil
}

// start proves that the tenant is still to be synced and reads what the whole
// page needs.
func (a *applier) start() error {
	if err := a.wanted(); err != nil {
		return err
	}
	if _, err := a.row("SELECT started FROM runs WHERE run = (SELECT run FROM class_runs WHERE class_run = ?)", []any{a.r.ClassRun}, &a.r.runStart); err != nil {
		return err
	}
	var err error
	a.layout, err = readLayout(a.quiet, a, a.r.class) // anew each time: another process may have added to it, or a rollback taken away
	return err
}

// wanted refuses to go on where the tenant was disabled or removed, in this
// process or another.
func (a *applier) wanted() error {
	if err := a.clock(a.r.Tenant); err != nil {
		return err
	}
	var enabled, removing bool
	found, err := a.row("SELECT enabled, removing FROM tenants WHERE tenant = ?", []any{a.r.Tenant}, &enabled, &removing)
	if err != nil {
		return err
	}
	return wanted(enabled, removing || !found)
}

// close adds the page to what was seen, and to the counts.
func (a *applier) close() error {
	if a.extended {
		if err := a.view(); err != nil {
			return err
		}
	}
	if err := errors.Join(a.applyLater(), a.mark()); err != nil {
		return err
	}
	if a.total != 0 || a.filtered != 0 {
		if _, err := a.exec("UPDATE tenant_classes SET total = total + ?, filtered = filtered + ? WHERE tenant = ? AND class = ?",
			a.total, a.filtered, a.r.Tenant, a.r.class); err != nil {
			return err
		}
	}
	_, err := a.exec(`UPDATE class_runs SET changed = changed + ?1, deleted = deleted + ?2, updated = ?3, full_scan = max(full_scan, ?4),
		total = total + ?5, filtered = filtered + ?6 WHERE class_run = ?7`,
		a.out.Changed, a.out.Deleted, a.now, a.r.Kind.Full(), a.total, a.filtered, a.r.ClassRun)
	return err
}

// object applies one object of the page.
func (a *applier) object(o entra.Object) error {
	switch {
	case a.r.Class.Alone != "":
		if later, err := a.later(o); later || err != nil {
			return err
		}
		return a.linksAlone(o)
	case a.apart:
		return a.linksApart(o)
	}
	o = a.fitting(o)
	if a.r.fresh && o.Removed == entra.NotRemoved {
		if done, err := a.fresh(o); done || err != nil {
			return err
		}
	}
	if same, err := a.unchanged(o); same || err != nil {
		return err
	}
	old, err := a.find(o.ID)
	if err != nil {
		return err
	}
	if o.Removed != entra.NotRemoved {
		return errors.Join(a.removed(o, old), a.release(old)) // since when it is missed is asked before that is forgotten
	}
	if err := a.release(old); err != nil {
		return err
	}
	first, err := a.sight(old)
	if err != nil {
		return err
	}
	props, ok, err := a.told(o, old, first)
	if err != nil {
		return err
	}
	if !ok {
		return a.dangle(o.ID, old)
	}
	state, props := a.judge(o.ID, props)
	now, err := a.settle(o.ID, old, state, props)
	if err != nil {
		return err
	}
	if !old.found {
		if _, err := a.sight(now); err != nil {
			return err
		}
	}
	if state == entra.Filtered {
		return a.dropLinks(old, now)
	}
	if o.Partial || a.whole[o.ID].Partial {
		if err := a.keepLinks(now); err != nil {
			return err
		}
	}
	return a.links(now, append(a.whole[o.ID].Links, o.Links...))
}

// putNew stores an object that the class lacks, or that only a link named; it tells
// how many rows it wrote.
func (a *applier) putNew(id string, o row, packed []byte) (n int64, err error) {
	if a.adds == nil {
		if a.adds, err = a.direct(`INSERT INTO objects (tenant, class, space, id, state, properties, first_seen, last_changed, class_run)
			VALUES (?1, ?2, ?8, ?3, ?4, CAST(?5 AS TEXT), ?6, ?6, ?7)`, 0, a.r.Tenant, a.r.class, nil, nil, nil, a.now, nil, a.r.space); err != nil {
			return 0, err
		}
	}
	args := a.adds.args
	args[2].Value, args[3].Value, args[4].Value, args[6].Value = id, int64(o.state), packed, o.classRun
	_, err = a.adds.step(a.tx)
	if !isTaken(err) {
		return 1, err
	}
	// A statement of its own: one that may update, too, is slowed down by the triggers of updates.
	return a.exec(`UPDATE objects SET class = ?2, state = ?4, properties = CAST(?5 AS TEXT), first_seen = ?6, last_changed = ?6, class_run = ?7
		WHERE tenant = ?1 AND id = ?3 AND space = ?8 AND state = 0`, a.r.Tenant, a.r.class, id, int(o.state), packed, a.now, o.classRun, a.r.space)
}

// fresh stores an object that the class's first scan tells whole: in one statement
// where it is new, as nearly all are, in a second one where only a link named it;
// false where neither is so.
func (a *applier) fresh(o entra.Object) (bool, error) {
	if _, read := a.whole[o.ID]; read || (!a.replace && a.r.Kind != Scan) {
		return false, nil
	}
	state, props := a.judge(o.ID, o.Properties)
	packed, err := a.packOne(props)
	if err != nil {
		return false, err
	}
	now := row{found: true, state: state}
	if state == entra.Live {
		now.classRun = a.r.ClassRun
	}
	n, err := a.putNew(o.ID, now, packed)
	if err != nil || n == 0 {
		return false, err
	}
	a.tally(row{}, state)
	if state != entra.Live {
		return true, nil
	}
	a.credit(state, +1)
	if len(o.Links) == 0 && len(a.r.Class.References) == 0 {
		return true, nil
	}
	if len(a.r.Class.References) == 0 {
		if later, err := a.later(o); later || err != nil {
			return later, err
		}
	}
	if now, err = a.find(o.ID); err != nil {
		return false, err
	}
	if err := a.refer(now, nil, props); err != nil {
		return false, err
	}
	return true, a.links(now, o.Links)
}

// judge asks the filter. What it can't judge is kept.
func (a *applier) judge(id string, props entra.Properties) (entra.State, entra.Properties) {
	if a.r.Filter == nil {
		return entra.Live, props
	}
	out, err := a.r.Filter.Out(id, props.WithoutNulls())
	if err != nil {
		a.out.FilterErrors++
		if a.out.FilterError == nil {
			a.out.FilterError = err
		}
	}
	if out {
		return entra.Filtered, nil
	}
	return entra.Live, props
}

// told gives the properties that the object now has; false where it can't be
// known: a delta named it, it is not stored, and a GET did not find it.
func (a *applier) told(o entra.Object, old row, first bool) (entra.Properties, bool, error) {
	if w, ok := a.whole[o.ID]; ok && !(len(w.Properties) == 0 && old.stored()) {
		held, err := a.unasked(old, w.Unasked)
		return held.Merge(w.Properties.WithoutNulls()).Merge(o.Properties), true, err
	}
	if (a.replace || a.r.Kind == Scan && first) && !(len(o.Properties) == 0 && old.stored()) {
		held, err := a.unasked(old, slices.Concat(a.r.Unasked, a.r.Hidden))
		return held.Merge(o.Properties), true, err
	}
	if !old.stored() {
		return nil, false, nil
	}
	stored, err := a.properties(old)
	return stored.Merge(o.Properties), true, err
}

// unasked are the values that are held of properties that nobody could ask for: that
// they are not told says nothing of them.
func (a *applier) unasked(old row, names []string) (entra.Properties, error) {
	if len(names) == 0 || !old.stored() {
		return nil, nil
	}
	stored, err := a.properties(old)
	return stored.Only(names), err
}

// sight marks the object as seen by a full scan that sweeps; true the first time.
func (a *applier) sight(o row) (bool, error) {
	if !a.marking {
		return a.r.fresh && o.state == entra.Unseen, nil
	}
	if !o.found {
		return true, nil // it is marked once it has a key
	}
	n, err := a.exec("INSERT INTO seen (round, object) VALUES (?, ?) ON CONFLICT DO NOTHING", a.r.Key, o.key)
	a.seen += n
	return n == 1, err
}

// removed applies an @removed.
func (a *applier) removed(o entra.Object, old row) error {
	if !old.found || old.state == entra.Unseen {
		return a.tombstone(o, old)
	}
	before := a.seen
	if _, err := a.sight(old); err != nil {
		return err
	}
	a.seen = before // it is not there
	return a.remove(o.ID, old, o.Removed)
}

// remove takes an object out of sight: hidden and restorable, or for good. Only
// what is gone for good loses its links.
func (a *applier) remove(id string, old row, reason entra.Removal) error {
	state := entra.Erased
	var props entra.Properties
	if reason == entra.SoftDeleted && old.stored() {
		var err error
		if props, err = a.properties(old); err != nil {
			return err
		}
		state = entra.Deleted
	}
	now, err := a.settle(id, old, state, props)
	if err != nil {
		return err
	}
	if old.state == entra.Live || old.state == entra.Filtered {
		if err := errors.Join(a.forget(now, true), a.forget(now, false)); err != nil {
			return err
		}
	}
	if reason == entra.SoftDeleted {
		return nil
	}
	return a.endLinks(now)
}
