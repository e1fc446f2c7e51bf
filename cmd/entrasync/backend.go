package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"runtime"
	"sync"

	"github.com/entraidsync/entraidsync/cmd/internal/demo"
	"github.com/entraidsync/entraidsync/core/entra"
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

	passphrase passphrase
	loop       func(context.Context) error
	cancel     context.CancelFunc
	working    sync.WaitGroup
	loopErr    error
	close      func() error
}

// start opens the store, real or the demo's, and starts the sync loop.
func start(ctx context.Context, o options) (*backend, error) {
	b := &backend{title: title, passphrase: takePassphrase()}
	ctx, b.cancel = context.WithCancel(ctx)
	open := b.openData
	if o.demo {
		open = b.openDemo
	}
	if err := open(ctx, o); err != nil {
		b.cancel()
		return nil, err
	}
	b.working.Go(func() { b.loopErr = b.loop(ctx) })
	return b, nil
}

// passphrase gives the vault's passphrase when the vault asks for it.
type passphrase func(context.Context) (vault.Secret, error)

// takePassphrase takes the vault's passphrase out of the environment, so that
// no child process ever sees it. Without one the keychain has to do.
func takePassphrase() passphrase {
	text, path := os.Getenv("ENTRASYNC_PASSPHRASE"), os.Getenv("ENTRASYNC_PASSPHRASE_FILE")
	os.Unsetenv("ENTRASYNC_PASSPHRASE")
	os.Unsetenv("ENTRASYNC_PASSPHRASE_FILE")
	return func(context.Context) (vault.Secret, error) {
		if text != "" || path == "" {
			return vault.NewSecret([]byte(text)), nil
		}
		content, err := privateFile(path)
		if err != nil {
			return vault.Secret{}, &entra.Error{Code: entra.CodeVaultLocked, What: "the vault's passphrase can't be read from " + path, Why: err.Error(),
				Remedy: "name a file that only you can read in ENTRASYNC_PASSPHRASE_FILE", Err: err}
		}
		return vault.NewSecret(bytes.TrimRight(content, "\r\n")), nil
	}
}

var errReadable = errors.New("others can read it (chmod 600 helps)")

func privateFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, errReadable
	}
	return os.ReadFile(path)
}

func (b *backend) openData(ctx context.Context, o options) (err error) {
	if o.dataDir == "" {
		if o.dataDir, err = store.DefaultDir(); err != nil {
			return err
		}
	}
	if b.store, err = store.Open(ctx, o.dataDir, store.Options{}); err != nil {
		return err
	}
	b.close = b.store.Close
	b.keeper = syncer.NewKeeper(b.store, vault.OSKeychain(), b.passphrase)
	b.engine = syncer.New(syncer.Options{Store: b.store, Vault: b.keeper})
	b.loop = b.engine.Loop
	return nil
}

func (b *backend) openDemo(ctx context.Context, o options) error {
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
