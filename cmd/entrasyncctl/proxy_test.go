package main

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
)

// TestProxyOfTheWindow goes through the proxy that was chosen in the window, and
// names it where it asks for a password.
func TestProxyOfTheWindow(t *testing.T) {
	c, _ := simulateSynced(t)
	var asked atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Proxy-Authenticate", `Basic realm="Contoso"`)
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	defer proxy.Close()
	choose := func(choice string) {
		t.Helper()
		st, err := store.Open(t.Context(), c.dir, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		if err := st.SetSetting(t.Context(), syncer.ProxySetting, choice); err != nil {
			t.Fatal(err)
		}
	}
	choose(`{"Mode":"manual","Address":"` + proxy.URL + `"}`)
	for _, args := range [][]string{{"tenant", "test", tenantName}, {"sync"}} {
		before := asked.Load()
		c.refused(exitFailed, "asks for a password", args...)
		if asked.Load() == before {
			t.Errorf("%q went past the proxy", args)
		}
	}
	choose(`{"Mode":"none","Address":"` + proxy.URL + `"}`)
	c.must("sync")
}
