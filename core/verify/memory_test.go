package verify

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
)

// measured names the simulated tenant that a process of its own verifies, so that the simulator's memory does not count.
const measured = "ENTRASYNC_TEST_VERIFIED"

// TestMemoryDoesNotGrowWithTheTenant verifies a tenant, and one three times as large: the second takes hardly more.
func TestMemoryDoesNotGrowWithTheTenant(t *testing.T) {
	if sim := os.Getenv(measured); sim != "" {
		fmt.Printf("peak=%d\n", peakOf(t, strings.Split(sim, " ")))
		return
	}
	small, large := inProcess(t, 8000), inProcess(t, 24_000)
	t.Logf("%d and %d KB", small>>10, large>>10)
	if float64(large) > 1.3*float64(small) {
		t.Errorf("%d KB for 8,000 users, %d KB for 24,000", small>>10, large>>10)
	}
}

// inProcess verifies a tenant of so many users in a process of its own, and tells its peak.
func inProcess(t *testing.T, users int) int {
	t.Helper()
	server, err := graphsim.Start(graphsim.Config{Tenants: []graphsim.TenantConfig{{Seed: 7, Users: users, Groups: 20, Devices: 20,
		Apps: []graphsim.App{{ClientID: clientID, Secret: "marker~secret~value", Roles: []string{"User.Read.All", "GroupMember.Read.All", "Device.Read.All", "Organization.Read.All"}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, server.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "GOMEMLIMIT=50MiB", measured+"="+server.Authority()+" "+server.Graph()+" "+ca)
	out, err := cmd.CombinedOutput()
	_, after, found := strings.Cut(string(out), "peak=")
	text, _, _ := strings.Cut(after, "\n")
	peak, notNumber := strconv.Atoi(text)
	if err != nil || !found || notNumber != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return peak
}

// peakOf syncs the simulated tenant, and tells what its verification takes at most.
func peakOf(t *testing.T, sim []string) int {
	ca, err := os.ReadFile(sim[2])
	w := &world{TB: t, dir: t.TempDir()}
	w.must(err)
	open := func() {
		w.store, err = store.Open(t.Context(), w.dir, store.Options{})
		w.must(err)
		w.engine = syncer.New(syncer.Options{Store: w.store, Vault: signin.MemoryVaultAccess(), Backoff: time.Millisecond})
	}
	open()
	w.must(w.store.AddCloud(t.Context(), entra.Cloud{Name: "sim", Authority: sim[0], Graph: sim[1], CA: ca}))
	w.must(w.store.AddProfile(t.Context(), "reader", ""))
	material := signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte("marker~secret~value"))}
	w.must(signin.AddCredential(t.Context(), w.store, w.engine.Vault, "reader", material))
	w.tenant, err = w.engine.AddTenant(t.Context(), entra.Tenant{Name: "contoso.onmicrosoft.com", Cloud: "sim", Profile: "reader", Enabled: true, Classes: entra.DefaultClasses()})
	w.must(err)
	w.sync(syncer.SyncOptions{})
	w.must(w.store.Close())
	access := w.engine.Vault
	open()
	defer w.store.Close()
	w.engine.Vault = access
	debug.FreeOSMemory()
	over, peak := make(chan struct{}), make(chan int)
	go func() {
		most, tick := 0, time.NewTicker(50*time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-over:
				peak <- most
				return
			case <-tick.C:
				most = max(most, taken())
			}
		}
	}()
	r, err := Run(t.Context(), w.engine, w.tenant, Options{})
	close(over)
	most := <-peak
	if w.must(err); !r.Equal {
		t.Error("not equal")
	}
	return most
}

// taken is what this process holds of Go's memory, without garbage: what SQLite holds is bounded by its caches.
func taken() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
