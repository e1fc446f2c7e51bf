// Package window is the main window: a navigation tree on the left, the page of
// what is selected there on the right. It alone knows all pages.
//
// Nothing here waits on the UI thread. Every query and every call runs in a
// goroutine of the window's [tasks.Group], and its answer is shown through
// fyne.Do, unless a newer question has been asked meanwhile. The engine tells
// what happens; the page in front is refreshed at most five times a second.
package window
