package main

import (
	"strings"
	"testing"
)

func TestDemo(t *testing.T) {
	c := newCLI(t)
	c.keychain = nil
	for range 2 { // the second replaces what the first one left
		out := c.must("demo", "--users", "40")
		for _, text := range []string{"CHANGED", "users", "groups", "devices", "succeeded", "This is what changed"} {
			if !strings.Contains(out, text) {
				t.Errorf("the demo does not print %q: %s", text, out)
			}
		}
	}
	if rows := c.rows("history", tenantName); len(rows) != 10 || rows[9]["full_scan"] != true || // three classes twice, and two relations each of users and devices
		rows[0]["full_scan"] != false {
		t.Errorf("the history is %v", rows)
	}
}

func TestDemoKeepsGoingUntilStopped(t *testing.T) {
	c := newCLI(t)
	if r := c.stopAt("goes on").call("", "demo", "--users", "40", "--keep"); r.status != exitStopped {
		t.Errorf("exit %d", r.status)
	}
}

func TestDemoRefusesRealData(t *testing.T) {
	c := newCLI(t)
	c.addNowhere()
	c.must("profile", "add", "P")
	c.must("tenant", "add", "x.example", "--cloud", "nowhere", "--profile", "P", "--disabled")
	c.refused(exitUsage, "other tenants", "demo")
}
