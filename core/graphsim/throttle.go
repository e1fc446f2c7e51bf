package graphsim

import (
	"fmt"
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// Throttle limits each app in each tenant by resource units, in a bucket that refills evenly.
type Throttle struct {
	Units int           // 0: as documented for the tenant's size: 3,500, 5,000 or 8,000
	Per   time.Duration // 0: 10 s
}

// meter holds the buckets; a request that is refused is charged too, as Graph does.
type meter struct {
	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	units float64 // used
	at    time.Time
}

// pathUnits are the units that a path costs where it differs from its class's.
var pathUnits = map[string]int{"subscribedSkus": 3}

// navigationUnits are those of what stands at a path's end.
var navigationUnits = map[string]int{"members": 3, "memberOf": 2, "appRoleAssignments": 2}

// units is what Graph charges for a request.
func (c *call) units(segments []string) int {
	units := 1
	if id, _, ok := c.t.ClassAt(segments); ok && segments[len(segments)-1] != "delta" {
		units = c.t.Class(id).Units
	}
	if n, ok := pathUnits[segments[0]]; ok {
		units = n
	}
	if n, ok := navigationUnits[segments[len(segments)-1]]; ok {
		units = n
	}
	if c.query.has("$select") {
		units--
	}
	if c.query.has("$expand") {
		units++
	}
	if n, err := strconv.Atoi(c.query["$top"]); err == nil && n < 20 {
		units--
	}
	return max(units, 1)
}

// take charges a request: a refusal if the bucket is empty, and the headers to add if it is nearly so.
func (m *meter) take(c *call, units int) (*wire.Refusal, map[string]string) {
	limit := c.s.cfg.Throttle
	if limit == nil {
		return nil, nil
	}
	capacity, per := limit.capacity(c.t)
	key := c.grant.AppID + "/" + c.t.ID()
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.buckets[key]
	now := c.s.cfg.Now()
	if b == nil {
		b = &bucket{at: now}
		if m.buckets == nil {
			m.buckets = map[string]*bucket{}
		}
		m.buckets[key] = b
	}
	rate := capacity / per.Seconds()
	b.units = max(0, b.units-now.Sub(b.at).Seconds()*rate)
	b.at = now
	b.units = min(b.units+float64(units), 1.8*capacity)
	share := b.units / capacity
	if share > 1 {
		return throttled((b.units-capacity)/rate, share, key), nil
	}
	if share > 0.8 {
		return nil, map[string]string{"x-ms-throttle-limit-percentage": fmt.Sprintf("%.2f", share)}
	}
	return nil, nil
}

func (l *Throttle) capacity(t *directory.Tenant) (float64, time.Duration) {
	units, per := l.Units, l.Per
	if per == 0 {
		per = 10 * time.Second
	}
	if units == 0 {
		switch n := t.Born(directory.Users); {
		case n < 50:
			units = 3500
		case n <= 500:
			units = 5000
		default:
			units = 8000
		}
	}
	return float64(units), per
}

func throttled(seconds, share float64, scope string) *wire.Refusal {
	after := strconv.FormatFloat(math.Max(math.Ceil(seconds*1000)/1000, 0.001), 'f', 3, 64)
	r := wire.TooManyRequests()
	r.Header = map[string]string{
		"Retry-After":                    after,
		"x-ms-throttle-limit-percentage": fmt.Sprintf("%.2f", share),
		"x-ms-throttle-scope":            "Tenant_Application/ReadWrite/" + scope,
		"x-ms-throttle-information":      "ResourceUnitLimitExceeded",
	}
	return r
}
