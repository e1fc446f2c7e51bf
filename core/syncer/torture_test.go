package syncer

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// make torture sets these.
var (
	tortureSeeds = flag.Uint64("torture.seeds", 0, "torture so many seeds, one after the other; 0: those that stand in the test")
	tortureFirst = flag.Uint64("torture.first", 1, "the first of them")
)

// tortured are seeds that stand for all others, and those that found something.
var tortured = map[uint64]string{
	3:  "none",
	4:  "an object that was deleted before the copy met it, and restored",
	14: "an error spliced into the answer about one object became a property of it",
}

// TestTorture draws a tenant and a schedule from a seed: the tenant changes, syncs
// of it are disturbed, cancelled and killed, then one is left alone. After that the
// copy equals the tenant, relation by relation, and what was recorded since the last
// undisturbed sync is the difference.
func TestTorture(t *testing.T) {
	if *tortureSeeds == 0 {
		for seed := range tortured {
			t.Run(fmt.Sprint(seed), func(t *testing.T) { torture(t, seed, false) })
		}
		t.Run("all classes", func(t *testing.T) { torture(t, 8, true) })
		return
	}
	began, failed := time.Now(), []uint64{}
	for seed := *tortureFirst; seed < *tortureFirst+*tortureSeeds; seed++ {
		if !t.Run(fmt.Sprint(seed), func(t *testing.T) { torture(t, seed, seed%4 == 0) }) {
			failed = append(failed, seed)
		}
	}
	t.Logf("%d seeds in %v, failed: %v", *tortureSeeds, time.Since(began).Round(time.Second), failed)
}

// tortured classes are those with change tracking: the others have no net difference.
var tortureClasses = []string{"users", "groups", "devices", "applications", "servicePrincipals", "administrativeUnits", "directoryRoles", "orgContacts", "oauth2PermissionGrants"}

// torturer is one tenant under one schedule.
type torturer struct {
	*world
	r        *rand.Rand
	sealed   bool // a child can sign in
	lists    bool // classes without change tracking are synced, too
	before   snapshot
	met      map[string]bool // ids that the copy held at the end of a step, deleted ones too
	last     int64           // the last change that was looked at
	told     []string        // the schedule so far
	instants []*instant      // of the sync that is disturbed now
	amid     func()          // changes the tenant amid the next sync; nil: nothing does
}

// torture is one schedule; lists says whether classes without change tracking are synced, too.
func torture(t *testing.T, seed uint64, lists bool) {
	r := rand.New(rand.NewPCG(seed, 20261128))
	size := graphsim.TenantConfig{Seed: 1 + r.Uint64N(1<<40), Users: 20 + r.IntN(200), Groups: 4 + r.IntN(40), Devices: 3 + r.IntN(30),
		Applications: 3 + r.IntN(15), ServicePrincipals: 3 + r.IntN(20), Premium: lists}
	x := &torturer{r: r, lists: lists, met: map[string]bool{}, world: newWorld(t, size, func(c *graphsim.Config) {
		c.PageObjects, c.PageLinks, c.ListObjects, c.EvenPages = 4+r.IntN(60), 3+r.IntN(100), 8+r.IntN(200), r.IntN(2) == 0
	})}
	defer func() {
		if t.Failed() {
			t.Logf("the schedule of seed %d (alone: make torture FIRST=%d SEEDS=1):\n  %s", seed, seed, strings.Join(x.told, "\n  "))
		}
	}()
	x.sim.SetRoles(clientID, append(allRoles, "Application.Read.All", "RoleManagement.Read.Directory", "AdministrativeUnit.Read.All", "OrgContact.Read.All")...)
	if err := x.engine.SetTenant(x.ctx(), x.tenant.Key, store.TenantChange{Classes: tortureClasses}); err != nil {
		t.Fatal(err)
	}
	if lists {
		classes := slices.Clone(tortureClasses)
		for _, c := range entra.Classes() {
			if c.Delta == "" {
				classes = append(classes, c.Name)
			}
		}
		x.with(classes...)
	}
	x.baseline()
	for range 4 + r.IntN(4) {
		x.step()
	}
	for _, q := range x.server.Requests() {
		if "https://"+q.Host == x.server.Foreign() || q.Method != "GET" && strings.HasPrefix(q.Path, "/v1.0") {
			t.Errorf("a request went where none may go: %s %s%s", q.Method, q.Host, q.Path)
		}
	}
}

func (x *torturer) tell(format string, args ...any) {
	x.told = append(x.told, fmt.Sprintf(format, args...))
}

func (x *torturer) truthOfAllClasses() snapshot {
	s := x.truth()
	for _, name := range tortureClasses[len(entra.DefaultClasses()):] {
		class, _ := entra.ClassNamed(name)
		x.truthOf(s, class)
	}
	return s
}

// equalTo compares the copy with a truth of the classes with change tracking, and with what
// the lists of the others say now.
func (x *torturer) equalTo(truth snapshot) {
	x.Helper()
	if x.lists {
		truth.live = maps.Clone(truth.live)
		for _, c := range entra.Classes() {
			if c.Delta == "" {
				truth.live[c.Name] = x.rows(c)
			}
		}
	}
	x.equal(truth)
}

// baseline is the first scan, disturbed as any other.
func (x *torturer) baseline() {
	x.tell("a first scan")
	for range x.r.IntN(3) {
		x.disturbed()
	}
	x.alone()
	x.settled(x.truthOfAllClasses())
	x.equalTo(x.before)
	if got := x.recorded(); len(got) > 0 {
		x.Fatalf("the baseline recorded %d changes, the first %s", len(got), changeText(got[0]))
	}
}

// step changes the tenant, disturbs some syncs of it, and looks at what one that is
// left alone makes of it.
func (x *torturer) step() {
	mixed := x.r.IntN(2) == 0 // it changes between disturbed syncs, too
	x.mutate()
	truths, lossy := []snapshot{x.before, x.truthOfAllClasses()}, false
	for n := range x.r.IntN(4) {
		if mixed && n > 0 {
			x.mutate()
			truths = append(truths, x.truthOfAllClasses())
		}
		if x.r.IntN(6) == 0 {
			x.ahead.Store(int64(x.r.IntN(1000)-500) * int64(time.Hour))
			x.tell("the clock is %v ahead", time.Duration(x.ahead.Load()))
		}
		if x.r.IntN(4) == 0 {
			lossy = x.spoilNames() || lossy
		}
		if mixed && x.r.IntN(3) == 0 {
			x.amid = x.mutation(1+x.r.IntN(8), func() { truths = append(truths, x.truthOfAllClasses()) })
		}
		x.disturbed()
	}
	x.alone()
	if mixed { // a round that was interrupted tells of its beginning
		x.alone()
	}
	if lossy { // Graph told names wrong, and a delta does not tell them again
		x.must(x.store.RequestFullScan(x.ctx(), x.tenant.Key, nil))
		x.alone()
	}
	x.equalTo(truths[len(truths)-1])
	got := x.recorded()
	switch {
	case lossy:
		x.replays(truths, got)
	case mixed:
		x.replays(truths, got)
		x.explained(truths, got)
	default:
		texts := map[string]bool{}
		for _, c := range got {
			if text := changeText(c); texts[text] {
				x.Errorf("recorded twice: %s", text)
			} else {
				texts[text] = true
			}
		}
		x.sameChanges(texts, net(x.before, truths[len(truths)-1]))
	}
	if x.Failed() {
		x.FailNow()
	}
	x.settled(truths[len(truths)-1])
}

// settled begins the next step from a truth. What was deleted before the copy ever met
// it is new to it when it is restored.
func (x *torturer) settled(truth snapshot) {
	for _, name := range tortureClasses {
		for o, err := range x.store.Objects(x.ctx(), x.tenant.Key, store.ObjectQuery{Class: name, Deleted: true}) {
			x.must(err)
			x.met[o.ID] = true
		}
	}
	x.before = truth
	x.before.soft = maps.Clone(truth.soft)
	maps.DeleteFunc(x.before.soft, func(id string, _ bool) bool { return !x.met[id] })
}

func (x *torturer) must(err error) {
	x.Helper()
	if err != nil {
		x.Fatal(err)
	}
}

func (x *torturer) mutate() { x.mutation(x.r.IntN(60), func() {})() }

// mutation draws what happens to the tenant, for later; after each of them is called.
func (x *torturer) mutation(n int, each func()) func() {
	r := rand.New(rand.NewPCG(x.r.Uint64(), 1))
	x.tell("%d mutations", n)
	return func() {
		for range n {
			x.sim.MutateAll(r, 1)
			each()
		}
	}
}

// alone syncs undisturbed: whatever happened before, that succeeds.
func (x *torturer) alone() {
	x.Helper()
	x.tell("a sync is left alone")
	r := x.sync(entra.Succeeded)
	for _, c := range r.Classes {
		if c.End.Before(c.Start) {
			x.Errorf("%s is from %v to %v", c.Class, c.Start, c.End)
		}
	}
}

// disturbed syncs under faults; it may end in any way, as long as it says so.
func (x *torturer) disturbed() {
	x.Helper()
	if x.r.IntN(4) == 0 {
		x.must(x.store.RequestFullScan(x.ctx(), x.tenant.Key, nil))
		x.tell("a full scan is asked for")
	}
	if x.r.IntN(3) == 0 {
		x.newProcess()
	}
	ctx, cancel := context.WithCancel(x.ctx())
	defer cancel()
	run := func() {
		r, err := x.engine.Sync(ctx, x.tenant.Key, SyncOptions{})
		x.tell("  ended %s: %v", r.Status, err)
		x.saysWhy(r, err)
	}
	switch after := x.r.IntN(25); x.r.IntN(6) {
	case 0:
		x.tell("killed at request %d", after)
		run = x.child(after)
	case 1:
		x.tell("cancelled at request %d", after)
		x.at(after, cancel)
	case 2:
		x.tell("the server starts anew at request %d", after)
		restarted := make(chan error, 1)
		begun := x.at(after, func() { go func() { restarted <- x.server.Restart(5 * time.Millisecond) }() })
		inOrder := run
		run = func() {
			inOrder()
			if begun.over() {
				x.must(<-restarted)
			}
		}
	}
	if x.amid != nil {
		n := x.r.IntN(12)
		x.tell("those happen at request %d", n)
		x.at(n, x.amid)
		x.amid = nil
	}
	if x.engine.patience = defaultPatience; x.r.IntN(3) == 0 {
		x.engine.patience = divideAtOnce
	}
	for range x.r.IntN(4) {
		x.server.Fault(x.fault())
	}
	run()
	x.server.ClearFaults()
	for _, m := range x.instants {
		m.over()
	}
	x.instants = nil
}

// saysWhy checks that a sync which did not succeed tells what happened in words.
func (x *torturer) saysWhy(r Result, err error) {
	x.Helper()
	if err != nil {
		if e := entra.AsError(err); e.Code == entra.CodeInternal || e.What == "" || e.Why == "" {
			x.Errorf("the sync ended with %+v", e)
		}
	}
	for _, c := range r.Classes {
		if c.Status == entra.Failed && (c.ErrorLine() == "" || strings.Contains(c.ErrorLine(), "unexpected")) {
			x.Errorf("%s failed: %q", c.Class, c.ErrorLine())
		}
	}
}
