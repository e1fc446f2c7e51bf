// Package host is what a page may use: the store, the engine, the routes between
// pages, toasts, and work on the side. A [Host] is made whole, once for each
// window, and never changed after.
package host
