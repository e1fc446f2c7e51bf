package main

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

func TestSecondStartRaisesTheFirst(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first, err := claim(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := claim(t.Context(), dir)
	if err != nil || second != nil {
		t.Fatalf("a second start: %v, %v; want neither an instance nor an error", second, err)
	}
	select {
	case <-first.raised:
	default:
		t.Error("the first was not told")
	}
	if err := first.release(); err != nil {
		t.Fatal(err)
	}
	third, err := claim(t.Context(), dir)
	if err != nil || third == nil {
		t.Fatalf("after the first has ended: %v, %v", third, err)
	}
	if err := third.release(); err != nil {
		t.Error(err)
	}
}

func TestStrangersDoNotRaiseTheWindow(t *testing.T) {
	dir := t.TempDir()
	i, err := claim(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer i.release()
	text, err := os.ReadFile(i.address)
	if err != nil {
		t.Fatal(err)
	}
	var w where
	if err := json.Unmarshal(text, &w); err != nil {
		t.Fatal(err)
	}
	door, err := net.Dial("tcp", w.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	door.Write(make([]byte, len(w.Token)+1))
	if n, _ := door.Read(make([]byte, 8)); n > 0 {
		t.Error("a wrong token got an answer")
	}
	if len(i.raised) > 0 {
		t.Error("a wrong token raised the window")
	}
}

func TestFirstWindowThatDoesNotAnswerIsAnError(t *testing.T) {
	dir := t.TempDir()
	i, err := claim(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	i.door.Close()
	defer i.release()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := claim(ctx, dir); entra.CodeOf(err) != entra.CodeBusy {
		t.Errorf("%v, want busy", err)
	}
}

// What an installer asks for: the window ends, and quit waits for that.
func TestQuitEndsTheWindow(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := quit(t.Context(), dir); err != nil {
		t.Fatalf("without a window and a folder: %v", err)
	}
	i, err := claim(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	quitted := make(chan error)
	go func() { quitted <- quit(t.Context(), dir) }()
	select {
	case <-i.ended:
	case err := <-quitted:
		t.Fatalf("quit did not wait for the window: %v", err)
	}
	if len(i.raised) > 0 {
		t.Error("the window came to front to end")
	}
	if err := i.release(); err != nil {
		t.Fatal(err)
	}
	if err := <-quitted; err != nil {
		t.Error(err)
	}
	if err := quit(t.Context(), dir); err != nil {
		t.Errorf("after its end: %v", err)
	}
}

func TestQuitTellsOfAWindowThatStays(t *testing.T) {
	dir := t.TempDir()
	i, err := claim(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer i.release()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-i.ended
		cancel()
	}()
	if err := quit(ctx, dir); entra.CodeOf(err) != entra.CodeBusy {
		t.Errorf("a window that stays gave %v, want %s", err, entra.CodeBusy)
	}
}
