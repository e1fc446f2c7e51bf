package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestManyMentionsOfOneObject: a page that tells of one object many times costs as
// much as its size, not as its square.
func TestManyMentionsOfOneObject(t *testing.T) {
	const mentions = 6_000
	objects := make([]entra.Object, mentions)
	for i := range objects {
		objects[i] = object("g1", fmt.Sprintf(`{"p%d":%d,"displayName":"N%d","mail":null}`, i%1500, i, i), gains(fmt.Sprint("m", i)))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	out := coalesce(objects)
	runtime.ReadMemStats(&after)
	if took := (after.TotalAlloc - before.TotalAlloc) / mentions; took > 10<<10 { // squared it is hundreds of thousands
		t.Errorf("%d bytes for each mention", took)
	}
	if len(out) != 1 || len(out[0].Links) != mentions || len(out[0].Properties) != 1502 {
		t.Fatalf("%d objects, the first with %d links and %d properties", len(out), len(out[0].Links), len(out[0].Properties))
	}
	p := out[0].Properties
	if p.Text("displayName") != fmt.Sprint("N", mentions-1) || p.Text("p0") != fmt.Sprint(mentions-1500) || string(p.Value("mail")) != "null" || out[0].Links[mentions-1].Target != fmt.Sprint("m", mentions-1) {
		t.Errorf("what was told last does not count: %.200s", p.JSON())
	}
}

// TestClassKeepsSoManyProperties: names that no object before had are taken until
// all objects would pay for them; then they are left out, and that is told.
func TestClassKeepsSoManyProperties(t *testing.T) {
	b := newBench(t)
	var objects []entra.Object
	for i := range 12 {
		var props strings.Builder
		for k := range 1000 {
			fmt.Fprintf(&props, `"p%d_%d":1,`, i, k)
		}
		objects = append(objects, object(fmt.Sprint("u", i), fmt.Sprintf(`{%s"displayName":"N%d"}`, props.String(), i)))
	}
	b.scan("users", objects...)
	if n := b.number("SELECT count(*) FROM properties"); n != mostLayout {
		t.Errorf("%d properties are kept, want %d", n, mostLayout)
	}
	if n := b.number("SELECT count(*) FROM users"); n != 12 {
		t.Errorf("%d users", n)
	}
	changes := b.number("SELECT count(*) FROM changes")
	b.scan("users", objects...)
	if n := b.number("SELECT count(*) FROM changes"); n != changes {
		t.Errorf("what is left out makes %d changes", n-changes)
	}
}

// ending is a context that is over once it has been asked so often.
type ending struct {
	context.Context
	left int
}

func (e *ending) Err() error {
	if e.left--; e.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestPageHearsThatItIsToStop between two objects; then nothing of it is stored.
func TestPageHearsThatItIsToStop(t *testing.T) {
	b := newBench(t)
	r := b.round(Scan, "users")
	page := &entra.Page{NextLink: "N"}
	for i := range 1000 {
		page.Objects = append(page.Objects, user(fmt.Sprint("n", i), "N"))
	}
	_, err := b.ApplyPage(&ending{t.Context(), 100}, r, 0, page, nil)
	if !errors.Is(err, context.Canceled) && entra.CodeOf(err) != entra.CodeCancelled {
		t.Errorf("it ended with %v", err)
	}
	if n := b.number("SELECT count(*) FROM objects"); n != 0 {
		t.Errorf("%d objects of the page are stored", n)
	}
	if now, err := b.Round(t.Context(), r.Tenant, r.Class); err != nil || now.Cursors[0] != r.Cursors[0] {
		t.Errorf("the cursor moved from %v: %+v %v", r.Cursors[0], now, err)
	}
	b.page("users", "N", "", page.Objects...)
	b.sound()
}
