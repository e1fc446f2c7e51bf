package main

import (
	"bytes"
	"cmp"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim"
)

// TestHostileGraphAndTheExitStatus syncs while Graph answers with more than can be
// held, waited for or believed: the program ends by itself, says in one line why, and
// its exit status tells; what was there before is still there.
func TestHostileGraphAndTheExitStatus(t *testing.T) {
	blanks := bytes.Repeat([]byte(" "), 65<<20)
	deep := strings.Repeat(`[`, 10_000) + strings.Repeat(`]`, 10_000)
	id := "99999999-0000-0000-0000-000000000000"
	for name, tc := range map[string]struct {
		fault   graphsim.Fault
		status  int
		says    string // on stderr
		timeout string // of the sync; "": 3 s
	}{
		"a body that is too large": {graphsim.Fault{Kind: graphsim.Odd, Tamper: func(_ *http.Request, body []byte) []byte { return append(body, blanks...) }},
			exitFailed, "it is larger than 67108864 bytes", "3m"}, // it has to come first, and a busy machine takes its time over 64 MB
		"a page that drips": {graphsim.Fault{Kind: graphsim.SlowBody, Pause: time.Minute}, exitFailed, "it took longer than 3s", ""},
		"10,000 arrays in a property": {graphsim.Fault{Kind: graphsim.Odd, Tamper: graphsim.Replaced(`"displayName":`, `"deep":`+deep+`,"displayName":`)},
			exitDone, "deep is nested too deep", ""},
		"a link that leads to its page": {graphsim.Fault{Kind: graphsim.EndlessNextLink}, exitFailed, "a link leads back to an earlier page", ""},
		"a link that leads away":        {graphsim.Fault{Kind: graphsim.ForeignNextLink}, exitFailed, "a link was refused", ""},
		"another tenant's sign-in": {graphsim.Fault{Kind: graphsim.Odd, Match: "openid-configuration", Tamper: func(_ *http.Request, body []byte) []byte {
			return guids.ReplaceAll(body, []byte(id))
		}}, exitFailed, id, ""},
		"a refusal in place of the directory": {graphsim.Fault{Kind: graphsim.Forbidden}, exitDone, "User.Read.All", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c, sim := simulateSynced(t)
			before := len(c.rows("objects", tenantName, "--class", "users"))
			if tc.fault.Times = -1; tc.fault.Match == "" {
				tc.fault.Match = `GET /v1\.0/users`
			}
			sim.Fault(tc.fault)
			r := c.call("", "sync", "--full", "--timeout", cmp.Or(tc.timeout, "3s"))
			if r.status != tc.status || !strings.Contains(r.err, tc.says) || len(r.err) > 4000 {
				t.Errorf("exit %d, want %d with %q: %.4000s", r.status, tc.status, tc.says, r.err)
			}
			sim.ClearFaults()
			if after := len(c.rows("objects", tenantName, "--class", "users")); after != before {
				t.Errorf("%d users are left of %d", after, before)
			}
			c.must("sync", "--full")
		})
	}
}

var guids = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// TestAnotherTenantsDataAndTheExitStatus: a new tenant whose Graph answers for another
// one fails before anything of it is stored.
func TestAnotherTenantsDataAndTheExitStatus(t *testing.T) {
	c, sim := simulate(t)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	sim.Fault(graphsim.Fault{Kind: graphsim.Odd, Match: "/v1.0/organization", Times: -1, Tamper: func(_ *http.Request, body []byte) []byte {
		return guids.ReplaceAll(body, []byte("99999999-0000-0000-0000-000000000000"))
	}})
	c.refused(exitFailed, "99999999-0000-0000-0000-000000000000", "sync")
	for _, class := range []string{"users", "groups", "devices"} {
		if rows := c.rows("objects", tenantName, "--class", class); len(rows) > 0 {
			t.Errorf("%d %s are stored", len(rows), class)
		}
	}
}

// What was given by mistake is not repeated whole: a line of stderr stays one that can be read.
func TestLongArgumentsAreShortened(t *testing.T) {
	c, _ := simulate(t)
	long := strings.Repeat("x", 5000)
	for _, args := range [][]string{{"objects", tenantName, "--class", long}, {"objects", long, "--class", "users"}, {"changes", tenantName, "--kind", long}, {long},
		{"history", tenantName, "--format", long}, {"profile", "add-credential", "Main", "--kind", long}, {"cloud", "remove", "two\nlines\r" + strings.Repeat("a b ", 2000)}} {
		r := c.call("", args...)
		if r.status != exitUsage || len(r.err) > 1000 || strings.Count(r.err, "\n") != 1 || strings.Contains(r.err, "\r") {
			t.Errorf("%.40q: exit %d, %d bytes: %.300q", args, r.status, len(r.err), r.err)
		}
	}
}
