// Package status tells how the sync of each tenant and class stands, for people and for
// monitoring.
package status
