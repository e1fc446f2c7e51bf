package graph

import (
	"bytes"
	"sync"

	"github.com/entraidsync/entraidsync/core/entra"
)

// memory is what an answer is read into: its body, and what is found in it. A
// page has some megabytes of each, so they are used again for pages to come.
type memory struct {
	body       bytes.Buffer
	objects    []entra.Object
	properties []entra.Property
	links      []entra.Link
	kept       bool // by a page, which gives it back when it is released
}

// memories holds what is not in use now, class by class: their pages differ in
// size. A sync.Pool would be emptied by the garbage collections that come with
// the pages.
type memories struct {
	mu   sync.Mutex
	free map[string][]*memory
	most map[string]extent
}

// extent is what the largest page of a class so far took.
type extent struct{ body, properties int }

// What is held on to: pages of one class, and bytes of one body.
const (
	mostMemories = 4
	mostBody     = 8 << 20
)

func (a *memories) take(class string) *memory {
	a.mu.Lock()
	defer a.mu.Unlock()
	if free := a.free[class]; len(free) > 0 {
		m := free[len(free)-1]
		a.free[class] = free[:len(free)-1]
		m.body.Reset()
		m.kept = false
		return m
	}
	m := new(memory)
	if most, ok := a.most[class]; ok { // at once as large as it will have to be: growing takes twice of that
		m.body.Grow(most.body + most.body/8 + bytes.MinRead)
		m.properties = make([]entra.Property, 0, most.properties+most.properties/8)
	}
	return m
}

func (a *memories) give(class string, m *memory) {
	if m.body.Cap() > mostBody {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.free == nil {
		a.free, a.most = map[string][]*memory{}, map[string]extent{}
	}
	most := a.most[class]
	a.most[class] = extent{max(most.body, m.body.Len()), max(most.properties, len(m.properties))}
	if len(a.free[class]) < mostMemories {
		a.free[class] = append(a.free[class], m)
	}
}

// rest lets go of all.
func (a *memories) rest() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.free, a.most = nil, nil
}
