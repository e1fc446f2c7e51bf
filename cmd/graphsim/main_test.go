package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestRunPrintsWhatAClientNeeds(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	caFile := filepath.Join(t.TempDir(), "ca.pem")
	read, write := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"--users", "20", "--change-every", "1ms", "--lag", "50ms", "--ca-file", caFile}, write)
		ended <- err
		write.CloseWithError(err)
	}()
	printed := map[string]string{}
	lines := bufio.NewScanner(read)
	for printed["secret"] == "" && lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		printed[name] = strings.TrimSpace(value)
	}
	for _, name := range []string{"authority", "graph", "ca-file", "tenant", "tenant-id", "public-id", "client-id", "secret"} {
		if printed[name] == "" {
			t.Errorf("no %s in %v", name, printed)
		}
	}
	if pem, err := os.ReadFile(caFile); err != nil || !strings.Contains(string(pem), "BEGIN CERTIFICATE") {
		t.Errorf("CA file: %q, %v", pem, err)
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("run doesn't end with its context")
	}
}

func TestParseRefusesUnknownFlags(t *testing.T) {
	if _, err := parse([]string{"--nonsense"}); err == nil {
		t.Error("an unknown flag was taken")
	}
}
