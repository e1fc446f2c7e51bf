// Package profiling serves Go's profiles of a running program to this computer alone.
package profiling

import (
	"context"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Variable names the environment variable that holds the address to serve at, such as 127.0.0.1:6060.
const Variable = "ENTRASYNC_PPROF"

// Start serves the profiles under /debug/pprof/ where the environment asks for it; stop ends that. An address that
// other computers reach is refused: profiles tell what the program holds in memory.
func Start(ctx context.Context) (stop func(), err error) {
	addr := os.Getenv(Variable)
	if addr == "" {
		return func() {}, nil
	}
	l, err := listen(ctx, addr)
	if err != nil {
		return nil, entra.Invalid("profiles can't be served", say.Because(err), "set "+Variable+" to an address such as 127.0.0.1:6060, or leave it out")
	}
	server := &http.Server{Handler: handler(), ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l) // ends with Close
	}()
	return func() {
		_ = server.Close()
		<-done
	}, nil
}

// listen opens addr if it is a loopback address, written as one: a name could lead anywhere.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, say.Errorf("%s is not a loopback address", host)
	}
	var c net.ListenConfig
	return c.Listen(ctx, "tcp", addr)
}

func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
