package main

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestAsOf: lists are as they were, in every format, and what can't be known is said
// on stderr alone.
func TestAsOf(t *testing.T) {
	c, sim := simulateSynced(t)
	lists := [][]string{{"links", tenantName}, {"members", tenantName}, {"objects", tenantName, "--class", "groups"}}
	var then [][]map[string]any
	for _, l := range lists {
		then = append(then, c.rows(l...))
	}
	at := time.Now().UTC().Format(time.RFC3339Nano)
	sim.Tenant(tenantName).MutateAll(rand.New(rand.NewPCG(1, 2)), 200)
	c.must("sync")
	for i, l := range lists {
		now, past := c.rows(l...), c.rows(append(l, "--as-of", at)...)
		if len(past) != len(then[i]) || reflect.DeepEqual(now, past) {
			t.Errorf("%q: %d rows then, %d now, and %d as of then", l, len(then[i]), len(now), len(past))
		}
		for _, row := range past {
			if len(row) != len(then[i][0]) {
				t.Errorf("%q: a row is %v, then it was like %v", l, row, then[i][0])
			}
		}
	}
	long := c.call("", "objects", tenantName, "--class", "users", "--as-of", "2020-02-29", "--format", "csv")
	if long.status != exitDone || strings.Count(long.out, "\n") != 1 || !strings.Contains(long.err, "users were first held whole at") {
		t.Errorf("long before the first sync: %+v", long)
	}
	if r := c.call("", "objects", tenantName, "--class", "devices", "--as-of", at); !strings.Contains(r.err, "approximateLastSignInDateTime") {
		t.Errorf("of values that are not recorded nothing is said: %q", r.err)
	}
	if got, want := len(c.rows("links", tenantName, "--as-of", time.Now().Format(time.DateOnly))), len(c.rows("links", tenantName)); got != want {
		t.Errorf("%d links at the end of today, %d now", got, want)
	}
	group := then[1][0]["group_id"].(string)
	for _, row := range c.rows("members", tenantName, group, "--as-of", at) {
		if row["group_id"] != group {
			t.Errorf("a member of another group: %v", row)
		}
	}
	c.refused(exitUsage, "lies ahead", "links", tenantName, "--as-of", "2999-01-01")
	c.refused(exitUsage, "the time can't be used: none was given", "links", tenantName, "--as-of", "")
	c.refused(exitUsage, "write 2026-01-31", "members", tenantName, "--as-of", "yesterday")
	if r := c.call("", "links", tenantName, "--as-of", "2020-01-31 12:00"); r.status != exitDone || !strings.Contains(r.err, "no link is known of 2020-01-31") {
		t.Errorf("a time by this computer's clock: %+v", r)
	}
}

// Doubts that say the same of several classes are one note, and those of filters are not.
func TestDoubtsThatSayTheSameAreOne(t *testing.T) {
	at := time.Date(2026, 5, 3, 0, 0, 0, 0, time.UTC)
	got := together([]entra.Doubt{{Class: "users", Kind: entra.Pruned, Until: at}, {Class: "users", Kind: entra.OtherFilter, Count: 2}, {Class: "groups", Kind: entra.Pruned, Until: at},
		{Class: "devices", Kind: entra.OtherFilter, Count: 2}, {Class: "devices", Kind: entra.Pruned, Until: at.Add(time.Hour)}})
	want := []string{"what changed of users, groups before 2026-05-03T00:00:00Z is no longer kept", "2 users were left out", "2 devices were left out",
		"what changed of devices before 2026-05-03T01:00:00Z is no longer kept"}
	for i, d := range got {
		if i >= len(want) || !strings.HasPrefix(d.Sentence(), want[i]) {
			t.Errorf("it says %q", d.Sentence())
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d doubts, want %d", len(got), len(want))
	}
}
