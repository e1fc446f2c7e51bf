package syncer

import (
	"context"
	"errors"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/vault"
)

// pausedRetry is when a tenant that waits for somebody is tried again though
// nobody came: the keychain may have been unlocked elsewhere.
const pausedRetry = time.Hour

// Unlock opens a locked vault with its passphrase; with an empty one the
// keychain is asked again. The tenants that waited for it sync at once.
func (e *Engine) Unlock(ctx context.Context, passphrase vault.Secret) error {
	if err := e.Vault.Unlock(ctx, passphrase); err != nil {
		return err
	}
	e.resume(ctx, entra.CodeVaultLocked)
	return nil
}

// ResetVault is [signin.VaultAccess.Reset] for tenants that wait for the vault: they go on
// with what credentials are left.
func (e *Engine) ResetVault(ctx context.Context) error {
	if err := e.Vault.Reset(ctx); err != nil {
		return err
	}
	e.resume(ctx, entra.CodeVaultLocked)
	return e.changed(ctx, nil)
}

// resume syncs the tenants that wait for what was done now. Connections that had to pass a credential over are made anew.
func (e *Engine) resume(ctx context.Context, code entra.Code) {
	tenants, err := e.Store.Tenants(ctx)
	if err != nil {
		e.log.Warn("reading the tenants failed", "err", err) // they are tried within the hour
	}
	for _, t := range tenants {
		e.connections.Reconsider(t.Key)
		if e.watch.resume(t.Key, code) {
			e.SyncNow(t.Key)
		}
	}
	e.watch.tell(Event{Kind: Changed})
}

// renew notes that a tenant signs in with something else from now on; false: its
// last sync was no failure, or one goes on, so that nothing waits for it.
func (w *watchers) renew(tenant int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.of(tenant)
	a.renewed = time.Now()
	if !a.failed || !a.Since.IsZero() {
		return false
	}
	if a.Trouble != nil {
		a.Phase, a.Trouble = Waiting, nil
	}
	return true
}

// renewedSince tells whether a tenant signs in with something else than a run did
// that began then.
func (w *watchers) renewedSince(tenant int64, began time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.of(tenant).renewed.After(began)
}

// pause keeps why a tenant waits, and until when at most; false: somebody came
// after that run began.
func (w *watchers) pause(tenant int64, why *entra.Error, began, next time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.resumed.After(began) {
		return false
	}
	a := w.of(tenant)
	a.Phase, a.Trouble, a.Next = Paused, why, next
	w.send(Event{Tenant: tenant, Kind: Progress})
	return true
}

func (w *watchers) paused(tenant int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.of(tenant).Trouble != nil
}

// resume ends a pause for that reason; false: there is none.
func (w *watchers) resume(tenant int64, code entra.Code) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.resumed = time.Now()
	a := w.of(tenant)
	if a.Trouble == nil || a.Trouble.Code != code {
		return false
	}
	a.Phase, a.Trouble = Waiting, nil
	return true
}

// lockedAway tells whether a run can't begin because the vault is locked. Of a vault or a
// secret that is damaged no unlocking helps.
func lockedAway(err error) bool {
	return entra.CodeOf(err) == entra.CodeVaultLocked && !errors.Is(err, vault.ErrTampered)
}

// putOff ends a run that waits for the vault: it leaves no rows, for nothing has failed,
// and the tenant stands as it did.
func (e *Engine) putOff(ctx context.Context, t entra.Tenant, run int64, why error) (Result, error) {
	if err := e.Store.DropRun(ctx, run); err != nil {
		e.Store.Note(err)
		e.log.Warn("forgetting the run failed", "tenant", t.Name, "err", err)
	}
	e.log.Info("sync waits", "tenant", t.Name, "err", why)
	e.watch.end(t.Key, why)
	return Result{Tenant: t, Status: entra.Failed, Err: why}, why
}

// nothingSynced says why none of a tenant's classes could be read: where they differ in
// that, for each its own reason and remedy.
func nothingSynced(t entra.Tenant, ended []entra.ClassRun, outcomes []outcome) error {
	first := entra.AsError(outcomes[0].err)
	out := &entra.Error{Code: first.Code, What: say.With("nothing of %s could be synced", t.Name), Why: first.Why, Remedy: first.Remedy, Err: first}
	var whys, remedies []say.Sentence
	alike := true
	for i, o := range outcomes {
		e := entra.AsError(o.err)
		if ended[i].Relation != "" || o.err == nil {
			continue
		}
		class, _ := entra.ClassNamed(ended[i].Class)
		alike = alike && e.Why == first.Why && e.Remedy == first.Remedy
		whys = append(whys, say.With("%s: %s", class, e.Why))
		if e.Remedy != "" {
			remedies = append(remedies, say.With("%s: %s", class, e.Remedy))
		}
	}
	if !alike {
		out.Why, out.Remedy = say.Join("; ", whys...), say.Join("; ", remedies...)
	}
	return out
}
