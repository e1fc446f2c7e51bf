package directory

import (
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"
)

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

// Without is the app before an admin consented to some of its permissions, a list with commas: its registration asks for
// them. Others may still stand in for one, as Directory.Read.All does for many.
func (a App) Without(list string) (App, error) {
	a.Roles, a.Requests = slices.Clone(a.Roles), slices.Clone(a.Requests)
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		i := slices.IndexFunc(a.Roles, func(role string) bool { return strings.EqualFold(role, name) })
		if i < 0 {
			return a, fmt.Errorf("the app has no permission %s; it has %s", name, strings.Join(a.Roles, ", "))
		}
		a.Requests = append(a.Requests, a.Roles[i])
		a.Roles = slices.Delete(a.Roles, i, i+1)
	}
	return a, nil
}

// Federation is somebody else's workload that may sign in as an app: with tokens of that issuer about that subject.
type Federation struct {
	Issuer, Subject string
	Key             *rsa.PublicKey // that the tokens are signed with
}

// SecretLifetime is that of a client secret whose end was not set.
const SecretLifetime = 180 * 24 * time.Hour

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

func (t *Tenant) App(clientID string) (App, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, a := range t.apps {
		if strings.EqualFold(a.ClientID, clientID) {
			return a, true
		}
	}
	return App{}, false
}

// SetSecretEnd sets when an app's client secret ends.
func (t *Tenant) SetSecretEnd(clientID string, end time.Time) {
	t.setApp(clientID, func(a *App) { a.SecretEnds = end })
}

// SecretEnd is when the app's secret ends or ended.
func (a App) SecretEnd(now time.Time) time.Time {
	switch {
	case a.SecretExpired:
		return now.Add(-24 * time.Hour)
	case a.SecretEnds.IsZero():
		return now.Add(SecretLifetime).Truncate(24 * time.Hour)
	}
	return a.SecretEnds
}

// RevokeSessions ends every person's sign-in, as an admin's "Revoke sessions" does: refresh tokens serve no longer.
// Access tokens live on until they expire.
func (t *Tenant) RevokeSessions() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.session++
}

// Sessions counts how often sessions were revoked.
func (t *Tenant) Sessions() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.session
}

// Registrations are the apps that may sign in.
func (t *Tenant) Registrations() []App {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.apps
}

// AppGUID is an id of the app's own, always the same.
func AppGUID(a App, salt uint64) string {
	h := salt
	for _, b := range []byte(strings.ToLower(a.ClientID)) {
		h = Mix(h ^ uint64(b))
	}
	return guidOf(h, Mix(h)).String()
}
