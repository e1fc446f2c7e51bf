package profiling

import (
	"net"
	"net/http"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// free is a loopback address that nobody listens at.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestStart(t *testing.T) {
	addr := free(t)
	t.Setenv(Variable, addr)
	stop, err := Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get("http://" + addr + "/debug/pprof/heap?debug=1")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Error(resp.Status)
	}
	stop()
	if resp, err := http.Get("http://" + addr + "/debug/pprof/"); err == nil {
		resp.Body.Close()
		t.Error("it still serves")
	}
}

func TestStartOnlyOnLoopback(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:6060", "localhost:0", "example.com:80", "6060", "x"} {
		t.Setenv(Variable, addr)
		stop, err := Start(t.Context())
		if err == nil {
			stop()
		}
		if entra.CodeOf(err) != entra.CodeInvalid {
			t.Errorf("%s: %v", addr, err)
		}
	}
	t.Setenv(Variable, "")
	stop, err := Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stop()
}
