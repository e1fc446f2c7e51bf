package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"

	"github.com/entraidsync/entraidsync/cmd/internal/demo"
	"github.com/entraidsync/entraidsync/cmd/internal/secrets"
	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/updates"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/core/verify"
	"github.com/entraidsync/entraidsync/core/watch"
	"github.com/entraidsync/entraidsync/docs"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/window"
)

// backend is what works behind the window: the store, the engine and its loop.
type backend struct {
	window    window.Options
	ended     <-chan struct{} // somebody asks the window to end
	elsewhere bool            // the data folder has its window already; it was brought to front

	environment map[string]string // what it held of secrets
	loop        func(context.Context) error
	cancel      context.CancelFunc
	working     sync.WaitGroup
	loopErr     error
	closing     []func() error // what was opened, to close in reverse order
}

// start opens the store, real or the demo's, and starts the sync loop.
func start(ctx context.Context, o options) (*backend, error) {
	b := &backend{window: window.Options{Backend: host.Backend{Demo: o.demo, Desk: &desk, Program: host.Program{Version: version, Commit: commit}, Documents: &docs.Server{About: "Entra ID Sync " + version}}, Title: title, Hidden: o.background}, environment: secrets.Take(secrets.Passphrase, secrets.PassphraseFile)}
	b.closing = append(b.closing, b.window.Documents.Close)
	ctx, b.cancel = context.WithCancel(ctx)
	open := b.openData
	if o.demo {
		open = b.openDemo
	}
	if err := open(ctx, o); err != nil {
		b.cancel()
		return nil, errors.Join(err, b.shut())
	}
	if b.elsewhere {
		return b, nil
	}
	b.working.Go(func() { b.loopErr = b.loop(ctx) })
	return b, nil
}

// passphrase gives the vault's passphrase when the vault asks for it. Without
// one the keychain has to do.
func (b *backend) passphrase(context.Context) (vault.Secret, error) {
	return secrets.GivenPassphrase(b.environment)
}

func (b *backend) openData(ctx context.Context, o options) (err error) {
	w := &b.window
	w.Login, w.ShowDemo = startAtLogin(o.dataDir), showDemo
	if o.dataDir == "" {
		if o.dataDir, err = datafolder.DefaultDir(); err != nil {
			return err
		}
	}
	first, err := claim(ctx, o.dataDir)
	if b.elsewhere = first == nil; err != nil || b.elsewhere {
		return err
	}
	b.closing = append(b.closing, first.release)
	w.Raise, b.ended = first.raised, first.ended
	if w.Store, err = store.Open(ctx, o.dataDir, store.Options{}); err != nil {
		return err
	}
	b.closing = append(b.closing, w.Store.Close)
	w.LogFile = filepath.Join(o.dataDir, "entrasync.log")
	log, err := openLog(w.LogFile, logLimit)
	if err != nil {
		return cantClaim(err)
	}
	b.closing = append(b.closing, log.Close)
	if w.Proxy, err = syncer.NewProxy(ctx, w.Store); err != nil {
		return err
	}
	if w.Updates, err = updates.New(updates.Options{Store: w.Store, Version: version, Proxy: w.Proxy.For}); err != nil {
		return err
	}
	w.Vault = signin.NewVaultAccess(w.Store, vault.OSKeychain(), b.passphrase)
	w.Engine = syncer.New(syncer.Options{Store: w.Store, Vault: w.Vault, Proxy: w.Proxy.For, Logger: slog.New(slog.NewTextHandler(log, nil))})
	verify.ClearRooms(o.dataDir)
	w.Watches = &watch.Keeper{Store: w.Store, Vault: w.Vault, Proxy: w.Proxy.For, Logger: slog.New(slog.NewTextHandler(log, nil))}
	b.loop = func(ctx context.Context) error {
		b.working.Go(func() { w.Watches.Run(ctx) })
		return w.Engine.Loop(ctx)
	}
	return nil
}

func (b *backend) openDemo(ctx context.Context, o options) error {
	d, err := demo.Start(ctx, demo.Options{DataDir: o.dataDir, Users: o.users, Without: o.without})
	if err != nil {
		return err
	}
	b.window.Title += " – Demo"
	b.window.Store, b.window.Engine, b.window.Vault = d.Store, d.Engine, d.Vault
	b.window.Watches = &watch.Keeper{Store: d.Store, Vault: d.Vault}
	b.loop = func(ctx context.Context) error {
		b.working.Go(func() { b.window.Watches.Run(ctx) })
		return d.Live(ctx)
	}
	b.closing = append(b.closing, d.Close)
	return nil
}

// stop ends the loop, waits until running syncs have stopped at a page's edge,
// and closes the store.
func (b *backend) stop() error {
	b.cancel()
	b.working.Wait()
	err := b.loopErr
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return errors.Join(err, b.shut())
}

// shut closes what was opened.
func (b *backend) shut() (err error) {
	for _, c := range slices.Backward(b.closing) {
		err = errors.Join(err, c())
	}
	return err
}
