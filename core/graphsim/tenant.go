package graphsim

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// TenantConfig is what a tenant is generated from. The same config gives the same tenant.
type TenantConfig struct {
	ID          string // a GUID; default: made of the seed
	Domain      string // contoso.com; default: the initial domain, contoso.onmicrosoft.com
	DisplayName string // Contoso
	Seed        uint64

	Users, Groups, Devices          int
	ServicePrincipals, Applications int // default: 40 and 20
	Links                           int // memberships, about; default: 12 a group

	Extensions []string // extension properties of users: extension_<app id without hyphens>_<name>
	Premium    bool     // holds an Entra ID P2 licence
	Apps       []App
}

// App is an app registration that may sign in to its tenant.
type App struct {
	ClientID      string
	Secret        string // empty: none
	SecretExpired bool
	SecretEnds    time.Time         // zero: in half a year
	Certificate   *x509.Certificate // nil: none
	Federation    *Federation       // nil: none
	Public        bool              // people may sign in with it: by device code, or in a browser that leads to one of Redirects
	Redirects     []string          // reply addresses; http://localhost stands for every port
	Identity      bool              // it is the managed identity of the host whose identity endpoint is [Server.IMDS]
	Roles         []string          // the Graph permissions that an admin consented to
	Requests      []string          // those that its registration asks for beside them
}

// Federation is somebody else's workload that may sign in as an app: with tokens of that issuer about that subject.
type Federation struct {
	Issuer, Subject string
	Key             *rsa.PublicKey // that the tokens are signed with
}

// Tenant is one simulated tenant. Its methods may be called from any goroutine.
type Tenant struct {
	cfg      TenantConfig
	now      func() time.Time
	lag      time.Duration
	classes  [classCount]*class
	initials initials

	mu      sync.RWMutex
	apps    []App
	count   [classCount]int // objects that ever existed, purged ones included
	touched [classCount]map[int]*touched
	members [][]ref // of each group: every link that ever existed, in a slot that it keeps
	log     [classCount][]entry
	settled [classCount]int // log entries before this place don't lag
	epoch   int             // tokens of an older epoch are dead
	death   Kind            // how they die
	session int             // sign-ins of people before this one are over
}

// State is where an object stands between life and death.
type State uint8

// The states of an object. A soft-deleted one stands in directory/deletedItems and can be restored.
const (
	Live State = iota
	SoftDeleted
	Purged
	unborn // created, but a lagging Graph doesn't know it yet
)

// touched is what was done to an object since its tenant was generated.
type touched struct {
	state  State
	gone   time.Time               // when it left the directory
	bare   bool                    // has only the values below: it wasn't generated
	values map[int]json.RawMessage // by property; nil: cleared
}

var errNoTenant = errors.New("graphsim: a tenant needs at least one user")

func newTenant(cfg TenantConfig, now func() time.Time) (*Tenant, error) {
	if cfg.Users < 1 {
		return nil, errNoTenant
	}
	cfg = withTenantDefaults(cfg)
	if _, err := uuid.Parse(cfg.ID); err != nil {
		return nil, fmt.Errorf("graphsim: tenant id %q: %w", cfg.ID, err)
	}
	t := &Tenant{cfg: cfg, now: now, apps: cfg.Apps, classes: newClasses(cfg.Extensions)}
	t.count = [classCount]int{cfg.Users, cfg.Groups, cfg.Devices, cfg.ServicePrincipals, cfg.Applications}
	for c := range t.touched {
		t.touched[c] = map[int]*touched{}
	}
	t.generateLinks()
	return t, nil
}

func withTenantDefaults(cfg TenantConfig) TenantConfig {
	if cfg.ID == "" {
		cfg.ID = guidOf(mix64(cfg.Seed^11), mix64(cfg.Seed^12)).String()
	}
	cfg.ID = strings.ToLower(cfg.ID)
	if cfg.Domain == "" {
		cfg.Domain = "contoso.onmicrosoft.com"
	}
	if cfg.DisplayName == "" {
		cfg.DisplayName = "Contoso"
	}
	if cfg.ServicePrincipals == 0 {
		cfg.ServicePrincipals = 40
	}
	if cfg.Applications == 0 {
		cfg.Applications = 20
	}
	if cfg.Links == 0 {
		cfg.Links = 12 * cfg.Groups
	}
	return cfg
}

// ID is the tenant's GUID, in lower case.
func (t *Tenant) ID() string { return t.cfg.ID }

// Domain is the tenant's default domain.
func (t *Tenant) Domain() string { return t.cfg.Domain }

// initialDomain is the onmicrosoft.com domain that every tenant has.
func (t *Tenant) initialDomain() string {
	name, _, _ := strings.Cut(t.cfg.Domain, ".")
	return name + ".onmicrosoft.com"
}

// SetRoles replaces the permissions granted to an app. As in Entra, only tokens issued from then on carry them.
func (t *Tenant) SetRoles(clientID string, roles ...string) {
	t.setApp(clientID, func(a *App) { a.Roles = roles })
}

// SetSecret replaces an app's secret, or marks it as expired.
func (t *Tenant) SetSecret(clientID, secret string, expired bool) {
	t.setApp(clientID, func(a *App) { a.Secret, a.SecretExpired = secret, expired })
}

func (t *Tenant) setApp(clientID string, set func(*App)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	apps := append([]App(nil), t.apps...)
	for i := range apps {
		if strings.EqualFold(apps[i].ClientID, clientID) {
			set(&apps[i])
		}
	}
	t.apps = apps
}

func (t *Tenant) app(clientID string) (App, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, a := range t.apps {
		if strings.EqualFold(a.ClientID, clientID) {
			return a, true
		}
	}
	return App{}, false
}

// Count is the number of live objects of a class.
func (t *Tenant) Count(class string) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	c, ok := t.classNamed(class)
	if !ok {
		return 0
	}
	n := t.count[c]
	for _, o := range t.touched[c] {
		if o.state != Live {
			n--
		}
	}
	return n
}

func (t *Tenant) classNamed(name string) (classID, bool) {
	for id, c := range t.classes {
		if c.name == name {
			return classID(id), true
		}
	}
	return 0, false
}

// state says where an object stands; the caller holds the lock.
func (t *Tenant) state(c classID, index int) State {
	if o := t.touched[c][index]; o != nil {
		return o.state
	}
	return Live
}

func (t *Tenant) live(r ref) bool { return t.state(r.class(), r.index()) == Live }

// touch is the object's record of what was done to it, made if this is the first time.
func (t *Tenant) touch(c classID, index int) *touched {
	o := t.touched[c][index]
	if o == nil {
		o = &touched{values: map[int]json.RawMessage{}}
		t.touched[c][index] = o
	}
	return o
}

// ExpireTokens kills every delta and page token handed out so far; each use of one is answered as kind says:
// [GoneWithLocation], [GoneSyncState], [SyncStateNotFound], [ResyncRequired], [SyncTooLate] or [NotFoundToken].
func (t *Tenant) ExpireTokens(kind Kind) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.epoch++
	t.death = kind
}
