// Package settings is the page Settings. What is chosen on it holds at once.
package settings
