package directory

// Replica is the copy of a class that Graph answers from. It trails the truth by the tenant's lag: it knows the class's
// log up to a place, and the states in which objects stood there. What it does know of an object, it tells as it is now.
type Replica struct {
	t     *Tenant
	class ClassID
	End   int           // the first log entry that it doesn't know
	older map[int]State // where objects stood at that place, if something moved them since
}

// Replica is what Graph knows of a class at this moment; the caller holds the lock.
func (t *Tenant) Replica(c ClassID) Replica {
	log := t.log[c]
	r := Replica{t: t, class: c, End: len(log)}
	for now := t.now(); r.End > t.settled[c] && now.Sub(log[r.End-1].at) < t.lag; {
		r.End--
	}
	for _, e := range log[r.End:] {
		if _, known := r.older[e.Index]; known || !e.Event.ofState() {
			continue
		}
		if r.older == nil {
			r.older = map[int]State{}
		}
		r.older[e.Index] = e.was
	}
	return r
}

// State says where an object stands for those who ask Graph.
func (r Replica) State(index int) State {
	if state, ok := r.older[index]; ok {
		return state
	}
	return r.t.state(r.class, index)
}

// ofState tells whether the event moves an object from one state to another.
func (e event) ofState() bool { return e == Created || e == Deleted || e == Restored }

// Settle ends the lag of everything that has happened so far: Graph knows it from now on.
func (t *Tenant) Settle() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for c := range t.log {
		t.settled[c] = len(t.log[c])
	}
}
