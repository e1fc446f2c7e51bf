// Package wire is what stands between a simulated host and its client: answers before they are sent, refusals in
// Graph's words, the faults that spoil them, and the record of what was asked.
package wire
