package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// RoundKind says how a round goes over its class.
type RoundKind string

// The kinds of rounds.
const (
	// Fast is a class's first scan by list: the delta link of "now" first, then
	// the list, then what changed since. It sweeps nothing: lists may lag.
	Fast RoundKind = "fast"
	// Scan is the delta enumeration from its start; only it may sweep.
	Scan RoundKind = "scan"
	// Poll reads a class that has no delta query, and sweeps.
	Poll RoundKind = "poll"
	// Delta reads what changed since the saved delta link.
	Delta RoundKind = "delta"
)

// Full tells whether the kind reads the whole class.
func (k RoundKind) Full() bool { return k != Delta }

// sweeps tells whether what the round did not see is gone. A fresh one has
// nothing to compare with.
func (r *Round) sweeps() bool { return (r.Kind == Scan || r.Kind == Poll) && !r.fresh }

// Round is one way through one class of a tenant, from its first page to its
// delta link. It has an id of its own that survives crashes, and is read only.
type Round struct {
	Key      int64
	Tenant   int64
	Class    entra.Class
	Kind     RoundKind
	Baseline bool // no change records until its end
	BaseLink string
	Started  time.Time
	Note     say.Sentence // why it became necessary, for the history row
	Unasked  []string     // properties that Graph refused when it began: what is held of them stays
	Cursors  []Cursor     // where each part went on when it was read

	class     int64
	relation  int64 // of a stream that reads one on its own; 0: the class's objects
	space     int64 // of its objects' ids: the directory's, or the class's own
	fresh     bool  // the class, or its relation, held nothing when it began
	notBefore sql.NullInt64
}

// Pass is what one run adds to a round: the round itself is read only once made.
type Pass struct {
	*Round
	Cursors  []Cursor // where each part goes on now
	Filter   *entra.Filter
	ClassRun int64    // the history row that counts
	Hidden   []string // properties that Graph shows nobody's value of in this run: what is held of them stays
	Told     bool     // whether the run's other classes have told their objects, so that targets of links are known by now

	runStart int64 // ms; when the run began
	lookedUp int64 // the last pending link that was looked up
}

// NewPass goes on with a round in the run of a history row.
func NewPass(r *Round, classRun int64, filter *entra.Filter) *Pass {
	return &Pass{Round: r, Cursors: slices.Clone(r.Cursors), ClassRun: classRun, Filter: filter}
}

// Cursor is where one part of a round goes on.
type Cursor struct {
	Part int
	Link string // the next page; once done the delta link ("" for a list)
	Done bool
}

// ErrRoundOver says that a round was ended from outside, because the policy of
// its class changed. What it stored stays; a new round must begin.
var ErrRoundOver = say.Errorf("the round is over: the class's settings changed")

// ClassState is how one class of a tenant stands.
type ClassState struct {
	DeltaLink string
	FullScan  bool
	Baseline  bool
	Blocked   entra.Code // why it could not run: permission, licence; "" it can
	AskAgain  time.Time  // not to be asked before
	Completed time.Time  // start of its last completed sync
	Rescan    time.Time  // from then on a full scan asks for what was lost; zero: nothing was
	Unasked   []string   // what Graph refused to tell in its last full read
	Total     int64
	Filtered  int64
}

// streamRelation is the relation (?) that a stream reads on its own, as its key.
const streamRelation = "(SELECT CASE ? WHEN '' THEN 0 ELSE coalesce((SELECT relation FROM relations WHERE name = ?), -1) END)"

// ClassState reads how one class of a tenant stands.
func (s *Store) ClassState(ctx context.Context, tenant int64, class string) (ClassState, error) {
	return s.StreamState(ctx, tenant, entra.Class{Name: class})
}

// StreamState reads how a class stands, or one relation of it that is read on its own.
func (s *Store) StreamState(ctx context.Context, tenant int64, stream entra.Class) (ClassState, error) {
	var c ClassState
	var ask, completed, rescan sql.NullInt64
	unasked := []byte("[]")
	err := s.read.QueryRowContext(ctx, `SELECT delta_link, full_scan > 0, baseline, blocked, ask_again, completed, nullif(rescan, 0), unasked, total, filtered
		FROM tenant_classes JOIN streams USING (tenant, class) JOIN classes c USING (class) WHERE tenant = ? AND c.name = ? AND relation = `+streamRelation, tenant, stream.Name, stream.Alone, stream.Alone).
		Scan(&c.DeltaLink, &c.FullScan, &c.Baseline, &c.Blocked, &ask, &completed, &rescan, &unasked, &c.Total, &c.Filtered)
	if errors.Is(err, sql.ErrNoRows) {
		return ClassState{FullScan: true, Baseline: true}, nil
	}
	if err == nil {
		err = json.Unmarshal(unasked, &c.Unasked)
	}
	c.AskAgain, c.Completed, c.Rescan = fromMillis(ask), fromMillis(completed), fromMillis(rescan)
	return c, trouble("reading the class failed", err)
}

// Block keeps why a class can't run and when to ask again; code "" frees it.
func (s *Store) Block(ctx context.Context, tenant int64, class string, code entra.Code, ask time.Time) error {
	return s.BlockStream(ctx, tenant, entra.Class{Name: class}, code, ask)
}

// BlockStream is Block for a class, or for a relation of it that is read on its own.
func (s *Store) BlockStream(ctx context.Context, tenant int64, stream entra.Class, code entra.Code, ask time.Time) error {
	return s.tx(ctx, "marking the class failed", func(t *tx) error {
		key, err := t.classKey(stream.Name)
		if err != nil {
			return err
		}
		var at int64
		if !ask.IsZero() {
			at = ask.UnixMilli()
		}
		_, err = t.exec("UPDATE streams SET blocked = ?, ask_again = ? WHERE tenant = ? AND class = ? AND relation = "+streamRelation, string(code), at, tenant, key, stream.Alone, stream.Alone)
		return err
	})
}

// Round finds the round that a class is in; nil where the last one is over.
func (s *Store) Round(ctx context.Context, tenant int64, class entra.Class) (*Round, error) {
	var r *Round
	err := s.tx(ctx, "reading the round failed", func(t *tx) (err error) {
		r, err = t.round(tenant, class)
		return err
	})
	return r, err
}

// classRound is a round that has not begun.
func (t *tx) classRound(tenant int64, class entra.Class) (*Round, error) {
	key, err := t.classKey(class.Name)
	if err != nil {
		return nil, err
	}
	r := &Round{Tenant: tenant, Class: class, class: key}
	if class.OwnIDs {
		r.space = key
	}
	if class.Alone != "" {
		if r.relation, err = t.relationKey(class.Alone); err != nil {
			return nil, err
		}
	}
	_, err = t.row("SELECT nullif(completed, 0) FROM streams WHERE tenant = ? AND class = ? AND relation = ?", []any{tenant, key, r.relation}, &r.notBefore)
	return r, err
}

func (t *tx) round(tenant int64, class entra.Class) (*Round, error) {
	r, err := t.classRound(tenant, class)
	if err != nil {
		return nil, err
	}
	var started int64
	var unasked []byte
	ok, err := t.row("SELECT round, kind, baseline, fresh, base_link, started, note, unasked FROM rounds WHERE tenant = ? AND class = ? AND relation = ? AND over = 0",
		[]any{tenant, r.class, r.relation}, &r.Key, &r.Kind, &r.Baseline, &r.fresh, &r.BaseLink, &started, &r.Note, &unasked)
	if err != nil || !ok {
		return nil, err
	}
	if err := json.Unmarshal(unasked, &r.Unasked); err != nil {
		return nil, err
	}
	r.Started = time.UnixMilli(started)
	rows, err := t.QueryContext(t.ctx, "SELECT part, link, done FROM cursors WHERE round = ? ORDER BY part", r.Key)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c Cursor
		if err := rows.Scan(&c.Part, &c.Link, &c.Done); err != nil {
			return nil, err
		}
		r.Cursors = append(r.Cursors, c)
	}
	return r, rows.Err()
}

// NewRound says how a round begins.
type NewRound struct {
	Kind     RoundKind
	BaseLink string   // of the fast first scan: the delta link taken before the list
	Links    []string // the first page of each part
	Note     say.Sentence
	Unasked  []string
}

// BeginRound begins a round of a class, ending the one it was in.
func (s *Store) BeginRound(ctx context.Context, tenant int64, class entra.Class, n NewRound) (*Round, error) {
	var r *Round
	unasked, err := json.Marshal(append([]string{}, n.Unasked...))
	if err != nil {
		return nil, err
	}
	err = s.tenantTx(ctx, "beginning the round failed", tenant, func(t *tx) error {
		of, err := t.classRound(tenant, class)
		if err = errors.Join(err, t.here(tenant)); err != nil {
			return err
		}
		if _, err := t.exec("UPDATE rounds SET over = 1 WHERE tenant = ? AND class = ? AND relation = ? AND over = 0", tenant, of.class, of.relation); err != nil {
			return err
		}
		if n.Kind.Full() { // it is the one that was asked for
			if _, err := t.exec("UPDATE streams SET full_scan = min(full_scan, 1) WHERE tenant = ? AND class = ? AND relation = ?", tenant, of.class, of.relation); err != nil {
				return err
			}
		}
		round, err := t.insert(`INSERT INTO rounds (tenant, class, relation, kind, baseline, fresh, base_link, started, note, unasked)
			SELECT ?1, ?2, ?7, ?3, s.baseline, CASE WHEN ?7 = 0 THEN NOT EXISTS (SELECT 1 FROM objects WHERE tenant = ?1 AND class = ?2 AND state IN (1, 2, 3, 4))
				ELSE s.baseline AND NOT EXISTS (SELECT 1 FROM objects o CROSS JOIN links l ON l.source = o.object AND l.relation = ?7 WHERE o.tenant = ?1 AND o.class = ?2) END, ?4, ?5, ?6, ?8
			FROM (SELECT coalesce((SELECT baseline FROM streams WHERE tenant = ?1 AND class = ?2 AND relation = ?7), 1) AS baseline) s`,
			tenant, of.class, string(n.Kind), n.BaseLink, t.now, string(n.Note), of.relation, string(unasked))
		if err != nil {
			return err
		}
		for part, link := range n.Links {
			if err := t.addPart(round, part, link); err != nil {
				return err
			}
		}
		r, err = t.round(tenant, class)
		return err
	})
	return r, err
}

// RequestFullScan sets the full-scan flag of a tenant's classes that are
// switched on; nil means all of them.
func (s *Store) RequestFullScan(ctx context.Context, tenant int64, classes []string) error {
	return s.tx(ctx, "asking for a full scan failed", func(t *tx) error {
		if classes == nil {
			return t.all(tenant, "UPDATE streams SET full_scan = 1 WHERE tenant = ?1 AND "+switchedOn)
		}
		for _, name := range classes {
			if err := t.all(tenant, "UPDATE streams SET full_scan = 1 WHERE tenant = ?1 AND "+switchedOn+" AND class = (SELECT class FROM classes WHERE name = ?2)", name); err != nil {
				return err
			}
		}
		return nil
	})
}

// ScanAgain asks for the full scan of a class that a sync of it needs. Where a full read
// goes on, that one is too late for it, and another follows.
func (s *Store) ScanAgain(ctx context.Context, tenant int64, class string) error {
	return s.tenantTx(ctx, "asking for a full scan failed", tenant, func(t *tx) error {
		_, err := t.exec(`UPDATE streams SET full_scan = CASE WHEN EXISTS (SELECT 1 FROM rounds r WHERE r.tenant = ?1 AND r.class = streams.class AND r.relation = 0 AND r.over = 0 AND r.kind <> ?3) THEN 2 ELSE 1 END
			WHERE tenant = ?1 AND class = (SELECT class FROM classes WHERE name = ?2) AND relation = 0`, tenant, class, string(Delta))
		return err
	})
}

// CatchUp is the part of a fast first scan that follows the delta link of its
// beginning. Part 0 is the whole list; from 2 on come those that it was divided
// into, the remainder last, or those that tell the links of its objects.
const CatchUp = 1

// lists tells whether the objects of a part come whole, from a list.
func (r *Round) lists(part int) bool {
	return r.Kind == Poll || (r.Kind == Fast && part != CatchUp && !r.tellsLinks(part))
}

// LinksApart tells whether the round reads the links of its objects by themselves.
func (r *Round) LinksApart() bool { return r.Kind == Fast && r.Class.Unlisted() }

// tellsLinks tells whether a part tells the links of objects that the list told.
func (r *Round) tellsLinks(part int) bool { return r.LinksApart() && part > CatchUp }

func (t *tx) addPart(round int64, part int, first string) error {
	_, err := t.exec("INSERT INTO cursors (round, part, first, link) VALUES (?1, ?2, ?3, ?3)", round, part, first)
	return err
}

// RestartPart sets one part of a round back to its first page.
func (s *Store) RestartPart(ctx context.Context, r *Pass, part int) error {
	return s.tx(ctx, "restarting the part failed", func(t *tx) error {
		n, err := t.exec("UPDATE cursors SET link = first, done = 0 WHERE round = ? AND part = ? AND EXISTS (SELECT 1 FROM rounds WHERE round = ? AND over = 0)",
			r.Key, part, r.Key)
		if err == nil && n == 0 {
			return ErrRoundOver
		}
		return err
	})
}

// Undivide takes a list's parts back: it is read as one from its first page.
// What the parts brought stays, and is read again.
func (s *Store) Undivide(ctx context.Context, r *Pass) error {
	return s.tx(ctx, "reading the list as one failed", func(t *tx) error {
		n, err := t.exec("UPDATE cursors SET link = first, done = 0 WHERE round = ? AND part = 0 AND EXISTS (SELECT 1 FROM rounds WHERE round = ? AND over = 0)", r.Key, r.Key)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrRoundOver
		}
		if _, err := t.exec("DELETE FROM cursors WHERE round = ? AND part > ?", r.Key, CatchUp); err != nil {
			return err
		}
		now, err := t.round(r.Tenant, r.Class)
		if err == nil {
			r.Cursors = now.Cursors
		}
		return err
	})
}

// Divide puts several lists in the place of a fast first scan's one list, which
// need not come to its end. links are their first pages, the remainder's last.
func (s *Store) Divide(ctx context.Context, r *Pass, links []string) error {
	return s.tx(ctx, "dividing the list failed", func(t *tx) error {
		n, err := t.exec("UPDATE cursors SET link = '', done = 1 WHERE round = ? AND part = 0 AND EXISTS (SELECT 1 FROM rounds WHERE round = ? AND over = 0)", r.Key, r.Key)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrRoundOver
		}
		for i, link := range links {
			if err := t.addPart(r.Key, CatchUp+1+i, link); err != nil {
				return err
			}
		}
		now, err := t.round(r.Tenant, r.Class)
		if err == nil {
			r.Cursors = now.Cursors
		}
		return err
	})
}

// Standing is how far a round that reads a whole class has come.
type Standing struct {
	First    bool  // the class held nothing when it began
	Told     int64 // objects that it has told so far, each once
	Filtered int64 // of them those that the filter leaves out, of a first scan
	Held     int64 // objects of the class that it looks for again; 0 of a first scan
	Apart    bool  // it reads the links of its objects by themselves
	Linked   int64 // objects whose links it has read so
}

// Standing tells how far a round has come, in this run or one before; the zero value of
// one that does not read all. A relation that is read on its own looks for the objects that
// its class holds.
func (s *Store) Standing(ctx context.Context, r *Round) (at Standing, err error) {
	if !r.Kind.Full() {
		return at, nil
	}
	at.First, at.Apart = r.fresh && r.Class.Alone == "", r.LinksApart()
	var total int64
	err = s.read.QueryRowContext(ctx, `SELECT total, filtered, (SELECT count(*) FROM seen WHERE round = ?3)
		FROM tenant_classes WHERE tenant = ?1 AND class = ?2`, r.Tenant, r.class, r.Key).Scan(&total, &at.Filtered, &at.Told)
	if isNoRows(err) {
		return at, nil
	}
	if at.Apart {
		at.Linked = at.Told
	}
	if at.First {
		at.Told = total + at.Filtered
	} else {
		at.Held, at.Filtered = total+at.Filtered, 0
	}
	return at, trouble("reading the round failed", err)
}
