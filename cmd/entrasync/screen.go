package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"runtime"
	"strings"

	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// codeNoScreen is the code of a computer that can't show the window.
const codeNoScreen entra.Code = "no_screen"

const (
	cantShow  = "the window can't be shown"
	otherwise = "start it in a desktop session, or work with entrasyncctl, which needs no screen"
)

// checkScreen tells why this computer can't show the window, in words, before
// the toolkit tries and ends the program with a panic. It asks for what the
// toolkit will ask for: a display, a window and an OpenGL that draws in it.
func checkScreen() (err error) {
	said := divertLog()
	defer func() {
		if trouble := recover(); trouble != nil { // how the binding tells trouble that it does not expect
			err = screenTrouble(fmt.Sprint(trouble), said())
		} else if last := said(); err != nil {
			err = screenTrouble(err.Error(), last)
		}
	}()
	if err := glfw.Init(); err != nil {
		return err
	}
	glfw.WindowHint(glfw.Visible, glfw.False)
	hintContext()
	w, err := glfw.CreateWindow(16, 16, title, nil, nil)
	if err != nil {
		return err
	}
	if w == nil { // the platform's own trouble, which the binding writes to the log
		return errNoWindow
	}
	defer w.Destroy()
	w.MakeContextCurrent()
	return canDraw()
}

var errNoWindow = say.Errorf("the system gave no window")

// divertLog keeps what is written to the log, for the binding tells there what
// the platform said; the function ends that and gives the last line.
func divertLog() func() string {
	var kept bytes.Buffer
	before, flags := log.Writer(), log.Flags()
	log.SetOutput(&kept)
	log.SetFlags(0)
	return func() string {
		log.SetOutput(before)
		log.SetFlags(flags)
		lines := strings.Split(strings.TrimSpace(kept.String()), "\n")
		return lines[len(lines)-1]
	}
}

// screenTrouble says what is missing. said is what the platform told of it.
func screenTrouble(trouble, said string) error {
	if said != "" {
		trouble = said
	}
	for _, kind := range []string{"PlatformError", "APIUnavailable", "VersionUnavailable", "FormatUnavailable"} {
		trouble = strings.TrimPrefix(trouble, kind+": ") // the binding's own names
	}
	display := os.Getenv("DISPLAY")
	e := &entra.Error{Code: codeNoScreen, What: cantShow, Remedy: otherwise, Detail: trouble}
	switch {
	case strings.Contains(trouble, "GLX") || strings.Contains(trouble, "WGL") || strings.Contains(trouble, "NSGL") || strings.Contains(trouble, "OpenGL"):
		e.Why, e.Remedy = say.With("the graphics driver gives no OpenGL 2.1 (%s)", trouble), driverRemedy
	case !onX11:
		e.Why = say.With("the system gives no window (%s)", trouble)
	case display == "" && os.Getenv("WAYLAND_DISPLAY") != "":
		e.Why = "only Wayland is there, and the window needs X11"
		e.Remedy = "install Xwayland (the package xwayland), which gives X11 within Wayland, or work with entrasyncctl, which needs no screen"
	case display == "":
		e.Why = "there is no display: DISPLAY is not set"
	default:
		e.Why = say.With("the display %s can't be reached", display)
		e.Remedy = "see that DISPLAY names a display that runs and that you may use, or work with entrasyncctl, which needs no screen"
	}
	return e
}

// onX11 tells whether windows are X11's here.
const onX11 = runtime.GOOS != "windows" && runtime.GOOS != "darwin"
