package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// instance is the one window of a data folder. The OS lock says that there is
// one; who starts a second reads its address beside the lock and knocks, and
// the window comes to front, or ends. The token keeps other users of the
// computer from knocking.
type instance struct {
	raised chan struct{} // one for each knock that asks to come to front
	ended  chan struct{} // and one that asks to end

	lock     *flock.Flock
	door     net.Listener
	address  string // the file that tells where to knock
	token    string
	visitors sync.WaitGroup
}

// What who knocks says behind the token: one letter.
const (
	toFront = "f"
	toEnd   = "e"
)

// where is what the address file holds.
type where struct{ Address, Token string }

const (
	knockTimeout = 2 * time.Second
	startTimeout = 5 * time.Second // of a first window that is about to open its door
)

// claim makes this process the one window of dir. Where another is, that one
// is brought to front and the instance is nil.
func claim(ctx context.Context, dir string) (*instance, error) {
	if err := datafolder.Make(dir); err != nil {
		return nil, err
	}
	i := &instance{raised: make(chan struct{}, 1), ended: make(chan struct{}, 1), lock: windowLock(dir), address: windowAddress(dir), token: rand.Text()}
	if err := datafolder.OwnFile(i.lock.Path()); err != nil {
		return nil, err
	}
	ours, err := i.lock.TryLock()
	switch {
	case err != nil:
		return nil, cantClaim(err)
	case !ours:
		return nil, knockUntil(ctx, i.address)
	}
	if err := i.open(); err != nil {
		return nil, cantClaim(errors.Join(err, i.lock.Unlock()))
	}
	return i, nil
}

func windowLock(dir string) *flock.Flock {
	return flock.New(filepath.Join(dir, "window.lock"), flock.SetPermissions(0o600))
}

func windowAddress(dir string) string { return filepath.Join(dir, "window.json") }

func cantClaim(err error) error {
	var known *entra.Error
	if errors.As(err, &known) {
		return err
	}
	return &entra.Error{Code: entra.CodeDatabase, What: "the data folder can't be used", Why: say.Because(err), Remedy: "check that you can write to it", Err: err}
}

func (i *instance) open() (err error) {
	if i.door, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return err
	}
	text, err := json.Marshal(where{i.door.Addr().String(), i.token})
	if err == nil {
		err = replaceFile(i.address, text)
	}
	if err != nil {
		return errors.Join(err, i.door.Close())
	}
	i.visitors.Go(i.answer)
	return nil
}

// replaceFile writes a file that only its owner can read, whole or not at all.
func replaceFile(path string, content []byte) error {
	next := path + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(next, content, 0o600); err != nil {
		return err
	}
	return os.Rename(next, path)
}

// answer opens to one visitor after the other until the door is closed.
func (i *instance) answer() {
	for {
		visitor, err := i.door.Accept()
		if err != nil {
			return
		}
		i.admit(visitor)
	}
}

func (i *instance) admit(visitor net.Conn) {
	defer visitor.Close()
	if visitor.SetDeadline(time.Now().Add(knockTimeout)) != nil {
		return
	}
	said := make([]byte, len(i.token)+1)
	if _, err := io.ReadFull(visitor, said); err != nil || subtle.ConstantTimeCompare(said[:len(i.token)], []byte(i.token)) != 1 {
		return
	}
	asked := i.raised
	if string(said[len(i.token):]) == toEnd {
		asked = i.ended
	}
	select {
	case asked <- struct{}{}:
	default: // one knock is waiting already
	}
	visitor.Write([]byte("ok\n"))
}

// release gives the data folder free.
func (i *instance) release() error {
	err := i.door.Close()
	i.visitors.Wait()
	return errors.Join(err, os.Remove(i.address), i.lock.Unlock())
}

// knockUntil knocks at the first window, which may be about to open its door.
func knockUntil(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		err := knock(ctx, address, toFront)
		if err == nil {
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return &entra.Error{Code: entra.CodeBusy, What: "the window can't be opened a second time", Why: "the first one does not answer",
				Remedy: "wait for it to end, or end it", Detail: err.Error(), Err: err}
		}
	}
}

func knock(ctx context.Context, address, ask string) error {
	text, err := datafolder.ReadOwn(address)
	if err != nil {
		return err
	}
	var w where
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	dialer := net.Dialer{Timeout: knockTimeout}
	door, err := dialer.DialContext(ctx, "tcp", w.Address)
	if err != nil {
		return err
	}
	defer door.Close()
	if err := door.SetDeadline(time.Now().Add(knockTimeout)); err != nil {
		return err
	}
	if _, err := door.Write([]byte(w.Token + ask)); err != nil {
		return err
	}
	said, err := bufio.NewReader(door).ReadString('\n')
	if err == nil && strings.TrimSpace(said) != "ok" {
		err = say.Errorf("it is not our window that answers")
	}
	return err
}
