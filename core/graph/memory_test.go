package graph

import (
	"strings"
	"testing"
)

// In all tests memory that was given back holds nothing that could pass for a
// value.
func init() { SpoilReleased = true }

// TestReleasedMemoryIsSpoilt: a value that is kept of a released page does not pass
// for one, whether it came in our spelling or had to be cleaned.
func TestReleasedMemoryIsSpoilt(t *testing.T) {
	f := newFake(t, reply{body: `{"value":[{"id":"u","displayName":"as it came","mail":"cl\u0065aned"}]}`})
	c := f.client(t)
	p, err := c.Page(t.Context(), f.graph.URL+"/v1.0/users", class(t, "users"))
	if err != nil {
		t.Fatal(err)
	}
	kept, name, mail := p.Objects[0].Properties, p.Objects[0].Properties.Value("displayName"), p.Objects[0].Properties.Value("mail")
	p.Release()
	if kept[0].Name != "released" || strings.Trim(string(name), "\xdd") != "" || strings.Trim(string(mail), "\xdd") != "" {
		t.Errorf("kept are %v, %q and %q", kept, name, mail)
	}
}

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
	for range 50 { // what is read ahead takes memory of its own, and which comes back first is chance
		if string(lent) != `"two"` {
			break
		}
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
	if len(c.pool.free) > 0 {
		t.Error("memory is held on to")
	}
}
