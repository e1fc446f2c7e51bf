package graphsim

import (
	"net/http"
	"strings"
	"sync"

	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// cache keeps answers, compressed, for as long as their tenant stands still. Serving one costs next to nothing, so that
// what is measured of a client is the client. Faults that spoil a body leave a kept answer as it is.
type cache struct {
	mu      sync.Mutex
	answers map[string]kept
}

// kept is an answer and the age of the tenant that it tells of.
type kept struct {
	age    int
	header http.Header
	packed []byte
}

// answer gives the kept answer to a request, or makes it. Without [Config.Cache] it makes them all.
func (k *cache) answer(c *call, segments []string) (*wire.Reply, error) {
	if !c.s.cfg.Cache || segments[0] == "auditLogs" || !strings.Contains(c.r.Header.Get("Accept-Encoding"), "gzip") {
		return c.route(segments)
	}
	key := strings.Join([]string{c.t.ID(), c.r.URL.RequestURI(), strings.Join(c.grant.Roles, " "), c.grant.Scopes,
		c.r.Header.Get("ConsistencyLevel"), c.r.Header.Get("Prefer")}, "\n")
	age := c.t.Age()
	k.mu.Lock()
	found, ok := k.answers[key]
	k.mu.Unlock()
	if !ok || found.age != age {
		rep, err := c.route(segments)
		if err != nil {
			return nil, err
		}
		found = kept{age, rep.Header, wire.Compressed(rep.Body)}
		k.mu.Lock()
		if k.answers == nil {
			k.answers = map[string]kept{}
		}
		k.answers[key] = found
		k.mu.Unlock()
	}
	return &wire.Reply{Status: http.StatusOK, Header: found.header.Clone(), Packed: found.packed}, nil
}
