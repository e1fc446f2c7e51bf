// Package profile has the table of all credential profiles and the page of one.
package profile
