package graph

import (
	"strings"
	"testing"
)

// TestMemoryIsUsedAgain: a page that was released gives its memory to the next
// one, and no other page does.
func TestMemoryIsUsedAgain(t *testing.T) {
	body := func(name string) reply {
		return reply{body: `{"value":[{"id":"u","displayName":"` + name + `"}],"@odata.nextLink":"NEXT"}`}
	}
	f := newFake(t, body("one"), body("two"), body("ten"))
	next := f.graph.URL + skipLink
	for i := range f.script {
		f.script[i].body = strings.Replace(f.script[i].body, "NEXT", next, 1)
	}
	c := f.client(t)
	read := func() (value []byte, release func()) {
		p, err := c.Page(t.Context(), next, class(t, "users"))
		if err != nil {
			t.Fatal(err)
		}
		return p.Objects[0].Properties.Value("displayName"), p.Release
	}
	kept, _ := read()
	lent, release := read()
	release()
	for range 4 { // one is read ahead, into memory of its own
		_, release := read()
		release()
	}
	c.Rest()
	if string(lent) == `"two"` {
		t.Error("the memory of a released page was not used again")
	}
	if string(kept) != `"one"` {
		t.Errorf("a page that was never released now says %s", kept)
	}
	if len(c.memories.free) > 0 {
		t.Error("memory is held on to")
	}
}
