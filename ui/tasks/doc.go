// Package tasks does what may wait, off the UI thread.
package tasks
