// Package kit has the small widgets of the window: buttons, fields, dialogs,
// tips, and how trouble is told. It knows neither the store nor a page.
package kit
