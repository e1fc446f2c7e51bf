package graph

import (
	"bytes"
	"mime"
	"sync"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
)

// memory is what an answer is read into: its body, and what is found in it. A
// page has some megabytes of each, so they are used again for pages to come.
type memory struct {
	body       bytes.Buffer
	objects    []entra.Object
	properties []entra.Property
	links      []entra.Link
	clean      []byte // values that did not come in our spelling
	kept       bool   // by a page, which gives it back when it is released
}

// decode makes the body UTF-8 without a byte order mark.
func (m *memory) decode(contentType string) {
	_, parameters, _ := mime.ParseMediaType(contentType) // of one that can't be read none is known
	text, converted := jsonscan.UTF8(m.body.Bytes(), parameters["charset"])
	if converted {
		m.body = *bytes.NewBuffer(text)
		return
	}
	m.body.Next(m.body.Len() - len(text))
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

// SpoilReleased is for tests: memory that is given back is overwritten, so that
// whoever keeps a value of a released page is found.
var SpoilReleased bool

// spoil overwrites all that was found in an answer.
func (m *memory) spoil() {
	body := m.body.Bytes()
	for _, b := range [][]byte{body[:cap(body)], m.clean[:cap(m.clean)]} {
		for i := range b {
			b[i] = 0xDD
		}
	}
	objects, properties, links := m.objects[:cap(m.objects)], m.properties[:cap(m.properties)], m.links[:cap(m.links)]
	for i := range objects {
		objects[i] = entra.Object{ID: "released"}
	}
	for i := range properties {
		properties[i] = entra.Property{Name: "released", Value: []byte{0xDD}}
	}
	for i := range links {
		links[i] = entra.Link{Target: "released"}
	}
}

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
	if SpoilReleased {
		m.spoil()
	}
	if m.body.Cap() > mostBody || cap(m.clean) > mostBody {
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
