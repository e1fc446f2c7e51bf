//go:build linux

// Package faultdisk is a disk for tests, under SQLite: the n-th write fails, or the
// power goes out with it and what was not on disk yet is lost. It takes the place of
// SQLite's own access to files in the whole process, so nothing but tests may
// import it.
package faultdisk

/*
#cgo LDFLAGS: -Wl,--unresolved-symbols=ignore-all
#include <stdlib.h>

int fd_install(void);
void fd_arm(int n, int kind);
int fd_disarm(void);
void fd_cut(void);
void fd_forget(void);
*/
import "C"

import "errors"

// Kind is how a disk fails.
type Kind int

// The kinds of failures.
const (
	Error    Kind = iota // one write, or one sync, fails
	Full                 // from then on no write finds space
	PowerOff             // from then on nothing works; see [Cut]
)

// Install puts the disk under SQLite, for all files that are opened from now on.
func Install() error {
	if C.fd_install() != 0 {
		return errors.New("SQLite takes no other disk")
	}
	return nil
}

// Arm lets the n-th write, truncation or sync from now on fail.
func Arm(n int, kind Kind) {
	C.fd_forget()
	C.fd_arm(C.int(n), C.int(kind))
}

// Disarm ends that, and tells how many there were.
func Disarm() int { return int(C.fd_disarm()) }

// Cut takes away all that was written since [Arm] and never synced.
func Cut() { C.fd_cut() }
