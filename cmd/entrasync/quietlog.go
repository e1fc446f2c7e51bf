package main

import (
	"bytes"
	"io"
	"log"
)

// quietPreferences takes from the log what the toolkit complains of its own file of
// preferences. Nothing of ours is in it; but each process writes it at its end, and
// all others that run read it at that moment, half written or empty.
func quietPreferences() { log.SetOutput(&withoutPreferences{to: log.Writer()}) }

// withoutPreferences is a log without that complaint, which comes as a record that
// names it, one for its cause and one for its place.
type withoutPreferences struct {
	to      io.Writer
	telling bool // the record before was of the complaint
}

// Write passes a record on, unless it is of that complaint.
func (l *withoutPreferences) Write(record []byte) (int, error) {
	more := bytes.Contains(record, []byte("  Cause: ")) || bytes.Contains(record, []byte("  At: "))
	if l.telling = bytes.Contains(record, []byte("Preferences load error")) || l.telling && more; l.telling {
		return len(record), nil
	}
	return l.to.Write(record)
}
