// Package audits is the simulated tenant's log of audits: what was done in the directory and by whom, as Graph serves it
// under /auditLogs/directoryAudits. Entries appear late and out of order, name a person, an app, an app by its name alone,
// or nobody, and failed tries stand among them.
package audits
