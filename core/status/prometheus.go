package status

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// Prometheus writes how tenants stand in Prometheus' text format (version 0.0.4).
func Prometheus(w io.Writer, tenants []Tenant, now time.Time) error {
	p := &prometheus{Writer: bufio.NewWriter(w)}
	p.ofTenants(tenants, now)
	p.ofClasses(tenants)
	return p.Flush()
}

// prometheus writes families of metrics. The writer keeps its first error.
type prometheus struct{ *bufio.Writer }

// label is a label's name and its value.
type label struct{ name, value string }

// family begins a metric with what it means. All are gauges: what is held, or was last
// told, may fall.
func (p *prometheus) family(name, help string) {
	_, _ = p.WriteString("# HELP " + name + " " + help + "\n# TYPE " + name + " gauge\n")
}

// escapes are those of a label's value.
var escapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)

func (p *prometheus) sample(name string, value float64, labels ...label) {
	texts := make([]string, len(labels))
	for i, l := range labels {
		texts[i] = l.name + `="` + escapes.Replace(strings.ToValidUTF8(l.value, "\uFFFD")) + `"`
	}
	_, _ = p.WriteString(name + "{" + strings.Join(texts, ",") + "} " + strconv.FormatFloat(value, 'f', -1, 64) + "\n")
}

// time writes a moment that is known, in seconds since 1970.
func (p *prometheus) time(name string, at time.Time, labels ...label) {
	if !at.IsZero() {
		p.sample(name, float64(at.UnixMilli())/1000, labels...)
	}
}

func number(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// statuses are those that a sync may have, each a sample of its own: 1 for the one it has.
var statuses = []entra.Status{entra.Running, entra.Succeeded, entra.Warning, entra.Failed, entra.Cancelled, entra.Interrupted}

func (p *prometheus) ofTenants(tenants []Tenant, now time.Time) {
	each := func(name, help string, write func(t Tenant, l label)) {
		p.family(name, help)
		for _, t := range tenants {
			write(t, label{"tenant", t.Name})
		}
	}
	const enabled, began, good, lag, status = "entrasync_tenant_enabled", "entrasync_tenant_last_sync_start_timestamp_seconds",
		"entrasync_tenant_last_success_timestamp_seconds", "entrasync_tenant_lag_seconds", "entrasync_tenant_last_sync_status"
	each(enabled, "Whether the tenant is synced (1) or disabled (0).", func(t Tenant, l label) { p.sample(enabled, number(t.Enabled), l) })
	each(began, "When the tenant's last sync began.", func(t Tenant, l label) { p.time(began, t.LastSyncStart, l) })
	each(good, "When the tenant's last sync began that succeeded or ended in a warning.", func(t Tenant, l label) { p.time(good, t.Good, l) })
	each(lag, "How old the copy of the tenant is: time since its last good sync began.", func(t Tenant, l label) {
		if !t.Good.IsZero() {
			p.sample(lag, max(now.Sub(t.Good), 0).Seconds(), l)
		}
	})
	each(status, "How the tenant's last sync ended: 1 for the status that it has.", func(t Tenant, l label) {
		for _, s := range statuses {
			p.sample(status, number(t.LastSyncStatus == s), l, label{"status", string(s)})
		}
	})
}

func (p *prometheus) ofClasses(tenants []Tenant) {
	each := func(name, help string, write func(c Class, l ...label)) {
		p.family(name, help)
		for _, t := range tenants {
			for _, c := range t.Classes {
				write(c, label{"tenant", c.Tenant}, label{"class", c.Stream})
			}
		}
	}
	const objects, filtered, held, began, completed = "entrasync_objects", "entrasync_objects_filtered", "entrasync_deletions_held",
		"entrasync_class_last_sync_start_timestamp_seconds", "entrasync_class_completed_timestamp_seconds"
	const lag, status, failures, failing = "entrasync_class_lag_seconds", "entrasync_class_last_sync_status", "entrasync_class_failures", "entrasync_class_error"
	each(objects, "Objects that are held and neither deleted nor filtered.", func(c Class, l ...label) {
		if !c.Relation() {
			p.sample(objects, float64(c.Objects), l...)
		}
	})
	each(filtered, "Objects that the tenant's filter leaves out.", func(c Class, l ...label) {
		if !c.Relation() {
			p.sample(filtered, float64(c.Filtered), l...)
		}
	})
	each(held, "Deletions that the loss guard holds.", func(c Class, l ...label) {
		if !c.Relation() {
			p.sample(held, float64(c.Held), l...)
		}
	})
	each(began, "When the class's last sync began.", func(c Class, l ...label) { p.time(began, c.Started, l...) })
	each(completed, "When the class's last completed sync began.", func(c Class, l ...label) { p.time(completed, c.Completed, l...) })
	each(lag, "How old the copy of the class is: time since its last completed sync began.", func(c Class, l ...label) {
		if c.Lagging() {
			p.sample(lag, c.Lag.Seconds(), l...)
		}
	})
	each(status, "How the class's last sync ended: 1 for the status that it has.", func(c Class, l ...label) {
		for _, s := range statuses {
			p.sample(status, number(c.Status == s), append(l[:len(l):len(l)], label{"status", string(s)})...)
		}
	})
	each(failures, "Syncs of the class that failed within the last 24 hours.", func(c Class, l ...label) { p.sample(failures, float64(c.Failures), l...) })
	each(failing, "The error of the class's last sync by its code; absent where there is none.", func(c Class, l ...label) {
		if c.Code != "" && c.Status != entra.Succeeded { // of a note, too
			p.sample(failing, 1, append(l[:len(l):len(l)], label{"code", string(c.Code)})...)
		}
	})
}
