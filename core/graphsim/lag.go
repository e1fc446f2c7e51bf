package graphsim

// replica is the copy of a class that Graph answers from. It trails the truth by the tenant's lag: it knows the class's
// log up to a place, and the states in which objects stood there. What it does know of an object, it tells as it is now.
type replica struct {
	t     *Tenant
	class classID
	end   int           // the first log entry that it doesn't know
	older map[int]State // where objects stood at that place, if something moved them since
}

// replica is what Graph knows of a class at this moment; the caller holds the lock.
func (t *Tenant) replica(c classID) replica {
	log := t.log[c]
	r := replica{t: t, class: c, end: len(log)}
	for now := t.now(); r.end > t.settled[c] && now.Sub(log[r.end-1].at) < t.lag; {
		r.end--
	}
	for _, e := range log[r.end:] {
		if _, known := r.older[e.index]; known || !e.event.ofState() {
			continue
		}
		if r.older == nil {
			r.older = map[int]State{}
		}
		r.older[e.index] = e.was
	}
	return r
}

// state says where an object stands for those who ask Graph.
func (r replica) state(index int) State {
	if state, ok := r.older[index]; ok {
		return state
	}
	return r.t.state(r.class, index)
}

// ofState tells whether the event moves an object from one state to another.
func (e event) ofState() bool { return e == created || e == deleted || e == restored }

// Settle ends the lag of everything that has happened so far: Graph knows it from now on.
func (t *Tenant) Settle() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for c := range t.log {
		t.settled[c] = len(t.log[c])
	}
}
