package main

import (
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/store"
)

// TestDamageIsSaid writes noise into a database again and again: a full sync of one
// that the check calls damaged never ends well, and says why.
func TestDamageIsSaid(t *testing.T) {
	c, _ := simulateSynced(t)
	path := filepath.Join(c.dir, store.FileName)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := 0
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 1))
		bad := append([]byte{}, good...)
		for range 3 {
			at := 8192 + r.IntN(len(bad)-8192-512)
			for i := range 512 {
				bad[at+i] = byte(r.IntN(256))
			}
		}
		for _, suffix := range []string{"-wal", "-shm"} {
			if err := os.RemoveAll(path + suffix); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if c.call("", "db", "check").status == exitDone {
			continue // it fell on pages that hold nothing
		}
		damaged++
		if s := c.call("", "sync", "--full"); s.status != exitFailed || !strings.Contains(s.err, "damaged") {
			t.Errorf("seed %d: exit %d: %s", seed, s.status, s.err)
		}
	}
	if damaged < 4 {
		t.Errorf("only %d of the databases were damaged", damaged)
	}
}

// TestFolderDeletedDuringASync ends the sync failed: what it stored is gone.
func TestFolderDeletedDuringASync(t *testing.T) {
	c, sim := simulate(t)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	sim.Tamper("users", 1, func(_ *http.Request, body []byte) []byte {
		if err := os.RemoveAll(c.dir); err != nil {
			t.Error(err)
		}
		return body
	})
	r := c.call("", "sync")
	if r.status != exitFailed || !strings.Contains(r.err, "deleted or moved") {
		t.Errorf("exit %d: %s", r.status, r.err)
	}
}
