package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"sync"

	"github.com/entraidsync/entraidsync/cmd/internal/demo"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
)

// backend is what works behind the window: the store, the engine and its loop.
type backend struct {
	title  string
	store  *store.Store
	engine *syncer.Engine
	keeper *syncer.Keeper

	loop    func(context.Context) error
	cancel  context.CancelFunc
	working sync.WaitGroup
	loopErr error
	close   func() error
}

// start opens the store, real or the demo's, and starts the sync loop.
func start(ctx context.Context, o options) (*backend, error) {
	passphrase := takePassphrase()
	b := &backend{title: title}
	ctx, b.cancel = context.WithCancel(ctx)
	open := b.openData
	if o.demo {
		open = b.openDemo
	}
	if err := open(ctx, o, passphrase); err != nil {
		b.cancel()
		return nil, err
	}
	b.working.Go(func() { b.loopErr = b.loop(ctx) })
	return b, nil
}

// takePassphrase takes the vault's passphrase out of the environment, so that
// no child process ever sees it.
func takePassphrase() vault.Secret {
	text, path := os.Getenv("ENTRASYNC_PASSPHRASE"), os.Getenv("ENTRASYNC_PASSPHRASE_FILE")
	os.Unsetenv("ENTRASYNC_PASSPHRASE")
	os.Unsetenv("ENTRASYNC_PASSPHRASE_FILE")
	if text != "" || path == "" {
		return vault.NewSecret([]byte(text))
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return vault.Secret{} // the vault then says that it is locked
	}
	return vault.NewSecret(bytes.TrimRight(content, "\r\n"))
}

func (b *backend) openData(ctx context.Context, o options, passphrase vault.Secret) (err error) {
	if o.dataDir == "" {
		if o.dataDir, err = store.DefaultDir(); err != nil {
			return err
		}
	}
	if b.store, err = store.Open(ctx, o.dataDir, store.Options{}); err != nil {
		return err
	}
	b.close = b.store.Close
	b.keeper = syncer.NewKeeper(b.store, vault.OSKeychain(), func(context.Context) (vault.Secret, error) { return passphrase, nil })
	b.engine = syncer.New(syncer.Options{Store: b.store, Vault: b.keeper})
	b.loop = b.engine.Loop
	return nil
}

func (b *backend) openDemo(ctx context.Context, o options, _ vault.Secret) error {
	d, err := demo.Start(ctx, demo.Options{DataDir: o.dataDir, Users: o.users})
	if err != nil {
		return err
	}
	b.title += " – Demo"
	b.store, b.engine, b.keeper = d.Store, d.Engine, d.Keeper
	b.loop, b.close = d.Live, d.Close
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
	return errors.Join(err, b.close())
}
