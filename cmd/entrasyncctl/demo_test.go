package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/cmd/internal/demo"
	"github.com/entraidsync/entraidsync/core/entra"
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
	classes, relations := demo.Classes(), 0
	for _, class := range classes {
		relations += len(class.Apart())
	}
	log := func(row map[string]any) bool { return row["type"] == entra.Audits.Name }
	rows := c.rows("history", tenantName)
	if !slices.ContainsFunc(rows, log) {
		t.Error("the demo does not read who did it")
	}
	rows = slices.DeleteFunc(rows, log)
	known := func(row map[string]any) bool { return row["actor"] != nil || row["candidates"] != nil }
	if !slices.ContainsFunc(c.rows("changes", tenantName), known) {
		t.Error("of no change of the demo it is known who made it")
	}
	if len(rows) != 2*(len(classes)+relations) { // each class twice, and each relation that is read on its own
		t.Errorf("the history has %d rows: %v", len(rows), rows)
	}
	for i, row := range rows {
		first := i >= len(classes)+relations
		if class, _ := entra.ClassNamed(fmt.Sprint(row["type"])); row["status"] != "succeeded" || first && row["full_scan"] != true || !first && class.Delta != "" && row["full_scan"] != false {
			t.Errorf("row %d is %v", i, row)
		}
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
