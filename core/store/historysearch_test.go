package store

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestHistorySearchIsExact finds by columns what their whole line holds.
func TestHistorySearchIsExact(t *testing.T) {
	b := newBench(t)
	r := rand.New(rand.NewPCG(5, 6))
	for range 3 {
		b.scan("groups", object("g1", `{}`))
		b.scan("users", user("u1", "A"))
		b.begin()
	}
	b.must(b.tx(b.Context(), "filling the history", func(t *tx) error {
		for i := range 300 {
			start := 1_700_000_000_000 + r.Int64N(4_000_000_000_000)
			var end any
			if r.IntN(5) > 0 {
				end = start + r.Int64N(1e8)
			}
			if _, err := t.exec(`INSERT INTO class_runs (run, tenant, class, started, ended, updated, status, total, changed, error) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)`,
				b.run, b.tenant.Key, 1+i%2, start, end, []string{"succeeded", "failed"}[i%2], r.IntN(3000), r.IntN(20), []string{"", "since 2031-05 it fails: 17 of them"}[i%2]); err != nil {
				return err
			}
		}
		return nil
	}))
	var lines []string
	for line, err := range stream(b.Context(), b.read, func(row scanner) (line string, err error) { return line, row.Scan(&line) },
		query{"reading the history", "SELECT " + historyLine + " FROM class_runs r", nil}) {
		b.must(err)
		lines = append(lines, line)
	}
	texts := []string{"2031-05", "2031-05-0", "2027-02-30", "2027-01-01T00:00:00+00:00", "t1", "z", "%", "groups", "users 1", "17"}
	for range 400 {
		line := lines[r.IntN(len(lines))]
		from := r.IntN(len(line))
		if r.IntN(2) == 0 {
			from = 0
		}
		texts = append(texts, line[from:min(len(line), from+1+r.IntN(21))])
	}
	for _, text := range texts {
		text = strings.ToLower(text)
		want := 0
		for _, line := range lines {
			if strings.Contains(strings.ToLower(line), strings.TrimSpace(text)) {
				want++
			}
		}
		if got, err := b.HistoryCount(b.Context(), b.tenant.Key, text); got != want || err != nil {
			t.Errorf("%q: %d rows, want %d: %v", text, got, want, err)
		}
	}
}

// TestLinksToOne gives the links in sight from their target's side.
func TestLinksToOne(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"), user("u2", "B"))
	b.scan("groups", object("g1", `{}`, gains("u1"), gains("u2")), object("g2", `{}`, gains("u1")), object("g3", `{}`, gains("u1")))
	b.delta("groups", object("g2", `{}`, loses("u1")), removed("g3", entra.SoftDeleted))
	for member, want := range map[string]string{"u1": "[g1>u1]", "u2": "[g1>u2]", "u3": "[]", "g1": "[]"} {
		got := []string{}
		for l, err := range b.Links(b.Context(), b.tenant.Key, LinkQuery{Target: member}) {
			b.must(err)
			got = append(got, l.Source.ID+">"+l.Target.ID)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s", member, got, want)
		}
	}
}
