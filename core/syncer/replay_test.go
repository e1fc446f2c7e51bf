package syncer

import (
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// recorded are the changes since they were last looked at, oldest first.
func (x *torturer) recorded() (list []entra.Change) {
	x.Helper()
	after := x.last
	for c, err := range x.store.Changes(x.ctx(), x.tenant.Key, store.ChangeQuery{}) {
		x.must(err)
		if c.Key <= after {
			continue
		}
		x.last = max(x.last, c.Key)
		if class, _ := entra.ClassNamed(c.Class); class.Delta == "" {
			continue // of a list nobody knows what it was meanwhile
		}
		list = append(list, c)
		if c.Time.Before(c.NotBefore) {
			x.Errorf("%s is of %v, and not before %v", changeText(c), c.Time, c.NotBefore)
		}
	}
	sortByKey(list)
	return list
}

func sortByKey(list []entra.Change) {
	for i := 1; i < len(list); i++ {
		for j := i; j > 0 && list[j].Key < list[j-1].Key; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

// replays checks that the changes lead from the first truth to the last, one after
// the other: what several rounds recorded adds up.
func (x *torturer) replays(truths []snapshot, changes []entra.Change) {
	x.Helper()
	first, last := truths[0], truths[len(truths)-1]
	objects := map[string]entra.Properties{} // live, by class and id
	for name, list := range first.live {
		class, _ := entra.ClassNamed(name)
		for id, p := range list {
			objects[name+" "+id] = p.Without(class.Volatile)
		}
	}
	restless, links := map[string]bool{}, map[string]int{}
	for _, c := range changes {
		key := c.Class + " " + c.ID
		held, alive := objects[key]
		switch c.Kind {
		case entra.Added, entra.Restored:
			if alive {
				x.Errorf("recorded of an object that is there: %s", changeText(c))
			}
			objects[key], restless[c.ID] = x.parsed(c.After), true
		case entra.ChangeDeleted:
			if !alive {
				x.Errorf("recorded of an object that is not there: %s", changeText(c))
			}
			delete(objects, key)
			restless[c.ID] = true
		case entra.Updated:
			if before, _ := among(held, x.parsed(c.Before)).Diff(x.parsed(c.Before).WithoutNulls()); !alive || len(before) > 0 {
				x.Errorf("recorded, but it was not so before: %s: %s", changeText(c), before.JSON())
			}
			objects[key] = held.Merge(x.parsed(c.After))
		default:
			links[linkText(c)] += map[bool]int{false: 1, true: -1}[c.Lost()]
		}
	}
	x.leadsTo(last, objects, restless)
	x.linksAddUp(truths, links)
}

func linkText(c entra.Change) string { return c.ID + " " + c.Relation + " " + c.Target.ID }

func (l linkKey) ends() string { return l.source + " " + l.relation + " " + l.target }

func (x *torturer) parsed(raw []byte) entra.Properties {
	if len(raw) == 0 {
		return nil
	}
	p, err := entra.ParseProperties(raw)
	x.must(err)
	return p
}

// among are those of p that other names.
func among(p, other entra.Properties) (out entra.Properties) {
	for _, q := range p {
		for _, o := range other {
			if o.Name == q.Name {
				out = append(out, q)
			}
		}
	}
	return out
}

// leadsTo compares what the changes make of the objects with the truth. Of an object
// that came, its record need not say all.
func (x *torturer) leadsTo(last snapshot, objects map[string]entra.Properties, restless map[string]bool) {
	x.Helper()
	n := 0
	for name, list := range last.live {
		class, _ := entra.ClassNamed(name)
		for id, truth := range list {
			n++
			held, alive := objects[name+" "+id]
			before, after := held.Diff(truth.Without(class.Volatile))
			switch {
			case !alive:
				x.Errorf("no change says that there is %s %s", name, id)
			case len(before) > 0 && !restless[id]:
				x.Errorf("the changes of %s %s lead to %s, true is %s", name, id, before.JSON(), after.JSON())
			}
		}
	}
	if n != len(objects) {
		x.Errorf("the changes lead to %d objects, true are %d", len(objects), n)
	}
}

// linksAddUp compares what the changes make of the links with the truth. A link whose
// ends come and go comes and goes with them, of which nothing is recorded.
func (x *torturer) linksAddUp(truths []snapshot, recorded map[string]int) {
	x.Helper()
	first, last := truths[0], truths[len(truths)-1]
	want := map[string]int{}
	for l := range last.links {
		want[l.ends()]++
	}
	for l := range first.links {
		want[l.ends()]--
	}
	everywhere := func(id string) bool { // in every truth, or never: of a class that is not synced
		seen := 0
		for _, s := range truths {
			for _, list := range s.live {
				if _, ok := list[id]; ok {
					seen++
				}
			}
		}
		return seen == len(truths)
	}
	steady := func(link string) bool {
		ends := strings.Fields(link)
		return everywhere(ends[0]) && everywhere(ends[2])
	}
	for link, n := range want {
		if n != recorded[link] && steady(link) {
			x.Errorf("link %s: %+d is true, %+d recorded", link, n, recorded[link])
		}
	}
	for link, n := range recorded {
		if n != want[link] && steady(link) {
			x.Errorf("link %s: %+d is recorded, %+d true", link, n, want[link])
		}
	}
}

// explained checks that each change is a difference of two of the truths that the
// tenant had.
func (x *torturer) explained(truths []snapshot, changes []entra.Change) {
	x.Helper()
	possible := map[string]bool{}
	for i, before := range truths {
		for _, after := range truths[i+1:] {
			for text := range net(before, after) {
				possible[text] = true
			}
			before.soft = nil // it may have been deleted before the copy met it
			for text := range net(before, after) {
				possible[text] = true
			}
		}
	}
	for _, c := range changes {
		if text := changeText(c); !possible[text] {
			x.Errorf("recorded, and never true: %s", text)
		}
	}
}
