package main

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/translations"
	"github.com/entraidsync/entraidsync/ui/wording"
)

const driverRemedy = "install the graphics driver; on a remote desktop or in a virtual machine without one, put Mesa's opengl32.dll beside entrasync.exe; or work with entrasyncctl, which needs no screen"

// useConsole lets the program write into the terminal that it was started from:
// one with windows has none of its own, so --version and --help would say nothing.
// What the caller has led elsewhere, into a file or a pipe, stays there.
func useConsole() {
	const parent = ^uintptr(0) // ATTACH_PARENT_PROCESS
	if attached, _, _ := windows.NewLazySystemDLL("kernel32.dll").NewProc("AttachConsole").Call(parent); attached == 0 {
		return
	}
	for id, file := range map[uint32]**os.File{windows.STD_OUTPUT_HANDLE: &os.Stdout, windows.STD_ERROR_HANDLE: &os.Stderr} {
		if kind, err := windows.GetFileType(windows.Handle((*file).Fd())); err == nil && kind != windows.FILE_TYPE_UNKNOWN {
			continue
		}
		if console, err := os.OpenFile("CONOUT$", os.O_WRONLY, 0); err == nil {
			*file = console
			_ = windows.SetStdHandle(id, windows.Handle(console.Fd())) // for what writes past Go
		}
	}
}

// tell tells why the program ends. A program with windows has no terminal on
// Windows, so that nobody would see what it writes.
func tell(err error) {
	fmt.Fprintln(os.Stderr, "entrasync:", err)
	if errors.As(err, new(shown)) {
		return
	}
	e := entra.AsError(err)
	if translations.Add() == nil {
		_ = translations.Speak("") // in English, then
	}
	text := wording.Sentence(e.What) + "\n\n" + wording.Sentences(e.Why, e.Remedy)
	if e.Code == entra.CodeInternal {
		text = kit.TroubleText(e)
	}
	body, err := windows.UTF16PtrFromString(text)
	if err != nil {
		return
	}
	caption, err := windows.UTF16PtrFromString(title)
	if err != nil {
		return
	}
	_, _ = windows.MessageBox(0, body, caption, windows.MB_OK|windows.MB_ICONERROR|windows.MB_SETFOREGROUND)
}
