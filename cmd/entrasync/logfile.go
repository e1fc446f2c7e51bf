package main

import (
	"errors"
	"os"
	"sync"

	"github.com/entraidsync/entraidsync/core/datafolder"
)

// logFile is a log that begins anew when it has grown to its limit; the one
// before is kept beside it under ".1". It is written to by several goroutines.
type logFile struct {
	path  string
	limit int64

	mu   sync.Mutex
	file *os.File
	size int64
}

const logLimit = 5 << 20

func openLog(path string, limit int64) (*logFile, error) {
	l := &logFile{path: path, limit: limit}
	return l, l.open()
}

func (l *logFile) open() error {
	if err := datafolder.OwnFile(l.path); err != nil {
		return err
	}
	file, err := os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(err, file.Close())
	}
	l.file, l.size = file, info.Size()
	return nil
}

// Write adds a record.
func (l *logFile) Write(record []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size > 0 && l.size+int64(len(record)) > l.limit {
		if err := l.rotate(); err != nil {
			return 0, err
		}
	}
	n, err := l.file.Write(record)
	l.size += int64(n)
	return n, err
}

// rotate goes on in a new file. Where the old one can't be renamed, as while
// another program holds it open on Windows, it grows on.
func (l *logFile) rotate() error {
	err := l.file.Close()
	if rename := os.Rename(l.path, l.path+".1"); rename != nil {
		l.limit *= 2
	}
	return errors.Join(err, l.open())
}

// Close ends the log.
func (l *logFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Close()
}
