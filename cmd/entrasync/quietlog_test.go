package main

import (
	"bytes"
	"errors"
	"log"
	"testing"

	"fyne.io/fyne/v2"
)

func TestComplaintOfPreferencesIsNotTold(t *testing.T) {
	var kept bytes.Buffer
	was, flags := log.Writer(), log.Flags()
	t.Cleanup(func() { log.SetOutput(was); log.SetFlags(flags) })
	log.SetFlags(0)
	log.SetOutput(&kept)
	quietPreferences()
	fyne.LogError("Preferences load error:", errors.New("EOF"))
	if kept.Len() > 0 {
		t.Errorf("the log holds %q", kept.String())
	}
	fyne.LogError("something else", errors.New("its cause"))
	for _, want := range []string{"something else", "its cause", "At: "} {
		if !bytes.Contains(kept.Bytes(), []byte(want)) {
			t.Errorf("the log lacks %q: %q", want, kept.String())
		}
	}
}
