package main

import (
	"fyne.io/fyne/v2"

	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/entraidsync/entraidsync/ui/host"
)

// desk knows where windows lie on the screens: the toolkit tells their size alone.
// It belongs to the UI thread.
var desk = host.Desk{Room: deskRoom, Where: whereLies, Put: putWindow, Steps: mouseSteps}

// frameRoom is about what a desktop puts around a window, in pixels: known only once
// the window is shown.
const frameRoom = 40

// deskRoom is how large a window can be on the first screen.
func deskRoom(scale float32) fyne.Size {
	m := glfw.GetPrimaryMonitor()
	if m == nil || scale <= 0 {
		return fyne.NewSize(1e6, 1e6)
	}
	_, _, width, height := m.GetWorkarea()
	return fyne.NewSize(float32(width-8)/scale, float32(height-frameRoom)/scale)
}

// native is a window as the system has it; nil: it has none yet, or no more.
func native(w fyne.Window) (found *glfw.Window) {
	if drawn, ok := w.(interface{ RunWithContext(func()) }); ok {
		defer func() { _ = recover() }() // it was never shown
		drawn.RunWithContext(func() { found = glfw.GetCurrentContext() })
	}
	return found
}

// whereLies tells where a window lies.
func whereLies(w fyne.Window) host.Spot {
	n := native(w)
	if n == nil {
		return host.Spot{}
	}
	x, y := n.GetPos()
	return host.Spot{X: x, Y: y, Known: true, Maximized: n.GetAttrib(glfw.Maximized) == glfw.True}
}

// putWindow puts a window where it lay, and wholly into a screen: its close button is
// to be in reach, whatever screens there were then.
func putWindow(w fyne.Window, at host.Spot) {
	n := native(w)
	if n == nil {
		return
	}
	if at.Maximized {
		n.Maximize()
		return
	}
	if n.GetAttrib(glfw.Maximized) == glfw.True {
		return // a desktop that shows all windows so
	}
	x, y := n.GetPos()
	if at.Known {
		x, y = at.X, at.Y
	}
	width, height := n.GetSize()
	left, top, right, bottom := n.GetFrameSize()
	whole := area{x - left, y - top, width + left + right, height + top + bottom}
	fitted := whole.into(nearest(whole, workareas()))
	if fitted.width != whole.width || fitted.height != whole.height {
		n.SetSize(fitted.width-left-right, fitted.height-top-bottom)
	}
	if at.Known || fitted.x != whole.x || fitted.y != whole.y {
		n.SetPos(fitted.x+left, fitted.y+top)
	}
}

// mouseSteps tells the mouse's buttons for back and forward: the toolkit takes them for
// one button without a name. Asked for again, the newest counts.
func mouseSteps(w fyne.Window, step func(by int)) {
	n := native(w)
	if n == nil {
		return
	}
	var toolkit glfw.MouseButtonCallback
	toolkit = n.SetMouseButtonCallback(func(n *glfw.Window, button glfw.MouseButton, action glfw.Action, mods glfw.ModifierKey) {
		switch by := stepOf(button); {
		case by == 0 && toolkit != nil:
			toolkit(n, button, action, mods)
		case by != 0 && action == glfw.Press:
			step(by)
		}
	})
}

// stepOf is where a button of the mouse leads: back, forward, or nowhere.
func stepOf(button glfw.MouseButton) int {
	switch button {
	case glfw.MouseButton4:
		return -1
	case glfw.MouseButton5:
		return 1
	}
	return 0
}

// area is a part of what all screens show, in pixels.
type area struct{ x, y, width, height int }

// workareas are what the screens have for windows.
func workareas() (all []area) {
	for _, m := range glfw.GetMonitors() {
		x, y, width, height := m.GetWorkarea()
		if width > 0 && height > 0 {
			all = append(all, area{x, y, width, height})
		}
	}
	return all
}

// nearest is the screen that shows most of a window; where none shows any of it,
// the first one.
func nearest(w area, screens []area) (found area) {
	most := -1
	for _, s := range screens {
		common := max(min(w.x+w.width, s.x+s.width)-max(w.x, s.x), 0) * max(min(w.y+w.height, s.y+s.height)-max(w.y, s.y), 0)
		if common > most {
			found, most = s, common
		}
	}
	return found
}

// into is a window as it fits into a screen; zero: there is none.
func (w area) into(s area) area {
	if s.width == 0 || s.height == 0 {
		return w
	}
	w.width, w.height = min(w.width, s.width), min(w.height, s.height)
	w.x = min(max(w.x, s.x), s.x+s.width-w.width)
	w.y = min(max(w.y, s.y), s.y+s.height-w.height)
	return w
}
