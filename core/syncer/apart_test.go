package syncer

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// manyGroups is a tenant whose groups' links are worth reading apart.
var manyGroups = graphsim.TenantConfig{Users: 700, Groups: 900, Devices: 60, Links: 9000}

// groupRequests tells in which order groups were asked for, repetitions left out, and
// how many chains of links were begun.
func (w *world) groupRequests() (order string, chains int) {
	var kinds []string
	for _, r := range w.server.Requests() {
		kind := ""
		switch q := strings.ToLower(r.Query); {
		case r.Path == "/v1.0/groups" && strings.Contains(q, "$count"):
			kind = "count"
		case r.Path == "/v1.0/groups":
			kind = "list"
		case r.Path != "/v1.0/groups/delta":
			continue
		case strings.Contains(q, "deltatoken=latest"):
			kind = "latest"
		case strings.Contains(q, "$filter"):
			kind = "links"
			chains++
		case strings.Contains(q, "deltatoken="):
			kind = "changes"
		case strings.Contains(q, "$skiptoken"):
			kind = "more"
		default:
			kind = "scan"
		}
		if kind != "more" && (len(kinds) == 0 || kinds[len(kinds)-1] != kind) {
			kinds = append(kinds, kind)
		}
	}
	return strings.Join(kinds, " "), chains
}

func TestLinksApart(t *testing.T) {
	w := newWorld(t, manyGroups)
	w.sync(entra.Succeeded)
	w.equal(w.truth())
	order, chains := w.groupRequests()
	if order != "count latest scan links list links changes" || chains != 19 {
		t.Errorf("asked for %s, with %d chains; want 18 for 900 groups, and the one that was tried", order, chains)
	}
	if got, _ := w.changes(0); len(got) > 0 {
		t.Errorf("the baseline recorded %d changes", len(got))
	}
	w.server.ResetRequests()
	w.sync(entra.Succeeded)
	if order, _ := w.groupRequests(); order != "changes" {
		t.Errorf("the next sync asked for %s", order)
	}
	w.full()
	w.equal(w.truth())
}

// TestFewLinksStayInOneChain reads no links apart where there are few groups, or where
// Graph does not answer for their links well.
func TestFewLinksStayInOneChain(t *testing.T) {
	refused := `{"error":{"code":"Request_UnsupportedQuery","message":"Too many clauses."}}`
	others := func(r *http.Request) *http.Request { // whatever the filter says, all groups come
		q := r.URL.Query()
		q.Del("$filter")
		r.URL.RawQuery = q.Encode()
		return r
	}
	for name, tc := range map[string]struct {
		groups, chains int
		walks          bool
		fault          *graphsim.Fault
	}{
		"few groups":         {groups: 300},
		"no count":           {groups: 900, fault: &graphsim.Fault{Kind: graphsim.Custom, Status: 400, Body: refused, Match: `/groups\?.*count=true`, Times: -1}},
		"empty pages":        {groups: 4000, chains: 1, walks: true},
		"a filter refused":   {groups: 900, chains: 1, fault: &graphsim.Fault{Kind: graphsim.Custom, Status: 400, Body: refused, Match: `groups/delta\?.*filter`, Times: -1}},
		"a filter ignored":   {groups: 900, chains: 1, fault: &graphsim.Fault{Kind: graphsim.Odd, Ask: others, Match: `groups/delta\?.*filter`, Times: -1}},
		"refused later":      {groups: 900, chains: 2, fault: &graphsim.Fault{Kind: graphsim.Custom, Status: 400, Body: refused, Match: `groups/delta\?.*filter`, Skip: 1, Times: -1}},
		"ignored much later": {groups: 900, chains: 11, fault: &graphsim.Fault{Kind: graphsim.Odd, Ask: others, Match: `groups/delta\?.*filter`, Skip: 10, Times: -1}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, graphsim.TenantConfig{Users: 200, Groups: tc.groups, Devices: 9, Links: 3000}, func(c *graphsim.Config) { c.FilterWalks = tc.walks })
			if tc.fault != nil {
				w.server.Fault(*tc.fault)
			}
			w.sync(entra.Succeeded)
			order, chains := w.groupRequests()
			order = strings.TrimSuffix(order, " links") // of a chain that was given up, and whose request came late
			if !strings.HasSuffix(order, "scan") || chains < tc.chains || chains > tc.chains+linkChains {
				t.Errorf("asked for %s, with %d chains", order, chains)
			}
			w.server.ClearFaults()
			w.equal(w.truth())
			w.full()
			w.equal(w.truth())
		})
	}
}

// TestLinksApartOfATenantThatChanges changes groups, members and owners while their links
// are read: objects of every kind come, go and come back meanwhile.
func TestLinksApartOfATenantThatChanges(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newWorld(t, manyGroups, func(c *graphsim.Config) { c.Latency, c.PageLinks = 4*time.Millisecond, 60 })
			r := rand.New(rand.NewPCG(seed, 6))
			change, regroup := w.changer(r), w.regrouper(r)
			over := make(chan struct{})
			var changing sync.WaitGroup
			changing.Go(func() {
				tick := time.NewTicker(2 * time.Millisecond)
				defer tick.Stop()
				for {
					select {
					case <-over:
						return
					case <-tick.C:
						change()
						regroup()
					}
				}
			})
			w.sync(entra.Succeeded)
			close(over)
			changing.Wait()
			if order, chains := w.groupRequests(); chains < 19 {
				t.Errorf("asked for %s, with %d chains", order, chains)
			}
			w.sync(entra.Succeeded) // what changed last, and what no chain told
			w.sync(entra.Succeeded)
			w.equal(w.truth())
		})
	}
}

// regrouper gives a function that does something to some groups.
func (w *world) regrouper(r *rand.Rand) func() {
	truth := w.truth()
	var groups, users []string
	for id := range truth.live["groups"] {
		groups = append(groups, id)
	}
	for id := range truth.live["users"] {
		users = append(users, id)
	}
	slices.Sort(groups)
	slices.Sort(users)
	var away []string
	return func() {
		group, user := groups[r.IntN(len(groups))], users[r.IntN(len(users))]
		switch r.IntN(7) {
		case 0:
			if id, err := w.sim.Create("groups", map[string]any{"displayName": "New"}); err == nil {
				groups = append(groups, id)
				_ = w.sim.AddMember(id, user)
				_ = w.sim.AddMember(group, id)
			}
		case 1:
			if w.sim.Delete(group) == nil {
				away = append(away, group)
			}
		case 2:
			if len(away) > 0 {
				n := r.IntN(len(away))
				_ = w.sim.Restore(away[n])
				away = slices.Delete(away, n, n+1)
			}
		case 3:
			_ = w.sim.Purge(group)
		case 4:
			_ = w.sim.AddLink(group, "owners", user)
		case 5:
			_ = w.sim.RemoveLink(group, "owners", user)
		case 6:
			if w.sim.RemoveMember(group, user) == nil {
				_ = w.sim.AddMember(group, user)
			}
		}
	}
}

// TestGroupAwayFromItsChain deletes a group before its links are read, so that no chain
// tells them, and brings it back, while Graph tells nothing of its links: the next sync asks.
func TestGroupAwayFromItsChain(t *testing.T) {
	w := newWorld(t, manyGroups)
	var last string // a group with members that is none of those that are tried
	for l := range w.sim.Links("groups", "members") {
		last = l.SourceID
	}
	away := func(r *http.Request) *http.Request {
		if err := w.sim.Delete(last); err != nil {
			t.Error(err)
		}
		return r
	}
	back := func(_ *http.Request, body []byte) []byte {
		if err := w.sim.Restore(last); err != nil {
			t.Error(err)
		}
		return body
	}
	links := regexp.MustCompile(`"(members|owners)@delta":\[[^\]]*\],?`)
	silent := func(_ *http.Request, body []byte) []byte {
		return bytes.ReplaceAll(links.ReplaceAll(body, nil), []byte(",}"), []byte("}"))
	}
	w.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Ask: away, Match: `groups/delta\?.*filter=.*` + last})
	w.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Tamper: back, Match: `groups/delta\?\$deltatoken=[^l]`})
	w.sync(entra.Succeeded)
	w.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Tamper: silent, Match: `groups/delta\?\$deltatoken=[^l]`})
	w.sync(entra.Succeeded)
	w.equal(w.truth())
}

// TestLinksApartLeaveOutWhatTheFilterDoes asks for no links of groups that are not kept.
func TestLinksApartLeaveOutWhatTheFilterDoes(t *testing.T) {
	w := newWorld(t, manyGroups)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Filters: map[string]string{"groups": `securityEnabled == false`}}))
	w.sync(entra.Succeeded)
	_, chains := w.groupRequests()
	if chains == 0 || chains >= 19 {
		t.Errorf("%d chains of 900 groups of which many are left out", chains)
	}
	held := 0
	for o, err := range w.store.Objects(w.ctx(), w.tenant.Key, store.ObjectQuery{Class: "groups"}) {
		must(err)
		if o.Properties.Text("securityEnabled") != "true" {
			t.Fatalf("%s is held", o.ID)
		}
		held++
	}
	if (held+49)/50+1 != chains {
		t.Errorf("%d chains of %d groups", chains, held)
	}
}

// TestLinksApartKilled kills first scans whose links are read apart, at any of their
// requests: the one that is left alone goes on, and begins no chain again that had ended.
func TestLinksApartKilled(t *testing.T) {
	w := newWorld(t, manyGroups, func(c *graphsim.Config) { c.Latency, c.PageLinks = 30*time.Millisecond, 40 })
	sealInVault(w)
	r := rand.New(rand.NewPCG(4, uint64(time.Now().UnixNano())))
	killed := 0
	for range 6 {
		reached, once := make(chan struct{}), sync.Once{}
		w.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Match: `/groups`, Skip: r.IntN(60), Ask: func(r *http.Request) *http.Request {
			once.Do(func() { close(reached) })
			return r
		}})
		moment := func(done <-chan struct{}) {
			select {
			case <-reached:
			case <-done: // the sync was over before
			}
		}
		if runChild(w, moment) {
			killed++
		}
		w.server.ClearFaults()
	}
	if out, err := childCommand(w).CombinedOutput(); err != nil {
		t.Fatalf("the last sync failed: %v\n%s", err, out)
	}
	w.equal(w.truth())
	if _, chains := w.groupRequests(); chains > 18+killed*(linkChains+2)+1 {
		t.Errorf("%d chains were begun for 18, with %d kills", chains, killed)
	}
	t.Logf("%d kills hit a running sync", killed)
}
