package status

import (
	"context"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
)

// Tenant is how the sync of a tenant stands.
type Tenant struct {
	entra.Tenant
	Good    time.Time // when its last sync began that succeeded, or warned; zero: none did
	Classes []Class
}

// Class is how a class of a tenant stands, or one relation of it that is read on its own.
type Class struct {
	Tenant    string
	Stream    string // the class, or CLASS/RELATION
	Status    entra.Status
	Code      entra.Code // of its last error; "": there is none
	Error     string     // in one line
	Started   time.Time  // its last sync
	Completed time.Time  // the start of its last completed one
	Objects   int64      // live ones that are held
	Filtered  int64
	Held      int64 // deletions that the loss guard holds
	Failures  int64 // of its syncs within a day
	Lag       time.Duration
}

// Lagging tells whether it is known how far the copy of the class is behind.
func (c Class) Lagging() bool { return !c.Completed.IsZero() }

// Relation tells whether it is a relation of a class: that has links, and no objects to count.
func (c Class) Relation() bool { return strings.Contains(c.Stream, "/") }

// count is a number of objects; absent where there are none to count.
func (c Class) count(n int64) any {
	if c.Relation() {
		return nil
	}
	return n
}

// within is how long failures are counted.
const within = 24 * time.Hour

// mostRows bounds how much of the history is looked at for a tenant.
const mostRows = 20_000

// Of reads how some tenants stand.
func Of(ctx context.Context, st *store.Store, tenants []entra.Tenant) ([]Tenant, error) {
	out := make([]Tenant, len(tenants))
	for i, t := range tenants {
		out[i].Tenant = t
		if err := out[i].read(ctx, st); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t *Tenant) read(ctx context.Context, st *store.Store) (err error) {
	if t.Good, err = st.LastGood(ctx, t.Key); err != nil {
		return err
	}
	held, err := st.HeldCounts(ctx, t.Key)
	if err != nil {
		return err
	}
	at := map[string]int{}
	for _, name := range t.Tenant.Classes {
		class, _ := entra.ClassNamed(name)
		for _, stream := range class.Streams() {
			state, err := st.StreamState(ctx, t.Key, stream)
			if err != nil {
				return err
			}
			c := Class{Tenant: t.Name, Stream: entra.ClassRun{Class: name, Relation: stream.Alone}.Stream(), Completed: state.Completed, Lag: max(st.Now().Sub(state.Completed), 0)}
			if stream.Alone == "" {
				c.Objects, c.Filtered, c.Held = state.Total, state.Filtered, held[name]
			}
			at[c.Stream] = len(t.Classes)
			t.Classes = append(t.Classes, c)
		}
	}
	return t.history(ctx, st, at)
}

// history reads the last run of each stream, and counts failures.
func (t *Tenant) history(ctx context.Context, st *store.Store, at map[string]int) error {
	missing, since := len(at), st.Now().Add(-within)
	for r, err := range st.History(ctx, t.Key, store.HistoryQuery{Range: store.Range{Limit: mostRows}}) {
		if err != nil {
			return err
		}
		if missing == 0 && r.Start.Before(since) {
			break
		}
		i, known := at[r.Stream()]
		if !known {
			continue
		}
		c := &t.Classes[i]
		if c.Started.IsZero() {
			missing--
			c.Started, c.Status, c.Code = r.Start, r.Status, r.Code
			c.Error = r.ErrorLine()
		}
		if r.Status == entra.Failed && !r.Start.Before(since) {
			c.Failures += max(r.Tries, 1)
		}
	}
	return nil
}

// Columns are the columns of a list of classes.
func Columns() []export.Column[Class] {
	return []export.Column[Class]{
		{Key: "tenant", Value: func(c Class) any { return c.Tenant }},
		{Key: "type", Value: func(c Class) any { return c.Stream }},
		{Key: "status", Value: func(c Class) any { return export.Text(string(c.Status)) }},
		{Key: "last_sync_start", Value: func(c Class) any { return c.Started }},
		{Key: "completed", Value: func(c Class) any { return c.Completed }},
		{Key: "lag_seconds", Value: func(c Class) any {
			if !c.Lagging() {
				return nil
			}
			return int64(c.Lag.Seconds())
		}},
		{Key: "objects", Value: func(c Class) any { return c.count(c.Objects) }},
		{Key: "filtered", Value: func(c Class) any { return c.count(c.Filtered) }},
		{Key: "held", Value: func(c Class) any { return c.count(c.Held) }},
		{Key: "failures", Value: func(c Class) any { return c.Failures }},
		{Key: "code", Value: func(c Class) any { return export.Text(string(c.Code)) }},
		{Key: "error", Value: func(c Class) any { return export.Text(c.Error) }},
	}
}
