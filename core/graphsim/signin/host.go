package signin

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"sync"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// Host is the simulated login.microsoftonline.com, and the identity endpoint of an Azure host.
type Host struct {
	roots    *wire.Hosts
	tenants  []*directory.Tenant
	lifetime time.Duration // of access tokens
	signing  *rsa.PrivateKey
	devices  deviceCodes
	people   people
}

// New is the sign-in host of some tenants, whose access tokens live for a time.
func New(roots *wire.Hosts, tenants []*directory.Tenant, lifetime time.Duration) (*Host, error) {
	signing, err := newSigningKey()
	if err != nil {
		return nil, fmt.Errorf("graphsim: make a signing key: %w", err)
	}
	return &Host{roots: roots, tenants: tenants, lifetime: lifetime, signing: signing}, nil
}

// newSigningKey makes the key once for all servers of a process: an RSA key costs a good part of a second.
var newSigningKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// Tenant finds a tenant by its id or one of its domains, without regard to case; nil if there is none.
func (h *Host) Tenant(idOrDomain string) *directory.Tenant {
	for _, t := range h.tenants {
		if t.Named(idOrDomain) {
			return t
		}
	}
	return nil
}
