package store

import (
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestPageOfLinksAlone: a full scan that sees an object for the first time by a page that
// tells nothing but links, as one of another query does, takes it for no object without
// properties: it is read by itself, and where it is not to be had, what is held stays.
func TestPageOfLinksAlone(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"))
	b.scan("groups", object("g1", `{"displayName":"G"}`))
	b.begin()
	r := b.round(Scan, "groups")
	page := &entra.Page{Objects: []entra.Object{{ID: "g1", Links: []entra.Link{gains("u1")}}, {ID: "g2", Links: []entra.Link{gains("u1")}}}, NextLink: "next"}
	unread, err := b.Unread(b.Context(), r, 0, page)
	b.must(err)
	if len(unread) != 2 || unread[0].ID != "g1" || unread[1].ID != "g2" {
		t.Errorf("to be read: %v", unread)
	}
	_, err = b.ApplyPage(b.Context(), r, 0, page, map[string]entra.Object{"g2": object("g2", `{"displayName":"H"}`)})
	b.must(err)
	b.wantList("groups", b.held("groups", ObjectQuery{}), "g1:G", "g2:H")
	more := &entra.Page{Objects: []entra.Object{{ID: "g1", Links: []entra.Link{gains("u1")}}}, DeltaLink: "delta"}
	if unread, err = b.Unread(b.Context(), r, 0, more); err != nil || len(unread) != 0 {
		t.Errorf("once it was seen, to be read: %v (%v)", unread, err)
	}
	_, err = b.ApplyPage(b.Context(), r, 0, more, nil)
	b.must(err)
	_, err = b.Complete(b.Context(), r, "delta", Verdict{})
	b.must(err)
	b.wantChanges("added g2", "member_added g1 u1", "member_added g2 u1")
	b.sound()
}
