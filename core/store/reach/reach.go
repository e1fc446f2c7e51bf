// Package reach follows links further than one step: who is in a group through others,
// which groups are in themselves, who can come to a role and how. It reads in one
// transaction of the store, whose room it is, a level of links at a time.
package reach

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/rows"
)

// Reader follows the links of one tenant as they are now, or were at a moment.
type Reader struct {
	ctx    context.Context
	tx     *sql.Tx
	tenant int64
	past   *Past // nil: now
}

// New is a reader in a transaction.
func New(ctx context.Context, tx *sql.Tx, tenant int64) *Reader {
	return &Reader{ctx: ctx, tx: tx, tenant: tenant}
}

// Past tells how objects were at a moment; the store knows that.
type Past struct {
	At      int64 // ms
	End     func(key int64) (End, error)
	Objects func(class, id string, yield func(entra.StoredObject) bool) error // those that were live; id "": all of the class
}

// End is an object at one end of a link.
type End struct {
	entra.LinkEnd
	Live bool // its own links were in sight
	Gone bool // links to it were not
}

// AsOf makes the reader tell of a moment in the past.
func (r *Reader) AsOf(p *Past) *Reader {
	r.past = p
	return r
}

// then takes an object back to the moment, of whose links one leads from source to
// target; false where that was not in sight. Now it is, as SQL has told.
func (r *Reader) then(o *object, source, target int64) (bool, error) {
	if r.past == nil {
		return true, nil
	}
	from, err := r.past.End(source)
	if err != nil || !from.Live {
		return false, err
	}
	to, err := r.past.End(target)
	if err != nil || to.Gone {
		return false, err
	}
	if o.LinkEnd = to.LinkEnd; o.key == source {
		o.LinkEnd = from.LinkEnd
	}
	return true, nil
}

// object is an object on the way.
type object struct {
	key int64
	entra.LinkEnd
	from int64 // the object on the way to it; 0: it is where it began
}

// objectColumns are what is told of an object (t) of a class (tc).
const objectColumns = "t.object, tc.name, t.id, coalesce(t.properties ->> '$[0]', ''), " + account

// account is the userPrincipalName of an object (t), where it has one.
const account = "coalesce(t.properties ->> ('$[' || (SELECT position FROM properties WHERE class = t.class AND name = 'userPrincipalName') || ']'), '')"

// one finds an object of the directory by its id.
func (r *Reader) one(id string) (object, bool, error) {
	found, err := rows.All(r.ctx, r.tx, scanObject, rows.Ask("following the links failed", "SELECT 0, "+objectColumns+
		" FROM objects t JOIN classes tc USING (class) WHERE t.tenant = ? AND t.id = ? ORDER BY t.space LIMIT 1", r.tenant, entra.CanonicalID(id)))
	if err != nil || len(found) == 0 {
		return object{}, false, err
	}
	return found[0], true, nil
}

func scanObject(row rows.Scanner) (o object, err error) {
	return o, row.Scan(&o.from, &o.key, &o.Class, &o.ID, &o.Name, &o.Account)
}

// pastDown and pastUp are down and up without what SQL knows of now.
const (
	pastDown = "SELECT l.source, " + objectColumns + ` FROM links l JOIN objects t ON t.object = l.target JOIN classes tc ON tc.class = t.class
		WHERE l.source IN (SELECT value FROM json_each(?1)) AND l.relation = (SELECT relation FROM relations WHERE name = 'members') AND l.since <= ?2 AND (l.until IS NULL OR l.until > ?2)`
	pastUp = "SELECT l.target, " + objectColumns + ` FROM links l JOIN objects t ON t.object = l.source JOIN classes tc ON tc.class = t.class
		WHERE l.target IN (SELECT value FROM json_each(?1)) AND l.relation = (SELECT relation FROM relations WHERE name = 'members') AND l.since <= ?2 AND (l.until IS NULL OR l.until > ?2)`
)

const (
	down = "SELECT l.source, " + objectColumns + ` FROM links l JOIN objects s ON s.object = l.source JOIN objects t ON t.object = l.target JOIN classes tc ON tc.class = t.class
		WHERE l.source IN (SELECT value FROM json_each(?)) AND l.relation = (SELECT relation FROM relations WHERE name = 'members') AND l.until IS NULL
		AND s.state = 1 AND t.state IN (0, 1, 3)`
	up = "SELECT l.target, " + objectColumns + ` FROM links l JOIN objects s ON s.object = l.target JOIN objects t ON t.object = l.source JOIN classes tc ON tc.class = t.class
		WHERE l.target IN (SELECT value FROM json_each(?)) AND l.relation = (SELECT relation FROM relations WHERE name = 'members') AND l.until IS NULL
		AND s.state IN (0, 1, 3) AND t.state = 1`
)

// Members gives who is in a group, directly or through others, nearest first, each once
// by a shortest path. A group that is in itself comes as a circle.
func (r *Reader) Members(id string, yield func(entra.Reached) bool) error {
	if r.past != nil {
		return r.walk(id, pastDown, yield)
	}
	return r.walk(id, down, yield)
}

// MemberOf gives what an object is a member of, directly or through groups.
func (r *Reader) MemberOf(id string, yield func(entra.Reached) bool) error {
	if r.past != nil {
		return r.walk(id, pastUp, yield)
	}
	return r.walk(id, up, yield)
}

func (r *Reader) walk(id, text string, yield func(entra.Reached) bool) error {
	first, found, err := r.one(id)
	if err != nil || !found {
		return err
	}
	known := map[int64]object{first.key: first}
	circle := false
	for level := []int64{first.key}; len(level) > 0; {
		var next []int64
		for part := range slices.Chunk(level, mostAsked) {
			for o, err := range rows.Stream(r.ctx, r.tx, scanObject, rows.Ask("following the links failed", text, r.asked(part)...)) {
				if err != nil {
					return err
				}
				source, target := o.from, o.key
				if text == pastUp {
					source, target = target, source
				}
				if in, err := r.then(&o, source, target); err != nil {
					return err
				} else if !in {
					continue
				}
				if _, is := known[o.key]; is && (o.key != first.key || circle) {
					continue
				}
				if o.key == first.key {
					circle = true
				} else {
					known[o.key] = o
				}
				if !yield(entra.Reached{LinkEnd: o.LinkEnd, Path: pathTo(o, first.key, known), Circle: o.key == first.key}) {
					return nil
				}
				if o.Class == "groups" && o.key != first.key {
					next = append(next, o.key)
				}
			}
		}
		level = next
	}
	return nil
}

// asked are the arguments of a question for the links of objects.
func (r *Reader) asked(keys []int64) []any {
	args := []any{keyList(keys)}
	if r.past != nil {
		args = append(args, r.past.At)
	}
	return args
}

// mostAsked bounds how many objects' links are asked for together, so that the first
// rows of a large level come before its last are known.
const mostAsked = 500

// pathTo are the objects between the first one and another.
func pathTo(o object, first int64, known map[int64]object) (path []entra.LinkEnd) {
	for o.from != first && o.from != 0 {
		o = known[o.from]
		path = append(path, o.LinkEnd)
	}
	slices.Reverse(path)
	return path
}

func keyList(keys []int64) string {
	text, _ := json.Marshal(keys)
	return string(text)
}

// Circles gives the groups that are members of themselves through others, circle by
// circle: each with the groups through which it comes back to itself.
func (r *Reader) Circles(yield func(entra.Reached) bool) error {
	members, err := r.nesting()
	if err != nil {
		return err
	}
	for _, key := range inCircles(members) {
		o, err := r.byKey(key)
		if err != nil {
			return err
		}
		found, err := r.back(o, members)
		if err != nil {
			return err
		}
		if !yield(found) {
			return nil
		}
	}
	return nil
}

// nesting are the groups in each group.
func (r *Reader) nesting() (map[int64][]int64, error) {
	const groups = `SELECT l.source, l.target FROM objects t CROSS JOIN links l ON l.target = t.object JOIN objects s ON s.object = l.source
		WHERE t.tenant = ?1 AND t.class = (SELECT class FROM classes WHERE name = 'groups') AND s.class = t.class
		AND l.relation = (SELECT relation FROM relations WHERE name = 'members') `
	text, args := groups+"AND t.state = 1 AND s.state = 1 AND l.until IS NULL ORDER BY l.source, l.target", []any{r.tenant}
	if r.past != nil {
		text, args = groups+"AND l.since <= ?2 AND (l.until IS NULL OR l.until > ?2) ORDER BY l.source, l.target", append(args, r.past.At)
	}
	type edge struct{ from, to int64 }
	scan := func(row rows.Scanner) (e edge, err error) { return e, row.Scan(&e.from, &e.to) }
	members := map[int64][]int64{}
	for e, err := range rows.Stream(r.ctx, r.tx, scan, rows.Ask("following the links failed", text, args...)) {
		if err != nil {
			return nil, err
		}
		in, err := r.then(&object{key: e.to}, e.from, e.to)
		if err != nil {
			return nil, err
		}
		if in {
			members[e.from] = append(members[e.from], e.to)
		}
	}
	return members, nil
}

func (r *Reader) byKey(key int64) (object, error) {
	if r.past != nil {
		e, err := r.past.End(key)
		return object{key: key, LinkEnd: e.LinkEnd}, err
	}
	found, err := rows.All(r.ctx, r.tx, scanObject, rows.Ask("following the links failed", "SELECT 0, "+objectColumns+
		" FROM objects t JOIN classes tc USING (class) WHERE t.object = ?", key))
	if err != nil || len(found) == 0 {
		return object{key: key}, err
	}
	return found[0], nil
}

// back is the shortest way from a group to itself.
func (r *Reader) back(o object, members map[int64][]int64) (entra.Reached, error) {
	out := entra.Reached{LinkEnd: o.LinkEnd, Circle: true}
	from := map[int64]int64{}
	for level := []int64{o.key}; len(level) > 0; {
		var next []int64
		for _, group := range level {
			for _, member := range members[group] {
				if _, seen := from[member]; seen {
					continue
				}
				from[member] = group
				next = append(next, member)
			}
		}
		if _, home := from[o.key]; home {
			break
		}
		level = next
	}
	for key := from[o.key]; key != o.key && key != 0; key = from[key] {
		between, err := r.byKey(key)
		if err != nil {
			return out, err
		}
		out.Path = append(out.Path, between.LinkEnd)
	}
	slices.Reverse(out.Path)
	return out, nil
}

// inCircles are the objects that lead back to themselves: those of the strongly
// connected parts of more than one (Tarjan), and who is in itself.
func inCircles(edges map[int64][]int64) []int64 {
	t := tarjan{edges: edges, index: map[int64]int{}, low: map[int64]int{}, on: map[int64]bool{}}
	starts := make([]int64, 0, len(edges))
	for key := range edges {
		starts = append(starts, key)
	}
	slices.Sort(starts)
	for _, key := range starts {
		if t.index[key] == 0 {
			t.visit(key)
		}
	}
	return t.circles
}

// tarjan finds strongly connected parts without recursion, as nesting may be deep.
type tarjan struct {
	edges      map[int64][]int64
	index, low map[int64]int // index counts from 1
	on         map[int64]bool
	stack      []int64
	circles    []int64
}

// frame is an object whose edges are being looked at.
type frame struct {
	key  int64
	next int
}

func (t *tarjan) enter(key int64) frame {
	t.index[key] = len(t.index) + 1
	t.low[key] = t.index[key]
	t.stack, t.on[key] = append(t.stack, key), true
	return frame{key: key}
}

func (t *tarjan) visit(start int64) {
	work := []frame{t.enter(start)}
	for len(work) > 0 {
		f := &work[len(work)-1]
		if f.next < len(t.edges[f.key]) {
			to := t.edges[f.key][f.next]
			f.next++
			switch {
			case t.index[to] == 0:
				work = append(work, t.enter(to))
			case t.on[to]:
				t.low[f.key] = min(t.low[f.key], t.index[to])
			}
			continue
		}
		key := f.key
		work = work[:len(work)-1]
		if len(work) > 0 {
			parent := work[len(work)-1].key
			t.low[parent] = min(t.low[parent], t.low[key])
		}
		if t.low[key] == t.index[key] {
			t.leave(key)
		}
	}
}

// leave takes a strongly connected part off the stack.
func (t *tarjan) leave(root int64) {
	from := slices.Index(t.stack, root)
	part := slices.Clone(t.stack[from:])
	t.stack = t.stack[:from]
	for _, key := range part {
		t.on[key] = false
	}
	if len(part) > 1 || slices.Contains(t.edges[root], root) {
		slices.Sort(part)
		t.circles = append(t.circles, part...)
	}
}
