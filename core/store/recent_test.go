package store

import (
	"fmt"
	"slices"
	"testing"
)

func TestRecentChanges(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "Ann"), user("u2", "Bob"))
	b.delta("users", user("u1", "Anna"))
	b.delta("users", user("u2", "Bobby"))
	recent, err := b.RecentChanges(b.Context(), 2)
	b.must(err)
	var got []string
	for _, x := range recent {
		got = append(got, fmt.Sprint(x.Tenant == b.tenant.Key, x.Class, x.ID, x.Kind, x.DisplayName, !x.Time.IsZero()))
	}
	want := []string{fmt.Sprint(true, "users", "u2", "updated", "Bobby", true), fmt.Sprint(true, "users", "u1", "updated", "Anna", true)}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if first, err := b.RecentChanges(b.Context(), 1); err != nil || len(first) != 1 || first[0].ID != "u2" {
		t.Errorf("with a limit of one: %v, %v", first, err)
	}
}
