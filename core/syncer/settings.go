package syncer

import (
	"context"
	"errors"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
)

// What tenants sign in with changes through here alone, in this process; what
// another process writes is noticed by [loop.look]. Both end at
// lookAtCredentials, which wakes the tenants that wait for it.

// AddProfile adds an empty credential profile.
func (e *Engine) AddProfile(ctx context.Context, name, description string) error {
	return e.changed(ctx, e.Store.AddProfile(ctx, name, description))
}

// AddProfileWith adds a credential profile with its first credential, or nothing.
func (e *Engine) AddProfileWith(ctx context.Context, name, description string, first signin.Material) error {
	if err := e.Store.AddProfile(ctx, name, description); err != nil {
		return err
	}
	err := signin.AddCredential(ctx, e.Store, e.Vault, name, first)
	if err != nil {
		err = errors.Join(err, e.Store.RemoveProfile(store.Outliving(ctx), name))
	}
	return e.changed(ctx, err)
}

// SetProfile gives a profile another name and description.
func (e *Engine) SetProfile(ctx context.Context, name, newName, description string) error {
	return e.changed(ctx, e.Store.SetProfile(ctx, name, newName, description))
}

// RemoveProfile removes a profile that no tenant uses, with its secrets.
func (e *Engine) RemoveProfile(ctx context.Context, name string) error {
	return e.changed(ctx, e.Store.RemoveProfile(ctx, name))
}

// AddCredential checks a credential, seals its secrets and stores it at the end
// of a profile's list. Nothing is stored half.
func (e *Engine) AddCredential(ctx context.Context, profile string, m signin.Material) error {
	return e.changed(ctx, signin.AddCredential(ctx, e.Store, e.Vault, profile, m))
}

// ReplaceCredential puts a credential in the place of another, as
// [Engine.AddCredential] adds it.
func (e *Engine) ReplaceCredential(ctx context.Context, place signin.Place, m signin.Material) error {
	return e.changed(ctx, signin.ReplaceCredential(ctx, e.Store, e.Vault, place, m))
}

// MoveCredential moves the credential at a place of a profile's list to another
// place, both from 1.
func (e *Engine) MoveCredential(ctx context.Context, profile string, from, to int) error {
	return e.changed(ctx, e.Store.MoveCredential(ctx, profile, from, to))
}

// RemoveCredential removes the credential at a place of a profile's list, from 1.
func (e *Engine) RemoveCredential(ctx context.Context, profile string, index int) error {
	return e.changed(ctx, e.Store.RemoveCredential(ctx, profile, index))
}

// changed tells of settings that were written, and wakes who waited for them.
func (e *Engine) changed(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	e.lookAtCredentials(store.Outliving(ctx))
	e.watch.tell(Event{Kind: Changed})
	return nil
}

// lookAtCredentials compares what each tenant signs in with to what it was when
// somebody last looked. A tenant whose last sync failed, or that waits for
// somebody, is due at once where it differs: that may be what it waited for.
func (e *Engine) lookAtCredentials(ctx context.Context) {
	now, err := e.credentials(ctx)
	if err != nil {
		e.log.Warn("reading the credential profiles failed", "err", err) // paused tenants are tried within the hour
		return
	}
	e.mu.Lock()
	before := e.basis
	e.basis = now
	e.mu.Unlock()
	for key, basis := range now {
		if was, known := before[key]; known && was == basis {
			continue
		}
		if e.watch.renew(key) {
			e.SyncNow(key)
		}
	}
}

// credentials gives what each tenant signs in with, as [signin.Basis] tells.
func (e *Engine) credentials(ctx context.Context) (map[int64]string, error) {
	tenants, err := e.Store.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	profiles, err := e.Store.Profiles(ctx)
	if err != nil {
		return nil, err
	}
	byName := map[string]entra.Profile{}
	for _, p := range profiles {
		byName[p.Name] = p
	}
	out := map[int64]string{}
	for _, t := range tenants {
		out[t.Key] = signin.Basis(byName[t.Profile])
	}
	return out, nil
}
