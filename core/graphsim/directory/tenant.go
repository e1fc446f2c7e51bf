package directory

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// TenantConfig is what a tenant is generated from. The same config gives the same tenant, but
// for what ends soon or ended lately, which is counted from the day that it is made on.
type TenantConfig struct {
	ID          string // a GUID; default: made of the seed
	Domain      string // contoso.com; default: the initial domain, contoso.onmicrosoft.com
	DisplayName string // Contoso
	Seed        uint64

	Users, Groups, Devices          int
	ServicePrincipals, Applications int // default: 40 and 20
	Links                           int // memberships of groups, about; default: 12 a group
	AdministrativeUnits             int // default: 6
	Contacts, Grants                int // default: 30 and 25

	Extensions []string // extension properties of users: extension_<app id without hyphens>_<name>
	Premium    bool     // holds an Entra ID P2 licence
	Apps       []App
}

// Tenant is one simulated tenant. Its methods may be called from any goroutine.
type Tenant struct {
	cfg        TenantConfig
	now        func() time.Time
	made       time.Time // the hour in which it was generated
	lag        time.Duration
	classes    [ClassCount]*Class
	initials   initials
	roleGroups roleGroups

	mu      sync.RWMutex
	apps    []App
	count   [ClassCount]int // objects that ever existed, purged ones included
	touched [ClassCount]map[int]*touched
	born    [ClassCount]int              // objects that the tenant was generated with
	links   [RelationCount]map[int][]Ref // by source: every link that ever existed, where it isn't what the source was born with
	log     [ClassCount][]Entry
	deeds   []Deed
	actor   Actor           // who makes the change that is being made
	acting  *Actor          // who makes all; nil: chance decides
	quiet   bool            // what happens follows by itself
	settled [ClassCount]int // log entries before this place don't lag
	epoch   int             // tokens of an older epoch are dead
	death   wire.Kind       // how they die
	session int             // sign-ins of people before this one are over
}

// State is where an object stands between life and death.
type State uint8

// The states of an object. A soft-deleted one stands in directory/deletedItems and can be restored.
const (
	Live State = iota
	SoftDeleted
	Purged
	Unborn // created, but a lagging Graph doesn't know it yet
)

// touched is what was done to an object since its tenant was generated.
type touched struct {
	state  State
	gone   time.Time               // when it left the directory
	bare   bool                    // has only the values below: it wasn't generated
	values map[int]json.RawMessage // by property; nil: cleared
}

var errNoTenant = errors.New("graphsim: a tenant needs at least one user")

// New generates a tenant. Graph's replica of it trails the truth by lag.
func New(cfg TenantConfig, now func() time.Time, lag time.Duration) (*Tenant, error) {
	if cfg.Users < 1 {
		return nil, errNoTenant
	}
	cfg = withTenantDefaults(cfg)
	if _, err := uuid.Parse(cfg.ID); err != nil {
		return nil, fmt.Errorf("graphsim: tenant id %q: %w", cfg.ID, err)
	}
	t := &Tenant{cfg: cfg, now: now, made: now().UTC().Truncate(time.Hour), lag: lag, apps: cfg.Apps, classes: newClasses(cfg.Extensions)}
	t.count = [ClassCount]int{cfg.Users, cfg.Groups, cfg.Devices, cfg.ServicePrincipals, cfg.Applications,
		cfg.AdministrativeUnits, activeRoles, cfg.Contacts, cfg.Grants}
	t.born = t.count
	for r := range t.links {
		t.links[r] = map[int][]Ref{}
	}
	for c := range t.touched {
		t.touched[c] = map[int]*touched{}
	}
	t.generateLinks()
	return t, nil
}

func withTenantDefaults(cfg TenantConfig) TenantConfig {
	if cfg.ID == "" {
		cfg.ID = guidOf(Mix(cfg.Seed^11), Mix(cfg.Seed^12)).String()
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
	if cfg.AdministrativeUnits == 0 {
		cfg.AdministrativeUnits = 6
	}
	if cfg.Contacts == 0 {
		cfg.Contacts = 30
	}
	if cfg.Grants == 0 {
		cfg.Grants = 25
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

// DisplayName is the tenant's name for people.
func (t *Tenant) DisplayName() string { return t.cfg.DisplayName }

// Premium tells whether the tenant holds an Entra ID P2 licence.
func (t *Tenant) Premium() bool { return t.cfg.Premium }

// Born is the number of objects of a class that the tenant was generated with.
func (t *Tenant) Born(c ClassID) int { return t.born[c] }

// Made is the hour in which the tenant was generated, and Since how long ago that is.
func (t *Tenant) Made() time.Time      { return t.made }
func (t *Tenant) Since() time.Duration { return t.now().Sub(t.made) }

// today is the day of that hour, counted from the epoch.
func (t *Tenant) today() int { return int(t.made.Sub(epoch) / (24 * time.Hour)) }

// Seed is what everything generated of the tenant derives from.
func (t *Tenant) Seed() uint64 { return t.cfg.Seed }

// Named tells whether this is the tenant's id or one of its domains, without regard to case.
func (t *Tenant) Named(idOrDomain string) bool {
	return strings.EqualFold(t.cfg.ID, idOrDomain) || strings.EqualFold(t.cfg.Domain, idOrDomain) || strings.EqualFold(t.InitialDomain(), idOrDomain)
}

// Hold keeps the tenant as it is until the function that it answers is called.
func (t *Tenant) Hold() (release func()) {
	t.mu.RLock()
	return t.mu.RUnlock
}

// InitialDomain is the onmicrosoft.com domain that every tenant has.
func (t *Tenant) InitialDomain() string {
	name, _, _ := strings.Cut(t.cfg.Domain, ".")
	return name + ".onmicrosoft.com"
}

// Count is the number of live objects of a class.
func (t *Tenant) Count(class string) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	c, ok := t.ClassNamed(class)
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

// ClassNamed finds a class by the name in its URLs.
func (t *Tenant) ClassNamed(name string) (ClassID, bool) {
	for id, c := range t.classes {
		if c.Name == name {
			return ClassID(id), true
		}
	}
	return 0, false
}

// ClassAt finds the class that a path under /v1.0 leads to, and what of the path is behind it.
func (t *Tenant) ClassAt(segments []string) (id ClassID, rest []string, ok bool) {
	for id, c := range t.classes {
		for _, path := range c.Paths {
			own := strings.Split(path, "/")
			if len(segments) >= len(own) && slices.Equal(segments[:len(own)], own) {
				return ClassID(id), segments[len(own):], true
			}
		}
	}
	return 0, nil, false
}

// state says where an object stands; the caller holds the lock.
func (t *Tenant) state(c ClassID, index int) State {
	if o := t.touched[c][index]; o != nil {
		return o.state
	}
	return Live
}

// Class is what a class is like.
func (t *Tenant) Class(c ClassID) *Class { return t.classes[c] }

// Ever is the number of objects of a class that ever existed; the caller holds the tenant.
func (t *Tenant) Ever(c ClassID) int { return t.count[c] }

// Entry is a line of a class's log; the caller holds the tenant.
func (t *Tenant) Entry(c ClassID, n int) Entry { return t.log[c][n] }

// Live tells whether an object stands in the directory; the caller holds the tenant.
func (t *Tenant) Live(r Ref) bool { return t.state(r.Class(), r.Index()) == Live }

// touch is the object's record of what was done to it, made if this is the first time.
func (t *Tenant) touch(c ClassID, index int) *touched {
	o := t.touched[c][index]
	if o == nil {
		o = &touched{values: map[int]json.RawMessage{}}
		t.touched[c][index] = o
	}
	return o
}

// ExpireTokens kills every delta and page token handed out so far; each use of one is answered as kind says:
// [GoneWithLocation], [GoneSyncState], [SyncStateNotFound], [ResyncRequired], [SyncTooLate] or [NotFoundToken].
func (t *Tenant) ExpireTokens(kind wire.Kind) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.epoch++
	t.death = kind
}

// Dead tells whether tokens of this epoch serve no longer, and how they died; the caller holds the tenant.
func (t *Tenant) Dead(epoch int) (how wire.Kind, is bool) { return t.death, epoch != t.epoch }

// TokenEpoch is what tokens made now carry; the caller holds the tenant.
func (t *Tenant) TokenEpoch() int { return t.epoch }

// Age grows with whatever happens in the tenant.
func (t *Tenant) Age() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	n := t.epoch
	for _, log := range t.log {
		n += len(log)
	}
	return n
}
