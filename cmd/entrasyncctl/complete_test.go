package main

import (
	"os"
	"strings"
	"testing"
)

// A shell is told the names that the place takes, and nothing else; an unused folder stays so.
func TestCompletion(t *testing.T) {
	c := newCLI(t)
	complete := func(line string) string {
		t.Helper()
		out := c.must(append([]string{"__complete", "--data-dir", c.dir}, strings.Split(line, " ")...)...)
		names, _, found := strings.Cut(out, ":")
		if !found {
			t.Fatalf("%q: %q", line, out)
		}
		return strings.Join(strings.Fields(names), " ")
	}
	if got := complete("sync "); got != "" {
		t.Errorf("an unused folder has %q", got)
	}
	if left, err := os.ReadDir(c.dir); err == nil && len(left) > 0 {
		t.Errorf("it holds %v now", left)
	}
	c.addNowhere()
	c.must("profile", "add", "none")
	c.must("tenant", "add", "x.example", "--cloud", "nowhere", "--profile", "none")
	c.must("watch", "add", "roles", "--ready", "privileged-role", "--desktop")
	for line, want := range map[string]string{
		"sync ":                           "x.example",
		"sync x.example ":                 "x.example",
		"tenant test ":                    "x.example",
		"tenant test x.example ":          "",
		"tenant remove ":                  "x.example",
		"profile remove ":                 "none",
		"tenant add y.example --profile ": "none",
		"watch remove ":                   "roles",
		"watch add new ":                  "",
		"objects x.example --format ":     "table csv jsonl",
		"tenant set x.example --classes users,groups,dev": "users,groups,devices",
		"tenant add y.example --classes perm":             "permitted",
		"tenant set x.example --classes permitted,us":     "permitted,users permitted,userRegistrationDetails permitted,userSecurityAttributes",
		"sync x.example --classes perm":                   "",
		"changes x.example --kind added,d":                "added,deleted",
		"members x.example ":                              "",
		"db backup ":                                      "",
	} {
		if got := complete(line); got != want {
			t.Errorf("%q is completed by %q, not by %q", line, got, want)
		}
	}
	for line, holds := range map[string]string{
		"view x.example ":                     "groups-without-owners",
		"objects x.example --class ":          "servicePrincipals",
		"links x.example --relation ":         "owners",
		"watch add new --ready ":              "guest-invited",
		"tenant add y.example --cloud ":       "nowhere",
		"profile add-credential none --kind ": "device-code",
	} {
		if got := complete(line); !strings.Contains(" "+got+" ", " "+holds+" ") {
			t.Errorf("%q is completed by %q, without %q", line, got, holds)
		}
	}
}
