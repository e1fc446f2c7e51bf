package signin

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
)

// registrationEvery is how often an app's own registration is read.
const registrationEvery = 24 * time.Hour

// registrationPatience is how long that may keep the tenant's next run waiting.
const registrationPatience = 30 * time.Second

// Expiry is a credential in use whose end is near.
type Expiry struct {
	Profile    entra.Profile
	Credential entra.Credential
	Days       int // the threshold it is within: 30, 7 or 1 days before its end, 0 past it
}

// Expiring are the credentials of profiles in use that end within 30 days, or
// have ended; the soonest first.
func (cs *Connections) Expiring(ctx context.Context) ([]Expiry, error) {
	profiles, err := cs.Store.Profiles(ctx)
	if err != nil {
		return nil, err
	}
	var out []Expiry
	for _, p := range profiles {
		for _, c := range p.Credentials {
			if days, near := c.Warned(time.Now()); near && len(p.Tenants) > 0 {
				out = append(out, Expiry{p, c, days})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Expiry) int { return a.Credential.Expires.Compare(b.Credential.Expires) })
	return out, nil
}

// NewlyExpiring are those of [Connections.Expiring] that came within a threshold that
// nobody was told of. Who asks tells it: each is given once.
func (cs *Connections) NewlyExpiring(ctx context.Context) ([]Expiry, error) {
	all, err := cs.Expiring(ctx)
	if err != nil {
		return nil, err
	}
	var out []Expiry
	for _, x := range all {
		newly, err := cs.Store.Warn(ctx, x.Credential.ID, x.Days)
		if err != nil {
			return out, err
		}
		if newly {
			out = append(out, x)
		}
	}
	return out, nil
}

// ReadExpiries asks the app that a tenant is synced with for the ends of its
// client secrets, at most daily. That it may not is no trouble.
func (cs *Connections) ReadExpiries(ctx context.Context, t entra.Tenant) error {
	ctx, cancel := context.WithTimeout(ctx, registrationPatience)
	defer cancel()
	cs.mu.Lock()
	c := cs.kept[t.Key]
	cs.mu.Unlock()
	p, err := cs.Store.Profile(ctx, t.Profile)
	if err != nil || c == nil {
		return err
	}
	asked, err := cs.Store.Expiries(ctx)
	if err != nil {
		return err
	}
	var ask []entra.Credential
	for _, own := range p.Credentials {
		if own.Kind == entra.ClientSecret && strings.EqualFold(own.ClientID, c.credential.ClientID) && time.Since(asked[own.ID].Asked).Abs() > registrationEvery {
			ask = append(ask, own)
		}
	}
	if len(ask) == 0 {
		return nil
	}
	passwords, err := c.client.Passwords(ctx)
	switch entra.CodeOf(err) {
	case "", entra.CodePermission, entra.CodeNotOffered, entra.CodeRequest, entra.CodeNotFound:
	default:
		return say.Errorf("reading the ends of %s: %s", p.Name, err)
	}
	return cs.keepExpiries(ctx, p, ask, passwords)
}

func (cs *Connections) keepExpiries(ctx context.Context, p entra.Profile, ask []entra.Credential, passwords []graph.Password) error {
	for _, own := range ask {
		opened, err := cs.open(ctx, p, own)
		if err != nil {
			continue // lost, or the vault is locked
		}
		end := endOf(opened.Secret, passwords, time.Now())
		clear(opened.Secret)
		if err := cs.Store.SetExpiry(ctx, own.ID, end); err != nil {
			return err
		}
	}
	return nil
}

// endOf finds the end of a client secret by the hint, its first three
// characters. Of several the soonest that is still to come counts: a warning
// may be early, never late.
func endOf(secret []byte, passwords []graph.Password, now time.Time) (end time.Time) {
	for _, p := range passwords {
		if p.Hint == "" || p.End.IsZero() || !strings.HasPrefix(string(secret), p.Hint) {
			continue
		}
		switch {
		case end.IsZero(), p.End.After(now) && (end.Before(now) || p.End.Before(end)), p.End.Before(now) && end.Before(now) && p.End.After(end):
			end = p.End
		}
	}
	return end
}
