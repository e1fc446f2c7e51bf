package audit

import (
	"context"
	"encoding/json"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/store/audits"
)

// Reader reads the log of one tenant, and matches it.
type Reader struct {
	Store    *store.Store
	Client   *graph.Client
	Tenant   int64
	ClassRun int64 // the history row that counts what is read
}

// again is how long after a time it is read once more what happened up to it: entries appear late, and nothing says
// when. Each goes back as far as it waits.
var again = [...]time.Duration{30 * time.Minute, 2 * time.Hour, 24 * time.Hour}

const (
	// mostPages bounds a read, which takes two seconds a page: it goes on with the next sync.
	mostPages = 100
	// rounded is how far Graph's clock may be before what an answer tells of it, which is whole seconds.
	rounded = 2 * time.Second
	// farthest is how far back Graph keeps its log, and shortest where the tenant has no premium licence. It refuses to be
	// asked for what was before.
	farthest = 30 * 24 * time.Hour
	shortest = 7 * 24 * time.Hour
)

// window is what is being read. All times are by Graph's clock.
type window struct {
	From time.Time             `json:"from"` // where it began
	At   time.Time             `json:"at"`   // all before it is stored
	To   time.Time             `json:"to"`   // where it ends; zero: none is being read
	Read [len(again)]time.Time `json:"read"` // what happened up to then was read so long after, see again
}

// begin makes the window that is due at a time: what is new, and what is to be read once more.
func (w *window) begin(now, since time.Time) {
	w.From, w.To = now, now.Add(rounded)
	for i, wait := range again {
		if w.Read[i].IsZero() {
			w.Read[i] = since.Add(wait)
		}
		if from := w.Read[i].Add(-wait); (i == 0 || !now.Before(w.Read[i].Add(wait))) && from.Before(w.From) {
			w.From = from
		}
	}
	w.At = w.From
}

// cut leaves out of a window what Graph no longer has.
func (w *window) cut(oldest time.Time) {
	for _, at := range []*time.Time{&w.From, &w.At, &w.To} {
		*at = later(*at, oldest)
	}
	for i, wait := range again {
		w.Read[i] = later(w.Read[i], oldest.Add(wait))
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// end notes that the window is read.
func (w *window) end() {
	for i, wait := range again {
		if !w.From.After(w.Read[i].Add(-wait)) || i == 0 {
			w.Read[i] = w.To.Add(-rounded)
		}
	}
	w.To = time.Time{}
}

// Outcome is what came of a read.
type Outcome struct {
	News int64 // entries that were not known
	More bool  // there are more than one run reads
}

// Read reads what is due. Each page is stored with how far that is: whoever stops it, a kill too, loses nothing.
func (r *Reader) Read(ctx context.Context) (out Outcome, err error) {
	log := r.Store.Audits(r.Tenant)
	w, err := r.stands(ctx, log)
	if err != nil {
		return out, err
	}
	for pages := 0; ; {
		last := w.To.IsZero()
		if last {
			since, err := log.Since(ctx)
			if err != nil {
				return out, err
			}
			now := r.Client.Clock()
			if since.IsZero() { // nothing is recorded yet that could be told of
				since = r.Store.Now()
			}
			w.begin(now, since.Add(r.ahead()))
		}
		if err := r.window(ctx, log, &w, &pages, &out); err != nil || out.More || last {
			return out, err
		}
	}
}

// window reads one from as far back as there is a log: only Graph's refusal tells how far that is.
func (r *Reader) window(ctx context.Context, log *audits.Log, w *window, pages *int, out *Outcome) error {
	w.cut(r.Client.Clock().Add(-farthest))
	err := r.follow(ctx, log, w, pages, out)
	if graph.BeginsLater(err) {
		w.cut(r.Client.Clock().Add(-shortest))
		err = r.follow(ctx, log, w, pages, out)
	}
	return err
}

// ahead is how far Graph's clock is before the one that changes are timed by. Less than an answer's way is nothing.
func (r *Reader) ahead() time.Duration {
	d := r.Client.Clock().Sub(r.Store.Now())
	if d.Abs() < unsteady {
		return 0
	}
	return d
}

// stands reads how far the log is read.
func (r *Reader) stands(ctx context.Context, log *audits.Log) (w window, err error) {
	text, err := log.Window(ctx)
	if err == nil && text != nil {
		_ = json.Unmarshal(text, &w) // of another version: it begins anew, and entries are known by their ids
	}
	return w, err
}

// follow reads the pages of a window.
func (r *Reader) follow(ctx context.Context, log *audits.Log, w *window, pages *int, out *Outcome) error {
	link, inOrder := r.Client.WindowURL(entra.Audits, w.At, w.To), true
	for link != "" {
		if *pages++; *pages > mostPages {
			out.More = true
			return nil
		}
		page, err := r.Client.Page(ctx, link, entra.Audits)
		if err != nil {
			return err
		}
		b := audits.Batch{Ahead: r.ahead(), ClassRun: r.ClassRun, Time: r.Store.Now()}
		at := w.At
		for _, o := range page.Objects {
			if e, tells := decode(o); tells {
				b.Entries = append(b.Entries, e)
				inOrder = inOrder && !e.Time.Before(at)
				at = e.Time
			}
		}
		link = page.NextLink
		switch {
		case link == "":
			w.end()
		case inOrder: // else only its end tells how far it is read
			w.At = at
		}
		if b.Window, err = json.Marshal(w); err != nil {
			return err
		}
		news, err := log.Put(ctx, b)
		page.Release()
		if err != nil {
			return err
		}
		out.News += news
	}
	return nil
}
